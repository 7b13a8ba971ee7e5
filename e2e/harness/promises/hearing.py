"""Promises about the microphone that a page holds itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..view.widget import Policy
from .context import MomentContext
from .judging import Finding, claims, lasting, warns


def mic_agrees(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """A microphone track that the page holds itself is live when the view says so, and only then.

    It judges the track that getUserMedia returned, not what is done with it (Web Audio, replaceTrack).
    """
    if any(context.moment.kind == "rest" and _applies(context) for context in story):
        yield from lasting(story, policy, lambda context: _mismatch(context, policy) if _applies(context) else "")


def _applies(context: MomentContext) -> bool:
    """Whether the page holds a microphone in a call that it knows, and shows the agent a mute state."""
    view, snapshot = context.view, context.snapshot
    there = context.truth.leg is not None and snapshot is not None and snapshot.leg is not None
    return there and bool(context.microphones) and view is not None and claims(view) and not view.get("pending")


def _mismatch(context: MomentContext, policy: Policy) -> str:
    """How the microphone contradicts the view; "" when it agrees.

    During a hold, and while the agent is asked to sign in, the page may silence the microphone under an UNMUTED view.
    """
    view, newest = context.view or {}, context.microphones[-1]
    live = any(microphone.live for microphone in context.microphones)
    if view["muted"]:
        loud = live and policy.mutes_microphone
        return f"the view shows MUTED while the page's own microphone is live; {_OWN}" if loud else ""
    if live or context.truth.held or view.get("login") or (newest.lost and warns(view)):
        return ""
    return f"the view shows UNMUTED while the page's own microphone is {newest}; {_OWN}"


_OWN = "Genesys mutes the leg and leaves the track alone: the page sets track.enabled"
