"""The two commands: set-up, checks, and pytest as a child in .venv, whose exit code is theirs."""

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e.setup import browser, checks, describe
from e2e.setup.children import run_foreground
from e2e.setup.leftovers import EXIT_SECONDS, Mark
from e2e.setup.lock import Lock
from e2e.setup.options import Arguments, Option, help_text, parse
from e2e.setup.places import CACHE, ROOT
from e2e.setup.python_env import PythonPackages
from e2e.setup.sdk import playwright_test, sdk, widget_packages
from e2e.setup.steps import SetupError, SetupStep, StepPrinter, set_up

# pytest has 1 to 5: https://docs.pytest.org/en/stable/reference/exit-codes.html; 2 is what it says of an interruption,
# and what command lines say of wrong arguments.
CHECKS_FAILED = 1
LEFT_RUNNING = 2  # for that the widget under test is not to blame: 1 would say that it broke a promise
CANNOT_RUN = 2
PYTEST_DID_NOT_JUDGE = (3, 4, 5)  # an internal error, wrong arguments, no test
INTERRUPTED = 130

# Beyond this each further browser costs more memory than it saves time.
MOST_WORKERS = 4
# Options of pytest and its plugins with which one process runs the tests: their own number, or somebody is watching.
ALONE = (
    "-n",
    "--numprocesses",
    "--dist",
    "--headed",
    "--slowmo",
    "--schedule",
    "--pdb",
    "--trace",
    "-s",
    "--capture",
    "-x",
    "--debug",
)

HELP = Option("--help", "show this and stop (-h does too)")
H = Option("-h", "the same as --help")
SETUP_ONLY = Option("--setup-only", "stop after the set-up")
BROWSER_EXECUTABLE = Option(
    browser.OPTION,
    f"the Chrome, Edge or Chromium to drive, instead of the one that the set-up finds; {browser.VARIABLE}=PATH in the "
    "environment does the same",
    value="PATH",
)
CONNECT = Option(
    browser.CONNECT,
    "take the browsers of Playwright's server there, instead of one of this machine: ws://HOST:PORT/",
    value="WS",
)
MUTANTS = Option(
    "--mutants",
    "let the explorer find each mutant, and print by which promise, after how many schedules and seconds, and the smallest one; "
    "a mutant that survives is a failure",
)
WIDGET = Option(
    "--widget",
    "judge this widget instead of the reference: a description, widget.toml, or pkg.module:NAME of a Widget",
    value="FILE",
)
REPORT_OPTION = Option(
    "--report", "write the verdict there: a page, a summary, JUnit XML, JSON; `report` with --widget or --gate", "DIR"
)
# What pytest is told, under its own name or another.
TOLD = {
    Option(
        "--budget",
        "schedules (200) or seconds (60s) that each scenario's orders may take; unless told 10 schedules, and 2 for the "
        "reference",
        "N|Ns",
    ): "--budget={}",
    Option("--departures", "leave the natural order at most N times", "N"): "--departures={}",
    Option("--seed", "beyond --departures, draw schedules at random by this seed", "N"): "--seed={}",
    Option("--shard", "part K of N of every scenario and of the tests; `merge` joins the reports", "K/N"): "--shard={}",
    Option("--scenarios", "a TOML file of scenarios besides the built-in ones", "FILE"): "--scenarios={}",
    Option("--thorough", "do not end a scenario at its first broken promise"): "--thorough",
    Option("--schedule", "play this one order, as a counterexample printed it", "TEXT"): "--schedule={}",
    Option("--pause", "with --schedule: wait for Enter before each step, and say what is next"): "--pause",
    Option("--test", "with --schedule: write test_NAME.py, which plays it", "NAME"): "--test={}",
    REPORT_OPTION: "--report={}",
    Option("--gate", "a TOML file of broken promises that are accepted for a while", "FILE"): "--gate={}",
    Option("--slow", "half a second for each thing that the browser does, to watch it with --headed"): "--slowmo=500",
    Option("--trace", "keep Playwright's trace in test-results"): "--tracing=on",
}
PLAYS_SCHEDULE = "suite/test_races.py"  # the one test that plays a --schedule
DESCRIBE = "describe"  # a command of its own, with its own options
MERGE = "merge"  # so is this; it needs no browser
COMMANDS = (DESCRIBE, MERGE)
# Options of a run that judges a release: its report is written where nothing else is said.
WANT_REPORT = (WIDGET.name, "--gate")
REPORT = "report"
HERE = "HOTMIC_HERE"  # in the environment of a command: the folder where it was given, for its own is the checkout
# Tools run instead of the tests: option → the module, with whatever else stands in the command line.
TOOLS = {
    Option("--bench", "measure the mock, and print each figure beside its bar"): "tests.bench",
    Option("--fuzz", "throw 10,000 requests and frames at the mock that nobody should send"): "tests.fuzz",
    Option("--clients-table", "drive the mock with every client, and print operations × clients"): "tests.clients",
}
BROWSER_TOOLS = {
    Option("--bench", "measure the explorer: its rate, and what it finds beside random delays"): "e2e.bench",
    Option("--picture", "take the README's picture of a report anew"): "e2e.picture",
}


@dataclass(frozen=True)
class Suite:
    """One of the two commands."""

    name: str
    summary: str
    options: tuple[Option, ...]
    needs_browser: bool
    has_checks: bool
    has_verdict: bool  # its exit code is 0, 1 or 2 (e2e/harness/plugins/run_verdict.py)
    tools: Mapping[Option, str]

    @property
    def folder(self) -> Path:
        return ROOT / self.name


E2E = Suite(
    name="e2e",
    summary="Sets everything up, then runs the suite in a real browser against the mock. "
    "`python3 -m e2e describe WHERE` writes a first widget.toml instead, for an address or a folder. "
    "`python3 -m e2e merge REPORT …` joins the reports of all parts of a run (--shard).",
    options=(HELP, SETUP_ONLY, BROWSER_EXECUTABLE, CONNECT, WIDGET, MUTANTS, *TOLD, *BROWSER_TOOLS),
    needs_browser=True,
    has_checks=False,
    has_verdict=True,
    tools=BROWSER_TOOLS,
)

TESTS = Suite(
    name="tests",
    summary="Sets everything up, checks style and types (unless tests are selected), then tests the harness itself.",
    options=(HELP, SETUP_ONLY, *TOOLS),
    needs_browser=False,
    has_checks=True,
    has_verdict=False,
    tools=TOOLS,
)


def main(suite: Suite, words: Sequence[str]) -> int:
    """Runs one of the commands and returns its exit code."""
    printer = StepPrinter()
    try:
        arguments = parse(words, (*suite.options, H))
        if arguments.switched(HELP.name) or arguments.switched(H.name):
            if suite.needs_browser and arguments.pytest[:1] == (DESCRIBE,):
                print(describe.parser().format_help(), end="")
                return 0
            print(help_text(f"python3 -m {suite.name}", suite.summary, suite.options))
            return 0
        if suite.needs_browser and arguments.pytest[:1] == (MERGE,):
            return merged(arguments, printer)
        arguments = with_told(suite, arguments)
        environ = prepare(suite, arguments, printer)
        return 0 if arguments.switched(SETUP_ONLY.name) else run(suite, arguments, environ)
    except SetupError as error:
        printer.broke_off()
        print(f"{suite.name}: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        printer.broke_off()
        print(f"{suite.name}: interrupted; run it again, and what was not finished is done anew", file=sys.stderr)
        return INTERRUPTED


def with_told(suite: Suite, arguments: Arguments) -> Arguments:
    """The options of TOLD as pytest knows them, before its others."""
    words = [
        word.format(_from_here(option, arguments.own[option.name]))
        for option, word in TOLD.items()
        if arguments.switched(option.name)
    ]
    if wants_report(suite, arguments):
        words.append(f"--report={Path(REPORT).absolute()}")
    return Arguments(arguments.own, (*words, *arguments.pytest))


def wants_report(suite: Suite, arguments: Arguments) -> bool:
    """A run that judges a release is reported; one story played again leaves the report that it was found in."""
    judges = any(map(arguments.switched, WANT_REPORT)) and not arguments.switched("--schedule")
    return judges and not arguments.switched("--report") and checks.wanted(arguments, suite.folder)


def _from_here(option: Option, value: str) -> str:
    """pytest runs in the checkout: a path means the same there when it is absolute."""
    return str(Path(value).absolute()) if option.value in ("FILE", "DIR") else value


def prepare(suite: Suite, arguments: Arguments, printer: StepPrinter) -> dict[str, str]:
    """Carries out the set-up and returns what pytest's environment needs besides. Raises SetupError."""
    steps: list[SetupStep] = [PythonPackages(), sdk()]
    if suite.needs_browser:
        steps += [playwright_test(), widget_packages()]
    user = None
    server = arguments.own.get(CONNECT.name)
    if server:
        browser.elsewhere(server)
    elif suite.needs_browser and not left_to_playwright(arguments):
        # Asked first: a mistyped path is to be told at once, not after the rest of the set-up.
        user = browser.named(arguments.own.get(browser.OPTION), os.environ)
        if user is None:
            steps.append(browser.Browser(headed=arguments.pytest_has("--headed")))
    set_up(steps, _lock(printer), printer)
    if server:
        printer.ended("browser", f"none of this machine: {server}, named by {CONNECT.name}")
        there = arguments.own.get(browser.OPTION)
        return {browser.VARIABLE: there} if there else {}
    if user is None:
        return {}
    printer.ended("browser", f"{user.path}, named by {user.by}")
    return {browser.VARIABLE: str(user.path)}


def merged(arguments: Arguments, printer: StepPrinter) -> int:
    """The reports of a run's parts as one. Raises SetupError."""
    if others := sorted(arguments.own.keys() - {REPORT_OPTION.name}):
        raise SetupError(
            f"{MERGE} takes the reports of a run's parts and {REPORT_OPTION.usage}, not {', '.join(others)}"
        )
    set_up([PythonPackages()], _lock(printer), printer)
    folder = arguments.own.get(REPORT_OPTION.name, REPORT)
    words = ["-m", "e2e.harness.report", *arguments.pytest[1:], f"{REPORT_OPTION.name}={folder}"]
    return run_to_the_end([PythonPackages().python, *words], env={HERE: os.getcwd()})


def _lock(printer: StepPrinter) -> Lock:
    return Lock(CACHE / "setup.lock", lambda: printer.note("waiting for another set-up in this checkout"))


def left_to_playwright(arguments: Arguments) -> bool:
    """Whether pytest-playwright was told which browser to take: then it finds it, as it always does."""
    return arguments.pytest_has("--browser-channel") or arguments.pytest_value("--browser") not in (None, "chromium")


def run(suite: Suite, arguments: Arguments, environ: dict[str, str]) -> int:
    """A tool; or the checks, then pytest whether or not they failed. A failure of either is a failure."""
    environ = {**environ, **bytecode(os.environ)}
    for option, module in suite.tools.items():
        if arguments.switched(option.name):
            return run_to_the_end([PythonPackages().python, "-m", module, *arguments.pytest], env=environ)
    server = arguments.own.get(CONNECT.name)
    connect = [f"{CONNECT.name}={server}"] if server else []
    if suite.needs_browser and arguments.pytest[:1] == (DESCRIBE,):
        return run_to_the_end(
            [PythonPackages().python, "-m", "e2e.harness.describing", *arguments.pytest[1:], *connect],
            env={**environ, HERE: os.getcwd()},
        )
    began = time.perf_counter()
    wanted = suite.has_checks and checks.wanted(arguments, suite.folder)
    failed = checks.failed(print_at_once) if wanted else ()
    where: list[str | Path] = [] if checks.paths_in(suite.folder, arguments.pytest) else [suite.folder]
    if arguments.switched(MUTANTS.name):
        where = [
            suite.folder / "selftest" / "test_mutants.py",
            MUTANTS.name,
        ]  # pytest has to know as well: it prints the table
    if arguments.pytest_has("--schedule"):
        where = [suite.folder / PLAYS_SCHEDULE]
    if named := arguments.own.get(WIDGET.name):
        where, environ = [*where, f"{WIDGET.name}={from_here(named)}"], {**environ, **adapters_path(os.environ)}
    words = [*where, *connect, *workers(suite, arguments, os.cpu_count() or 1), *arguments.pytest]
    code = run_to_the_end([PythonPackages().python, "-m", "pytest", *words], env=environ)
    if suite.has_verdict and code in PYTEST_DID_NOT_JUDGE:
        code = CANNOT_RUN
    print_at_once(f"{suite.name} took {time.perf_counter() - began:.1f} s after the set-up")
    if failed:
        print_at_once(f"checks failed, see above: {', '.join(failed)}")
    return code or (CHECKS_FAILED if failed else 0)


def run_to_the_end(words: Sequence[str | Path], *, env: Mapping[str, str], seconds: float = EXIT_SECONDS) -> int:
    """Runs a program in the foreground and returns its exit code. One that leaves a process running has failed.

    `seconds`: how long a process may take to exit when the program has.
    """
    mark = Mark()
    code = run_foreground(words, env={**env, **mark.environ(os.environ)})
    left = mark.end_left_over(seconds)
    for process in left:
        print_at_once(f"left running: {process}")
    return code or (LEFT_RUNNING if left else 0)


def from_here(named: str) -> str:
    """What `--widget` names, for a child that runs in the checkout: a path becomes absolute, pkg.module:NAME stays."""
    path = Path(named)
    return named if re.fullmatch(r"[\w.]+:\w+", named) and not path.exists() else str(path.absolute())


def bytecode(environ: Mapping[str, str]) -> dict[str, str]:
    """Who wants no bytecode beside the sources gets it in the cache: each process would compile all tests anew, for 2 s."""
    if not environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


def adapters_path(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Python finds an adapter in the folder where the command was given."""
    before = environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([os.getcwd(), *([before] if before else [])])}


def workers(suite: Suite, arguments: Arguments, cores: int) -> list[str]:
    """How many processes share a whole run in the browser, as pytest-xdist's options: a core each, unless somebody watches.

    Each begins with a share of its own, one file after the other, and takes from the others when it has done it: tests that
    can use the same page are told in it, and none waits at the end. Hypothesis and Faker would be imported by each, for nothing.
    """
    whole = suite.needs_browser and checks.wanted(arguments, suite.folder)
    if not whole or cores < 2 or arguments.pytest_has(*ALONE):
        return []
    return ["-n", str(min(cores, MOST_WORKERS)), "--dist", "worksteal", "-p", "no:hypothesispytest", "-p", "no:faker"]


def print_at_once(line: str) -> None:
    """Before a child prints to the same terminal."""
    print(line, flush=True)
