"""Waits on the event loop until something crosses. When nothing can cross any more, those who wait get an error."""

from __future__ import annotations

import asyncio


class Ended(Exception):
    """What was waited for cannot come any more; the message says why."""


class Waiting:
    """Keeps those who wait, on the event loop's thread."""

    def __init__(self) -> None:
        self._futures: list[asyncio.Future[None]] = []

    def next_move(self) -> asyncio.Future[None]:
        """Return a future that is done as soon as something crosses; it raises Ended when the world ends."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._futures.append(future)
        return future

    def moved(self) -> None:
        """Wake those who wait: something crossed."""
        if self._futures:  # asked for each crossing, and hardly ever true
            for future in self._let_go():
                future.set_result(None)

    def give_up(self, why: str) -> None:
        """Let all who wait raise Ended."""
        for future in self._let_go():
            future.set_exception(Ended(why))

    def _let_go(self) -> list[asyncio.Future[None]]:
        futures, self._futures = self._futures, []
        return [future for future in futures if not future.done()]
