"""One order of a scenario, as it was played: its story, what was broken, and what to paste to play it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..promises import Verdict
from ..timeline.timeline import Timeline
from .scenarios import Scenario
from .walk import Steps


class Misfit(AssertionError):
    """A schedule does not fit: the step it wants cannot go now; the message says where, and what can."""


class HarnessDefect(AssertionError):
    """The rehearsal and the real thing went different ways: nothing that was found can be trusted."""


@dataclass(frozen=True, slots=True)
class Race:
    """What came of one schedule."""

    scenario: Scenario
    steps: Steps
    firsts: Steps  # what would have gone at each step in the natural order
    timeline: Timeline
    verdicts: tuple[Verdict, ...]
    pictures: Mapping[int, bytes] = field(default_factory=dict)  # moment's number → what was seen from then on, as PNG

    @property
    def departures(self) -> tuple[int, ...]:
        """The places at which another step was taken than the natural one."""
        return tuple(n for n, (step, first) in enumerate(zip(self.steps, self.firsts, strict=True)) if step != first)

    @property
    def schedule(self) -> str:
        """What to paste to play it again: up to the last departure, for the rest is the natural order."""
        dropped = [f"-{step}" for step in _all_steps(self.scenario) if step not in self.scenario.steps]
        told = self.steps[: max(self.departures, default=-1) + 1]
        return " ".join([self.scenario.name, *dropped]) + ":" + "".join(f" {step}" for step in told)

    @property
    def broken(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.result == "broken")


def _all_steps(scenario: Scenario) -> list[str]:
    return [f"{who}#{n}" for who, lines in scenario.scripts.items() for n in range(1, len(lines) + 1)]
