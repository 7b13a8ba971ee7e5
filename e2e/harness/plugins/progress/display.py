"""Shows a board on the terminal of a run: live rows that rich draws, or plain lines where lines stay."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest

from ...stillness.settle import Stopwatch
from .board import Board, counted, extent

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SELDOM: Final = 4.0  # real seconds between two plain lines, and a tick more
TICK: Final = 0.5  # real seconds between two looks at whether one is due


class Display(Protocol):
    """What shows a board."""

    @property
    def takes_the_place_of_letters(self) -> bool:
        """Whether pytest's letter for each test is left out for now."""

    def show(self, board: Board) -> None: ...

    def tick(self, board: Board) -> None:
        """Shows that the run goes on, if nothing else has for a while. Called in a thread of its own."""

    def failed(self, test: str) -> None:
        """Shows that a test failed, if pytest does not."""

    def close(self) -> None: ...


def display_of(config: pytest.Config) -> Display | None:
    """Returns what suits the terminal of this run; None with -q, or without pytest's terminal reporter."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None or reporter.verbosity < 0:
        return None
    others = reporter.verbosity > 0 or config.option.usepdb or config.option.capture == "no"  # they write there as well
    return (
        PlainLines(config, reporter)
        if others or not (reporter.isatty() and reporter.hasmarkup)
        else Live(config, reporter)
    )


class PlainLines:
    """A line at once when a promise broke, and every few seconds."""

    takes_the_place_of_letters = False

    def __init__(self, config: pytest.Config, reporter: Any) -> None:
        self._config, self._reporter = config, reporter
        self._running = Stopwatch()
        self._exploring: Stopwatch | None = None
        self._last = Stopwatch()
        self._broken = 0
        self._width = 0  # of pytest's line, when something was written beneath it
        # Who debugs wants no lines in between. The output itself: what a thread writes to sys.stdout while a test runs is
        # captured for its report.
        with _uncaptured(config):
            watched = (
                config.option.usepdb or config.option.capture == "no" or config.getoption("--pause", default=False)
            )
            self._output = os.fdopen(os.dup(1), "w", encoding="utf-8") if not watched else None

    def show(self, board: Board) -> None:
        self._exploring = self._exploring or Stopwatch()
        if board.broken <= self._broken and self._last.seconds < SELDOM:
            return
        self._last, self._broken = Stopwatch(), board.broken
        with _uncaptured(self._config):
            _begin_line(self._config, self._reporter)
            self._reporter.line(self._line(board))

    def tick(self, board: Board) -> None:
        if self._output is None or self._last.seconds < SELDOM:
            return
        self._last = Stopwatch()
        width = self._config.get_terminal_writer().width_of_current_line
        begin = "\n" if width and width != self._width else ""
        self._width = width
        print(begin + self._line(board), file=self._output, flush=True)

    def _line(self, board: Board) -> str:
        if board.total and self._exploring:
            return board.line(self._exploring.seconds)
        return f"{counted(board.tests, 'test')} done in {self._running.seconds:.0f} s"

    def failed(self, test: str) -> None: ...

    def close(self) -> None:
        if self._output is not None:
            self._output.close()
            self._output = None


class Live:
    """A row for the whole and one for each scenario that is explored; pytest writes nothing meanwhile."""

    def __init__(self, config: pytest.Config, reporter: Any) -> None:
        self._config, self._reporter = config, reporter
        self._progress: Progress | None = None
        self._rows: dict[str, TaskID] = {}

    @property
    def takes_the_place_of_letters(self) -> bool:
        return self._progress is not None

    def show(self, board: Board) -> None:
        if board.ended >= board.total:
            self.close()
            return
        progress = self._progress or self._begin()
        running = board.running
        for test in self._rows.keys() - running.keys() - {""}:
            progress.remove_task(self._rows.pop(test))
        whole, tests = f"races {board.ended} of {board.total}", counted(board.tests, "test")
        self._draw(progress, "", whole, board.total, completed=board.done, about=f"{board.findings}; {tests} done")
        for test, one in running.items():
            self._draw(progress, test, one.scenario, 1.0, completed=one.share, about=extent(one))

    def _draw(self, progress: Progress, key: str, description: str, total: float, completed: float, about: str) -> None:
        """Draws a row, that of a test or that of the whole, whose key is ""."""
        if key not in self._rows:
            self._rows[key] = progress.add_task(description, total=total, about=about)
        progress.update(self._rows[key], description=description, completed=completed, about=about)

    def tick(self, board: Board) -> None:
        """Nothing: rich draws by itself."""

    def failed(self, test: str) -> None:
        if self._progress is not None:
            self._progress.console.print(f"FAILED {test}", markup=False, highlight=False)

    def close(self) -> None:
        if self._progress is None:
            return
        self._progress.stop()
        self._progress.console.file.close()
        self._progress, self._rows = None, {}
        self._reporter.showfspath = None

    def _begin(self) -> Progress:
        # Imported by who has a terminal alone.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        with _uncaptured(self._config):
            _begin_line(self._config, self._reporter)
            # The terminal itself: what is written to sys.stdout while a test runs is captured for its report.
            terminal = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self._reporter.showfspath = False  # as with pytest-xdist: pytest does not name the file of the next test
        columns = (
            TextColumn("{task.description}"),
            BarColumn(20),
            TextColumn("{task.fields[about]}"),
            TimeRemainingColumn(),
        )
        console = Console(file=terminal, width=self._config.get_terminal_writer().fullwidth)
        self._progress = Progress(
            *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._progress.start()
        return self._progress


def _begin_line(config: pytest.Config, reporter: Any) -> None:
    reporter.ensure_newline()  # and after it pytest names the file anew
    if config.get_terminal_writer().width_of_current_line:
        reporter.line("")


def _uncaptured(config: pytest.Config) -> AbstractContextManager[None]:
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    return capture.global_and_fixture_disabled() if capture else nullcontext()
