"""One set-up at a time in a checkout: two commands started together must not install into the same folder."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _try(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        # LK_LOCK asks once a second and gives up after ten.
        while True:
            try:
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            except OSError:
                continue

else:
    import fcntl

    def _try(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


class Lock:
    """A context manager that holds a file lock. The operating system lets go when the process ends, however it ends.

    `waiting` is called once when another process holds it.
    """

    def __init__(self, path: Path, waiting: Callable[[], None]) -> None:
        self._path = path
        self._waiting = waiting

    def __enter__(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = self._path.open("ab")
        try:
            if not _try(self._file):
                self._waiting()
                _wait(self._file)
        except BaseException:
            self._file.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()
