"""Promises about the requests of a page: what a click leads to, and how often it asks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from ..view.widget import Policy
from .context import MomentContext, Wish, mutates
from .judging import Finding, asked, idle, quiet, warns

_RINGING = frozenset({"alerting", "dialing", "contacting", "offering"})  # the states of a leg that is not connected yet
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def one_click_one_right_patch(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """Each click on a working button leads to one right request: for the agent's own live leg, exactly {"muted": wanted}.

    It uses an operation of the policy, and no other request of the page changes a call.
    """
    sent_by_name = {_request(context): context for context in story if context.moment.kind == "sent"}
    lines = _lines(story)
    served: Counter[int] = Counter()
    for context in story:
        data = context.moment.data
        if context.moment.kind != "arrived" or not data.get("probe"):
            continue
        if not mutates(data["method"], str(data["path"])):
            continue
        sent = sent_by_name.get(str(data["probe"]))
        wish = sent.wish if sent and sent.wish and data["probe"] in sent.wish.requests else None
        if wish is not None:
            served[wish.gesture] += 1
        wrong, click = _wrong_patch(context, sent, wish, policy), wish.gesture if wish else 0
        yield Finding(lines.get(str(data["probe"]), context.moment.n), wrong, click, proven=context.moment.n)
    yield from _dead_clicks(story, served, policy)


def _request(context: MomentContext) -> str:
    return f"{context.moment.data['document']}/{context.moment.data['request']}"


def _lines(story: tuple[MomentContext, ...]) -> Mapping[str, int]:
    """Map each request of a page to the moment at which it was put on the wire: what the page sent is told there."""
    offered = (context.moment for context in story if context.moment.kind == "offered")
    return {str(moment.data["probe"]): moment.n for moment in offered if moment.data.get("probe")}


def _wrong_patch(context: MomentContext, sent: MomentContext | None, wish: Wish | None, policy: Policy) -> str:
    data = context.moment.data
    # A leg may end while the request is in flight, or so shortly before that the page is still reading the call.
    snapshot = (sent.snapshot,) if sent and sent.snapshot else ()
    truths = (*context.truths, *(sent.truths if sent else ()), *snapshot)
    legs = {truth.leg for truth in truths if truth.leg} | (sent.legs if sent else set())
    what = f"{data['method']} {data['path']}"
    if data["operation"] not in policy.operations:
        hints = "; ".join(data.get("hints") or ())
        return f"{what} does not mute" + (f": {hints}" if hints else "")
    if wish is None:
        return f"{what} was sent though no click asked for it"
    if not any(f"/participants/{leg}" in str(data["path"]) for leg in legs):
        return f"{what} is not for the agent's own live leg ({_live_leg(context)})"
    if data["body"] != {"muted": wish.wanted}:
        return f"{asked(wish.wanted)}; the request {_asks(data['body'], wish.wanted)}"
    return "" if wish.excused else f"{asked(wish.wanted)}; a second request was sent for it"


def _live_leg(context: MomentContext) -> str:
    """Name the agent's live leg, or say that the agent's leg still rings or that there is none."""
    truth = context.truth
    rings = next((leg for leg, state in truth.legs if state in _RINGING), None)
    return truth.leg or (f"{rings} still rings" if rings else "there is none")


def _asks(body: object, wanted: bool) -> str:
    """Say what a request asks for, and how it differs from what was wanted."""
    if body == {"muted": not wanted}:
        return f"asks for {'unmuted' if wanted else 'muted'}"
    return f"says {json.dumps(body, ensure_ascii=False)}, not {json.dumps({'muted': wanted})}"


def _dead_clicks(story: tuple[MomentContext, ...], served: Mapping[int, int], policy: Policy) -> Iterator[Finding]:
    """Find a page's last click, if its button promised to serve it and it led to no request.

    Of a button that is held to talk, find each press and each letting go; it has until the next one, which takes it back.
    """
    gestures = [s for s in story if s.moment.kind == "gesture" and s.wish and s.wish.gesture == s.moment.n]
    last = {context.moment.page: context.moment.n for context in gestures}
    for wish in (context.wish for context in gestures if context.wish):
        if not wish.open or served.get(wish.gesture):
            continue
        later = [context for context in story if context.moment.n > wish.gesture and context.moment.page == wish.page]
        taken_back = next(
            (place for place, context in enumerate(later) if context.moment.data.get("type") == "hold"), None
        )
        if taken_back is None and wish.gesture != last[wish.page]:
            continue
        later = later[:taken_back]
        # Until it was taken back a page may have waited, for an answer that is lost.
        rests = [context for context in later if (idle(context) if taken_back is None else quiet(context, policy))]
        if (
            not rests
            or rests[-1].clicked_again
            or any(warns(s.view) or s.truth.leg is None or s.news == "load" for s in later)
        ):
            continue
        if rests[-1].truth.muted != wish.wanted:
            wrong = f"{asked(wish.wanted)}, the button promised to act, and no request was sent"
            yield Finding(wish.gesture, wrong, wish.gesture)


def no_storm(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """The page sends a bounded number of requests and opens a bounded number of sockets per cause; it obeys Retry-After."""
    lines = _lines(story)
    sent: dict[tuple[str, str], list[float]] = {}
    what: dict[str, tuple[str, str]] = {}  # request → what it asks
    refused: set[tuple[str, str]] = set()
    causes: dict[
        str, list[float]
    ] = {}  # page → when the agent did something there, or it received a snapshot of a call
    for context in story:
        moment = context.moment
        if moment.kind == "gesture" or (moment.kind == "frame" and moment.data.get("call")):
            causes.setdefault(moment.page, []).append(moment.now)
        if moment.kind == "received" and moment.data.get("status") == 429:
            refused.add(what.get(_request(context), ("", "")))
        if moment.kind not in ("sent", "socket"):
            continue
        key, line = _what(context), moment.n
        if moment.kind == "sent":
            what[_request(context)] = key
            line = lines.get(_request(context), moment.n)
        if context.rate_limited and key in refused:
            yield Finding(line, f"{key[1]} was asked again before Retry-After had passed")
        times = sent.setdefault(key, [])
        times.append(moment.now)
        recent, caused = (_within(policy, moment.now, some) for some in (times, causes.get(moment.page, ())))
        many = f"{recent} times {key[1]} within {policy.storm_window_seconds:g} s"
        yield Finding(line, many if recent > policy.storm_requests + caused else "")


def _within(policy: Policy, now: float, times: Iterable[float]) -> int:
    return sum(now - then < policy.storm_window_seconds for then in times)


def _what(context: MomentContext) -> tuple[str, str]:
    """The page, and what it asks for without ids: `PATCH /conversations/calls/…/participants/…`."""
    data = context.moment.data
    if context.moment.kind == "socket":
        return context.moment.page, "a socket"
    return context.moment.page, f"{data['method']} {_ID.sub('…', urlsplit(str(data['url'])).path)}"
