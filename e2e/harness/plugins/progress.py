"""Progress on the terminal while scenarios are explored: on a terminal a line that is drawn anew, elsewhere one now and then.

A scenario is explored inside one test, perhaps in a process of pytest-xdist's. What it has come to travels as pytest's reports
do: as another report that the test's setup passed, which says nothing by itself, with `hotmic_progress` on it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any, Final

import pytest

from ..explorer.exploration import Exploration
from ..stillness.settle import Stopwatch

PROPERTY: Final = "hotmic_progress"
OFTEN: Final = 0.5  # real seconds between two reports of a scenario
SELDOM: Final = 10.0  # between two lines, where lines cannot be drawn anew
_MOST: Final = 2  # scenarios that a line tells of
# Down a line, scrolling if there is none; keep the place; write below; and back, so that what pytest writes stays as it is.
_DRAWN: Final = "\x1bD\x1b[1A\x1b7\x1b[1B\r\x1b[2K{}\x1b8"
_TAKEN_AWAY: Final = "\x1b7\x1b[1B\r\x1b[2K\x1b8"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scenario is. `share`: of its budget, 0 to 1; `total`: how many scenarios the run explores."""

    scenario: str
    orders: int
    known: int
    broken: tuple[str, ...]
    share: float
    total: int


# ---- where it is explored


class ProgressReports:
    """Tells of one test's exploration, not too often. `share` says how much of its budget is used."""

    def __init__(self, item: pytest.Item, share: Callable[[Exploration], float]) -> None:
        self._item, self._share = item, share
        self._total = sum("explored" in getattr(one, "fixturenames", ()) for one in item.session.items)
        self._watch: Stopwatch | None = None
        self._broken: tuple[str, ...] = ()

    def __call__(self, found: Exploration) -> None:
        """After an order was played."""
        broken = tuple(found.counterexamples)
        if self._watch is None or self._watch.seconds >= OFTEN or broken != self._broken:
            self.tell(found)

    def tell(self, found: Exploration) -> None:
        """At once."""
        self._watch, self._broken = Stopwatch(), tuple(found.counterexamples)
        share = min(1.0, self._share(found))
        said = Progress(found.scenario.name, found.explored, found.known, self._broken, share, self._total)
        item = self._item
        report = pytest.TestReport(item.nodeid, item.location, {}, "passed", None, "setup")
        setattr(report, PROPERTY, asdict(said))
        item.ihook.pytest_runtest_logreport(report=report)


# ---- what is known of all


class Board:
    """How far every scenario of a run is."""

    def __init__(self) -> None:
        self._latest: dict[str, Progress] = {}  # by test
        self._running: dict[str, None] = {}

    def note(self, test: str, progress: Progress) -> None:
        self._latest[test] = progress
        self._running[test] = None

    def end(self, test: str) -> None:
        self._running.pop(test, None)

    @property
    def running(self) -> bool:
        return bool(self._running)

    @property
    def broken(self) -> int:
        """How many scenarios break a promise so far."""
        return sum(bool(progress.broken) for progress in self._latest.values())

    def line(self, seconds: float) -> str:
        """All of it in a line, `seconds` after the first scenario began."""
        total = max((progress.total for progress in self._latest.values()), default=0)
        ended = len(self._latest) - len(self._running)
        orders = _counted(sum(progress.orders for progress in self._latest.values()), "order")
        promises = dict.fromkeys(name for progress in self._latest.values() for name in progress.broken)
        broken = f"{', '.join(promises)} broken in {self.broken}" if promises else "none broken"
        whole = [f"races {ended} of {total}", orders, broken, self._left(seconds, total, ended)]
        now = [self._latest[test] for test in list(self._running)[-_MOST:]]
        told = [f"{one.scenario} {_counted(one.orders, 'order')}, {one.known} more known" for one in now]
        return "; ".join([", ".join(filter(None, whole)), *told])

    def _left(self, seconds: float, total: int, ended: int) -> str:
        done = ended + sum(self._latest[test].share for test in self._running)
        left = seconds / done * (total - done) if done else 0.0
        return f"about {left:.0f} s left" if left >= 1 and done >= 1 else ""


def _counted(count: int, one: str) -> str:
    return f"{count} {one}{'' if count == 1 else 's'}"


# ---- on the terminal


class ProgressLines:
    """The hooks that show it; on the controller of a distributed run. Nothing with -q, or without pytest's terminal."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._board = Board()
        self._watch: Stopwatch | None = None
        self._last = 0.0
        self._told_broken = 0
        self._drawn = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        self._take_away()
        yield
        if (said := getattr(report, PROPERTY, None)) is not None:
            self._watch = self._watch or Stopwatch()
            self._board.note(report.nodeid, Progress(**{**said, "broken": tuple(said["broken"])}))
        elif report.when == "call":
            self._board.end(report.nodeid)
        if self._board.running:
            self._show()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logstart(self) -> Generator[None, None, None]:
        self._take_away()
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._take_away()

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self) -> None:
        self._take_away()

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self) -> None:
        self._take_away()

    # ---- inside

    def _show(self) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is None or reporter.verbosity < 0 or self._watch is None:
            return
        line, broken = self._board.line(self._watch.seconds), self._board.broken
        if reporter.isatty() and reporter.hasmarkup:
            self._write(_DRAWN.format(line[: self._config.get_terminal_writer().fullwidth - 1]))
            self._drawn = True
        elif broken > self._told_broken or self._watch.seconds - self._last >= SELDOM:
            self._last, self._told_broken = self._watch.seconds, broken
            with self._uncaptured():
                reporter.ensure_newline()  # and after it pytest names the file anew
                if self._config.get_terminal_writer().width_of_current_line:
                    reporter.line("")
                reporter.line(line)

    def _take_away(self) -> None:
        if self._drawn:
            self._write(_TAKEN_AWAY)
            self._drawn = False

    def _write(self, codes: str) -> None:
        """Beside pytest's writer, which counts what it wrote on a line."""
        with self._uncaptured():
            sys.stdout.write(codes)
            sys.stdout.flush()

    def _uncaptured(self) -> AbstractContextManager[None]:
        capture: Any = self._config.pluginmanager.getplugin("capturemanager")
        return capture.global_and_fixture_disabled() if capture else nullcontext()
