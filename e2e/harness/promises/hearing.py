"""Promises about whether the agent is heard by what the page itself does."""

from __future__ import annotations

from collections.abc import Iterator

from ..view.widget import Policy
from .context import MomentContext
from .judging import Finding, claims, lasting, speaks


def mic_agrees(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """A local microphone track is live only when the view says so, and then it is (widgets that hold one).

    Judged is the track that getUserMedia gave, not what is done with it (Web Audio, replaceTrack).
    """
    if any(context.moment.kind == "rest" and _in_question(context) for context in story):
        yield from lasting(
            story, policy, lambda context: _out_of_step(context, policy) if _in_question(context) else ""
        )


def _in_question(context: MomentContext) -> bool:
    """The page holds a microphone in a call of which it knows, and says to the agent whether it is muted."""
    view, told = context.view, context.told
    there = context.truth.leg is not None and told is not None and told.leg is not None
    return there and bool(context.microphones) and view is not None and claims(view) and not view.get("pending")


def _out_of_step(context: MomentContext, policy: Policy) -> str:
    """A change that is asked for and not confirmed, a hold and a login asked for leave it to the page to be silent."""
    view, newest = context.view or {}, context.microphones[-1]
    live = any(microphone.live for microphone in context.microphones)
    if view["muted"]:
        loud = live and policy.mutes_microphone
        return f"the view shows MUTED while the page's own microphone is live; {_OWN}" if loud else ""
    if live or context.truth.held or view.get("login") or (newest.lost and speaks(view)):
        return ""
    return f"the view shows UNMUTED while the page's own microphone is {newest}; {_OWN}"


_OWN = "Genesys mutes the leg and leaves the track alone: the page sets track.enabled"
