"""How far the exploring is: shown live on a terminal, elsewhere in a line now and then."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.harness.plugins.progress.board import Board, ScenarioProgress
from e2e.harness.plugins.progress.loopback import Receiver, Sender
from tests.inner import ROOT, run_tests

# ---- what is known


def progress(scenario: str, orders: int, share: float = 0.5, broken: tuple[str, ...] = ()) -> ScenarioProgress:
    return ScenarioProgress(f"test[{scenario}]", scenario, orders, 10 * orders, broken, share, 4)


def test_a_board_knows_how_far_all_are() -> None:
    board = Board()
    board.note(progress("a", 1))
    assert board.line(1.0) == "races 0 of 4, 1 order, none broken; a 1 order, 10 more known"
    board.end("test[a]")
    board.note(progress("b", 3, broken=("never_stuck",)))
    board.note(progress("c", 2))
    whole = "races 1 of 4, 6 orders, never_stuck broken in 1, about 20 s left"
    assert board.line(20.0) == f"{whole}; b 3 orders, 30 more known; c 2 orders, 20 more known"
    assert (list(board.running), board.ended, board.done, board.broken) == (["test[b]", "test[c]"], 1, 2.0, 1)


def test_progress_that_comes_after_its_test_has_ended_does_not_run_again() -> None:
    board = Board()
    board.end("another test")
    board.end("test[a]")
    board.note(progress("a", 1))
    assert (dict(board.running), board.ended) == ({}, 1)


# ---- from one process to another


def test_everything_that_was_sent_is_received_and_nothing_from_others() -> None:
    received: list[ScenarioProgress] = []
    receiver = Receiver(received.append)
    port, _ = receiver.address.split()
    sent = [progress("a", orders, broken=("never_stuck",)) for orders in range(20)]
    for one in sent:
        Sender(f"{port} guessed")(one)
        Sender(receiver.address)(one)
    receiver.close()
    assert received == sent


# ---- in a run of pytest

CONFTEST = """
from e2e.harness.plugins.progress.hooks import configure as pytest_configure
"""
# No line comes because time has passed, however slow the machine is.
NEVER_BY_TIME = """
from e2e.harness.plugins.progress import display

display.SELDOM = 3_600.0
"""
SOURCE = """
import pytest
from e2e.harness.explorer.exploration import Exploration
from e2e.harness.plugins.progress.reports import ProgressReports
from e2e.harness.explorer.scenarios import SCENARIOS

@pytest.fixture
def explored(request):
    def explored(name, breaks):
        found = Exploration(SCENARIOS[name])
        reports = ProgressReports(request.node, lambda found: found.explored / 4)
        for found.explored in range(1, 5):
            if found.explored == 3 and breaks:
                found.counterexamples["never_stuck"] = None
            reports(found)
        reports.send(found)
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
def test_where_lines_stay_a_broken_promise_is_shown_at_once(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST + NEVER_BY_TIME, encoding="utf-8")
    ran = run_tests(tmp_path, SOURCE, "no:cacheprovider", "--verbosity=0", *options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = re.findall(r"(?m)^races .*$", ran.stdout)
    assert len(lines) == 1, ran.stdout
    assert re.fullmatch(
        r"races [012] of 2, \d orders?, never_stuck broken in 1.*(; hold 3 orders, 0 more known.*)?", lines[0]
    )
    assert "3 passed" in ran.stdout


LONG = """
import threading
from e2e.harness.plugins.progress import display

display.SELDOM, display.TICK = 0.2, 0.05


def test_long(capfd):
    print("captured")
    threading.Event().wait(1)
    assert capfd.readouterr().out == "captured\\n"
"""


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "1")], ids=["one process", "several"])
def test_a_run_shows_that_it_goes_on_though_a_test_takes_long(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "conftest.py").write_text(LONG.partition("def test")[0] + CONFTEST, encoding="utf-8")
    ran = run_tests(tmp_path, LONG, "no:cacheprovider", "--verbosity=0", *options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(re.findall(r"(?m)^0 tests done in \d s$", ran.stdout)) >= 2, ran.stdout


@pytest.mark.parametrize("options", [("-q",), ("-p", "no:terminal"), ("-p", "no:capture", "-q")])
def test_nothing_is_said_where_nothing_is_to_be_and_nothing_fails(tmp_path: Path, options: tuple[str, ...]) -> None:
    laid_out(tmp_path)
    command = [sys.executable, "-m", "pytest", *options]
    ran = subprocess.run(command, cwd=tmp_path, env=ENVIRON, capture_output=True, text=True, check=False)
    assert (ran.returncode, "races 0" in ran.stdout) == (0, False), ran.stdout + ran.stderr


def on_a_terminal(folder: Path, *options: str) -> str:
    """What a run of pytest writes to a terminal of 100 columns."""
    laid_out(folder)
    environ = {**ENVIRON, "TERM": "xterm", "COLUMNS": "100"}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest", *options]
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 65536):
                written += part
        except OSError:  # so a terminal ends whose program has
            pass
    os.close(ours)
    assert run.returncode == 0, written.decode()
    return written.decode()


CODES = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


def test_on_a_terminal_rows_are_drawn_and_taken_away(tmp_path: Path) -> None:
    text = on_a_terminal(tmp_path)
    shown = CODES.sub("", text)
    assert re.search(r"races 0 of 2 +\S+ +1 order, none broken", shown), text
    assert re.search(r"\none-click +\S+ +1 order, 0 more known", shown), text
    assert re.search(r"races 1 of 2 +\S+ +\d orders, never_stuck broken in 1; 1 test done", shown), text
    # What was drawn last is erased, line by line, and nothing of it comes after that.
    last = text.rindex("\x1b[2K")
    assert "3 passed" in text[last:] and not re.search("races|one-click|hold", text[last:])


def test_beside_what_others_write_to_the_terminal_lines_stay(tmp_path: Path) -> None:
    assert "\x1b[2K" not in on_a_terminal(tmp_path, "-s")
