"""The only place that waits: until everything that the server wrote is handled, and no page has anything left to do.

    traffic   what the server admitted, answered and wrote         (a call)
    ask       every document to handle that and to report          (an evaluate each)
    again     while anything was sent that has not arrived, or a document was active meanwhile
    paint     when nothing moves and a page wants a frame that does not come by itself; then again

Nothing here waits for a fixed time. After the limit, in real seconds, NotStill names what is missing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Error, Frame, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from mock_server.engine.traffic import Traffic

from ..browser.frames import Frames
from ..probe.probe import LogEntry, PushedLog, Report, Timer, begin_script, listen
from ..view.widget import CannotJudge
from .chunks import Chunks
from .documents import Documents
from .genesys import LIMIT, Genesys
from .init_scripts import InitScripts
from .poll import Round
from .rounds import Leap
from .stillness import BadAdapter, NotStill, Stillness

CONNECTIONS = 6  # requests that Chromium has under way to one host; the others stand in its own queue
LOOK = 50.0  # real milliseconds between two looks at a navigation that may be held on the wire
_OUT_OF_REACH = (
    "cannot judge: timers run in {}; hotmic moves the time of dedicated Workers whose script is a file of the page's own origin, "
    "served from `folder` or `reach.folders`, or a blob: or data: URL"
)
ASK = "ask => window.__hotmic ? window.__hotmic.still(JSON.parse(ask)) : null"


class _Gone(Exception):
    """The document that was asked is gone."""


class Stopwatch:
    """Counts the real seconds since it was made, for reports and budgets; nothing waits by it."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


@dataclass(slots=True)
class Cost:
    """How often the harness asked, and for how many real seconds."""

    stills: int = 0
    evaluates: int = 0
    seconds: float = 0.0


class Settle:
    """Waits for stillness in the pages of the watched contexts. `now` is virtual time in milliseconds since 1970.

    With `frames` the pages paint by command.
    """

    def __init__(self, genesys: Genesys, now: float, *, limit: float = LIMIT, frames: Frames | None = None) -> None:
        self.genesys, self.limit, self.frames = genesys, limit, frames
        self.now = now
        self.cost = Cost()
        self._documents, self._chunks = Documents(), Chunks()
        self._windows = 0  # that pages opened, as far as Playwright has reported
        self._contexts = InitScripts()
        self._clocks: dict[Frame, float] = {}
        self._active: dict[Page, Frame] = {}  # did something most recently, and is asked first in its page
        self._names: dict[Page, str] = {}
        self._logs: dict[str, list[tuple[str, LogEntry]]] = {}

    def watch(self, context: BrowserContext, probe: str, *, imports: bool = True) -> None:
        """Put the probe (its script) into every document of this context from now on; call it before its pages are opened.

        `imports`: pages may load scripts by import(), which are waited for.
        """
        context.on("console", lambda message: listen(message, self._take_pushed))
        self._contexts.add(context, probe, self._begin)
        context.on("page", self._listen)
        if imports:
            self._chunks.watch(context)
        for page in context.pages:
            self._listen(page)

    def _listen(self, page: Page) -> None:
        page.on("popup", self._met)

    def _met(self, popup: Page) -> None:
        self._windows += 1

    def retire(self) -> None:
        """Ask the present documents no more: their pages are about to be opened in another world."""
        for frame in list(self._frames()):
            with suppress(_Gone):
                self._evaluate(frame, "() => window.__hotmic?.retire()", None)

    def begin_anew(self, now: float, probe: str, *, imports: bool = True) -> None:
        """After `retire`: forget all documents; those that come begin at this time, with this probe."""
        self.now = now
        self._documents, self._windows = Documents(), 0
        self._chunks.begin_anew()
        self._clocks.clear()
        self._active.clear()
        self._names.clear()
        self._logs.clear()
        for context in self._contexts if imports else ():
            self._chunks.watch(context)
        self._contexts.change_probe(probe, self._begin)
        self.publish_now()

    def name(self, page: Page, name: str) -> None:
        """Set the name of this page in stories."""
        self._names[page] = name

    @property
    def pages(self) -> Mapping[str, Page]:
        """The open pages, by name."""
        return {name: page for page, name in self._names.items() if not page.is_closed()}

    def publish_now(self) -> None:
        """Let documents that are opened from here on begin at `now`."""
        self._contexts.change_begin(self._begin)

    def still(self, then: float | None = None) -> Stillness:
        """Wait until nothing moves; raises NotStill, or BadAdapter when a view can't be read.

        `then` is the time to which `move` will probably go next: pages learn it at once, which saves a step.
        """
        began = time.monotonic()
        try:
            return self._stillness(began + self.limit, self.now if then is None else then)
        finally:
            self.cost.stills += 1
            self.cost.seconds += time.monotonic() - began

    def move(self, to: float) -> None:
        """Set `now` and the clocks of the pages, which must be still; runs nothing. Then the caller moves the server."""
        self.now = to
        for frame in [frame for frame, at in self._clocks.items() if at != to]:
            with suppress(_Gone):
                self._evaluate(frame, "to => window.__hotmic?.set(to)", to)

    def leap(self, leap: Leap) -> None:
        """Pass over rounds in the pages, which must be still, as if the machine had slept; then the caller moves the server."""
        self.now += leap.milliseconds
        argument = {"milliseconds": leap.milliseconds, "fixed": list(leap.fixed)}
        for frame in self._clocks:
            with suppress(_Gone):
                self._evaluate(frame, "leap => window.__hotmic?.leap(leap)", argument)

    # ---- inside

    @property
    def _begin(self) -> str:
        return begin_script(self.now, self.limit)

    def _evaluate(self, frame: Frame, script: str, argument: object) -> str | None:
        """What the script returns: None when there is no probe. Raises _Gone when the document went away meanwhile."""
        self.cost.evaluates += 1
        try:
            result: str | None = frame.evaluate(script, argument)
        except Error as error:
            if _went_away(error):
                raise _Gone from error
            raise
        return result

    def _stillness(self, end: float, then: float) -> Stillness:
        asked: Round | None = None
        while True:
            ended = self._chunks.ended
            asked = self._ask_all(end, then, asked is not None)
            fresh = self._await_arrivals(self.genesys.traffic(), end)
            leaving = [(frame.page, report.leaving) for frame, report in asked.reports.items() if report.leaving]
            leaving += [(frame.page, url) for frame, report in asked.reports.items() for url in report.opening]
            unmet = self._documents.windows_opened > self._windows
            # A request that has only arrived changes nothing for a page: it had sent it before it reported to be still.
            moved = (
                fresh.noticeable != asked.traffic.noticeable
                or asked.again
                or asked.unsettled
                or ended != self._chunks.ended
            )
            loading = self._chunks.under_way
            still = not moved and not unmet and not loading and len(leaving) <= fresh.leaving
            if still and not asked.wanting_frame:
                return self._result(asked)
            if time.monotonic() > end:
                gone = [
                    f"the document that comes after '{self._name_of(page)}' left for {url}" for page, url in leaving
                ]
                gone += ["a window that a page opened"] if unmet else []
                gone += [f"the loading of {url}" for url in loading]
                gone += [f"an animation frame ('{self._name_of(page)}')" for page in asked.wanting_frame]
                raise NotStill(_sentence(gone or ["an end of it: server and pages go on and on"], self.limit))
            if len(leaving) > fresh.leaving:
                _await_navigation(leaving[0][0])
            elif loading:
                _await_loading(next(iter(asked.reports)).page)
            elif unmet:
                _await_navigation(next(iter(asked.reports)).page)
            elif still:
                self._paint(asked.wanting_frame)

    def _ask_all(self, end: float, then: float, again: bool) -> Round:
        asked = Round(self.genesys.traffic())
        seconds, commanded = max(0.1, end - time.monotonic()), self.frames is not None
        then = self.now if self.genesys.waits_for_turn else then  # what waits comes before time moves
        question = self._documents.question(asked.traffic, self.now, then, seconds, again=again, commanded=commanded)
        sockets_asked = self._documents.sockets_made
        frames = list(self._frames())
        for frame in self._active_first(frames):
            with suppress(_Gone):
                answer = self._evaluate(frame, ASK, question)
                if answer is not None:  # None: a document without a probe, such as a new tab's
                    asked.add(frame, Report.read(answer))
                continue
            asked.again = True
        asked.again = asked.again or list(self._frames()) != frames  # a page has put an iframe in while it was asked
        self._active.update(asked.active)
        asked.put_in_order(frames)
        for frame, report in asked.reports.items():
            for log in report.before:
                self._take_pushed(frame.page, log)
        self._collect_closed(asked)  # first: the last entries of a document come before the next one's
        for frame, report in asked.every():
            self._take(frame, report, asked)
        # A page is asked only for sockets that it has reported; the server may have opened more before the question.
        asked.again = asked.again or self._documents.sockets_made != sockets_asked
        self._check(asked)
        self._clocks = {frame: report.now for frame, report in asked.reports.items()}
        return asked

    def _take(self, frame: Frame, report: Report, asked: Round) -> None:
        name = self._name_of(frame.page)
        if report.given_up:
            self.genesys.abandon(report.document, report.given_up)
        new, entries = self._documents.report(report, name, frame, frame.page.context)
        self._log(name, report.document, entries)
        if report.amended is not None:
            self._amend(name, report.document, report.amended)
        if self.frames is not None:
            self.frames.showed(frame.page, report.document, report.painted)
        asked.again = asked.again or new or report.held_back

    def _paint(self, pages: Iterable[Page]) -> None:
        if self.frames is not None:
            for page in pages:
                self.frames.paint(page, self.now)

    def _check(self, asked: Round) -> None:
        for frame, report in asked.reports.items():
            name = self._name_of(frame.page)
            if report.unjudgeable:
                raise CannotJudge(_OUT_OF_REACH.format(" and ".join(report.unjudgeable)))
            if report.missing:
                raise NotStill(_sentence([f"{lack} ('{name}')" for lack in report.missing], self.limit))
            if report.trouble:
                raise BadAdapter(f"the adapter's view script failed in '{name}': {report.trouble}")

    def _collect_closed(self, asked: Round) -> None:
        """Keep the last entries of documents that are gone, and let the server not wait for what they never sent."""
        for document, entries in self._documents.collect_closed([report.document for _, report in asked.every()]):
            self._log(document.page_name, document.id, entries)
            asked.again = True
            arrived = asked.traffic.arrived.get(document.id, 0)
            if document.started > arrived:
                self.genesys.abandon(document.id, range(arrived + 1, document.started + 1))

    def _await_arrivals(self, traffic: Traffic, end: float) -> Traffic:
        """Wait until the server knows of all that the pages sent."""
        while lacks := self._documents.under_way(traffic, CONNECTIONS):
            try:
                traffic = self.genesys.await_traffic(traffic.version, max(0.1, end - time.monotonic()))
            except TimeoutError as error:
                raise NotStill(_sentence(lacks, self.limit)) from error
        return traffic

    def _result(self, asked: Round) -> Stillness:
        for frame, report in asked.reports.items():
            # The view at rest can be seen for as long as one likes: its frames are not counted.
            self._amend(
                self._name_of(frame.page), report.document, {"n": report.last_view, "painted": True, "frames": 0}
            )
            if self.frames is not None:
                self.frames.rested(frame.page, self.now, report.document, report.last_view)
        logs = {name: _in_real_order(log) for name, log in self._logs.items()}
        self._logs = {}
        views: dict[str, LogEntry] = {}
        timers: dict[str, Timer | None] = {}
        waiting: dict[str, tuple[float, ...]] = {}
        dues: dict[str, tuple[float, ...]] = {}
        for frame, report in asked.every():
            name = self._name_of(frame.page)
            if report.view is not None:
                views.setdefault(name, report.view)
            timers[name] = _earlier(timers.get(name), report.next_timer)
            waiting[name] = (*waiting.get(name, ()), *report.waiting)
            dues[name] = (*dues.get(name, ()), *report.dues)
        leaving = frozenset(self._name_of(frame.page) for frame, report in asked.reports.items() if report.leaving)
        return Stillness(logs, views, timers, waiting, leaving, dues)

    def _frames(self) -> Iterator[Frame]:
        for context in self._contexts:
            for page in context.pages:
                yield from page.frames

    def _active_first(self, frames: Sequence[Frame]) -> Sequence[Frame]:
        """The frames, that which was active first in each page; the pages keep their order, in which their due timers run."""
        pages = list(dict.fromkeys(frame.page for frame in frames))
        return sorted(frames, key=lambda frame: (pages.index(frame.page), frame is not self._active.get(frame.page)))

    def _name_of(self, page: Page) -> str:
        return self._names.setdefault(page, f"page {len(self._names) + 1}")

    def _log(self, name: str, document: str, entries: Iterable[LogEntry]) -> None:
        self._logs.setdefault(name, []).extend((document, entry) for entry in entries)

    def _amend(self, name: str, document: str, amended: LogEntry) -> None:
        """Correct an entry of this stillness."""
        log = self._logs.get(name, [])
        for place, (whose, entry) in enumerate(log):
            if whose == document and entry["n"] == amended["n"]:
                log[place] = (document, {**entry, **amended})

    def _take_pushed(self, page: Page, log: PushedLog) -> None:
        self._documents.push(self._name_of(page), log)


def _in_real_order(log: Iterable[tuple[str, LogEntry]]) -> list[tuple[str, LogEntry]]:
    """The log of the documents of one page in the order of the browser's own time, whoever was asked first."""
    ordered = sorted(log, key=lambda item: float(item[1].get("at", 0.0)))
    return [(document, {key: value for key, value in entry.items() if key != "at"}) for document, entry in ordered]


def _await_navigation(page: Page) -> None:
    """Wait until a document comes, or for a moment, because the navigation's request may be held on the wire."""
    try:
        page.wait_for_event("framenavigated", timeout=LOOK)
    except PlaywrightTimeout:
        pass


def _await_loading(page: Page) -> None:
    """Wait until something that the page loads has come, or for a moment, because it may be another page's."""
    with suppress(PlaywrightTimeout):
        page.wait_for_event("requestfinished", timeout=LOOK)


def _went_away(error: Error) -> bool:
    phrases = ("context was destroyed", "frame was detached", "has been closed", "cannot find context")
    return any(phrase in error.message.lower() for phrase in phrases)


def _earlier(one: Timer | None, other: Timer | None) -> Timer | None:
    return min((timer for timer in (one, other) if timer is not None), key=lambda timer: timer.due, default=None)


def _sentence(lacks: Sequence[str], limit: float) -> str:
    return f"not still after {limit:g} s; missing: " + "; ".join(lacks)
