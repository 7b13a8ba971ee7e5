"""The two commands: set-up, then pytest or a tool as a child, whose exit code is theirs.

In a checkout the child runs in .venv; installed, in the environment that hotmic is in, and only the browser is set up, and the
SDK for the reference widget.
"""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e.setup import browser, options
from e2e.setup.children import run_foreground
from e2e.setup.leftovers import EXIT_SECONDS, Mark
from e2e.setup.lock import Lock
from e2e.setup.options import Option, Parser, describe_parser, merge_parser
from e2e.setup.places import CACHE, INSTALLED, PYTEST_SETTINGS, ROOT
from e2e.setup.program import HOTMIC, JUDGES, NAME, REFERENCE
from e2e.setup.python_env import PythonPackages, python
from e2e.setup.sdk import playwright_test, sdk, widget_packages
from e2e.setup.steps import SetupError, SetupStep, StepPrinter, set_up

# pytest has 1 to 5: https://docs.pytest.org/en/stable/reference/exit-codes.html; 2 is what it says of an interruption,
# and what command lines say of wrong arguments.
LEFT_RUNNING = 2  # for that the widget under test is not to blame: 1 would say that it broke a promise
CANNOT_RUN = 2
PYTEST_DID_NOT_JUDGE = (3, 4, 5)  # an internal error, wrong arguments, no test
INTERRUPTED = 130

DESCRIBE = "describe"  # a command of its own, with its own options
MERGE = "merge"  # so is this; it needs no browser
COMMANDS = (DESCRIBE, MERGE)

DEFAULT_WIDGET = Path("widget.toml")
NEEDS_NO_WIDGET = frozenset(("-h", "--help", options.SETUP_ONLY.name, options.WIDGET.name))
NO_WIDGET = """hotmic: which widget? There is no widget.toml in this folder. Any one of these says it:
    judge one that is described:  hotmic judge FILE
    describe one:                 hotmic describe http://localhost:3000/ --output widget.toml
    judge hotmic's own:           hotmic judge reference"""

INSTALLED_SUMMARY = """Judges a widget in a real browser against a mock of Genesys Cloud. WIDGET is a description, widget.toml, or
a folder that has one, or pkg.module:NAME of a Widget; without it, widget.toml of this folder. `reference` is the one that hotmic
brings."""

# Plugins that no test in a browser needs, though each process would import them.
NOT_NEEDED = ("-p", "no:hypothesispytest", "-p", "no:faker")

# pytest takes its folder of settings for the root, and keeps its cache there, unless it is told otherwise. Of the plugins that
# are installed beside hotmic, perhaps for other tests, none but those that it needs are loaded.
INSTALLED_SETTINGS = (
    f"--rootdir={ROOT}",
    *("-o", f"cache_dir={CACHE / 'pytest'}"),
    *("-p", "pytest_playwright.pytest_playwright", "-p", "xdist.plugin"),
)
INSTALLED_ENVIRON = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@dataclass(frozen=True)
class Suite:
    """One of the two commands."""

    name: str
    summary: str
    needs_browser: bool
    has_verdict: bool  # its exit code is 0, 1 or 2 (e2e/harness/plugins/run_verdict.py)
    plugins: tuple[str, ...]  # those with the suite's fixtures and options, wherever the tests are that are run
    without: tuple[str, ...]  # pytest's arguments for plugins that are not loaded
    tools: Mapping[
        Option, str
    ]  # run instead of the tests: option → the module, with whatever else is in the command line

    @property
    def folder(self) -> Path:
        return ROOT / self.name

    @property
    def command(self) -> str:
        """How a person calls it."""
        return JUDGES if self.needs_browser else f"python3 -m {self.name}"

    @property
    def speaker(self) -> str:
        """What stands before its messages."""
        return NAME if self.needs_browser else self.name

    def parser(self) -> Parser:
        """Reads the command line; what it does not know is pytest's."""
        parser = Parser(
            self.command,
            usage=f"{self.command}{' [WIDGET]' if INSTALLED else ''} [option …] [pytest argument …]",
            description=INSTALLED_SUMMARY if INSTALLED else self.summary,
            epilog=f"Everything else goes to pytest as it is. pytest's own options: {self.command} -- --help",
        )
        parser.add(options.SETUP_ONLY)
        if self.needs_browser:
            parser.add(options.BROWSER_EXECUTABLE)
            parser.hand_on(options.CONNECT, options.WIDGET, *options.RACES, *options.VERDICT)
            if not INSTALLED:
                parser.hand_on(options.MUTANTS)
            parser.hand_on(options.HEADED, options.BROWSER, options.BROWSER_CHANNEL)
            parser.hand_on(options.SLOW, word="--slowmo=500")
            parser.hand_on(options.TRACE, word="--tracing=on")
        parser.add(*self.tools)
        return parser

    def read(self, words: Sequence[str]) -> tuple[Namespace, list[str]]:
        """hotmic's own options, and the words for pytest: among them all that follow `--`. Raises SetupError."""
        if INSTALLED and options.MUTANTS.name in words:
            raise SetupError(
                f"{options.MUTANTS.name} is for a checkout, which has the mutants: python3 -m e2e --mutants"
            )
        end = words.index("--") if "--" in words else len(words)
        own, others = self.parser().parse_known_args(words[:end], Namespace(pytest=[]))
        if self.needs_browser and others and others[0] in COMMANDS:
            raise SetupError(f"{others[0]} stands before its options: {HOTMIC} {others[0]} …")
        return own, [*own.pytest, *others, *words[end + 1 :]]


E2E = Suite(
    name="e2e",
    summary="Sets everything up, then runs the suite in a real browser against the mock. "
    "`python3 -m e2e describe WHERE` writes a first widget.toml instead, for an address or a folder. "
    "`python3 -m e2e merge REPORT …` joins the reports of all parts of a run (--shard).",
    needs_browser=True,
    has_verdict=True,
    plugins=("e2e.harness.plugins.fixtures",),
    without=NOT_NEEDED,
    tools={}
    if INSTALLED
    else {
        Option("--bench", "measure the explorer: its rate, and what it finds beside random delays"): "e2e.bench",
        Option("--picture", "take the README's picture of a report anew"): "e2e.picture",
    },
)

TESTS = Suite(
    name="tests",
    summary="Sets everything up, then tests the harness itself, and the style and types of all sources.",
    needs_browser=False,
    has_verdict=False,
    plugins=(),
    without=(),
    tools={
        Option("--bench", "measure the mock, and print each figure beside its bar"): "tests.bench",
        Option("--fuzz", "throw 10,000 requests and frames at the mock that nobody should send"): "tests.fuzz",
        Option("--clients-table", "drive the mock with every client, and print operations × clients"): "tests.clients",
    },
)

SUITES = {suite.name: suite for suite in (E2E, TESTS)}


def judge(words: Sequence[str]) -> int:
    """Runs `hotmic judge` and returns its exit code: E2E, with the widget as a word of its own."""
    widget, others = options.widget_of(words, E2E.parser())
    if widget is None and NEEDS_NO_WIDGET.isdisjoint(word.partition("=")[0] for word in others):
        if not DEFAULT_WIDGET.is_file():
            print(NO_WIDGET, file=sys.stderr)
            return CANNOT_RUN
        widget = str(DEFAULT_WIDGET)
    named = [] if widget in (None, REFERENCE) else [f"{options.WIDGET.name}={widget}"]
    return main(E2E, [*named, *others], plays_reference=widget == REFERENCE)


def main(suite: Suite, words: Sequence[str], plays_reference: bool = False) -> int:
    """Runs one of the commands and returns its exit code. Raises SystemExit after --help, and for a wrong option.

    `plays_reference`: installed, its SDK is fetched; in a checkout it always is.
    """
    printer = StepPrinter()
    try:
        if suite.needs_browser and words[:1] == [DESCRIBE]:
            return describe(words[1:], printer)
        if suite.needs_browser and words[:1] == [MERGE]:
            return merge(words[1:], printer)
        own, for_pytest = suite.read(words)
        environ = prepare(suite, BrowserChoice.of(own), printer, plays_reference)
        return 0 if own.setup_only else run(suite, own, for_pytest, environ)
    except SetupError as error:
        printer.broke_off()
        print(f"{suite.speaker}: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        printer.broke_off()
        print(f"{suite.speaker}: interrupted; run it again, and what was not finished is done anew", file=sys.stderr)
        return INTERRUPTED


def describe(words: Sequence[str], printer: StepPrinter) -> int:
    """Has the harness describe a widget, in the browser that the words after `describe` name. Raises SetupError."""
    own = describe_parser().read(words)
    environ = prepare(E2E, BrowserChoice(own.browser_executable, own.connect), printer)
    return run_child(["-m", "e2e.harness.describing", *words], environ)


def merge(words: Sequence[str], printer: StepPrinter) -> int:
    """The reports of a run's parts as one. Raises SetupError."""
    merge_parser().read(words)
    set_up([] if INSTALLED else [PythonPackages()], _lock(printer), printer)
    return run_child(["-m", "e2e.harness.report", *words], {})


@dataclass(frozen=True)
class BrowserChoice:
    """What the command line says about the browser."""

    executable: str | None = None
    server: str | None = None
    headed: bool = False
    left_to_playwright: bool = False  # by an option of pytest-playwright, which then finds it

    @staticmethod
    def of(own: Namespace) -> "BrowserChoice":
        """Of the options of a command; one that takes no browser has none of these."""
        named = vars(own).get
        left = bool(named("browser_channel")) or named("browser") not in (None, "chromium")
        return BrowserChoice(named("browser_executable"), named("connect"), bool(named("headed")), left)


def packages(suite: Suite, plays_reference: bool) -> list[SetupStep]:
    """The steps that fetch packages. Where hotmic is installed, those of Python are there."""
    if INSTALLED:
        return [sdk()] if plays_reference else []
    return [PythonPackages(), sdk(), *([playwright_test(), widget_packages()] if suite.needs_browser else [])]


def prepare(suite: Suite, choice: BrowserChoice, printer: StepPrinter, plays_reference: bool = False) -> dict[str, str]:
    """Carries out the set-up and returns what the child's environment needs besides. Raises SetupError."""
    steps = packages(suite, plays_reference)
    user = None
    if choice.server:
        browser.elsewhere(choice.server)
    elif suite.needs_browser and not choice.left_to_playwright:
        # Asked first: a mistyped path is reported at once, not after the rest of the set-up.
        user = browser.named(choice.executable, os.environ)
        if user is None:
            steps.append(browser.Browser(headed=choice.headed))
    if steps:
        make(CACHE)
    set_up(steps, _lock(printer), printer)
    if choice.server:
        printer.ended("browser", f"none of this machine: {choice.server}, named by {options.CONNECT.name}")
        return {browser.VARIABLE: choice.executable} if choice.executable else {}
    if user is None:
        return {}
    printer.ended("browser", f"{user.path}, named by {user.by}")
    return {browser.VARIABLE: str(user.path)}


def make(cache: Path) -> None:
    """Makes the folder in which the set-up remembers what it did. Raises SetupError where that cannot be."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{cache}, where the set-up keeps what it makes, cannot be made: {error.strerror}. "
            "XDG_CACHE_HOME=FOLDER in the environment names another place (on Linux)"
        ) from error


def _lock(printer: StepPrinter) -> Lock:
    return Lock(CACHE / "setup.lock", lambda: printer.note("waiting for another set-up in this checkout"))


def run(suite: Suite, own: Namespace, for_pytest: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs a tool, or pytest with the plugin that reads the rest of the command line; returns the exit code."""
    for option, module in suite.tools.items():
        if getattr(own, option.name.removeprefix("--").replace("-", "_")):
            return run_child(["-m", module, *for_pytest], environ)
    began = time.perf_counter()
    settings: list[str | Path] = [
        "-c",
        PYTEST_SETTINGS,
        *(INSTALLED_SETTINGS if INSTALLED else ()),
        "-p",
        "e2e.harness.plugins.command_line",
        f"--suite={suite.name}",
    ]
    environ = {**environ, **(INSTALLED_ENVIRON if INSTALLED else {})}
    code = run_child(["-m", "pytest", *settings, *suite.without, *for_pytest], environ)
    if suite.has_verdict and code in PYTEST_DID_NOT_JUDGE:
        code = CANNOT_RUN
    print_at_once(f"{suite.speaker} took {time.perf_counter() - began:.1f} s after the set-up")
    return code


def run_child(words: Iterable[str | Path], environ: Mapping[str, str], seconds: float = EXIT_SECONDS) -> int:
    """Runs the Python that has the packages in the foreground, in the current folder, and returns its exit code.

    One that leaves a process running has failed. `seconds`: how long a process may take to exit after it.
    """
    mark = Mark()
    environ = {**environ, **python_path(os.environ), **bytecode(os.environ), **mark.environ(os.environ)}
    # -P: what stands in the current folder, perhaps another project's `tests`, does not take the place of the checkout's.
    code = run_foreground([python(), "-P", *words], env=environ)
    left = mark.end_left_over(seconds)
    for process in left:
        print_at_once(f"left running: {process}")
    return code or (LEFT_RUNNING if left else 0)


def python_path(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Python finds the checkout, from whatever folder the command is given."""
    if INSTALLED:
        return {}
    before = environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *([before] if before else [])])}


def bytecode(environ: Mapping[str, str]) -> dict[str, str]:
    """Who wants no bytecode beside the sources gets it in the cache: each process would compile all tests anew, for 2 s."""
    if not environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


def print_at_once(line: str) -> None:
    """Before a child prints to the same terminal."""
    print(line, flush=True)
