"""Paints frames by command: a page paints only then, so that frames are steps of a schedule.

A headless shell can do so (CDP HeadlessExperimental.beginFrame, in a target that Target.createTarget made for it); in any other
browser pages paint in their own time, and sight.js counts those frames.

`wantsFrame` in sight.js decides when a frame is commanded, once the page has nothing else to do and nothing is on its way to it:
the page has asked for one; a timer is about to undo what it changed; observers are to be called, or an animation is to go on.
So a view that is current then is surely painted, for that many frames. What a page undoes in the same task, in the frame that it
asked for, or by messages to itself is never painted. The view at rest counts as seen without a frame. A real browser may paint
more often: between any two tasks.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Frame, Page

ARGUMENTS: Final = ("--run-all-compositor-stages-before-draw",)  # without it a browser refuses the command
INTERVAL: Final = 1000 / 60  # milliseconds from one frame to the next, at least
_FRAME: Final = "HeadlessExperimental.beginFrame"

# (document, number of a view's entry in its log) → the first frame that shows it, as PNG
Pictures = dict[tuple[str, int], bytes]


class Frames:
    """Opens the pages of a browser that paint by command. Raises Playwright's Error where the browser cannot; see `of`."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser.new_browser_cdp_session()
        self._contexts: WeakKeyDictionary[BrowserContext, str] = WeakKeyDictionary()  # → the browser's id
        self._pages: WeakKeyDictionary[Page, _Painted] = WeakKeyDictionary()
        self._pictures: Pictures | None = None  # of `taking_pictures`

    @classmethod
    def of(cls, browser: Browser) -> Frames | None:
        """The Frames of this browser, tried on a page that is closed again; None if its pages paint in their own time."""
        try:
            frames = cls(browser)
            context = frames.new_context(browser.new_context)
        except Error:  # it is no Chromium
            return None
        try:
            frames.new_page(context)
        except Error:  # it is none that paints by command
            return None
        finally:
            context.close()
        return frames

    def new_context(self, make: Callable[[], BrowserContext]) -> BrowserContext:
        """Open a context with `make`, in which `new_page` can open pages."""
        before = self._ids()
        context = make()
        for made in self._ids() - before:
            self._contexts[context] = made
        return context

    def new_page(self, context: BrowserContext) -> Page:
        """Open a page that paints by command."""
        target = {"url": "about:blank", "browserContextId": self._contexts[context], "enableBeginFrameControl": True}
        with context.expect_page() as opened:
            self._browser.send("Target.createTarget", target)
        page: Page = opened.value
        self._pages[page] = _Painted(page)
        return page

    @contextmanager
    def taking_pictures(self) -> Iterator[Pictures]:
        """Take a picture of each view that is painted inside the `with` block, and add it to the given dictionary."""
        self._pictures = pictures = Pictures()
        try:
            yield pictures
        finally:
            self._pictures = None

    def paint(self, page: Page, now: float) -> None:
        """Paint one frame at this virtual time in milliseconds."""
        if page not in self._pages:
            self._pages[page] = _Painted(page)  # a page of this context opened it
        painted = self._pages[page]
        painted.picture = painted.paint(now, self._pictures is not None)

    def showed(self, page: Page, document: str, entry: int) -> None:
        """Note that the last frame showed the view of this entry of the document (0: none)."""
        painted = self._pages.get(page)
        if self._pictures is not None and painted is not None and painted.picture and entry:
            self._pictures.setdefault((document, entry), painted.picture)

    def rested(self, page: Page, now: float, document: str, entry: int) -> None:
        """Note that this view is the one at rest: if pictures are taken and there is none of it, it is painted for one."""
        if self._pictures is not None and entry and (document, entry) not in self._pictures:
            self.paint(page, now)
            self.showed(page, document, entry)

    def _ids(self) -> set[str]:
        return set(self._browser.send("Target.getBrowserContexts")["browserContextIds"])


class _Painted:
    """One page that paints by command. Its frames and animations follow virtual time."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")  # for `_real`
        self._ticks = self._now = 0.0
        self._began = True  # a document, since the last frame
        page.on("framenavigated", self._navigated)
        self.picture = b""  # of the last frame, if one was taken
        self.paint(0.0, False)

    def paint(self, now: float, picture: bool) -> bytes:
        """Paint one frame; returns its picture if one is asked for, else b""."""
        if self._began:
            self._ticks = max(self._ticks, self._real())  # animations of a document do not run before it began
            self._began = False
        self._ticks += max(
            INTERVAL, now - self._now if self._now else 0.0
        )  # a frame at the last one's time would never end
        self._now = now
        asked = {"screenshot": {"format": "png"}} if picture else {}
        painted = self._devtools.send(_FRAME, {"frameTimeTicks": self._ticks, "interval": INTERVAL, **asked})
        return base64.b64decode(painted.get("screenshotData", ""))

    def _navigated(self, frame: Frame) -> None:
        self._began = True

    def _real(self) -> float:
        """The browser's own time, in the milliseconds in which it counts frames."""
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(metric["value"]) for metric in metrics if metric["name"] == "Timestamp")
