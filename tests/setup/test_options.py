"""The options of the two commands: hotmic's own are read, the rest reaches pytest as it came."""

import pytest

from e2e.setup.command import E2E, TESTS, Suite
from e2e.setup.options import BUDGET, OWN_BUDGET, RACES, describe_parser, merge_parser, widget_of
from e2e.setup.places import ROOT
from e2e.setup.steps import SetupError


@pytest.mark.parametrize(
    ("line", "own", "for_pytest"),
    [
        ("", {}, ""),
        ("-k forbidden -v", {}, "-k forbidden -v"),
        ("--setup-only", {"setup_only": True}, ""),
        ("-n 2 --setup-only -x", {"setup_only": True}, "-n 2 -x"),
        ("--browser-executable /b -q", {"browser_executable": "/b"}, "-q"),
        ("--browser-executable=/b=c -q", {"browser_executable": "/b=c"}, "-q"),
        ("--browser-executable /b --browser-executable /c", {"browser_executable": "/c"}, ""),
        ("--setup -- --setup-only -- x", {}, "--setup --setup-only -- x"),
        ("-- --help", {}, "--help"),
        ("--widget ../x/a.toml -q", {"widget": "../x/a.toml"}, "--widget=../x/a.toml -q"),
        ("--schedule=one-click:a=b", {"schedule": "one-click:a=b"}, "--schedule=one-click:a=b"),
        ("--mutants -n 2 --headed", {"mutants": True, "headed": True}, "--mutants --headed -n 2"),
        ("--browser firefox --browser=webkit", {"browser": "webkit"}, "--browser=firefox --browser=webkit"),
        ("--slow --trace", {"slow": True, "trace": True}, "--slowmo=500 --tracing=on"),
        ("-- --trace", {}, "--trace"),
    ],
)
def test_own_options_are_read_and_the_rest_reaches_pytest(line: str, own: dict[str, object], for_pytest: str) -> None:
    read, words = E2E.read(line.split())
    given = {name: value for name, value in vars(read).items() if value and name != "pytest"}
    assert (given, words) == (own, for_pytest.split())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--browser-executable", "argument --browser-executable: expected one argument"),
        ("--widget=", "argument --widget: a value is expected, --widget FILE"),
        ("--setup-only=yes", "argument --setup-only: ignored explicit argument 'yes'"),
        ("--mutants=yes", "argument --mutants: ignored explicit argument 'yes'"),
    ],
)
def test_a_wrong_use_is_an_error_in_one_line(line: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        E2E.read(line.split())
    assert capsys.readouterr().err == f"python3 -m e2e: {message}\n"


@pytest.mark.parametrize("line", ["--headed merge a b", "--connect ws://x:1/ describe folder"])
def test_a_command_of_its_own_comes_first(line: str) -> None:
    with pytest.raises(SetupError, match=r"^(merge|describe) stands before its options: python3 -m e2e \1 …$"):
        E2E.read(line.split())
    assert TESTS.read(["merge"])[1] == ["merge"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x --outptu y", "--outptu: there is no such option; did you mean --output?"),
        ("x --gate=y", "--gate: there is no such option"),
        ("x y z", "'z' is one argument too many"),
        ("", "the following arguments are required: WHERE"),
    ],
)
def test_a_wrong_word_after_describe_is_named(line: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        describe_parser().read(line.split())
    assert capsys.readouterr().err.startswith(f"python3 -m e2e describe: {message}")


def test_merging_takes_reports_and_a_folder() -> None:
    read = merge_parser().read(["part-1", "part-2", "--report", "whole"])
    assert (read.reports, read.report) == (["part-1", "part-2"], "whole")
    assert merge_parser().read(["part-1"]).report == "report"


@pytest.mark.parametrize("suite", [E2E, TESTS], ids=["e2e", "tests"])
def test_the_help_has_every_option_and_where_pytests_are(
    suite: Suite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    parser = suite.parser()
    parser.print_help()
    shown = capsys.readouterr().out
    assert [name for name in parser.names if f"  {name}" not in shown and f", {name}" not in shown] == []
    assert f"pytest's own options: {parser.prog} -- --help" in shown


def test_how_many_orders_are_played_by_default_stands_in_the_help_and_in_the_readme() -> None:
    (budget,) = [option for option in RACES if option.name == "--budget"]
    assert f"without it {BUDGET} schedules, and {OWN_BUDGET} for the reference" in budget.help
    readme = " ".join((ROOT / "e2e" / "README.md").read_text(encoding="utf-8").split())
    assert (
        f"each scenario is played in {BUDGET} orders with `--widget`, and in {OWN_BUDGET} for the reference" in readme
    )


# ---- the widget of `hotmic judge`


@pytest.mark.parametrize(
    ("line", "widget", "others"),
    [
        ("", None, ""),
        ("mine.toml", "mine.toml", ""),
        ("folder --headed -k mute", "folder", "--headed -k mute"),
        ("pkg.module:NAME --budget 3", "pkg.module:NAME", "--budget 3"),
        ("--budget 3 mine.toml --headed", "mine.toml", "--budget 3 --headed"),
        ("--gate promises.toml --headed", None, "--gate promises.toml --headed"),
        ("--gate promises.toml mine.toml", "mine.toml", "--gate promises.toml"),
        ("-k mute.toml", None, "-k mute.toml"),
        ("test_late.py::test_one", None, "test_late.py::test_one"),
        ("--help mine.toml", "mine.toml", "--help"),
        ("-- mine.toml", None, "-- mine.toml"),
    ],
)
def test_the_widget_stands_first_or_is_the_toml_file_that_no_option_takes(
    line: str, widget: str | None, others: str
) -> None:
    assert widget_of(line.split(), E2E.parser()) == (widget, others.split())
