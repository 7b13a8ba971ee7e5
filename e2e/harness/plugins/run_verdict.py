"""Gives the verdict of a run, as a pytest plugin: each test hands over its Trial, and the run's exit code is 0, 1 or 2.

0: all that was judged held; 1: a promise broke that is not accepted, or a test failed; 2: it could not be judged, nothing was, or
somebody stopped the run.
"""

from __future__ import annotations

import ast
import signal
from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec
import pytest

from e2e.setup.options import VERDICT

from .. import report as reports
from ..browser.isolation import NotSealed
from ..explorer.race import HarnessDefect, Misfit
from ..explorer.walk import Unsteady
from ..stillness.stillness import BadAdapter, NotStill
from ..verdict import BadGate, Failure, RunVerdict, Trial, Trouble, read_gate, untried
from ..verdict.joining import REFERENCE
from ..verdict.words import promise_lines, race_lines, verdict_lines
from ..view.widget import CannotJudge
from .conclusion import ACCEPTS, SCENARIOS, TRIAL, BrokenPromise, about_hotmic, report_folder
from .run_parameters import SUITE, run_parameters

# The user property that says how a test ended that broke no promise, and why: "failed", "trouble" (it could not judge), or
# "itself" (it is about hotmic, and passed).
ENDED: Final = "hotmic_ended"
_UNJUDGEABLE: Final = (CannotJudge, BadAdapter, NotStill, NotSealed, HarnessDefect, Misfit, Unsteady)


# ---- what a test does


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Notes in a word how a test ended, for the controller of a distributed run, which gets no exceptions.

    Of a broken promise the story is printed, and no traceback of hotmic's own code.
    """
    report: pytest.TestReport = yield
    if report.failed and call.excinfo is not None and not isinstance(call.excinfo.value, BrokenPromise):
        failed = call.when == "call" and _by_assertion(call.excinfo.value)
        report.user_properties.append((ENDED, f"{'failed' if failed else 'trouble'} {_why(call.excinfo.value)}"))
    elif report.failed and call.excinfo is not None:
        report.longrepr = str(call.excinfo.value)
    elif report.passed and call.when == "call" and about_hotmic(item):
        report.user_properties.append((ENDED, "itself"))
    return report


def _by_assertion(error: BaseException) -> bool:
    return isinstance(error, (AssertionError, pytest.fail.Exception)) and not isinstance(error, _UNJUDGEABLE)


def _why(error: BaseException) -> str:
    if isinstance(error, pytest.FixtureLookupError):
        return f"there is no fixture '{error.argname}'"
    speaks = isinstance(error, (AssertionError, CannotJudge, pytest.fail.Exception)) and str(error)
    return str(error) if speaks else f"{type(error).__name__}: {error}"


# ---- what the run does


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hotmic verdict")
    for option in VERDICT:
        group.addoption(option.name, **option.arguments)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if gate := config.getoption("--gate"):
        known = [*(config.stash.get(SCENARIOS, None) or ()), *stories(SUITE, *_named(config))]
        try:
            config.stash[ACCEPTS] = read_gate(gate, known)
        except BadGate as error:
            raise pytest.UsageError(str(error)) from error
    if not hasattr(config, "workerinput"):
        if (folder := report_folder(config)) is not None:
            reports.empty(folder)
        config.pluginmanager.register(Verdicts(config), "hotmic-verdicts")


def _named(config: pytest.Config) -> Iterator[Path]:
    for argument in config.args:
        yield config.invocation_params.dir / argument.partition("::")[0]


def stories(*paths: Path) -> Iterator[str]:
    """Yields what the verdict would call the tests of these files and folders, without parameters."""
    for path in dict.fromkeys(path.resolve() for path in paths):
        files = sorted(path.rglob("test_*.py")) if path.is_dir() else [path] if path.is_file() else []
        for file in files:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield node.name.removeprefix("test_")


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(f"asked to end by {signal.Signals(number).name}")


class Verdicts:
    """Collects what the tests of a run led to; on the controller of a distributed one."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.accepts = config.stash.get(ACCEPTS, ())
        self._parameters = run_parameters(config)
        self.trials: list[Trial] = []
        self.failures: list[Failure] = []
        self.troubles: list[Trouble] = []
        self.others = 0
        self.stopped = False
        self._ended: Any = signal.SIG_DFL

    @property
    def verdict(self) -> RunVerdict:
        return RunVerdict(
            date.today(),
            self._widget,
            self._parts,
            tuple(self.trials),
            tuple(self.failures),
            tuple(self.troubles),
            self.accepts,
            self.others,
            self._parameters,
            self.stopped,
        )

    @property
    def _widget(self) -> str:
        named = self.config.getoption("--widget", default=None)
        return next((trial.widget for trial in self.trials), str(named)) if named else REFERENCE

    @property
    def _parts(self) -> tuple[str, ...]:
        part = str(self.config.getoption("--shard", default="1/1"))
        return () if part == "1/1" else (part,)

    # ---- hooks

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties = report.user_properties
        trials = [msgspec.json.decode(str(value), type=Trial) for name, value in properties if name == TRIAL]
        if report.when == "call":
            self.trials += trials
        ended, _, why = str(dict(properties).get(ENDED, "")).partition(" ")
        if ended == "itself":
            self.others += 1
        elif ended == "failed":
            self.failures.append(Failure(report.nodeid, why))
        elif report.failed and (ended or not trials):
            self.troubles.append(Trouble(report.nodeid, why or report.longreprtext))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.troubles.append(Trouble(report.nodeid, report.longreprtext))

    def pytest_internalerror(self, excrepr: object) -> None:
        self.troubles.append(Trouble("hotmic", str(excrepr).strip().splitlines()[-1]))

    def pytest_sessionstart(self) -> None:
        """A request to end (SIGTERM) ends the run as Ctrl-C does: with the verdict and the report of what was judged so far."""
        self._ended = signal.signal(signal.SIGTERM, _stop)

    def pytest_unconfigure(self) -> None:
        signal.signal(signal.SIGTERM, self._ended)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        # pytest's own, such as after --maxfail, are other classes: these were asked for from the beginning.
        self.stopped = excinfo.type is KeyboardInterrupt
        self.troubles.append(Trouble("the run", f"it was stopped early: {str(excinfo.value) or 'interrupted'}"))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        verdict = self.verdict
        if self.config.option.collectonly:
            return
        for title, lines in (("races", race_lines(verdict)), ("promises", promise_lines(verdict))):
            if verdict.trials and (shown := list(lines)):
                terminalreporter.section(title)
                for line in shown:
                    terminalreporter.line(line)
        terminalreporter.section("verdict")
        for line in verdict_lines(verdict):
            terminalreporter.line(line, red=line.startswith(("BROKEN", "FAILED", "COULD NOT", "EXPIRED")))
        if (folder := report_folder(self.config)) is not None:
            terminalreporter.line(f"report:  {folder / 'index.html'}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Before the terminal's summary, which prints the verdict."""
        if self.config.option.collectonly:
            return
        if session.testscollected and session.exitstatus == 0:
            self.troubles += untried(self.verdict)
        if (folder := report_folder(self.config)) is not None:
            try:
                reports.write(self.verdict, folder)
            except Exception as error:  # whatever it is, the verdict on the widget must not go with it
                self.troubles.append(Trouble("the report", f"it could not be written: {type(error).__name__}: {error}"))
        session.exitstatus = self.verdict.exit_code
