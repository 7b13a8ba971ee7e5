"""What each moment of a story means: what was true, what the page had been told, and which wish was still open.

told     the newest snapshot of the call that this page has received (a read answer counts as of its making)
wish     a click that wanted something, until it is confirmed, refused, overtaken or given up
truths   what may have been true on the server at that moment: more than one where nothing decides
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .timeline import Moment, Timeline
from .truth import History, Truth
from .widget import Policy

READS = frozenset(
    {"getConversation", "getConversations", "getConversationsCall", "getConversationsCalls"}
)  # operation ids whose 200 answers are snapshots of the agent's calls
PATCHES = frozenset({"patchConversationsCallParticipant", "patchConversationParticipant"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a gesture on the mute control asked for. `requests` are the PATCHes that it led to, by name on the page."""

    gesture: int  # moment's number
    wanted: bool
    page: str
    now: float
    open: bool = True  # the button promised to act: enabled, not pending
    requests: tuple[str, ...] = ()
    answer: str = ""  # "", "202", "403", "timeout", …: of its newest request
    answered_at: int = 0
    ended: str = ""  # "", "confirmed", "refused", "given up"

    @property
    def unresolved(self) -> bool:
        return not self.ended


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment with what stood behind it, for its page."""

    moment: Moment
    truths: tuple[Truth, ...]
    told: Truth | None
    wish: Wish | None
    view: Mapping[str, Any] | None  # what the agent last saw on this page
    before: Mapping[str, Any] | None  # what was seen before this moment changed it (view and rest moments)
    fresh: str  # what happened on the page since its view last changed that may rightly change it
    barred: bool = False  # Genesys asked this page to wait (Retry-After), and the time is not over

    @property
    def truth(self) -> Truth:
        return self.truths[-1]


@dataclass(slots=True)
class _Page:
    told: Truth | None = None
    wish: Wish | None = None
    view: Mapping[str, Any] | None = None
    fresh: str = ""
    barred_until: float = 0.0


def scenes(timeline: Timeline, policy: Policy) -> tuple[Scene, ...]:
    """The story, annotated."""
    return tuple(_Walk(timeline, policy).steps())


class _Walk:
    def __init__(self, timeline: Timeline, policy: Policy) -> None:
        self.timeline, self.policy = timeline, policy
        self.history: History = timeline.history()
        self.pages: dict[str, _Page] = {}

    def steps(self) -> Iterator[Scene]:
        for moment in self.timeline.moments:
            page = self.pages.setdefault(moment.page, _Page()) if moment.page else None
            before = page.view if page else None
            if page is not None:
                self._page_step(page, moment)
            truths = self.history.between(moment.after, moment.by)
            told, wish, view, fresh = (page.told, page.wish, page.view, page.fresh) if page else (None, None, None, "")
            barred = page is not None and moment.now < page.barred_until
            yield Scene(moment, truths, told, wish, view, before, fresh, barred)
            if page is not None and moment.kind in ("view", "rest") and face(page.view) != face(before):
                page.fresh = ""

    def _page_step(self, page: _Page, moment: Moment) -> None:
        data = moment.data
        match moment.kind:
            case "load":
                self.pages[moment.page] = page
                page.told, page.view, page.fresh = None, None, "load"
                page.wish = replace(page.wish, ended="given up") if page.wish else None
            case "gesture" if data.get("target") == "mute":
                self._gesture(page, moment)
            case "sent" if data["method"] == "PATCH" and page.wish and page.wish.unresolved:
                page.wish = replace(page.wish, requests=(*page.wish.requests, _key(data)), answer="")
            case "received":
                self._received(page, moment)
            case "frame":
                if data.get("call") == self.timeline.call and data.get("made") is not None:
                    self._told(page, self.history.at(int(data["made"])), moment)
            case "timer":
                page.fresh = page.fresh or "timer"
                if page.wish and page.wish.unresolved and page.wish.answer == "202":
                    page.wish = replace(page.wish, ended="given up")
            case "opened" | "closed":
                page.fresh = moment.kind
            case "view" if data.get("painted"):
                page.view = data["view"]
            case "rest":
                page.view = data["view"]
            case _:
                pass

    def _gesture(self, page: _Page, moment: Moment) -> None:
        view = page.view
        muted = view.get("muted") if view else None
        page.fresh = "gesture"
        if muted is None:
            return
        ready = bool(view and view.get("enabled") and not view.get("pending"))
        if page.wish and page.wish.unresolved and not ready:
            return  # the button said that it was busy: the click asks for nothing new
        page.wish = Wish(moment.n, not muted, moment.page, moment.now, open=ready)

    def _received(self, page: _Page, moment: Moment) -> None:
        data, wish = moment.data, page.wish
        result = str(data.get("status") or data.get("error") or "")
        if wish and _key(data) in wish.requests:
            wish = replace(wish, answer=result, answered_at=moment.n)
            failed = not result.startswith("2")
            page.wish = replace(wish, ended="refused") if failed and wish.unresolved else wish
            page.fresh = "refusal" if failed else page.fresh
        elif not result.startswith("2"):
            page.fresh = "refusal"
        if result == "429" and data.get("retry_after"):
            page.barred_until = moment.now + float(data["retry_after"])
        if result == "200" and data.get("operation") in READS and data.get("made") is not None:
            self._told(page, self.history.at(int(data["made"])), moment)

    def _told(self, page: _Page, truth: Truth, moment: Moment) -> None:
        if page.told is not None and truth.n < page.told.n:
            return  # older than what the page knows already
        old, page.told = page.told, truth
        if old is None or (old.muted, old.leg) != (truth.muted, truth.leg):
            page.fresh = "truth"
        wish = page.wish
        if wish and wish.unresolved and (truth.leg is None or truth.muted == wish.wanted):
            page.wish = replace(wish, ended="confirmed")


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
