"""Reads a story whose description may have the wrong selectors, as the right ones would have it read.

A sign whose selector matches nothing says nothing of the page, and the button of another row says nothing of this call. There the
view is taken for what the page had learnt of the call, so that only what is wrong all the same stays broken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from ..timeline.timeline import Moment, Timeline
from ..timeline.truth import Truth
from ..view.near import like
from ..view.widget import Policy
from .context import MomentContext, contexts, mutates_call
from .judging import Doubt

_FEW: Final = 3  # selectors that a doubt names


# ---- a sign whose selector matches nothing


def matched(timeline: Timeline) -> frozenset[str]:
    """The states by whose sign's selector an element was found in this story."""
    return frozenset(str(moment.data["state"]) for moment in _said(timeline, "place") if moment.data["matches"])


def unmatched(timeline: Timeline, known: Collection[str] = ()) -> Iterator[tuple[str, Doubt]]:
    """Yield each state whose sign's selector matched nothing in this story, and is not `known` to match, with the doubt."""
    fine = {*known, *matched(timeline)}
    for moment in _said(timeline, "place"):
        state, css = str(moment.data["state"]), str(moment.data["css"])
        if state in fine:
            continue
        fine.add(state)
        near = like(css, moment.data["near"]) or list(moment.data["near"][:_FEW])
        about = f"'{css}' matches nothing, so whether it is {state} cannot be seen"
        about += f"; there is {', '.join(near)}" if near else ""
        yield state, Doubt(about, f'[{state}] {moment.data["key"]} = "{near[0] if near else "SELECTOR"}"')


def as_known(timeline: Timeline, policy: Policy, states: Collection[str]) -> Iterator[Moment]:
    """Yield the moments with views that show these states as the page had learnt them from Genesys."""
    for context in contexts(timeline, policy):
        moment, view = context.moment, context.moment.data.get("view")
        if moment.kind in ("view", "rest") and view and view.get("muted") is not None and context.snapshot is not None:
            right: dict[str, object] = {state: known for state, known in _known(context).items() if state in states}
            if (
                "muted" in right
            ):  # the page may show it later than it has learnt it: the button is not compared with that
                right |= {"pressed": None, "text": "", "name": "microphone" if view.get("name") else ""}
            moment = replace(moment, data={**moment.data, "view": {**view, **right}})
        yield moment


def _known(context: MomentContext) -> Mapping[str, bool]:
    snapshot, wish = context.snapshot, context.wish
    there = snapshot is not None and snapshot.leg is not None
    muted = snapshot is not None and snapshot.muted
    return {"muted": muted, "pending": bool(wish and wish.unresolved), "enabled": there, "call": there}


# ---- the button of another row


def of_another(timeline: Timeline) -> Doubt | None:
    """The doubt that the button which is found is not, or not always, that of this call; None where nothing speaks for it."""
    several = _said(timeline, "alike")
    if not several or not (any(_is_another(timeline, moment) for moment in several) or any(_elsewhere(timeline))):
        return None
    count = len(several[0].data["rows"])
    about = f"{count} buttons are called so on the page, and nothing says which is that of the agent's own call"
    own = next((line for moment in several if (line := _own_row(timeline, moment))), "")
    if own:
        return Doubt(about, f'[mute] css = "{own}"')
    return Doubt(f"{about}; around them stands no id of it, which the page could write there", _NO_ROW)


_NO_ROW: Final = "[mute] css = \"[data-conversation='{{gcConversationId}}'] button\""


def without_others(timeline: Timeline, policy: Policy) -> Timeline:
    """The story without what the buttons of other rows led to, and with views that show what the page had learnt of this call."""
    kept = timeline.with_moments(_without(timeline, frozenset(_elsewhere(timeline))))
    return timeline.with_moments(as_known(kept, policy, ("muted", "pending", "enabled", "call")))


def _said(timeline: Timeline, kind: str) -> list[Moment]:
    return [moment for moment in timeline.moments if moment.kind == kind]


def _own_ids(timeline: Timeline) -> Mapping[str, str]:
    """What stands in a description for each id of the agent in this call: the leg first, which is in no other row."""
    legs = {leg: "participant" for truth in timeline.calls.get(timeline.call, ()) for leg in _legs(truth)}
    return {**legs, timeline.call: "gcConversationId", timeline.me: "user"}


def _legs(truth: Truth) -> frozenset[str]:
    return frozenset(leg for leg in (truth.leg, *(leg for leg, _ in truth.legs)) if leg)


def _is_another(timeline: Timeline, moment: Moment) -> bool:
    """Whether the description finds several buttons, or one in a row with other ids than this call's."""
    if moment.data["found"] > 1:
        return True
    found = moment.data["rows"][moment.data["place"]]
    own = _own_row(timeline, moment)
    return bool(own) and not any(_placed(_own_ids(timeline), given) == own for given in found)


def _own_row(timeline: Timeline, moment: Moment) -> str:
    """A selector for the button in the row of this call: by an id of the agent's own that does not stand in every row."""
    ids, rows = _own_ids(timeline), moment.data["rows"]
    selectors = [{selector for given in row if (selector := _placed(ids, given))} for row in rows]
    for wanted in dict.fromkeys(ids.values()):
        for selector in sorted(set().union(*selectors)):
            if f"{{{{{wanted}}}}}" in selector and not all(selector in row for row in selectors):
                return selector
    return ""


def _placed(ids: Mapping[str, str], given: Mapping[str, str]) -> str:
    """A selector by an attribute, with the placeholder for the id in it; "" where it has none of these ids."""
    for value, word in ids.items():
        if value and value in given["value"]:
            text = given["value"].replace(value, f"{{{{{word}}}}}")
            by_id = given["attribute"] == "id" and re.fullmatch(r"[A-Za-z][\w{}-]*", text)
            row = f"#{text}" if by_id else f"[{given['attribute']}='{text}']"
            return f"{row} {given['button']}".strip()
    return ""


def _elsewhere(timeline: Timeline) -> Iterator[str]:
    """Yield the requests that change another call, or another leg than the agent's own of this one."""
    own = {leg for truth in timeline.calls.get(timeline.call, ()) for leg in _legs(truth)}
    for moment in timeline.moments:
        if mutates_call(moment):
            path = urlsplit(str(moment.data["url"])).path
            leg = path.partition("/participants/")[2].partition("/")[0]
            if timeline.call not in path or (leg and leg not in own):
                yield _request(moment)


def _request(moment: Moment) -> str:
    if moment.kind == "arrived":
        return str(moment.data.get("probe"))
    return f"{moment.data['document']}/{moment.data['request']}" if "request" in moment.data else ""


def _without(timeline: Timeline, requests: Collection[str]) -> Iterator[Moment]:
    """Yield the moments but those of these requests; the gesture before each is none on this call's button."""
    ignored: set[int] = set()
    pressed: dict[str, int] = {}
    for moment in timeline.moments:
        if moment.kind == "gesture":
            pressed[moment.page] = moment.n
        elif moment.kind == "sent" and _request(moment) in requests and moment.page in pressed:
            ignored.add(pressed[moment.page])
    for moment in timeline.moments:
        if moment.kind in ("sent", "arrived", "received") and _request(moment) in requests:
            continue
        yield replace(moment, data={**moment.data, "target": ""}) if moment.n in ignored else moment
