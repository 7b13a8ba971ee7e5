"""What each moment of a story means: what was true, what the page had been told, and which wish was still open.

told     the newest snapshot of the call that this page has received (a read answer counts as of its making)
wish     a click that wanted something, until it is confirmed, refused, overtaken or given up
truths   what may have been true on the server at that moment: more than one where nothing decides
news     what this moment brought to the page that may rightly change its view
fresh    all news since the view last changed
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from ..timeline.microphone import Microphone
from ..timeline.timeline import Moment, Timeline
from ..timeline.truth import History, Truth
from ..view.widget import Policy

READS = frozenset(
    {"getConversation", "getConversations", "getConversationsCall", "getConversationsCalls"}
)  # operation ids whose 200 answers are snapshots of the agent's calls
End = Literal["", "confirmed", "refused", "given up"]
HASTE = 1.0  # virtual seconds: who says sooner than this that no answer came has not waited for one


@dataclass(frozen=True, slots=True)
class Wish:
    """What a gesture on the mute control asked for. `requests` are the PATCHes that it led to, by name on the page."""

    gesture: int  # moment's number
    wanted: bool
    page: str
    now: float
    open: bool = True  # the button promised to act: enabled, not pending
    requests: tuple[str, ...] = ()
    excused: bool = True  # the newest request was the first, or came after one that failed or was given up
    answer: str = ""  # "", "202", "403", "timeout", …: of its newest request
    answered_at: int = 0
    waited: bool = False  # a timer of the page has gone off since that was accepted
    ended: End = ""

    @property
    def unresolved(self) -> bool:
        return not self.ended

    def requested(self, request: str) -> Wish:
        """With one more request; a wish that had ended without success is open again."""
        excused = not self.requests or bool(self.ended) or self.waited
        return replace(self, requests=(*self.requests, request), excused=excused, answer="", waited=False, ended="")


@dataclass(frozen=True, slots=True)
class MomentContext:
    """A moment with what stood behind it, for its page."""

    moment: Moment
    truths: tuple[Truth, ...]
    told: Truth | None = None
    wish: Wish | None = None
    view: Mapping[str, Any] | None = None  # what the agent last saw on this page
    before: Mapping[str, Any] | None = None  # what was seen before this moment changed it (view and rest moments)
    news: str = ""
    fresh: tuple[str, ...] = ()
    deaf: bool = False  # a socket was lost since this page was loaded
    barred: bool = False  # Genesys asked this page to wait (Retry-After), and the time is not over
    another: bool = False  # a further click came while the wish was open: the widget may serve it later, or not at all
    microphones: tuple[Microphone, ...] = ()  # that the page holds itself, oldest first
    stale: bool = False  # a snapshot of this call came that is older than what the page had been told

    @property
    def truth(self) -> Truth:
        return self.truths[-1]

    @property
    def ignorant(self) -> bool:
        """The page was told something that is not true any more."""
        return self.told is not None and not self.told.same(self.truth)


@dataclass(slots=True)
class _Page:
    told: Truth | None = None
    wish: Wish | None = None
    another: Wish | None = None
    view: Mapping[str, Any] | None = None  # as last seen
    drawn: Mapping[str, Any] | None = None  # as it stands in the document, though perhaps not painted yet
    news: str = ""
    fresh: tuple[str, ...] = ()
    deaf: bool = False
    stale: bool = False
    barred_until: float = 0.0
    rested: int = 0  # its newest stillness, by moment
    microphones: dict[str, Microphone] = field(default_factory=dict)  # "document/number" → as last told


def contexts(timeline: Timeline, policy: Policy) -> tuple[MomentContext, ...]:
    """The story, annotated."""
    return tuple(_Walk(timeline, policy).steps())


class _Walk:
    def __init__(self, timeline: Timeline, policy: Policy) -> None:
        self.timeline, self.policy = timeline, policy
        self.history: History = timeline.history()
        self.pages: dict[str, _Page] = {}

    def steps(self) -> Iterator[MomentContext]:
        for moment in self.timeline.moments:
            truths = self.history.between(moment.after, moment.by)
            if not moment.page:
                if loses_socket(moment):
                    for page in self.pages.values():
                        page.deaf = True
                yield MomentContext(moment, truths)
                continue
            page = self.pages.setdefault(moment.page, _Page())
            before, page.news, page.stale = page.view, "", False
            self._step(page, moment)
            page.fresh += (page.news,) if page.news and page.news not in page.fresh else ()
            yield _context(page, moment, truths, before)
            if moment.kind in ("view", "rest") and face(page.view) != face(before):
                page.fresh = ()

    def _step(self, page: _Page, moment: Moment) -> None:
        data = moment.data
        match moment.kind:
            case "load":
                self._load(page)
            case "gesture" if data.get("target") == "mute":
                self._gesture(page, moment)
            case "sent" if mutates(data["method"], urlsplit(str(data["url"])).path):
                self._sent(page, data)
            case "received":
                self._received(page, moment)
            case "frame":
                if data.get("call") == self.timeline.call and data.get("made") is not None:
                    self._told(page, self.history.at(int(data["made"])))
                elif data.get("revokes"):
                    page.news = "revoked"
            case "timer":
                page.news = "timer"
                if page.wish and page.wish.unresolved and page.wish.answer == "202":
                    waits = page.drawn is not None and page.drawn.get("pending")
                    page.wish = replace(page.wish, waited=True, ended="" if waits else "given up")
            case "opened" | "closed":
                page.news = moment.kind
            case "microphone":
                page.microphones[f"{data['document']}/{data['microphone']}"] = Microphone.of(data)
            case "view":
                self._drawn(page, moment, painted=bool(data.get("painted")))
            case "rest":
                self._drawn(page, moment, painted=True)
                page.rested = moment.n
            case _:
                pass

    def _drawn(self, page: _Page, moment: Moment, *, painted: bool) -> None:
        """A view that goes back has given up by itself, after it has waited: where no answer came it says so."""
        page.drawn, before, wish = moment.data["view"], page.view, page.wish
        page.view = page.drawn if painted else page.view
        if wish is None or not wish.unresolved or page.drawn is None or face(page.drawn) != (not wish.wanted, False):
            return
        new_notice = page.drawn.get("alert") and not (before and before.get("notice") == page.drawn.get("notice"))
        late = not wish.answer and "timer" in page.fresh and moment.now - wish.now >= HASTE
        if wish.waited or (late and new_notice):
            page.wish = replace(wish, ended="given up")

    def _load(self, page: _Page) -> None:
        """A new document: it knows nothing, but may have been handed what the agent wanted."""
        page.told, page.view, page.drawn, page.another = None, None, None, None
        page.microphones.clear()
        page.deaf = False
        page.news, page.fresh = "load", ()
        if page.wish and page.wish.unresolved:
            page.wish = replace(page.wish, ended="given up")

    def _gesture(self, page: _Page, moment: Moment) -> None:
        """What stands in the document decides: the second of two quick clicks meets what the first one did.

        That one may be served or not: a double click may be meant as one or as two.
        """
        page.news = "gesture"
        view, open_wish = page.drawn, page.wish if page.wish and page.wish.unresolved else None
        if view is None or view.get("muted") is None:
            return
        wanted, ready = not view["muted"], bool(view.get("enabled") and not view.get("pending"))
        at_once = open_wish is not None and open_wish.gesture > page.rested
        if open_wish and (not ready or at_once or wanted == open_wish.wanted):
            page.another = Wish(moment.n, not open_wish.wanted, moment.page, moment.now, open=False)
            return
        page.wish, page.another = Wish(moment.n, wanted, moment.page, moment.now, open=ready), None

    def _sent(self, page: _Page, data: Mapping[str, Any]) -> None:
        body = body_of(data)
        wanted = body.get("muted") if isinstance(body, dict) else None
        further = page.another
        if further is not None and (wanted == further.wanted or self.policy.request_per == "gesture"):
            page.wish, page.another = replace(further, wanted=bool(wanted)), None
        if page.wish and page.wish.ended != "confirmed":
            page.wish = page.wish.requested(_key(data))

    def _received(self, page: _Page, moment: Moment) -> None:
        data, wish = moment.data, page.wish
        result = str(data.get("status") or data.get("error") or "")
        failed = not result.startswith("2")
        page.news = "refusal" if failed else ""
        if wish and _key(data) in wish.requests:
            wish = replace(wish, answer=result, answered_at=moment.n)
            page.wish = replace(wish, ended="refused") if failed and wish.unresolved else wish
        if result == "429" and data.get("retry_after"):
            page.barred_until = moment.now + float(data["retry_after"])
        if data.get("operation") in READS and data.get("made") is not None:
            self._read(page, result, self.history.at(int(data["made"])))

    def _read(self, page: _Page, result: str, truth: Truth) -> None:
        if result == "200" or (result == "404" and truth.leg is None):
            self._told(page, truth)
            page.news = page.news or "no change"  # which ends a wait as well; an event may be older than the click

    def _told(self, page: _Page, truth: Truth) -> None:
        if page.told is not None and truth.n < page.told.n:
            page.stale = True
            return
        old, page.told, wish = page.told, truth, page.wish
        if old is None or not old.same(truth):
            page.news = "truth"
        if wish and wish.ended in ("", "given up") and (truth.leg is None or truth.muted == wish.wanted):
            page.wish = replace(wish, ended="confirmed")


def _context(page: _Page, moment: Moment, truths: tuple[Truth, ...], before: Mapping[str, Any] | None) -> MomentContext:
    """What stands behind a moment of this page."""
    return MomentContext(
        moment,
        truths,
        page.told,
        page.wish,
        page.view,
        before,
        page.news,
        page.fresh,
        deaf=page.deaf,
        barred=moment.now < page.barred_until,
        another=page.another is not None,
        microphones=tuple(page.microphones.values()),
        stale=page.stale,
    )


def loses_socket(moment: Moment) -> bool:
    """Whether Genesys' side of a socket ended that no page closed, or will end, or says nothing more."""
    if moment.kind == "closed":
        return not moment.page and moment.data.get("cause") != "page"
    return moment.kind == "changed" and "socket" in moment.about


def mutates(method: Any, path: str) -> bool:
    """Whether a request is to change a call."""
    return method not in ("GET", "HEAD", "OPTIONS") and path.startswith("/api/v2/conversations")


def face(view: Mapping[str, Any] | None) -> tuple[bool | None, bool]:
    """What the mute control says: (muted, pending)."""
    return (view.get("muted"), bool(view.get("pending"))) if view else (None, False)


def _key(data: Mapping[str, Any]) -> str:
    return f"{data['document']}/{data['request']}"


def body_of(data: Mapping[str, Any]) -> Any:
    """The JSON that a page sent, or its text when it is none."""
    text = data.get("body") or ""
    try:
        return json.loads(text)
    except ValueError:
        return text
