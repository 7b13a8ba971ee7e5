"""How far the exploring is, said on the controller: now and then in a line, on a terminal in one that is drawn anew."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.harness.plugins.progress import Board, Progress
from tests.inner import ROOT, run_tests

# ---- what is said


def progress(scenario: str, orders: int, share: float = 0.5, broken: tuple[str, ...] = ()) -> Progress:
    return Progress(scenario, orders, 10 * orders, broken, share, 4)


def test_a_board_says_how_far_all_are() -> None:
    board = Board()
    board.note("test[a]", progress("a", 1))
    assert board.line(1.0) == "races 0 of 4, 1 order, none broken; a 1 order, 10 more known"
    board.end("test[a]")
    board.note("test[b]", progress("b", 3, broken=("never_stuck",)))
    board.note("test[c]", progress("c", 2))
    whole = "races 1 of 4, 6 orders, never_stuck broken in 1, about 20 s left"
    assert board.line(20.0) == f"{whole}; b 3 orders, 30 more known; c 2 orders, 20 more known"
    assert (board.running, board.broken) == (True, 1)


def test_what_ended_is_not_running() -> None:
    board = Board()
    board.note("test[a]", progress("a", 1))
    board.end("test[a]")
    board.end("another test")
    assert not board.running


# ---- in a run of pytest

CONFTEST = """
from e2e.harness.plugins import progress

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(progress.ProgressLines(config))
"""
SOURCE = """
import pytest
from e2e.harness.explorer.exploration import Exploration
from e2e.harness.plugins.progress import ProgressReports
from e2e.harness.explorer.scenarios import SCENARIOS

@pytest.fixture
def explored(request):
    def explored(name, breaks):
        found = Exploration(SCENARIOS[name])
        teller = ProgressReports(request.node, lambda found: found.explored / 4)
        for found.explored in range(1, 5):
            if found.explored == 3 and breaks:
                found.counterexamples["never_stuck"] = None
            teller(found)
        teller.tell(found)
    return explored

@pytest.mark.parametrize("name", ["one-click", "hold"])
def test_races(explored, name): explored(name, breaks=name == "hold")

def test_other(): print("what a test prints")
"""


ENVIRON = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}


def laid_out(folder: Path) -> None:
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_inner.py").write_text(SOURCE, encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [(), ("-p", "xdist", "-n", "2"), ("-s",), ("-v",)],
    ids=["one process", "several", "uncaptured", "by name"],
)
def test_where_lines_stay_a_broken_promise_is_told_at_once(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    ran = run_tests(tmp_path, SOURCE, "no:cacheprovider", "--verbosity=0", *options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = re.findall(r"(?m)^races .*$", ran.stdout)
    assert len(told) == 1, ran.stdout
    assert re.fullmatch(
        r"races [01] of 2, \d orders?, never_stuck broken in 1.*; hold 3 orders, 0 more known.*", told[0]
    )
    assert "3 passed" in ran.stdout


@pytest.mark.parametrize("options", [("-q",), ("-p", "no:terminal"), ("-p", "no:capture", "-q")])
def test_nothing_is_said_where_nothing_is_to_be_and_nothing_fails(tmp_path: Path, options: tuple[str, ...]) -> None:
    laid_out(tmp_path)
    command = [sys.executable, "-m", "pytest", *options]
    ran = subprocess.run(command, cwd=tmp_path, env=ENVIRON, capture_output=True, text=True, check=False)
    assert (ran.returncode, "races 0" in ran.stdout) == (0, False), ran.stdout + ran.stderr


def test_on_a_terminal_one_line_is_drawn_below_and_taken_away(tmp_path: Path) -> None:
    laid_out(tmp_path)
    environ = {**ENVIRON, "TERM": "xterm", "COLUMNS": "60"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pytest"], cwd=tmp_path, env=environ, stdout=theirs, stderr=theirs
    ) as run:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # so a terminal ends whose program has
            pass
    os.close(ours)
    text = said.decode()
    assert run.returncode == 0, text
    drawn = re.findall(r"\x1bD\x1b\[1A\x1b7\x1b\[1B\r\x1b\[2K([^\x1b]*)\x1b8", text)
    assert drawn[0] == "races 0 of 2, 1 order, none broken; one-click 1 order, 0 mo"
    assert len(drawn) == text.count("\x1b7\x1b[1B\r\x1b[2K\x1b8")
    rest = re.sub(r"\x1b\[[\d;]*m|\x1bD\x1b\[1A\x1b7.*?\x1b8|\x1b7.*?\x1b8", "", text)
    assert "test_inner.py ... " in rest
