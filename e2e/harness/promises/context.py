"""Annotates each moment of a story with what was true, what the page knew, and which wish was open.

snapshot  the newest state of the call that this page has received (the answer to a read counts as of the time it was made)
wish      what a click asked for, until Genesys confirms or refuses it, a later click replaces it, or the page gives it up
truths    what may have been true on the server at that moment: several where the order cannot be decided
news      what this moment brought to the page that justifies a change of its view
fresh     all news since the view last changed
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
LEAST_WAIT = 1.0  # virtual seconds: a page that reports a missing answer sooner has not waited for one


@dataclass(frozen=True, slots=True)
class Wish:
    """What a gesture on the mute control asked for. `requests` are the PATCHes that it led to, by name on the page."""

    gesture: int  # the moment's number
    wanted: bool
    page: str
    now: float
    open: bool = True  # the button promised to act: it was enabled and not pending
    requests: tuple[str, ...] = ()
    excused: bool = True  # the newest request was the first, or came after one that failed or was given up
    answer: str = ""  # to the newest request: "", "202", "403", "timeout", …
    answered_at: int = 0
    waited: bool = False  # a timer of the page has fired since the request was accepted
    ended: End = ""

    @property
    def unresolved(self) -> bool:
        return not self.ended

    def requested(self, request: str) -> Wish:
        """Add one more request; a wish that had ended without success is open again."""
        excused = not self.requests or bool(self.ended) or self.waited
        return replace(self, requests=(*self.requests, request), excused=excused, answer="", waited=False, ended="")


@dataclass(frozen=True, slots=True)
class MomentContext:
    """A moment, and what its page knew, wanted and showed then."""

    moment: Moment
    truths: tuple[Truth, ...]
    snapshot: Truth | None = None
    wish: Wish | None = None
    view: Mapping[str, Any] | None = None  # what the agent last saw on this page
    before: Mapping[str, Any] | None = None  # what the agent saw before this moment (at a view or rest)
    news: str = ""
    fresh: tuple[str, ...] = ()
    socket_lost: bool = False  # since this page was loaded
    deaf: bool = False  # it lost its socket, and has received no state of the call that was read or sent since then
    rate_limited: bool = False  # Genesys asked this page to wait (Retry-After), and the time is not over
    clicked_again: bool = False  # while the wish was open: the widget may serve that click later, or not at all
    microphones: tuple[Microphone, ...] = ()  # that the page holds itself, oldest first
    stale: bool = False  # this moment brought a snapshot that is older than the page's newest
    replaces: bool = False  # this moment's document is the page itself or shows the widget; it is no hidden iframe
    # The agent's legs that were live at the last stillness without traffic, or since.
    legs: frozenset[str] = frozenset()

    @property
    def truth(self) -> Truth:
        return self.truths[-1]

    @property
    def outdated(self) -> bool:
        """Whether the page's newest snapshot is no longer true."""
        return self.snapshot is not None and not self.snapshot.same(self.truth)


@dataclass(slots=True)
class _PageState:
    snapshot: Truth | None = None
    wish: Wish | None = None
    # The wishes of further clicks while the first was open: the widget may serve each, the last, or none.
    queue: tuple[Wish, ...] = ()
    legs: frozenset[str] = frozenset()
    view: Mapping[str, Any] | None = None  # as last seen
    drawn: Mapping[str, Any] | None = None  # as in the document, perhaps not painted yet
    news: str = ""
    fresh: tuple[str, ...] = ()
    socket_lost: bool = False
    deaf_since: int | None = None  # the journal entry of the lost socket, until it receives what was true after that
    stale: bool = False
    rate_limited_until: float = 0.0
    rested: int = 0  # the moment of its newest stillness
    microphones: dict[str, Microphone] = field(default_factory=dict)  # "document/number" → its newest state


def contexts(timeline: Timeline, policy: Policy) -> tuple[MomentContext, ...]:
    """Annotate every moment of a story, in its order."""
    return tuple(_Annotator(timeline, policy).steps())


class _Annotator:
    def __init__(self, timeline: Timeline, policy: Policy) -> None:
        self.timeline, self.policy = timeline, policy
        self.history: History = timeline.history()
        self.pages: dict[str, _PageState] = {}
        # The renewal of a token in a hidden iframe loads documents, too, but the page that the agent sees stays the same.
        self.seen_documents = {
            str(moment.data["document"])
            for moment in timeline.moments
            if moment.kind == "view" and moment.data["view"] is not None
        }

    def steps(self) -> Iterator[MomentContext]:
        for moment in self.timeline.moments:
            truths = self.history.between(moment.after, moment.by)
            if not moment.page:
                if loses_socket(moment):
                    for page in self.pages.values():
                        page.socket_lost, page.deaf_since = True, moment.by
                yield MomentContext(moment, truths)
                continue
            page = self.pages.setdefault(moment.page, _PageState())
            before, page.news, page.stale = page.view, "", False
            page.legs |= {truth.leg for truth in truths if truth.leg}
            self._step(page, moment)
            page.fresh += (page.news,) if page.news and page.news not in page.fresh else ()
            yield replace(_context(page, moment, truths, before), replaces=self._replaces(moment))
            if moment.kind in ("view", "rest") and mute_state(page.view) != mute_state(before):
                page.fresh = ()

    def _replaces(self, moment: Moment) -> bool:
        return bool(moment.data.get("top", True)) or str(moment.data.get("document")) in self.seen_documents

    def _step(self, page: _PageState, moment: Moment) -> None:
        data = moment.data
        match moment.kind:
            case "load" if self._replaces(moment):
                self._load(page)
            case "gesture" if data.get("target") == "mute" and data.get("type") == "hold":
                self._hold(page, moment)
            case "gesture" if data.get("target") == "mute":
                self._gesture(page, moment)
            case "sent" if mutates_call(moment):
                self._sent(page, data)
            case "received":
                self._received(page, moment)
            case "frame":
                if data.get("call") == self.timeline.call and data.get("made") is not None:
                    self._snapshot(page, int(data["made"]))
                elif data.get("ends"):
                    page.news = "ending"
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
                if not data["in_flight"]:
                    page.legs = frozenset(leg for leg in (self.history.at(moment.after).leg,) if leg)
            case _:
                pass

    def _drawn(self, page: _PageState, moment: Moment, *, painted: bool) -> None:
        """Record a view; one that returns to the state before the click gives the wish up.

        That counts only after the page has waited, and where no answer came only if it also shows a new notice.
        """
        page.drawn, before, wish = moment.data["view"], page.view, page.wish
        page.view = page.drawn if painted else page.view
        if wish is None or not wish.unresolved or page.drawn is None:
            return
        if mute_state(page.drawn) != (not wish.wanted, False):
            return
        new_notice = page.drawn.get("alert") and not (before and before.get("notice") == page.drawn.get("notice"))
        late = not wish.answer and "timer" in page.fresh and moment.now - wish.now >= LEAST_WAIT
        if wish.waited or (late and new_notice):
            page.wish = replace(wish, ended="given up")

    def _load(self, page: _PageState) -> None:
        """Begin a new document, which knows nothing; an open wish is given up, though its storage may still hold it."""
        page.snapshot, page.view, page.drawn, page.queue = None, None, None, ()
        page.microphones.clear()
        page.socket_lost, page.deaf_since = False, None
        page.news, page.fresh = "load", ()
        if page.wish and page.wish.unresolved:
            page.wish = replace(page.wish, ended="given up")

    def _gesture(self, page: _PageState, moment: Moment) -> None:
        """Open a wish for what the view in the document offers; the second of two quick clicks meets what the first did.

        The widget may serve that second click or not: a double click may be meant as one or as two.
        """
        page.news = "gesture"
        view, wish = page.drawn, page.wish
        if view is None or view.get("muted") is None:
            return
        wanted, ready = not view["muted"], bool(view.get("enabled") and not view.get("pending"))
        # A page may show a wish as pending after Genesys has confirmed it, if it believes reads alone, or refused it for now.
        open_wish = wish if wish and (wish.unresolved or view.get("pending")) else None
        at_once = open_wish is not None and open_wish.gesture > page.rested
        if open_wish and (not ready or at_once or wanted == open_wish.wanted):
            each = self.policy.request_per == "gesture"
            last = page.queue[-1] if each and page.queue else open_wish
            further = Wish(moment.n, not last.wanted, moment.page, moment.now, open=False)
            page.queue = (*page.queue, further) if each else (further,)
            return
        page.wish, page.queue = Wish(moment.n, wanted, moment.page, moment.now, open=ready), ()

    def _hold(self, page: _PageState, moment: Moment) -> None:
        """Open a wish for what pressing or letting go asks for; while another is open, it comes next.

        What is so already needs no request. One may be sent all the same: what a page knows may be out of date.
        """
        page.news = "gesture"
        view, wish, wanted = page.drawn, page.wish, bool(moment.data["wanted"])
        if view is None or view.get("muted") is None:
            return
        if wish and (wish.unresolved or view.get("pending")):
            page.queue = (*page.queue, Wish(moment.n, wanted, moment.page, moment.now, open=False))
        else:
            is_so = view["muted"] == wanted
            page.wish = Wish(
                moment.n,
                wanted,
                moment.page,
                moment.now,
                open=bool(view.get("enabled")) and not is_so,
                ended="confirmed" if is_so else "",
            )
            page.queue = ()

    def _sent(self, page: _PageState, data: Mapping[str, Any]) -> None:
        body = body_of(data)
        wanted = body.get("muted") if isinstance(body, dict) else None
        self._serve(page, wanted)
        if page.wish and page.wish.ended != "confirmed":
            page.wish = page.wish.requested(_key(data))
        elif page.wish and wanted == page.wish.wanted and (not page.wish.requests or self._repeats(page, page.wish)):
            page.wish = replace(page.wish, requests=(*page.wish.requests, _key(data)), excused=True, answer="")

    def _serve(self, page: _PageState, wanted: object) -> None:
        """Open the queued wish that a request is for, and drop the wishes queued before it."""
        wish = page.wish
        unserved = wish is not None and (not wish.requests or wish.ended in ("refused", "given up"))
        mine = unserved and wish is not None and wish.wanted == wanted  # its first request, or the next after a refusal
        if not page.queue or (mine and self.policy.request_per == "gesture"):
            return
        like = [place for place, further in enumerate(page.queue) if further.wanted == wanted]
        if like or self.policy.request_per == "gesture":
            place = like[0] if like else 0
            page.wish, page.queue = replace(page.queue[place], wanted=bool(wanted)), page.queue[place + 1 :]

    def _repeats(self, page: _PageState, wish: Wish) -> bool:
        """Whether the wish came true though its request failed: sending the request again then changes nothing."""
        failed = bool(wish.answer) and not wish.answer.startswith("2")
        return failed and page.snapshot is not None and page.snapshot.muted == wish.wanted

    def _ends_the_wait(self, page: _PageState, wish: Wish | None) -> str:
        """The news that a page is shown as waiting for, though what was wanted has been so all the time; else ""."""
        waits = page.drawn is not None and page.drawn.get("pending")
        return "confirmed" if waits and wish and wish.requests and wish.ended == "confirmed" else ""

    def _received(self, page: _PageState, moment: Moment) -> None:
        data, wish = moment.data, page.wish
        result = str(data.get("status") or data.get("error") or "")
        failed = not result.startswith("2")
        page.news = "refusal" if failed else ""
        if wish and _key(data) in wish.requests:
            wish = replace(wish, answer=result, answered_at=moment.n)
            page.news = page.news or self._ends_the_wait(page, wish)
            page.wish = replace(wish, ended="refused") if failed and wish.unresolved else wish
        if result == "429" and data.get("retry_after"):
            page.rate_limited_until = moment.now + float(data["retry_after"])
        if data.get("operation") in READS and data.get("made") is not None:
            self._read(page, result, int(data["made"]))

    def _read(self, page: _PageState, result: str, made: int) -> None:
        if result == "200" or (result == "404" and self.history.at(made).leg is None):
            self._snapshot(page, made)
            # An answer that changes nothing ends a wait as well; an event may be older than the click.
            page.news = page.news or "no change"

    def _snapshot(self, page: _PageState, made: int) -> None:
        """Take in a snapshot of what was true at journal entry `made`, unless it is older than the page's newest."""
        truth = self.history.at(made)
        if page.deaf_since is not None and made >= page.deaf_since:
            page.deaf_since = None
        if page.snapshot is not None and truth.n < page.snapshot.n:
            page.stale = True
            return
        old, page.snapshot, wish = page.snapshot, truth, page.wish
        if old is None or not old.same(truth):
            page.news = "truth"
        elif old.legs != truth.legs:
            page.news = "legs"  # a leg of the agent rings or has ended: the page may show that, or no call
        else:
            page.news = self._ends_the_wait(page, wish)
        if wish and wish.ended in ("", "given up") and (truth.leg is None or truth.muted == wish.wanted):
            page.wish = replace(wish, ended="confirmed")


def _context(
    page: _PageState, moment: Moment, truths: tuple[Truth, ...], before: Mapping[str, Any] | None
) -> MomentContext:
    """The context of a moment of this page, as the page is after it."""
    return MomentContext(
        moment,
        truths,
        page.snapshot,
        page.wish,
        page.view,
        before,
        page.news,
        page.fresh,
        socket_lost=page.socket_lost,
        deaf=page.deaf_since is not None,
        rate_limited=moment.now < page.rate_limited_until,
        clicked_again=bool(page.queue),
        legs=page.legs,
        microphones=tuple(page.microphones.values()),
        stale=page.stale,
    )


def loses_socket(moment: Moment) -> bool:
    """Whether a socket breaks, falls silent or announces its end, and no page closed it."""
    if moment.kind == "closed":
        return not moment.page and moment.data.get("cause") != "page"
    return moment.kind == "changed" and "socket" in moment.about


def mutates(method: Any, path: str) -> bool:
    """Whether a request asks for a change of a call."""
    return method not in ("GET", "HEAD", "OPTIONS") and path.startswith("/api/v2/conversations")


def mutates_call(moment: Moment) -> bool:
    """Whether a page sends a request for a change of a call."""
    return moment.kind == "sent" and mutates(moment.data["method"], urlsplit(str(moment.data["url"])).path)


def mute_state(view: Mapping[str, Any] | None) -> tuple[bool | None, bool]:
    """What the mute control shows: (muted, pending); muted is None where it shows neither."""
    return (view.get("muted"), bool(view.get("pending"))) if view else (None, False)


def _key(data: Mapping[str, Any]) -> str:
    return f"{data['document']}/{data['request']}"


def body_of(data: Mapping[str, Any]) -> Any:
    """The JSON that a page sent, or its text when it is not JSON."""
    text = data.get("body") or ""
    try:
        return json.loads(text)
    except ValueError:
        return text
