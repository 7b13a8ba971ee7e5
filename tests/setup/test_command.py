"""The two commands: which steps they need, what pytest gets, and what their exit code is."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from e2e.setup import command
from e2e.setup.command import E2E, TESTS, BrowserChoice, judge, main, make
from e2e.setup.leftovers import VARIABLE
from e2e.setup.places import CACHE, ROOT
from e2e.setup.python_env import PythonPackages
from e2e.setup.steps import SetupError, SetupStep

PYTHON = f"{PythonPackages().python} -P"
PYTEST = f"{PYTHON} -m pytest -c {ROOT / 'pyproject.toml'} -p e2e.harness.plugins.command_line"
TESTS_PYTEST = f"{PYTEST} --suite=tests"
E2E_PYTEST = f"{PYTEST} --suite=e2e -p no:hypothesispytest -p no:faker"


@dataclass
class Runs:
    """What the commands did instead of doing it."""

    steps: list[SetupStep] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0
    raises: BaseException | None = None

    def set_up(self, steps: Sequence[SetupStep], lock: object, printer: object) -> None:
        self.steps = list(steps)
        if self.raises is not None:
            raise self.raises

    def run_foreground(self, words: Sequence[str | Path], *, env: Mapping[str, str]) -> int:
        self.children.append(" ".join(str(word) for word in words))
        self.environ = {name: value for name, value in env.items() if name not in (VARIABLE, "PYTHONPATH")}
        return self.exit_code

    @property
    def names(self) -> list[str]:
        """Of the steps."""
        return [step.name for step in self.steps]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    runs = Runs()
    monkeypatch.setattr(command, "set_up", runs.set_up)
    monkeypatch.setattr(command, "run_foreground", runs.run_foreground)
    monkeypatch.delenv("HOTMIC_BROWSER", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return runs


def test_e2e_sets_up_packages_sdk_and_browser_and_runs_pytest(runs: Runs) -> None:
    assert main(E2E, ["-k", "forbidden", "--headed", "--widget", "../a.toml"]) == 0
    assert runs.names == ["python packages", "sdk", "playwright test", "widgets", "browser"]
    assert runs.children == [f"{E2E_PYTEST} --headed --widget=../a.toml -k forbidden"]
    assert runs.environ == {}


def test_tests_need_no_browser(runs: Runs) -> None:
    assert main(TESTS, ["-n", "2"]) == 0
    assert runs.names == ["python packages", "sdk"]
    assert runs.children == [f"{TESTS_PYTEST} -n 2"]


def test_the_checkout_is_found_from_every_folder() -> None:
    assert command.python_path({}) == {"PYTHONPATH": str(ROOT)}
    assert command.python_path({"PYTHONPATH": "/x"}) == {"PYTHONPATH": f"{ROOT}{os.pathsep}/x"}


def test_who_wants_no_bytecode_beside_the_sources_gets_it_in_the_cache(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert main(E2E, []) == 0
    assert runs.environ == {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


@pytest.mark.parametrize("code", [0, 1, 5, 130])
def test_the_exit_code_of_the_tests_is_pytests(runs: Runs, capsys: pytest.CaptureFixture[str], code: int) -> None:
    runs.exit_code = code
    assert main(TESTS, []) == code
    assert re.fullmatch(r"tests took \d+\.\d s after the set-up\n", capsys.readouterr().out)


@pytest.mark.parametrize(("pytest_exit", "code"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (5, 2), (137, 137)])
def test_a_verdict_is_held_broken_or_not_judged(runs: Runs, pytest_exit: int, code: int) -> None:
    runs.exit_code = pytest_exit
    assert main(E2E, []) == code


@pytest.mark.parametrize(
    ("suite", "option", "module"),
    [
        (TESTS, "--bench", "tests.bench"),
        (TESTS, "--fuzz", "tests.fuzz"),
        (TESTS, "--clients-table", "tests.clients"),
        (E2E, "--bench", "e2e.bench"),
        (E2E, "--picture", "e2e.picture"),
    ],
)
def test_a_tool_runs_instead_of_the_tests(runs: Runs, suite: command.Suite, option: str, module: str) -> None:
    runs.exit_code = 1
    assert main(suite, [option, "more"]) == 1
    assert runs.children == [f"{PYTHON} -m {module} more"]


@pytest.mark.parametrize("suite", [E2E, TESTS], ids=["e2e", "tests"])
def test_setup_only_stops_after_the_set_up(runs: Runs, suite: command.Suite) -> None:
    assert main(suite, ["--setup-only"]) == 0
    assert (len(runs.steps) >= 2, runs.children) == (True, [])


# ---- describe and merge


def test_merging_needs_no_browser(runs: Runs) -> None:
    runs.exit_code = 1
    assert main(E2E, ["merge", "part-1", "part-2", "--report", "whole"]) == 1
    assert runs.names == ["python packages"]
    assert runs.children == [f"{PYTHON} -m e2e.harness.report part-1 part-2 --report whole"]
    assert runs.environ == {}


def test_a_widget_is_described_by_the_browser_that_is_named(runs: Runs) -> None:
    assert main(E2E, ["describe", "folder", "--connect", "ws://build:3000/"]) == 0
    assert runs.children == [f"{PYTHON} -m e2e.harness.describing folder --connect ws://build:3000/"]
    assert main(E2E, ["describe", "folder", "--browser-executable", sys.executable]) == 0
    assert runs.environ == {"HOTMIC_BROWSER": sys.executable}


@pytest.mark.parametrize(
    "line", ["--headed merge a", "merge a --gate x", "merge", "describe", "describe x --headed", "--widget="]
)
def test_wrong_words_set_nothing_up(runs: Runs, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(E2E, line.split())
    except SystemExit as end:
        code = end.code
    assert (code, runs.steps, runs.children) == (2, [], [])
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("--help", "--browser-executable PATH"),
        ("-h", "--browser-executable PATH"),
        ("describe --help", "http://…, a folder to serve, a page"),
        ("merge --help", "where the whole report goes"),
    ],
)
def test_help_sets_nothing_up(runs: Runs, capsys: pytest.CaptureFixture[str], line: str, shown: str) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(E2E, line.split())
    assert shown in capsys.readouterr().out
    assert (runs.steps, runs.children) == ([], [])


# ---- the browser


def test_a_named_browser_is_handed_to_pytest(
    runs: Runs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTMIC_BROWSER", "/overruled")
    assert main(E2E, ["--browser-executable", sys.executable]) == 0
    assert runs.names == ["python packages", "sdk", "playwright test", "widgets"]
    assert runs.environ == {"HOTMIC_BROWSER": sys.executable}
    set_up, took, _ = capsys.readouterr().out.split("\n")
    assert set_up == f"set-up  browser          {sys.executable}, named by --browser-executable"
    assert took.startswith("e2e took ")


def test_a_mistyped_browser_is_reported_before_anything_is_set_up(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(E2E, ["--browser-executable", "/no/chrome"]) == 2
    assert capsys.readouterr().err == "e2e: --browser-executable names /no/chrome, which is not a file\n"
    assert (runs.steps, runs.children) == ([], [])


def test_with_a_browser_elsewhere_none_is_looked_for_here(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(E2E, ["--connect", "ws://build:3000/", "-k", "mute"]) == 0
    assert "browser" not in runs.names
    assert runs.children == [f"{E2E_PYTEST} --connect=ws://build:3000/ -k mute"]
    assert runs.environ == {}
    line, *_ = capsys.readouterr().out.splitlines()
    assert line == "set-up  browser          none of this machine: ws://build:3000/, named by --connect"


def test_a_browser_that_is_named_besides_is_one_over_there(runs: Runs) -> None:
    assert main(E2E, ["--connect", "ws://build:3000/", "--browser-executable", "/over/there/chrome"]) == 0
    assert runs.environ == {"HOTMIC_BROWSER": "/over/there/chrome"}


@pytest.mark.parametrize("address", ["http://build:3000", "build:3000", "ws://", "ws://build:port/"])
def test_what_is_no_address_of_a_server_is_reported_before_anything_is_set_up(
    runs: Runs, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert main(E2E, ["--connect", address]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"e2e: --connect {address}: the address of a Playwright server is expected")
    assert (runs.steps, runs.children) == ([], [])


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("", False),
        ("--browser chromium", False),
        ("--browser-channel msedge", True),
        ("--browser-channel=chrome", True),
        ("--browser firefox", True),
    ],
)
def test_a_browser_chosen_by_pytest_playwrights_options_is_left_to_it(runs: Runs, line: str, left: bool) -> None:
    main(E2E, line.split())
    assert ("browser" in runs.names) is not left


def test_a_headed_run_needs_another_browser() -> None:
    read, _ = E2E.read(["--headed"])
    assert BrowserChoice.of(read) == BrowserChoice(headed=True)


# ---- early ends


@pytest.mark.parametrize(
    ("raises", "code", "error"),
    [
        (SetupError("no npm"), 2, "tests: no npm\n"),
        (KeyboardInterrupt(), 130, "tests: interrupted; run it again, and what was not finished is done anew\n"),
    ],
)
def test_a_set_up_that_ends_early(
    runs: Runs, capsys: pytest.CaptureFixture[str], raises: BaseException, code: int, error: str
) -> None:
    runs.raises = raises
    assert main(TESTS, []) == code
    assert (capsys.readouterr().err, runs.children) == (error, [])


# ---- installed


@pytest.fixture
def installed(runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The command as it is in a wheel, given in an empty folder."""
    monkeypatch.setattr(command, "INSTALLED", True)
    monkeypatch.chdir(tmp_path)
    return runs


def test_installed_only_a_browser_is_set_up(installed: Runs) -> None:
    assert judge(["mine.toml", "-k", "mute"]) == 0
    assert installed.names == ["browser"]
    (child,) = installed.children
    assert "-p pytest_playwright.pytest_playwright" in child
    assert installed.environ == {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert child.endswith(" --widget=mine.toml -k mute")


def test_the_sdk_is_fetched_for_the_reference_alone(installed: Runs) -> None:
    assert judge(["reference"]) == 0
    assert installed.names == ["sdk", "browser"]
    assert "--widget" not in installed.children[0]


def test_the_widget_is_that_of_the_folder_unless_it_is_named(
    installed: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (judge(["--headed"]), installed.children) == (2, [])
    assert "hotmic judge FILE" in capsys.readouterr().err
    Path("widget.toml").touch()
    assert judge(["--headed"]) == 0
    assert installed.children[0].endswith(" --widget=widget.toml --headed")


def test_a_widget_that_is_named_as_an_option_is_not_named_twice(installed: Runs) -> None:
    Path("widget.toml").touch()
    assert judge(["--widget=mine.toml"]) == 0
    assert installed.children[0].count("--widget") == 1


def test_a_cache_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        SetupError, match=f"^{tmp_path}/file/hotmic, where .* cannot be made: Not a directory. XDG_CACHE_HOME="
    ):
        make(tmp_path / "file/hotmic")


def test_the_mutants_are_in_a_checkout(installed: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge(["reference", "--mutants"]) == 2
    assert "--mutants is for a checkout" in capsys.readouterr().err


def test_installed_merging_sets_nothing_up(installed: Runs) -> None:
    assert main(E2E, ["merge", "part-1"]) == 0
    assert installed.names == []
