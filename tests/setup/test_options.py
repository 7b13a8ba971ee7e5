"""hotmic's own options are taken out of the command line; the rest reaches pytest as it came."""

import pytest

from e2e.setup.options import Arguments, Option, help_text, parse
from e2e.setup.steps import SetupError

OPTIONS = (Option("--setup-only", "stop after the set-up"), Option("--browser-executable", "the browser", value="PATH"))


@pytest.mark.parametrize(
    ("line", "own", "pytest_gets"),
    [
        ("", {}, ""),
        ("-k forbidden --headed", {}, "-k forbidden --headed"),
        ("--setup-only", {"--setup-only": ""}, ""),
        ("-n 2 --setup-only -x", {"--setup-only": ""}, "-n 2 -x"),
        ("--browser-executable /b -q", {"--browser-executable": "/b"}, "-q"),
        ("--browser-executable=/b=c -q", {"--browser-executable": "/b=c"}, "-q"),
        ("--browser-executable /b --browser-executable /c", {"--browser-executable": "/c"}, ""),
        ("--browser chromium --browser-channel=msedge", {}, "--browser chromium --browser-channel=msedge"),
        ("--setup -- --setup-only", {}, "--setup -- --setup-only"),
    ],
)
def test_own_options_are_taken_and_the_rest_keeps_its_order(line: str, own: dict[str, str], pytest_gets: str) -> None:
    assert parse(line.split(), OPTIONS) == Arguments(own, tuple(pytest_gets.split()))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--browser-executable", "--browser-executable needs a value: --browser-executable PATH"),
        ("--browser-executable=", "--browser-executable needs a value: --browser-executable PATH"),
        ("--setup-only=yes", "--setup-only takes no value, but was given 'yes'"),
    ],
)
def test_a_wrong_use_is_told(line: str, message: str) -> None:
    with pytest.raises(SetupError) as error:
        parse(line.split(), OPTIONS)
    assert str(error.value) == message


@pytest.mark.parametrize("line", ["-k mute", "-kmute", "--lf", "--lf=1", "-x -k mute"])
def test_pytest_has_an_option_in_each_spelling(line: str) -> None:
    assert Arguments({}, tuple(line.split())).pytest_has("-k", "--lf")


@pytest.mark.parametrize("line", ["", "-x", "--lfx", "--kmute"])
def test_pytest_has_not_an_option_that_looks_alike(line: str) -> None:
    assert not Arguments({}, tuple(line.split())).pytest_has("-k", "--lf")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("", None),
        ("--browser", None),
        ("--browser-channel chrome", None),
        ("--browser firefox", "firefox"),
        ("--browser=webkit -x", "webkit"),
        ("--browser firefox --browser=webkit", "webkit"),
    ],
)
def test_the_value_of_one_of_pytests_options(line: str, value: str | None) -> None:
    assert Arguments({}, tuple(line.split())).pytest_value("--browser") == value


def test_the_help_lists_the_table() -> None:
    long = Option("--long", "words " * 30)
    assert help_text("python3 -m e2e", "Runs.", (*OPTIONS, long)).splitlines() == [
        "usage: python3 -m e2e [option …] [pytest argument …]",
        "",
        "Runs.",
        "",
        "options:",
        "  --setup-only               stop after the set-up",
        "  --browser-executable PATH  the browser",
        "  --long                     " + " ".join(["words"] * 12),
        "                             " + " ".join(["words"] * 12),
        "                             " + " ".join(["words"] * 6),
        "",
        "Everything else goes to pytest as it is. pytest's own options: python3 -m e2e -- --help",
    ]
