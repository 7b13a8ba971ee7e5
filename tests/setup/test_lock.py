"""Only one set-up at a time in a checkout."""

import subprocess
import sys
from pathlib import Path

import pytest

from e2e.setup.lock import Lock
from e2e.setup.places import ROOT

HOLD = "import sys; from pathlib import Path; from e2e.setup.lock import Lock\n"
HOLD += "with Lock(Path(sys.argv[1]), lambda: None): print('held', flush=True); sys.stdin.readline()"


def nobody_waits() -> None:
    raise AssertionError("nobody else holds this lock")


def test_it_can_be_held_again_and_again(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "deep" / "lock", nobody_waits)
    with lock:
        pass
    with lock:
        pass


def test_it_is_let_go_when_the_set_up_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Lock(tmp_path / "lock", nobody_waits):
        raise RuntimeError
    with Lock(tmp_path / "lock", nobody_waits):
        pass


def test_a_second_process_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        calls: list[str] = []

        def waiting() -> None:
            calls.append("waiting")
            other.communicate(b"\n")  # the other one goes on, and ends

        with Lock(path, waiting):
            assert calls == ["waiting"]
        assert other.returncode == 0


def test_a_wait_that_is_interrupted_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    def interrupted() -> None:
        raise KeyboardInterrupt

    with Lock(path, nobody_waits):
        with pytest.raises(KeyboardInterrupt), Lock(path, interrupted):
            pass
    with Lock(path, nobody_waits):
        pass
