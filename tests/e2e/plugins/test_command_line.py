"""What a command line leaves open: which tests are run, in how many processes, and where the report goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from e2e.harness.plugins.command_line import FINDS_MUTANTS, PLAYS_SCHEDULE, pytest_collect_file, workers
from e2e.setup.command import E2E, TESTS
from e2e.setup.places import ROOT

MUTE = "e2e/suite/test_mute.py"
# Reads command lines as pytest does, and stops before it has imported a test: what they come to, or the error.
READER = """
import contextlib, io, json, sys
import pytest

class Reader:
    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config):
        report = config.getoption("--report", default=None)
        shared = [config.getoption(name, None) for name in ("numprocesses", "dist")]
        self.read = {"tests": config.args, "shared": shared, "report": report and str(report)}
        from e2e.harness.plugins import under_test  # when pytest has loaded it

        self.read["again"] = under_test.again(config)
        return 0

def read(words):
    reader, errors = Reader(), io.StringIO()
    with contextlib.redirect_stderr(errors):
        code = pytest.main(words, plugins=[reader])
    return {"code": code, "error": errors.getvalue()} | (reader.read if code == 0 else {})

print(json.dumps([read(words) for words in json.loads(sys.argv[1])]))
"""
TESTS_OF = {
    "": ["e2e"],
    "-k forbidden --headed": ["e2e"],
    "--deselect e2e/suite/test_mute.py": ["e2e"],
    "--junitxml pyproject.toml": ["e2e"],
    f"--ignore e2e/harness -x {MUTE}": [MUTE],
    f"{MUTE}::test_mute -v": [f"{MUTE}::test_mute"],
    "--mutants -n 2": [f"e2e/{FINDS_MUTANTS}"],
    "--schedule one-click:": [f"e2e/{PLAYS_SCHEDULE}"],
    f"--schedule=one-click: {MUTE}": [MUTE],
}
REPORT_OF = {
    "": None,
    "--widget a.toml": "report",
    "--gate a.toml --budget 100": "report",
    "--widget a.toml --report there": "there",
    "--report there": "there",
    "--schedule one-click: --gate a.toml": None,
    "--widget a.toml -k test_a --headed": None,
    f"--widget a.toml {MUTE}": None,
}
# How many processes are asked for, and how pytest-xdist distributes; EACH is a core each.
EACH = "each"
SHARED = {
    "": (EACH, "worksteal"),
    "--durations=5": (EACH, "worksteal"),
    "--tracing on": (EACH, "worksteal"),
    "--mutants": (EACH, "worksteal"),
    "--dist loadfile": (EACH, "loadfile"),
    "-n 3": (3, "load"),
    "-n0": (0, "no"),
    "--headed": (None, "no"),
    "--slowmo 500": (None, "no"),
    "-s": (None, "no"),
    "-x": (None, "no"),
    "--pdb": (None, "no"),
    "-k forbidden": (None, "no"),
    "-m x": (None, "no"),
    "--lf": (None, "no"),
    "--sw": (None, "no"),
    "--co": (None, "no"),
    "--deselect x": (None, "no"),
    "--schedule one-click:": (None, "no"),
    MUTE: (None, "no"),
    "-p no:cacheprovider": (EACH, "worksteal"),
}
WRONG = {
    "--budgt 5": ["--budgt: there is no such option; did you mean --budget?"],
    "--setup-onyl --headd": [
        "--setup-onyl: there is no such option; did you mean --setup-only?",
        "--headd: there is no such option; did you mean --headed?",
    ],
    "--durtions=3": ["--durtions: there is no such option; did you mean --durations?"],
    "--lst-failed": ["--lst-failed: there is no such option"],
}


def read(lines: Sequence[str], suite: str = "e2e", folder: Path = ROOT) -> Mapping[str, dict[str, Any]]:
    """What each command line comes to, given in a folder."""
    first = ["-c", str(ROOT / "pyproject.toml"), "-p", "e2e.harness.plugins.command_line", f"--suite={suite}"]
    words = [[*first, *(E2E.without if suite == "e2e" else ()), *line.split()] for line in lines]
    command = [sys.executable, "-P", "-c", READER, json.dumps(words)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=True)
    return dict(zip(lines, json.loads(ran.stdout), strict=True))


@pytest.fixture(scope="module")
def lines() -> Mapping[str, dict[str, Any]]:
    """Read at once: it takes a second to import what reads them."""
    return read(list(dict.fromkeys([*TESTS_OF, *REPORT_OF, *SHARED, *WRONG])))


@pytest.mark.parametrize("line", TESTS_OF)
def test_where_no_tests_are_named_they_are_the_commands_own(lines: Mapping[str, dict[str, Any]], line: str) -> None:
    ran = [Path(ROOT, path).relative_to(ROOT).as_posix() for path in lines[line]["tests"]]
    assert ran == TESTS_OF[line]
    assert [path for path in ran if not Path(ROOT, path.partition("::")[0]).exists()] == []


@pytest.mark.parametrize("line", REPORT_OF)
def test_a_run_that_judges_a_release_is_reported_and_one_story_alone_is_not(
    lines: Mapping[str, dict[str, Any]], line: str
) -> None:
    assert lines[line]["report"] == REPORT_OF[line]


@pytest.mark.parametrize("line", SHARED)
def test_a_whole_run_is_shared_by_the_cores_unless_somebody_watches(
    lines: Mapping[str, dict[str, Any]], line: str
) -> None:
    count, distribution = SHARED[line]
    cores = os.cpu_count() or 1
    if count == EACH:
        count = min(cores, 4) if cores > 1 else None
        distribution = "no" if cores == 1 and distribution == "worksteal" else distribution
    assert lines[line]["shared"] == [count, distribution]


@pytest.mark.parametrize("line", WRONG)
def test_an_option_that_nobody_knows_is_named_with_the_nearest(lines: Mapping[str, dict[str, Any]], line: str) -> None:
    assert lines[line]["code"] == pytest.ExitCode.USAGE_ERROR
    *mistakes, where, _ = lines[line]["error"].removeprefix("ERROR: ").split("\n")[: len(WRONG[line]) + 2]
    assert mistakes == WRONG[line]
    assert where == "All options: python3 -m e2e --help; pytest's: python3 -m e2e -- --help"


def test_the_other_command_runs_its_own_tests_in_one_process() -> None:
    (answer,) = read([""], "tests").values()
    assert answer == {
        "code": 0,
        "error": "",
        "tests": [str(ROOT / "tests")],
        "shared": [None, "no"],
        "report": None,
        "again": "",
    }


def test_from_another_folder_the_same_tests_are_run_and_paths_stay_as_they_were_typed(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    lines = read(["--widget=../x/a.toml --report ../there", "../test_a.py"], folder=tmp_path)
    whole, one = lines.values()
    assert (whole["tests"], whole["report"]) == ([str(ROOT / "e2e")], "../there")
    assert whole["again"] == " --widget ../x/a.toml"
    assert one["tests"] == ["../test_a.py"]


@pytest.mark.parametrize(
    ("cores", "processes"),
    [(1, []), (2, ["-n", "2", "--dist", "worksteal"]), (16, ["-n", "4", "--dist", "worksteal"])],
)
def test_each_process_has_a_core_and_there_are_four_at_most(cores: int, processes: list[str]) -> None:
    given = {"numprocesses": None, "dist": "no"}
    assert workers(E2E, given, cores) == processes
    assert workers(TESTS, given, cores) == []


def test_a_plugin_that_is_switched_off_has_no_options() -> None:
    off = [f"-p no:{plugin}" for plugin in ("cacheprovider", "stepwise", "playwright", "xdist", "debugging")]
    assert {line: answer["error"] for line, answer in read(off, "tests").items()} == dict.fromkeys(off, "")


@pytest.mark.parametrize("name", ["e2e", "mock_server"])
def test_a_test_in_a_package_that_is_called_like_one_of_hotmics_is_an_error(tmp_path: Path, name: str) -> None:
    test = tmp_path / name / "checks" / "test_ours.py"
    pytest_collect_file(test)
    for package in (test.parent, test.parent.parent):
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
    with pytest.raises(pytest.UsageError, match=f"^{tmp_path / name} has the name of hotmic's own package '{name}'"):
        pytest_collect_file(test)
    pytest_collect_file(ROOT / MUTE)
