"""Programs that the commands run: quiet ones tell only of failures, and pytest's exit code is handed on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.setup.children import exit_code, quietly, run_foreground
from e2e.setup.places import ROOT
from e2e.setup.steps import SetupError


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_quiet_program_prints_is_given_back(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ['WISH'])"
    assert quietly(python(code), cwd=tmp_path, env={"WISH": "mute"}) == f"{tmp_path} mute\n"


def test_a_failure_tells_the_command_the_code_and_the_last_lines() -> None:
    code = "import sys; print(*range(20), sep='\\n', flush=True); print('why', file=sys.stderr); sys.exit(3)"
    with pytest.raises(SetupError) as error:
        quietly(python(code))
    first, *rest = str(error.value).splitlines()
    assert first == f"`{sys.executable} -c {code.splitlines()[0]}` failed with exit code 3:"
    assert [line.strip() for line in rest] == [*(str(number) for number in range(6, 20)), "why"]


def test_a_failure_without_a_word() -> None:
    with pytest.raises(SetupError, match="failed with exit code 1: it printed nothing$"):
        quietly(python("raise SystemExit(1)"))


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(SetupError, match="^/no/npm could not be started: No such file or directory$"):
        quietly(["/no/npm", "ci"])


@pytest.mark.parametrize("code", [0, 1, 5])
def test_the_exit_code_is_handed_on(code: int) -> None:
    assert run_foreground(python(f"raise SystemExit({code})")) == code


def test_a_child_that_was_killed_counts_as_a_shell_counts_it() -> None:
    assert (exit_code(-9), exit_code(0), exit_code(2)) == (137, 0, 2)


def test_the_environment_is_added_to() -> None:
    code = "import os, sys; sys.exit(0 if os.environ['HOTMIC_BROWSER'] == '/b' and 'PATH' in os.environ else 1)"
    assert run_foreground(python(code), env={"HOTMIC_BROWSER": "/b"}) == 0


# A parent that hands over to a child, which says that it is ready and then ends by itself when asked.
PARENT = "import sys; from e2e.setup.children import run_foreground\n"
PARENT += "sys.exit(run_foreground([sys.executable, '-c', sys.argv[1]]))"
CHILD = """
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.{signal}])
print('ready', flush=True)
signal.sigwait([signal.{signal}])
print('reported', flush=True)
sys.exit(42)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_child_ends_in_its_own_way(name: str) -> None:
    """Ctrl-C goes to the whole group, as from a terminal; SIGTERM to the parent alone."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD.format(signal=name)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        if name == "SIGINT":
            os.killpg(parent.pid, signal.SIGINT)
        else:
            parent.terminate()
        assert (parent.stdout.read(), parent.wait()) == (b"reported\n", 42)
