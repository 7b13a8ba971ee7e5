"""Promises about what the agent sees of the mute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..view.widget import Policy
from .context import MomentContext, mute_state
from .judging import Finding, asks_for_reload, claims, has_mute_state, idle, lasting, shown, word

MuteState = tuple[bool | None, bool]  # (muted, pending)


def never_falsely_muted(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """The view never shows "muted" while the caller hears the agent (hot mic), at rest or for a moment."""
    for context in story:
        if context.moment.kind in ("view", "rest") and context.view is not None and context.view.get("muted"):
            yield Finding(context.moment.n, _false_claim(context, policy))

    def wrong(context: MomentContext) -> str:
        view = context.view
        if not (view and view.get("muted") and not view.get("pending") and context.truth.heard):
            return ""
        return "the agent saw MUTED while Genesys held UNMUTED and nothing was in flight" + (
            "; a page that is signed out hears of no change any more: it is to show neither"
            if view.get("login")
            else ""
        )

    yield from (finding for finding in lasting(story, policy, wrong) if finding.wrong)


def _false_claim(context: MomentContext, policy: Policy) -> str:
    """How a "muted" view contradicts the page's newest snapshot; "" when it agrees, or an open wish excuses it.

    An accepted wish that was given up excuses it for a while: the page may read the call more than once before it gives up.
    """
    snapshot, wish, view, before = context.snapshot, context.wish, context.view, context.before
    if snapshot is None or snapshot.leg is None or snapshot.muted or not all(truth.heard for truth in context.truths):
        return ""
    patient = wish is not None and context.moment.now - wish.now < policy.patience_seconds
    open_wish = wish is not None and (wish.unresolved or (wish.ended == "given up" and patient))
    if (view and view.get("pending")) or (open_wish and wish and wish.wanted):
        return ""
    if before and before.get("muted") and not (context.fresh and idle(context)):
        return ""  # the view showed it before, or the page is reading the call: what lasts is judged at rest
    return "the agent saw MUTED after the page had received that the leg is UNMUTED"


def never_flickers(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """Each change of view has a cause: a click, a refusal or a newer truth; no A→B→A for one cause."""
    trails: dict[str, tuple[MuteState, ...]] = {}  # page → what it showed since the last cause of a change
    for context in story:
        if context.moment.kind not in ("view", "rest") or not has_mute_state(context.view):
            continue
        if asks_for_reload(context, policy):
            continue
        now, trail = mute_state(context.view), trails.get(context.moment.page, ())
        if trail and trail[-1] == now:
            continue
        click = context.wish.gesture if context.wish else 0
        yield Finding(context.moment.n, _flicker(context, now, trail) if trail else "", click)
        trails[context.moment.page] = (*(trail[-1:] if context.fresh else trail), now)


def _flicker(context: MomentContext, now: MuteState, trail: tuple[MuteState, ...]) -> str:
    """Why a change of view has no cause; "" when it has one."""
    wish, snapshot, path = context.wish, context.snapshot, _path((*trail, now))
    if not context.fresh and now in trail:
        return f"the view went {path} for one cause"
    confirmed = wish is not None and wish.ended == "confirmed" and not context.clicked_again
    if not context.fresh and now[1] and not trail[-1][1] and confirmed:
        return f"the view is pending again ({path}) though the click was confirmed"
    if now[0] == trail[-1][0] or ("truth" in context.fresh and snapshot is not None and now[0] == snapshot.muted):
        return ""
    if wish and wish.unresolved:
        if now[0] == wish.wanted or (context.clicked_again and "gesture" in context.fresh):
            return ""  # as was wanted, or back again with a second click
        return f"the view left {word(wish.wanted)} again ({path}) while the click was neither refused nor overtaken"
    if snapshot is not None and snapshot.leg is not None and now[0] != snapshot.muted:
        return f"the view changed to {word(now[0])} though the page had received {snapshot}"
    return ""


def _path(states: Iterable[MuteState]) -> str:
    return " → ".join(word(muted) + (" (pending)" if pending else "") for muted, pending in states)


def rests_on_the_truth(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """When nothing is in flight and no timer is near, the view shows what Genesys holds."""

    def wrong(context: MomentContext) -> str:
        view, truth = context.view, context.truth
        if (
            view is None
            or view.get("login")
            or (context.snapshot is None and not claims(view))
            or asks_for_reload(context, policy)
        ):
            return ""
        if truth.leg is None:
            offers = f"the view shows {shown(view)} on a button that works, but the agent is on no live leg"
            return offers if view.get("enabled") else ""
        if view.get("pending"):
            return ""  # never_stuck judges it
        if view.get("muted") is None:
            return f"the view shows no mute state while Genesys holds {truth}"
        return f"the view shows {shown(view)} while Genesys holds {truth}" if view["muted"] != truth.muted else ""

    return lasting(story, policy, wrong)


def only_my_call(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """Other calls, other legs and unknown frames do not change the view."""
    foreign: set[str] = set()  # pages whose newest cause of a change is a frame that says nothing new of this leg
    for context in story:
        page, kind = context.moment.page, context.moment.kind
        if kind == "frame" and not context.news and not context.stale:
            foreign.add(page)
            yield Finding(context.moment.n)
        elif kind in ("frame", "gesture", "received", "timer", "load", "opened", "closed"):
            foreign.discard(page)
        elif kind in ("view", "rest") and page in foreign:
            yield Finding(context.moment.n, _changed_by_foreign_frame(context))


def _changed_by_foreign_frame(context: MomentContext) -> str:
    old, new, snapshot = context.before, context.view, context.snapshot
    if old is None or new is None:
        return ""
    if snapshot is not None and new.get("muted") == snapshot.muted and (new.get("call") or snapshot.leg is None):
        return ""  # late, but in agreement with an earlier snapshot
    if old.get("login") and new.get("login"):
        return ""  # an agent who is asked to sign in does not expect to see a call
    if (old.get("muted"), old.get("call")) == (new.get("muted"), new.get("call")):
        return ""
    lost = ", no call" if old.get("call") and not new.get("call") else ""
    return f"a frame that says nothing new of this leg changed the view from {shown(old)} to {shown(new)}{lost}"


def one_accessible_truth(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """The button's name, pressed state and visible text agree, and it is reachable by keyboard."""
    swaps: set[str] = set()  # pages whose button has been seen to offer "Unmute": its name swaps with the state
    for context in story:
        if context.moment.kind in ("view", "rest") and context.view is not None and claims(context.view):
            if _OFFERS_UNMUTE.match(_name(context.view)):
                swaps.add(context.moment.page)
            yield Finding(context.moment.n, _disagreement(context.view, swaps=context.moment.page in swaps))


_OFFERS_UNMUTE = re.compile(r"un-?mut(e|ing)\b", re.IGNORECASE)
_OFFERS_MUTE = re.compile(r"mut(e|ing)\b", re.IGNORECASE)


def _name(view: Mapping[str, Any]) -> str:
    return str(view.get("name") or "").strip()


def _disagreement(view: Mapping[str, Any], *, swaps: bool) -> str:
    name, pressed, muted = _name(view), view.get("pressed"), bool(view["muted"])
    if not name:
        return "the mute button has no accessible name"
    if not view.get("focusable") and view.get("enabled"):
        return f"the button '{name}' cannot be reached by keyboard"
    if view.get("pending"):
        return ""  # it may show the old truth and the wish at once
    offers_unmute = re.match(r"un-?mute", name, re.IGNORECASE) is not None
    speaks_of_mute = re.search(r"mut(e|ing)", name, re.IGNORECASE) is not None  # a pressed "Microphone" may well be on
    if pressed in ("true", "false") and (pressed == "true") != muted and speaks_of_mute and not offers_unmute:
        return f"the view says {shown(view)}, the pressed state of '{name}' says {pressed}"
    if pressed in ("true", "false") and (pressed == "true") == muted and offers_unmute:
        return f"the button is called '{name}' and its pressed state is {pressed}: one says the opposite of the other"
    if pressed not in ("true", "false", "mixed") and view.get("enabled"):  # its name alone says what it will do
        offered = _OFFERS_UNMUTE.match(name) if not muted else swaps and _OFFERS_MUTE.match(name)
        if offered:
            return f"the view says {shown(view)}, and the button is called '{name}': it offers what is so already"
    in_words = _muted_in_words(str(view.get("text") or ""))
    return f"the view says {shown(view)}, its text says “{view['text']}”" if in_words not in (None, muted) else ""


_WORDS = re.compile(r"\b(un-?muted|not muted|muted|live|can hear you|cannot hear you|can't hear you)\b", re.IGNORECASE)
_SILENT = ("muted", "cannot hear you", "can't hear you")


def _muted_in_words(text: str) -> bool | None:
    """Whether an English text says that the agent is muted; None when it says nothing of it, or contradicts itself."""
    claims_found = {found.lower() in _SILENT for found in _WORDS.findall(text)}
    return claims_found.pop() if len(claims_found) == 1 else None
