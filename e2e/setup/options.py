"""hotmic's own options, which argparse reads; whatever is not here goes to pytest as it came."""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from e2e.setup.program import HOTMIC

WRONG_USE = 2  # the exit code of wrong arguments, as that of argparse


@dataclass(frozen=True)
class Option:
    """One option: a switch, or with a `metavar` one that takes a value, which `type` reads."""

    name: str
    help: str
    metavar: str | None = None
    type: Callable[[str], object] = str
    default: object = None

    @property
    def arguments(self) -> dict[str, Any]:
        """What `add_argument` of argparse, and `addoption` of pytest, take besides the name."""
        if self.metavar is None:
            return {"action": "store_true", "help": self.help}
        return {"metavar": self.metavar, "type": self.type, "default": self.default, "help": self.help}


SETUP_ONLY = Option("--setup-only", "stop after the set-up")
BROWSER_EXECUTABLE = Option(
    "--browser-executable",
    "the Chrome, Edge or Chromium to drive, instead of the one that the set-up finds; HOTMIC_BROWSER=PATH in the environment "
    "does the same",
    "PATH",
)
CONNECT = Option(
    "--connect", "take a browser of Playwright's server there, instead of one of this machine: ws://HOST:PORT/", "WS"
)
WIDGET = Option(
    "--widget",
    "judge this widget instead of the reference: a description, widget.toml, or pkg.module:NAME of a Widget",
    "FILE",
)
MUTANTS = Option(
    "--mutants",
    "let the explorer find each mutant, and print by which promise, after how many schedules and seconds, and the smallest one; "
    "a mutant that survives is a failure",
)
BUDGET = 10  # schedules a scenario of `--widget`: all its stories and races take about a minute on two cores
OWN_BUDGET = 2  # of the reference widget, among hotmic's own tests
RACES = (
    Option(
        "--budget",
        f"schedules (200) or seconds (60s) that each scenario's orders may take; without it {BUDGET} schedules, and {OWN_BUDGET} "
        "for the reference",
        "N|Ns",
    ),
    Option("--departures", "leave the natural order at most N times", "N", int),
    Option("--seed", "beyond --departures, draw schedules at random by this seed", "N", int),
    Option(
        "--shard", "part K of N of every scenario and of the tests; `merge` joins the reports", "K/N", default="1/1"
    ),
    Option("--scenarios", "a TOML file of scenarios besides the built-in ones", "FILE", Path),
    Option("--thorough", "do not end a scenario at its first broken promise"),
    Option("--schedule", "play this one order, as a counterexample printed it", "TEXT"),
    Option("--pause", "with --schedule: wait for Enter before each step, and show what is next"),
    Option("--test", "with --schedule: write test_NAME.py, which plays it", "NAME"),
)
VERDICT = (
    Option(
        "--report",
        "write the verdict there: a page, a summary, JUnit XML, JSON; `report` with --widget or --gate",
        "DIR",
        Path,
    ),
    Option("--gate", "a TOML file of broken promises that are accepted for a while", "FILE", Path),
)
# Options of pytest-playwright that also say which browser the set-up is to find.
HEADED = Option("--headed", "show the browser")
BROWSER = Option("--browser", "another browser than chromium, of Playwright's own: firefox or webkit", "NAME")
BROWSER_CHANNEL = Option("--browser-channel", "a browser that Playwright finds by its channel, such as msedge", "NAME")
# Short names for what pytest-playwright has.
SLOW = Option("--slow", "half a second for each thing that the browser does, to watch it with --headed")
TRACE = Option("--trace", "keep Playwright's trace in test-results")


class Parser(ArgumentParser):
    """argparse's parser, whose errors are one line, and name the option that is nearest to one that is not known."""

    def __init__(self, prog: str, **given: Any) -> None:
        self.names: list[str] = []
        super().__init__(prog, allow_abbrev=False, **given)

    def add_argument(self, *names: Any, **given: Any) -> Action:
        action = super().add_argument(*names, **given)
        self.names += action.option_strings
        return action

    def add(self, *options: Option) -> None:
        for option in options:
            self.add_argument(option.name, **option.arguments)

    def hand_on(self, *options: Option, word: str = "") -> None:
        """Adds options that pytest reads as well: they are noted, and also collected in `pytest` of the namespace.

        `word`: what pytest gets instead of the option.
        """
        for option in options:
            nargs = None if option.metavar else 0
            self.add_argument(
                option.name, action=_HandOn, nargs=nargs, metavar=option.metavar, help=option.help, const=word
            )

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USE, f"{self.prog}: {message}\n")

    def read(self, words: Sequence[str]) -> Namespace:
        """The arguments, each of which has to be one of this parser's. Ends the program when one is not."""
        read, others = self.parse_known_args(words)
        for word in others:
            self.error(unknown(word, self.names) if word.startswith("-") else f"'{word}' is one argument too many")
        return read


class _HandOn(Action):
    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: Any, option_string: str | None = None
    ) -> None:
        name = self.option_strings[0]
        if values == "":
            parser.error(f"argument {name}: a value is expected, {name} {self.metavar}")
        setattr(namespace, self.dest, values or True)
        namespace.pytest.append(self.const or (f"{name}={values}" if self.metavar else name))


def widget_of(words: Sequence[str], parser: Parser) -> tuple[str | None, list[str]]:
    """The widget that the words after `judge` name, and the other words. It stands first, or is the first TOML file that no
    option takes; None: none is named so.
    """
    if words and not words[0].startswith("-") and not is_test(words[0]):
        return words[0], list(words[1:])
    end = words.index("--") if "--" in words else len(words)
    _, left = parser.parse_known_args(
        [word for word in words[:end] if word not in ("-h", "--help")], Namespace(pytest=[])
    )
    for before, word in zip(["", *left], left, strict=False):
        if word.endswith(".toml") and not word.startswith("-") and not before.startswith("-"):
            place = words.index(word)
            return word, [*words[:place], *words[place + 1 :]]
    return None, list(words)


def is_test(word: str) -> bool:
    """Whether a word of the command line names a file of tests."""
    return word.partition("::")[0].endswith(".py")


def unknown(word: str, known: Iterable[str]) -> str:
    """Says that there is no such option, and which of those that are known is near."""
    name = word.partition("=")[0]
    near = get_close_matches(name, list(known), 1)
    return f"{name}: there is no such option" + (f"; did you mean {near[0]}?" if near else "")


def describe_parser() -> Parser:
    """Reads the words after `describe`."""
    parser = Parser(
        f"{HOTMIC} describe",
        description="Writes a first widget.toml, from what the page does when somebody mutes.",
    )
    parser.add_argument(
        "where",
        metavar="WHERE",
        help="http://…, a folder to serve, a page, perhaps with its parameters, or a half-written widget.toml",
    )
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", help="the folder that answers for the host of an address"
    )
    parser.add_argument("--output", metavar="FILE", help="write there; a file that exists is not written over")
    parser.add(BROWSER_EXECUTABLE, CONNECT)
    return parser


def merge_parser() -> Parser:
    """Reads the words after `merge`."""
    parser = Parser(f"{HOTMIC} merge", description="Joins the reports of all parts of a run (--shard) into one.")
    parser.add_argument("reports", metavar="REPORT", nargs="+", help="the folder of a part's report (--report DIR)")
    parser.add_argument("--report", metavar="DIR", default="report", help="where the whole report goes (report)")
    return parser
