"""Finds and ends the processes that a run has left behind. On Linux only: elsewhere a process does not show its environment.

Each process of a run inherits a mark in its environment. So it is found though its parent has died, and in whatever session
it is.
"""

import os
import select
import signal
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

VARIABLE = "HOTMIC_RUN"  # the marks of the runs that a process belongs to, the outermost first

# A process may be about to exit when its run ends: it gets that long, and is not waited for once it has exited.
EXIT_SECONDS = 10.0
PROCESSES = Path("/proc")


@dataclass(frozen=True)
class RunningProcess:
    """A process that is alive though its run has ended."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"process {self.pid}, {self.command}"


@dataclass(frozen=True)
class Mark:
    """The mark of one run."""

    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The variable for the run's first process. A run that is started by another run keeps the other's mark, too."""
        return {VARIABLE: " ".join([*environ.get(VARIABLE, "").split(), self.name])}

    def end_left_over(self, seconds: float = EXIT_SECONDS) -> list[RunningProcess]:
        """Ends the processes of the run that do not exit by themselves within `seconds`, and returns them."""
        if sys.platform != "linux":
            return []
        deadline = time.monotonic() + seconds
        running: dict[int, RunningProcess] = {}
        with ExitStack() as descriptors:
            for pid in self._pids():
                with suppress(ProcessLookupError):
                    descriptor = os.pidfd_open(pid)
                    descriptors.callback(os.close, descriptor)
                    # Asked again: the process may have exited before it was opened, and its number be another's by now.
                    if self._is_on(pid):
                        running[descriptor] = RunningProcess(pid, _command(pid))
            stayed = [descriptor for descriptor in running if not _exits(descriptor, deadline)]
            for descriptor in stayed:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        return [running[descriptor] for descriptor in stayed]

    def _pids(self) -> Iterator[int]:
        pids = (int(folder.name) for folder in PROCESSES.iterdir() if folder.name.isdecimal())
        return (pid for pid in pids if self._is_on(pid))

    def _is_on(self, pid: int) -> bool:
        variables = (variable.partition("=") for variable in _read(pid, "environ").split("\0"))
        return any(self.name in marks.split() for name, _, marks in variables if name == VARIABLE)


def _exits(descriptor: int, deadline: float) -> bool:
    """Whether a process has exited when the time is up; its descriptor can be read from then on."""
    exited, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
    return bool(exited)


def _command(pid: int) -> str:
    return " ".join(_read(pid, "cmdline").split("\0")).strip()


def _read(pid: int, file: str) -> str:
    """A file about a process; "" when the process is gone or another user's."""
    try:
        return (PROCESSES / str(pid) / file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
