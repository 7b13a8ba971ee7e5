"""The exit code of a run of pytest, with and without several processes: 0 held, 1 broken, 2 not judged."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from e2e.harness.promises import PROMISES
from tests.inner import run_tests

HEAD = """
from pathlib import Path

import pytest
from e2e.harness.plugins import conclusion
from e2e.harness.plugins.conclusion import conclude
from e2e.harness.stillness.stillness import NotStill
from e2e.harness.view.widget import CannotJudge
from tests.e2e.trials import trial

conclusion.SELFTEST = Path(__file__).parent / "about_hotmic"


def judged(request, **promises):
    found = trial(request.node.name.removeprefix("test_"), text="a token, s3cr3t-token", **promises)
    conclude(request.node, found, "a story", ["s3cr3t-token"])

"""
BROKEN = "def test_broken(request):\n    judged(request, never_stuck='b', no_storm='h')\n"
EVERY_END = (
    BROKEN
    + """
def test_held(request): judged(request, never_stuck='h')
def test_plain(): assert 1 == 2
def test_other(): {}['x']
def test_odd(): raise NotStill('not still after 10 s')
def test_page(): raise CannotJudge('no Mute button was found')
def test_no(nothing): pass
"""
)
GATE = """
[[accept]]
promise = 'never_stuck'
reason = 'known'
until = 2999-01-01
[[accept]]
promise = 'no_storm'
reason = 'known'
until = 2020-01-01
"""


def run(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    return run_tests(folder, HEAD + source, "e2e.harness.plugins.run_verdict", *options)


def verdict(ran: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of the section, without pytest's own last one."""
    lines = ran.stdout.partition(" verdict ===")[2].splitlines()[1:]
    return lines[: next((n for n, line in enumerate(lines) if "exit code" in line), len(lines)) + 1]


def test_a_scenario_that_cannot_be_judged_is_named_and_the_others_are_judged(tmp_path: Path) -> None:
    source = """
from e2e.harness.explorer.walk import Unsteady
from e2e.harness.explorer.race import HarnessDefect

def test_one(): raise HarnessDefect('a counterexample did not repeat')
def test_two(): raise Unsteady('shown the same 3 things')
def test_three(request): judged(request, never_stuck='h')
"""
    ran = run(tmp_path, source)
    assert ran.returncode == 2
    assert "1 passed" in ran.stdout
    assert [line for line in verdict(ran) if line.startswith("COULD NOT JUDGE")] == [
        "COULD NOT JUDGE test_inner.py::test_one: a counterexample did not repeat",
        "COULD NOT JUDGE test_inner.py::test_two: shown the same 3 things",
    ]
    assert run(tmp_path, source + BROKEN).returncode == 1


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "several"])
def test_every_way_in_which_a_test_ends(tmp_path: Path, options: tuple[str, ...]) -> None:
    about_hotmic = tmp_path / "about_hotmic"
    about_hotmic.mkdir()
    (about_hotmic / "test_itself.py").write_text("def test_itself(): pass\n", encoding="utf-8")
    ran = run(tmp_path, EVERY_END, "--report=report", *options)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    record = (tmp_path / "report" / "verdict.json").read_text(encoding="utf-8")
    assert ("a token, s3cr…" in record, "s3cr3t" in record) == (True, False)
    assert ("a story" in ran.stdout, "raise BrokenPromise" in ran.stdout) == (True, False)
    first, again, *others, last = verdict(ran)
    assert (first, again) == ("BROKEN never_stuck in broken", '       again:  python3 -m e2e --schedule "broken:"')
    assert sorted(others) == [
        "COULD NOT JUDGE test_inner.py::test_no: there is no fixture 'nothing'",
        "COULD NOT JUDGE test_inner.py::test_odd: not still after 10 s",
        "COULD NOT JUDGE test_inner.py::test_other: KeyError: 'x'",
        "COULD NOT JUDGE test_inner.py::test_page: no Mute button was found",
        "FAILED test_inner.py::test_plain: assert 1 == 2",
    ]
    assert (
        last
        == f"broken (1 held, 1 broken, {len(PROMISES) - 2} untested; 6 orders of 2 scenarios and 0 tests) — exit code 1"
    )


def test_a_report_that_cannot_be_written_does_not_take_the_verdict_with_it(tmp_path: Path) -> None:
    (tmp_path / "full").write_text("", encoding="utf-8")
    source = "def test_one(request): judged(request, never_stuck='h')\n"
    ran = run(tmp_path, source, "--report=full")
    assert ran.returncode == 2
    lines = [line for line in verdict(ran) if line.startswith("COULD NOT JUDGE the report: it could not be written")]
    assert len(lines) == 1 and "full" in lines[0], ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def test_unjudged(): pass\n", "not judged: nothing in this run judged a promise"),
        ("import nowhere_to_be_found\n", "COULD NOT JUDGE test_inner.py: "),
    ],
)
def test_nothing_judged_is_never_a_success(tmp_path: Path, source: str, says: str) -> None:
    ran = run(tmp_path, source)
    assert (ran.returncode, says in "\n".join(verdict(ran))) == (2, True), ran.stdout + ran.stderr


def test_an_accepted_breach_is_an_xfail_and_an_expired_one_is_reported(tmp_path: Path) -> None:
    (tmp_path / "promises.toml").write_text(GATE, encoding="utf-8")
    ran = run(tmp_path, BROKEN, "--gate=promises.toml", "-p", "xdist", "-n", "1")
    assert (ran.returncode, "1 xfailed" in ran.stdout) == (0, True), ran.stdout
    assert verdict(ran)[:2] == [
        "ACCEPTED never_stuck in every scenario, until 2999-01-01: known (met in broken)",
        "EXPIRED no_storm in every scenario, until 2020-01-01: known",
    ]


def test_a_scenario_of_a_gate_is_one_of_the_tests(tmp_path: Path) -> None:
    (tmp_path / "promises.toml").write_text(GATE + "scenario = 'brokn'\n", encoding="utf-8")
    ran = run(tmp_path, BROKEN, "--gate=promises.toml")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "[[accept]] 2, scenario: 'brokn' is not known; did you mean 'broken'?" in ran.stderr


def test_collecting_alone_judges_nothing_and_says_nothing(tmp_path: Path) -> None:
    ran = run(tmp_path, BROKEN, "--collect-only")
    assert (ran.returncode, verdict(ran)) == (0, [])


STOPPED = """
import os, signal

def test_a(request):
    try:
        judged(request, never_stuck='b')  # a run that is stopped is unfinished, though a breach is certain
    except AssertionError:
        pass

def test_b():
    if "PYTEST_XDIST_WORKER" not in os.environ:
        signal.raise_signal(signal.SIGNAL)
    open("reported").read()  # until the other process knows what became of the first test
    os.kill(os.getppid(), signal.SIGNAL)
"""
REPORTED = """
import os

def pytest_runtest_logreport(report):
    if report.when == "call" and "PYTEST_XDIST_WORKER" not in os.environ and os.path.exists("reported"):
        open("reported", "w").close()  # waits until it is opened over there
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "1")], ids=["one process", "several"])
def test_a_run_that_is_stopped_reports_what_was_judged_so_far(
    tmp_path: Path, options: tuple[str, ...], number: str
) -> None:
    (tmp_path / "conftest.py").write_text(REPORTED, encoding="utf-8")
    if options:
        os.mkfifo(tmp_path / "reported")
    ran = run(tmp_path, STOPPED.replace("SIGNAL", number), "--report=report", *options)
    assert ran.returncode == 2, ran.stdout + ran.stderr
    record = json.loads((tmp_path / "report" / "verdict.json").read_text(encoding="utf-8"))
    assert [trial["scenario"] for trial in record["scenarios"]] == ["a"]
    (trouble,) = record["troubles"]
    assert (trouble["where"], trouble["why"].partition(":")[0]) == ("the run", "it was stopped early")
    assert (record["conclusion"], record["stopped"], verdict(ran)[-1].partition(" (")[0]) == (
        "unfinished",
        True,
        "unfinished",
    )
    assert "! unfinished" in (tmp_path / "report" / "summary.md").read_text(encoding="utf-8")


def test_a_run_that_ends_at_its_first_failure_was_not_stopped(tmp_path: Path) -> None:
    assert run(tmp_path, BROKEN + "def test_held(request): judged(request, never_stuck='h')\n", "-x").returncode == 1
