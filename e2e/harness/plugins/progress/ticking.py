"""Does something again and again while a run goes on, whatever its tests are doing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread


class Ticker:
    """Calls `act` every so many real seconds, in a thread of its own, until it is closed."""

    def __init__(self, act: Callable[[], None], seconds: float) -> None:
        self._act, self._seconds = act, seconds
        self._over = Event()
        self._thread = Thread(target=self._run, name="hotmic ticker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Returns when it is not called any more."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._act()
