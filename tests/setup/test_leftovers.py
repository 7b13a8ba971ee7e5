"""A process that a run leaves behind is found, named and ended; one that is about to exit is none."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from e2e.setup.leftovers import VARIABLE, Mark, RunningProcess
from e2e.setup.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not show a process' environment")

STAYS = "import signal; print('ready', flush=True); signal.pause()"
EXITS = "import sys; print('ready', flush=True); sys.stdin.read()"


@contextmanager
def started(code: str, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun; it is killed at the end."""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, env={**os.environ, **environ}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_process_that_stays_is_named_and_ended() -> None:
    mark = Mark()
    with started(STAYS, mark.environ({})) as process:
        assert mark.end_left_over(seconds=0) == [RunningProcess(process.pid, f"{sys.executable} -c {STAYS}")]
        assert process.wait() == -signal.SIGKILL
    assert mark.end_left_over() == []


def test_a_process_that_is_about_to_exit_is_waited_for() -> None:
    mark = Mark()
    with started(EXITS, mark.environ({})) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert mark.end_left_over() == []
        assert process.wait() == 0


def test_another_run_is_left_alone_and_one_inside_is_part_of_both() -> None:
    outer, inner, other = Mark(), Mark(), Mark()
    with started(STAYS, inner.environ(outer.environ({}))) as process:
        assert other.end_left_over(seconds=0) == []
        assert [one.pid for one in inner.end_left_over(seconds=0)] == [process.pid]
    with started(STAYS, inner.environ(outer.environ({}))) as process:
        assert [one.pid for one in outer.end_left_over(seconds=0)] == [process.pid]


def test_what_a_variable_of_another_name_says_is_no_mark() -> None:
    mark = Mark()
    with started(STAYS, {f"NO_{VARIABLE}": mark.name, "HOTMIC": f"{VARIABLE}={mark.name}"}):
        assert mark.end_left_over(seconds=0) == []


# The process left behind has lost its parent, and is in a session of its own.
LEAVES = f"""
import subprocess, sys
left = [sys.executable, "-c", {STAYS!r}]
parent = f"import subprocess; subprocess.Popen({{left}}, start_new_session=True, stdout=subprocess.DEVNULL)"
subprocess.run([sys.executable, "-c", parent], check=True)
"""
COMMAND = "import sys; from e2e.setup.command import run_child\n"
COMMAND += "sys.exit(run_child(['-c', sys.argv[1]], {}, seconds=0))"


def test_a_command_that_leaves_a_process_fails_and_names_it() -> None:
    words = [sys.executable, "-c", COMMAND, LEAVES]
    ran = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert re.fullmatch(rf"left running: process \d+, {re.escape(f'{sys.executable} -c {STAYS}')}\n", ran.stdout)
    assert ran.returncode == 2
