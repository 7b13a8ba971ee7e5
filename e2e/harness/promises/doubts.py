"""Doubts before accusing: a promise that holds as soon as the description says one line more is untested, and the line is named.

Each supposition has a sign in the story: words that nothing takes for a notice, a key that is not declared, a selector that
matches nothing. The story is then judged once more as that line would have it read. What is broken all the same stays broken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..timeline.timeline import Moment, Timeline
from ..view.widget import Policy
from .holding import acts_before_the_click
from .judging import Doubt, Verdict
from .selectors import as_known, of_another, unmatched, without_others

Judge = Callable[[Timeline, Policy], tuple[Verdict, ...]]
_CLICKS_BY_ITSELF: Final = ("Enter", " ", "Tab", "Escape")  # keys that no widget declares as its shortcut


@dataclass(frozen=True, slots=True)
class _Supposition:
    """What a line of the description would change: the story as it would then be read."""

    doubt: Doubt
    timeline: Timeline
    policy: Policy


def doubted(
    verdicts: tuple[Verdict, ...], timeline: Timeline, policy: Policy, judge: Judge, matched: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """Turn each broken verdict that one line of the description would mend into an untested one with that doubt.

    `matched`: the states by whose sign's selector something was found in another story of the run.
    """
    if all(verdict.result != "broken" for verdict in verdicts):
        return verdicts
    for supposed in _suppositions(timeline, policy, matched):
        otherwise = judge(supposed.timeline, supposed.policy)
        verdicts = tuple(
            replace(was, result="untested", moment=0, why="", doubt=supposed.doubt)
            if was.result == "broken" and then.result != "broken"
            else was
            for was, then in zip(verdicts, otherwise, strict=True)
        )
    return verdicts


def _suppositions(timeline: Timeline, policy: Policy, matched: Collection[str]) -> Iterator[_Supposition]:
    if (words := _unread_words(timeline)) is not None:
        about = f"after a refusal the page shows “{words['text'][:60]}”, and no sign takes it for the notice"
        line = f'[alert] css = "{_quoted(words["css"])}"'
        yield _Supposition(Doubt(about, line), timeline.with_moments(_with_notices(timeline)), policy)
    if policy.gesture == "click" and acts_before_the_click(timeline):
        about = "the button acts when it is pressed or let go, before that is a click: is it held to talk?"
        yield _Supposition(Doubt(about, '[mute] gesture = "hold"'), timeline, replace(policy, gesture="hold"))
    for key in _undeclared_keys(timeline):
        about = f"the key '{key}' leads to a request, and the description declares no shortcut"
        moments = [_as_a_click(moment, key) for moment in timeline.moments]
        yield _Supposition(Doubt(about, f'[mute] shortcut = "{_quoted(key)}"'), timeline.with_moments(moments), policy)
    if (login := next((moment.data for moment in timeline.moments if moment.kind == "login-like"), None)) is not None:
        about = f"after the token was refused “{login['name'][:60]}” can be pressed, and no sign-in is found"
        line = f'[login] css = "{_quoted(login["css"])}"'
        yield _Supposition(Doubt(about, line), timeline.with_moments(_with_login(timeline)), policy)
    for state, doubt in unmatched(timeline, matched):
        yield _Supposition(doubt, timeline.with_moments(as_known(timeline, policy, (state,))), policy)
    if (other := of_another(timeline)) is not None:
        yield _Supposition(other, without_others(timeline, policy), policy)


def _quoted(text: str) -> str:
    """Escape a text for a string of TOML."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


# ---- words that no sign takes for the notice


def _unread_words(timeline: Timeline) -> Mapping[str, Any] | None:
    return next((moment.data for moment in timeline.moments if moment.kind == "words" and moment.data["text"]), None)


def _with_notices(timeline: Timeline) -> Iterator[Moment]:
    """Yield the moments with the unread words as the notice, while they can be seen."""
    read: dict[str, str] = {}
    for moment in timeline.moments:
        if moment.kind == "words":
            read[moment.page] = str(moment.data["text"])
        elif moment.kind == "load":
            read.pop(moment.page, None)
        view, words = moment.data.get("view"), read.get(moment.page)
        if moment.kind in ("view", "rest") and words and view and not view.get("alert"):
            moment = replace(moment, data={**moment.data, "view": {**view, "alert": True, "notice": words}})
        yield moment


def _with_login(timeline: Timeline) -> Iterator[Moment]:
    """Yield the moments with views that ask to sign in, while what may be a sign-in can be seen."""
    asking: set[str] = set()
    for moment in timeline.moments:
        if moment.kind == "login-like" and moment.data["css"]:
            asking.add(moment.page)
        elif moment.kind in ("login-like", "load"):
            asking.discard(moment.page)
        view = moment.data.get("view")
        if moment.kind in ("view", "rest") and view and moment.page in asking:
            moment = replace(moment, data={**moment.data, "view": {**view, "login": True}})
        yield moment


# ---- a key that is no declared shortcut


def _undeclared_keys(timeline: Timeline) -> Iterator[str]:
    """Yield the keys that somebody pressed outside of a text field, and that the description gives no meaning."""
    keys = [moment for moment in timeline.moments if moment.kind == "gesture" and moment.data.get("type") == "key"]
    declared = {str(moment.data.get("key")).lower() for moment in keys if moment.data.get("target")}
    free = (str(moment.data["key"]) for moment in keys if moment.data.get("free") and not moment.data.get("target"))
    yield from dict.fromkeys(key for key in free if key.lower() not in declared and key not in _CLICKS_BY_ITSELF)


def _as_a_click(moment: Moment, key: str) -> Moment:
    mine = moment.kind == "gesture" and moment.data.get("free") and moment.data.get("key") == key
    return replace(moment, data={**moment.data, "target": "mute"}) if mine else moment
