"""Reuses one page for many stories; each story finds it as in a browser that was just started.

A page for each story would cost more than the story itself: a process of the browser, and the SDK compiled anew. Instead, what
a story leaves behind is cleared: other tabs, history, cookies, all storage of its origins, and the position of the mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, CDPSession, Error, Frame, Page

from mock_server.server import MockGenesys

from ..browser.frames import Frames
from ..browser.isolation import Isolation
from ..view.widget import Widget
from .stage import Stage

NewContext = Callable[[], BrowserContext]
_EMPTY = "about:blank"


class SharedPage:
    """The page in which an agent works, story after story. It is reused in Chromium; other browsers get a new page each time.

    With `frames` its pages paint by command. The mouse then keeps its position, because moving it needs frames.

    Example:
        with shared_page.story(genesys, REFERENCE) as (stage, page):
            agent = stage.agent(page)
            agent.open(kept=stage.signed_in())
    """

    def __init__(self, new_context: NewContext, frames: Frames | None = None) -> None:
        self._new_context, self._frames = new_context, frames
        self._page: Page | None = None
        self._stage: Stage | None = None  # of the newest story
        self._devtools: CDPSession | None = None
        self._origins: set[str] = set()  # that this story has visited

    @contextmanager
    def story(
        self, genesys: MockGenesys, widget: Widget, isolation: Isolation | None = None
    ) -> Iterator[tuple[Stage, Page]]:
        """Begin a story: yields a stage for the world that Genesys is in, and an empty page.

        The page is closed after a story that ends with an error, or whose page was used directly (`Agent.page`).
        """
        stage, page = self._begin(genesys, widget, isolation)
        try:
            yield stage, page
        except BaseException:
            stage.spoiled = True
            raise
        finally:
            if not stage.reusable or not self._cleared(stage, page):
                self.close()

    def close(self) -> None:
        """Close the page; the next story gets a new one."""
        if self._page is not None:
            page, self._page = self._page, None
            page.context.close()

    # ---- inside

    def _begin(self, genesys: MockGenesys, widget: Widget, isolation: Isolation | None) -> tuple[Stage, Page]:
        if self._page is not None and self._stage is not None and self._stage.can_reuse_context(widget, isolation):
            self._stage = Stage(genesys, self._page.context, widget, isolation, self._stage, self._frames)
            return self._stage, self._page
        self.close()
        context = self._frames.new_context(self._new_context) if self._frames else self._new_context()
        context.on("page", lambda page: page.on("framenavigated", self._visited))
        self._stage = Stage(genesys, context, widget, isolation, frames=self._frames)
        self._page = self._stage.new_page()
        chromium = context.browser is not None and context.browser.browser_type.name == "chromium"
        self._devtools = context.new_cdp_session(self._page) if chromium else None
        return self._stage, self._page

    def _visited(self, frame: Frame) -> None:
        parts = urlsplit(frame.url)
        if parts.netloc:
            self._origins.add(f"{parts.scheme}://{parts.netloc}")

    def _cleared(self, stage: Stage, page: Page) -> bool:
        """Clear what the story left behind; returns whether that was possible."""
        if self._devtools is None:
            return False
        try:
            stage.settle.retire()
            self._clear(page, self._devtools)
        except Error:
            return False
        return True

    def _clear(self, page: Page, devtools: CDPSession) -> None:
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.goto(_EMPTY)  # first, because a script that still runs could write again
        for origin in self._origins:
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self._origins.clear()
        page.context.clear_cookies()
        devtools.send("Page.resetNavigationHistory")
        if self._frames is None:
            page.mouse.move(-1, -1)
