"""Promises about whether the agent is heard by what the page itself does."""

from __future__ import annotations

from collections.abc import Iterator

from ..view.widget import Policy
from .context import Scene
from .judging import Finding, claims, lasting, speaks


def mic_agrees(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """A local microphone track is live only when the view says so, and then it is (widgets that hold one).

    Judged is the track that getUserMedia gave, not what is done with it (Web Audio, replaceTrack).
    """
    if any(scene.moment.kind == "rest" and _in_question(scene) for scene in story):
        yield from lasting(story, policy, lambda scene: _out_of_step(scene, policy) if _in_question(scene) else "")


def _in_question(scene: Scene) -> bool:
    """The page holds a microphone in a call of which it knows, and says to the agent whether it is muted."""
    view, told = scene.view, scene.told
    there = scene.truth.leg is not None and told is not None and told.leg is not None
    return there and bool(scene.microphones) and view is not None and claims(view) and not view.get("pending")


def _out_of_step(scene: Scene, policy: Policy) -> str:
    """A change that is asked for and not confirmed, a hold and a login asked for leave it to the page to be silent."""
    view, newest = scene.view or {}, scene.microphones[-1]
    live = any(microphone.live for microphone in scene.microphones)
    if view["muted"]:
        loud = live and policy.mutes_microphone
        return f"the view shows MUTED while the page's own microphone is live; {_OWN}" if loud else ""
    if live or scene.truth.held or view.get("login") or (newest.lost and speaks(view)):
        return ""
    return f"the view shows UNMUTED while the page's own microphone is {newest}; {_OWN}"


_OWN = "Genesys mutes the leg and leaves the track alone: the page sets track.enabled"
