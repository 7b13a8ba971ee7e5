"""Reads the stories of buttons that act before the browser makes a click of it: held to talk, or acting when pressed.

Held to talk, pressing it asks for unmuted, and letting it go asks for muted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..timeline.timeline import Moment, Timeline
from .context import mutates_call


def held_to_talk(timeline: Timeline) -> Timeline:
    """The story with a gesture where the button or a key of it was pressed, and one where it was let go; none for their click."""
    return timeline.with_moments(_gestures(timeline))


def pressed_to_toggle(timeline: Timeline) -> Timeline:
    """The story with each click when the button was pressed, where the page asked for a change before it was let go."""
    early = frozenset(pointer.n for pointer in _acted_on(timeline) if pointer.data["down"])
    return timeline.with_moments(_at_the_press(timeline, early)) if early else timeline


def acts_before_the_click(timeline: Timeline) -> bool:
    """Whether the page asked for a change of the call after the button was pressed and before the browser made that a click."""
    return any(_acted_on(timeline))


def acts_at_both_ends(timeline: Timeline) -> bool:
    """Whether it asked for a change when the button was pressed and when it was let go: so acts one that is held to talk."""
    return {bool(pointer.data["down"]) for pointer in _acted_on(timeline)} == {True, False}


def _acted_on(timeline: Timeline) -> Iterator[Moment]:
    """Yield what was done with the button (it was pressed, it was let go) each time that the page asked for a change then.

    That is before the next such moment, and before the browser made a click of it.
    """
    newest: dict[str, Moment] = {}
    for moment in timeline.moments:
        if moment.kind == "pointer":
            newest[moment.page] = moment
        elif moment.kind in ("gesture", "rest"):
            newest.pop(moment.page, None)
        elif moment.page in newest and mutates_call(moment):
            yield newest[moment.page]


def _gestures(timeline: Timeline) -> Iterator[Moment]:
    pressed: set[str] = set()  # pages whose button was pressed, and the browser has not made a click of it yet
    for moment in timeline.moments:
        if moment.kind == "pointer":
            down = bool(moment.data["down"])
            if down:
                pressed.add(moment.page)
            data = {**moment.data, "type": "hold", "target": "mute", "wanted": not down}
            moment = replace(moment, kind="gesture", data=data)
        elif moment.kind == "gesture" and moment.data.get("target") == "mute" and moment.page in pressed:
            if moment.data["type"] == "click":
                pressed.discard(moment.page)
            moment = replace(moment, data={**moment.data, "target": ""})
        yield moment


def _at_the_press(timeline: Timeline, early: frozenset[int]) -> Iterator[Moment]:
    pressed: set[str] = set()
    for moment in timeline.moments:
        if moment.n in early:
            pressed.add(moment.page)
            moment = replace(moment, kind="gesture", data={**moment.data, "type": "click", "target": "mute"})
        elif moment.kind == "gesture" and moment.data.get("type") == "click" and moment.page in pressed:
            pressed.discard(moment.page)
            moment = replace(moment, data={**moment.data, "target": ""})
        yield moment
