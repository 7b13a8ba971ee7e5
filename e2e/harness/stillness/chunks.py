"""Knows which scripts and style sheets are on their way to the pages: what `import()` asks for no page's own code can count.

The browser tells of a request in the same channel in which a page answers the harness, and before that answer: what a page had
asked for when it reported to be still is known then.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from playwright.sync_api import BrowserContext, Error, Frame, Request

_KINDS: Final = ("script", "stylesheet")


class Chunks:
    """The scripts and style sheets that the pages of watched contexts load."""

    def __init__(self) -> None:
        self._loading: dict[Request, Frame] = {}
        self._watched: set[BrowserContext] = set()
        self.ended = 0  # how many have come, or will not

    def watch(self, context: BrowserContext) -> None:
        """Follow the requests of this context from now on."""
        if context in self._watched:
            return
        self._watched.add(context)
        context.on("request", self._began)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._ended)

    def begin_anew(self) -> None:
        """Forget what is on its way: it belongs to another story."""
        self._loading.clear()

    @property
    def under_way(self) -> tuple[str, ...]:
        """Their addresses, the first that was asked for first; those of a page or frame that is gone will not come."""
        gone = (request for request, frame in self._loading.items() if frame.is_detached() or frame.page.is_closed())
        for request in tuple(gone):
            del self._loading[request]
        return tuple(request.url for request in self._loading)

    def _began(self, request: Request) -> None:
        if request.resource_type in _KINDS:
            with suppress(Error):  # that of a service worker has no frame
                self._loading[request] = request.frame

    def _ended(self, request: Request) -> None:
        if request in self._loading:
            del self._loading[request]
            self.ended += 1
