"""Programs that the set-up and the two commands run."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Protocol

from e2e.setup.places import ROOT
from e2e.setup.steps import SetupError

LINES_SHOWN = 15


class ChildFailed(SetupError):
    """A program ended with another exit code than 0. The message has the last lines it printed, `printed` has all."""

    def __init__(self, command: str, code: int, printed: str) -> None:
        last = "".join(f"\n    {line}" for line in printed.rstrip().splitlines()[-LINES_SHOWN:])
        super().__init__(f"`{command}` failed with exit code {code}:{last or ' it printed nothing'}")
        self.printed = printed


class Run(Protocol):
    """How steps start a program; tests hand in a fake."""

    def __call__(self, command: Sequence[str | Path], *, cwd: Path = ..., env: Mapping[str, str] = ...) -> str: ...


def quietly(command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Runs a program to its end and returns what it printed; `env` is added to the environment.

    Raises SetupError when it cannot be started, ChildFailed when it fails.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise SetupError(f"{words[0]} could not be started: {error.strerror or error}") from error
    if done.returncode != 0:
        raise ChildFailed(" ".join(words), done.returncode, done.stdout)
    return done.stdout


def exit_code(returncode: int) -> int:
    """As a shell says it: a child ended by signal n counts as 128 + n."""
    return 128 - returncode if returncode < 0 else returncode


def run_foreground(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> int:
    """Runs a program in the foreground, in the current folder and with this process' terminal, and returns its exit code.

    Ctrl-C reaches the child by itself, being in the same process group: here it is only waited for, so that it can
    finish its own report. A request to end (SIGTERM) comes to this process alone and is passed on.
    """

    child: subprocess.Popen[bytes] | None = None
    ending = False

    def leave_to_child(number: int, frame: FrameType | None) -> None:
        pass

    def pass_on(number: int, frame: FrameType | None) -> None:
        nonlocal ending
        ending = True
        if child is not None:
            child.terminate()

    # A handler of its own, not `except KeyboardInterrupt` around `wait`: raised just when the child was reaped, the
    # exception takes the exit code with it, and a second `wait` then says 0 of a run that failed. Not SIG_IGN either,
    # which the child would inherit.
    interrupted = signal.signal(signal.SIGINT, leave_to_child)
    ended = signal.signal(signal.SIGTERM, pass_on)  # first: a request that comes while the child starts is not lost
    try:
        child = subprocess.Popen([str(word) for word in command], env={**os.environ, **(env or {})})
        if ending:
            child.terminate()
        return exit_code(child.wait())
    finally:
        signal.signal(signal.SIGTERM, ended)
        signal.signal(signal.SIGINT, interrupted)
