"""The two commands: which steps they need, what pytest is told, and what their exit code is."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from e2e.harness.plugins.races import BUDGET, OWN_BUDGET
from e2e.setup import checks, command
from e2e.setup.checks import CHECKS, paths_in, wanted
from e2e.setup.children import ChildFailed
from e2e.setup.command import E2E, TESTS, left_to_playwright, main
from e2e.setup.leftovers import VARIABLE
from e2e.setup.options import Arguments, parse
from e2e.setup.places import CACHE, ROOT, VENV, venv_program
from e2e.setup.python_env import PythonPackages
from e2e.setup.steps import SetupError, SetupStep
from tests.setup.commands import Commands

# Taken before the fixture below puts its own in its place.
REAL_FAILED = checks.failed

PYTEST = f"{PythonPackages().python} -m pytest"


@dataclass
class Runs:
    """What the commands did instead of doing it."""

    steps: list[SetupStep] = field(default_factory=list)
    pytest: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    pytest_exit: int = 0
    failed_checks: tuple[str, ...] = ()
    checked: int = 0
    raises: BaseException | None = None

    def set_up(self, steps: Sequence[SetupStep], lock: object, printer: object) -> None:
        self.steps = list(steps)
        if self.raises is not None:
            raise self.raises

    def run_foreground(self, words: Sequence[str | Path], *, env: Mapping[str, str]) -> int:
        self.pytest.append(" ".join(str(word) for word in words))
        self.environ = {name: value for name, value in env.items() if name != VARIABLE}
        return self.pytest_exit

    def failed(self, say: object) -> tuple[str, ...]:
        self.checked += 1
        return self.failed_checks


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    runs = Runs()
    monkeypatch.setattr(command, "set_up", runs.set_up)
    monkeypatch.setattr(command, "run_foreground", runs.run_foreground)
    monkeypatch.setattr(checks, "failed", runs.failed)
    monkeypatch.delenv("HOTMIC_BROWSER", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return runs


def test_e2e_sets_up_packages_sdk_and_browser_and_runs_its_folder(runs: Runs) -> None:
    assert main(E2E, ["-k", "forbidden", "--headed"]) == 0
    assert [step.name for step in runs.steps] == ["python packages", "sdk", "playwright test", "widgets", "browser"]
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e'} -k forbidden --headed"]
    assert (runs.environ, runs.checked) == ({}, 0)


def test_who_wants_no_bytecode_beside_the_sources_gets_it_in_the_cache(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert main(E2E, []) == 0
    assert runs.environ == {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


@pytest.mark.parametrize(
    ("line", "cores", "shared"),
    [
        ("", 1, ""),
        ("", 2, "-n 2 --dist worksteal -p no:hypothesispytest -p no:faker"),
        ("--durations=5", 16, "-n 4 --dist worksteal -p no:hypothesispytest -p no:faker"),
        ("-n 3", 2, ""),
        ("-n0", 2, ""),
        ("--headed", 2, ""),
        ("-k forbidden", 2, ""),
        ("--tracing on", 2, "-n 2 --dist worksteal -p no:hypothesispytest -p no:faker"),
    ],
)
def test_a_whole_run_is_shared_by_the_cores_unless_somebody_watches(line: str, cores: int, shared: str) -> None:
    arguments = parse(line.split(), E2E.options)
    assert command.workers(E2E, arguments, cores) == shared.split()
    assert command.workers(TESTS, arguments, cores) == []


def test_mutants_runs_the_mutants_alone_and_has_pytest_print_their_table(runs: Runs) -> None:
    assert main(E2E, ["--mutants", "-n", "2"]) == 0
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e/selftest/test_mutants.py'} --mutants -n 2"]


def test_a_schedule_is_played_by_the_one_test_that_does(runs: Runs) -> None:
    assert main(E2E, ["--schedule", "one-click:"]) == 0
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e/suite/test_races.py'} --schedule=one-click:"]


@pytest.mark.parametrize("option", ["--mutants", "--schedule=one-click:"])
def test_a_file_that_an_option_selects_is_there(runs: Runs, option: str) -> None:
    main(E2E, [option])
    assert [word for word in runs.pytest[0].split() if word.endswith(".py") and not Path(word).is_file()] == []


@pytest.mark.parametrize(
    ("named", "given"), [("acme.toml", str(Path("acme.toml").absolute())), ("acme.page:Widget", "acme.page:Widget")]
)
def test_the_widget_to_judge_is_handed_to_pytest(runs: Runs, named: str, given: str) -> None:
    assert main(E2E, ["--widget", named, "-n", "0"]) == 0
    report = Path("report").absolute()
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e'} --widget={given} --report={report} -n 0"]
    assert runs.environ["PYTHONPATH"].split(os.pathsep)[0] == os.getcwd()


def test_tests_need_no_browser_and_check_style_and_types(runs: Runs) -> None:
    assert main(TESTS, ["-n", "2"]) == 0
    assert [step.name for step in runs.steps] == ["python packages", "sdk"]
    assert runs.pytest == [f"{PYTEST} {ROOT / 'tests'} -n 2"]
    assert runs.checked == 1


def test_a_selected_test_is_run_without_the_checks(runs: Runs) -> None:
    assert main(TESTS, ["tests/setup/test_command.py::test_a", "-x"]) == 0
    assert (runs.pytest, runs.checked) == ([f"{PYTEST} tests/setup/test_command.py::test_a -x"], 0)


@pytest.mark.parametrize(
    ("failed_checks", "pytest_exit", "code"),
    [((), 0, 0), ((), 5, 5), (("mypy",), 0, 1), (("mypy", "ruff check"), 4, 4)],
)
def test_a_failure_of_either_fails_the_command(
    runs: Runs, capsys: pytest.CaptureFixture[str], failed_checks: tuple[str, ...], pytest_exit: int, code: int
) -> None:
    runs.failed_checks, runs.pytest_exit = failed_checks, pytest_exit
    assert main(TESTS, []) == code
    assert len(runs.pytest) == 1
    last = f"checks failed, see above: {', '.join(failed_checks)}\n" if failed_checks else ""
    took, rest = capsys.readouterr().out.split("\n", 1)
    assert re.fullmatch(r"tests took \d+\.\d s after the set-up", took)
    assert rest == last


@pytest.mark.parametrize(("pytest_exit", "code"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (5, 2), (137, 137)])
def test_a_verdict_is_held_broken_or_not_judged(runs: Runs, pytest_exit: int, code: int) -> None:
    runs.pytest_exit = pytest_exit
    assert main(E2E, []) == code


def test_a_file_is_named_from_the_folder_of_the_command(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(E2E, ["-n0", "--gate", "promises.toml"]) == 0
    told = f"--gate={tmp_path / 'promises.toml'} --report={tmp_path / 'report'}"
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e'} {told} -n0"]


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ("--widget a.toml", "report"),
        ("--gate a.toml --budget 100", "report"),
        ("--widget a.toml --report there", "there"),
        ("--report there", "there"),
        ("", None),
        ("--widget a.toml --schedule one-click:", None),
        ("--widget a.toml -k test_a --headed", None),
    ],
)
def test_a_run_that_judges_a_release_is_reported_and_one_story_alone_is_not(
    runs: Runs, line: str, folder: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    main(E2E, line.split())
    told = [word for word in runs.pytest[0].split() if word.startswith("--report")]
    assert told == ([] if folder is None else [f"--report={tmp_path / folder}"])


def test_merging_needs_no_browser_and_names_folders_from_where_it_is_given(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs.pytest_exit = 1
    assert main(E2E, ["merge", "part-1", "part-2"]) == 1
    assert [step.name for step in runs.steps] == ["python packages"]
    assert runs.pytest == [f"{PythonPackages().python} -m e2e.harness.report part-1 part-2 --report=report"]
    assert runs.environ == {"HOTMIC_HERE": str(tmp_path)}
    assert main(E2E, ["merge", "part-1", "part-2", "--report", "whole"]) == 1
    assert runs.pytest[-1].endswith("part-1 part-2 --report=whole")


def test_merging_takes_no_option_of_a_run(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(E2E, ["merge", "part-1", "--gate", "promises.toml"]) == 2
    said = "e2e: merge takes the reports of a run's parts and --report DIR, not --gate\n"
    assert (capsys.readouterr().err, runs.steps, runs.pytest) == (said, [], [])


@pytest.mark.parametrize(
    ("suite", "option", "module"),
    [
        (TESTS, "--bench", "tests.bench"),
        (TESTS, "--fuzz", "tests.fuzz"),
        (TESTS, "--clients-table", "tests.clients"),
        (E2E, "--bench", "e2e.bench"),
    ],
)
def test_a_tool_runs_instead_of_the_tests(runs: Runs, suite: command.Suite, option: str, module: str) -> None:
    runs.pytest_exit = 1
    assert main(suite, [option]) == 1
    assert (runs.pytest, runs.checked) == ([f"{PythonPackages().python} -m {module}"], 0)


@pytest.mark.parametrize("suite", [E2E, TESTS], ids=["e2e", "tests"])
def test_setup_only_stops_after_the_set_up(runs: Runs, suite: command.Suite) -> None:
    assert main(suite, ["--setup-only"]) == 0
    assert (len(runs.steps) >= 2, runs.pytest, runs.checked) == (True, [], 0)


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_sets_nothing_up(runs: Runs, capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert main(E2E, [word]) == 0
    assert "--browser-executable PATH" in capsys.readouterr().out
    assert (runs.steps, runs.pytest) == ([], [])


def test_a_named_browser_is_handed_to_pytest(
    runs: Runs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTMIC_BROWSER", "/overruled")
    assert main(E2E, ["--browser-executable", sys.executable]) == 0
    assert [step.name for step in runs.steps] == ["python packages", "sdk", "playwright test", "widgets"]
    assert runs.environ == {"HOTMIC_BROWSER": sys.executable}
    set_up, took, _ = capsys.readouterr().out.split("\n")
    assert set_up == f"set-up  browser          {sys.executable}, named by --browser-executable"
    assert took.startswith("e2e took ")


def test_a_mistyped_browser_is_told_before_anything_is_set_up(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(E2E, ["--browser-executable", "/no/chrome"]) == 2
    assert capsys.readouterr().err == "e2e: --browser-executable names /no/chrome, which is not a file\n"
    assert (runs.steps, runs.pytest) == ([], [])


def test_with_a_browser_elsewhere_none_is_looked_for_here(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(E2E, ["--connect", "ws://build:3000/", "-k", "mute"]) == 0
    assert "browser" not in [step.name for step in runs.steps]
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e'} --connect=ws://build:3000/ -k mute"]
    assert runs.environ == {}
    told, *_ = capsys.readouterr().out.splitlines()
    assert told == "set-up  browser          none of this machine: ws://build:3000/, named by --connect"


def test_a_browser_that_is_named_besides_is_one_over_there(runs: Runs) -> None:
    assert main(E2E, ["--connect", "ws://build:3000/", "--browser-executable", "/over/there/chrome"]) == 0
    assert runs.environ == {"HOTMIC_BROWSER": "/over/there/chrome"}


def test_it_is_described_by_a_browser_elsewhere(runs: Runs) -> None:
    assert main(E2E, ["describe", "folder", "--connect", "ws://build:3000/"]) == 0
    assert runs.pytest[0].endswith("-m e2e.harness.describing folder --connect=ws://build:3000/")


@pytest.mark.parametrize("address", ["http://build:3000", "build:3000", "ws://", "ws://build:port/"])
def test_what_is_no_address_of_a_server_is_told_before_anything_is_set_up(
    runs: Runs, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert main(E2E, ["--connect", address]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"e2e: --connect {address}: the address of a Playwright server is expected")
    assert (runs.steps, runs.pytest) == ([], [])


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
    assert left_to_playwright(Arguments({}, tuple(line.split()))) is left
    main(E2E, line.split())
    assert ("browser" in [step.name for step in runs.steps]) is not left


@pytest.mark.parametrize(
    ("raises", "code", "told"),
    [
        (SetupError("no npm"), 2, "tests: no npm\n"),
        (KeyboardInterrupt(), 130, "tests: interrupted; run it again, and what was not finished is done anew\n"),
    ],
)
def test_a_set_up_that_ends_early(
    runs: Runs, capsys: pytest.CaptureFixture[str], raises: BaseException, code: int, told: str
) -> None:
    runs.raises = raises
    assert main(TESTS, []) == code
    assert (capsys.readouterr().err, runs.pytest) == (told, [])


@pytest.mark.parametrize(
    ("line", "all_of_them"),
    [
        ("", True),
        ("-x -n 2 --durations 5", True),
        ("--cov --cov-report html", True),
        ("-k lock", False),
        ("--lf", False),
        ("tests/setup", False),
        ("tests/setup/test_lock.py::test_a -x", False),
        ("--junitxml pyproject.toml", True),
    ],
)
def test_checks_go_with_the_whole_suite(line: str, all_of_them: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert wanted(Arguments({}, tuple(line.split())), ROOT / "tests") is all_of_them


def test_an_option_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "-x").write_text("")
    monkeypatch.chdir(tmp_path)
    assert paths_in(tmp_path, ("-x", "missing.py")) == ()


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("--deselect e2e/suite/test_mute.py", ()),
        ("--deselect=e2e/suite/test_mute.py", ()),
        ("--ignore e2e/harness -x e2e/suite/test_mute.py", ("e2e/suite/test_mute.py",)),
        ("-p e2e -c e2e/conftest.py --cov e2e", ()),
        ("-x e2e", ("e2e",)),
        ("--headed e2e/suite/test_mute.py::test_mute", ("e2e/suite/test_mute.py::test_mute",)),
    ],
)
def test_the_value_of_an_option_is_no_path(line: str, paths: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert paths_in(ROOT / "e2e", tuple(line.split())) == paths


def test_a_deselected_file_leaves_the_suites_folder_to_pytest(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(E2E, ["--deselect", "e2e/suite/test_mute.py"]) == 0
    assert runs.pytest == [f"{PYTEST} {ROOT / 'e2e'} --deselect e2e/suite/test_mute.py"]


def test_describe_has_a_help_of_its_own(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(E2E, ["describe", "--help"]) == 0
    assert "http://…, a folder to serve, or a page" in capsys.readouterr().out
    assert not runs.pytest


def test_how_many_orders_are_played_unless_told_is_said_everywhere() -> None:
    help_of_budget = next(option.help for option in E2E.options if option.name == "--budget")
    assert f"unless told {BUDGET} schedules, and {OWN_BUDGET} for the reference" in help_of_budget
    readme = " ".join((ROOT / "e2e" / "README.md").read_text(encoding="utf-8").split())
    assert (
        f"each scenario is played in {BUDGET} orders with `--widget`, and in {OWN_BUDGET} for the reference" in readme
    )


def test_each_check_is_run_and_a_failure_is_shown() -> None:
    commands = Commands({"ruff format": ChildFailed("ruff format", 1, "a difference\n")})
    said: list[str] = []
    assert REAL_FAILED(said.append, commands) == ("ruff format",)
    assert commands.ran == [" ".join([str(venv_program(VENV, program)), *words]) for _, program, words in CHECKS]
    assert [line[:25].split("  ")[1].strip() for line in said] == ["ruff check", "ruff format", "mypy"]
    assert said[1] == "checks  ruff format      failed\na difference"
