"""A page in which one story is told after the other; each finds it as in a browser that was just started.

A page of its own costs more than the story in it: a process of the browser, and the SDK compiled anew. What a story leaves
behind is taken away instead: other tabs, history, cookies, everything that its origins keep, and where the mouse was.
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
    """Where an agent works, story after story. In Chromium; another browser gets a page for each.

    With `frames` its pages paint by command; the mouse stays where it was there, for it moves from frame to frame.

    Example:
        with desk.story(genesys, REFERENCE) as (stage, page):
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
        """A stage on the world that Genesys is in, and an empty page.

        A story that ends with an error, or whose page was lent (`Agent.page`), is the last that is told in it.
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
        """Give the page up; the next story gets a new one."""
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
        """Take everything away; False when that cannot be done."""
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
        page.goto(_EMPTY)  # first: what runs there could write again
        for origin in self._origins:
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self._origins.clear()
        page.context.clear_cookies()
        devtools.send("Page.resetNavigationHistory")
        if self._frames is None:
            page.mouse.move(-1, -1)
