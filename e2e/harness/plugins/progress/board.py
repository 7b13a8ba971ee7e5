"""Knows how far every scenario of a run is explored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

_MOST: Final = 2  # scenarios that a line names


class ScenarioProgress(Struct, frozen=True):
    """How far a scenario is. `share`: of its budget, 0 to 1; `total`: how many scenarios the run explores."""

    test: str
    scenario: str
    orders: int
    known: int
    broken: tuple[str, ...]
    share: float
    total: int


class Board:
    """The newest progress of each scenario, and which are still explored."""

    def __init__(self) -> None:
        self._latest: dict[str, ScenarioProgress] = {}  # by test
        self._ended: set[str] = set()

    def note(self, progress: ScenarioProgress) -> None:
        """What a test has sent, perhaps after it has ended."""
        self._latest[progress.test] = progress

    def end(self, test: str) -> None:
        """A test has ended; one that explores nothing changes nothing."""
        self._ended.add(test)

    @property
    def running(self) -> Mapping[str, ScenarioProgress]:
        """What is explored now, by test, the latest last."""
        return {test: progress for test, progress in self._latest.items() if test not in self._ended}

    @property
    def total(self) -> int:
        """How many scenarios the run explores."""
        return max((progress.total for progress in self._latest.values()), default=0)

    @property
    def ended(self) -> int:
        """How many scenarios are done."""
        return len(self._latest) - len(self.running)

    @property
    def done(self) -> float:
        """The same with the shares of those that are explored now."""
        return self.ended + sum(progress.share for progress in self.running.values())

    @property
    def tests(self) -> int:
        """How many tests have ended, whether they explored or not."""
        return len(self._ended)

    @property
    def broken(self) -> int:
        """How many scenarios break a promise so far."""
        return sum(bool(progress.broken) for progress in self._latest.values())

    @property
    def findings(self) -> str:
        """How many orders were played, and which promises broke."""
        orders = counted(sum(progress.orders for progress in self._latest.values()), "order")
        promises = dict.fromkeys(name for progress in self._latest.values() for name in progress.broken)
        return f"{orders}, " + (f"{', '.join(promises)} broken in {self.broken}" if promises else "none broken")

    def line(self, seconds: float) -> str:
        """All of it in a line, `seconds` after the first scenario began."""
        left = seconds / self.done * (self.total - self.done) if self.done >= 1 else 0.0
        whole = f"races {self.ended} of {self.total}, {self.findings}" + (
            f", about {left:.0f} s left" if left >= 1 else ""
        )
        return "; ".join([whole, *(f"{one.scenario} {extent(one)}" for one in list(self.running.values())[-_MOST:])])


def extent(progress: ScenarioProgress) -> str:
    """How much of a scenario has been played, and how much more is known."""
    return f"{counted(progress.orders, 'order')}, {progress.known} more known"


def counted(count: int, one: str) -> str:
    """A number and its noun."""
    return f"{count} {one}{'' if count == 1 else 's'}"
