"""Derives the keys of a widget.toml from snapshots of a page, with a remark on each and on what is unsure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..view.description.values import MUTE_NAME, MUTE_ROLES
from ..view.near import closest
from .snapshot import Place, PressableControl, Snapshot, changed, new_words

Keys = dict[str, Any]
_LIKE = ("mute", "unmute", "muted", "microphone", "mic", "mic on", "mic off", "audio")
_DULL = frozenset(
    {"aria-live", "tabindex", "title", "aria-label", "disabled", "aria-disabled"}
)  # other keys are about these


@dataclass(slots=True)
class Draft:
    """A widget.toml in the making: the keys by table ("" for those above all tables), and remarks for each.

    Tables that are `given`, by a half-written widget.toml, stay as they are.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def add(self, table: str, keys: Mapping[str, Any] | None, *remarks: str) -> None:
        """Add keys to a table, and remarks above it; nothing to one that is given."""
        if table in self.given:
            return
        if keys:
            self.keys.setdefault(table, {}).update(keys)
        self.remarks.setdefault(table, []).extend(remark for remark in remarks if remark)

    def unsure(self, table: str, remark: str) -> None:
        """Add a remark that somebody has to look at."""
        self.add(table, None, f"unsure: {remark}")


# ---- the button


def button(plain: Snapshot, muted: Snapshot) -> list[PressableControl]:
    """The controls that may be the Mute button, the likeliest first, by name and by change when somebody else mutes the agent."""
    moved = {control.place for control in changed(plain, muted)}
    scores = [(_likeness(control, moved), control) for control in plain.controls]
    ranked = sorted(scores, key=lambda pair: -pair[0])  # stable: as they stand on the page
    return [control for score, control in ranked if score > 0]


def _likeness(control: PressableControl, moved: set[Place]) -> int:
    named = re.search(MUTE_NAME, control.name, re.IGNORECASE) is not None
    like = bool(closest(control.name.lower(), _LIKE, 0.7))
    return 4 * (control.place in moved) + 2 * named + like


def finder(chosen: PressableControl, looks: Iterable[Snapshot]) -> Keys:
    """The keys of [mute] that find this control and no other in every snapshot; {} if it is found without any."""
    looks = tuple(looks)
    names = {now.name for look in looks if (now := look.control(chosen.place))}
    frame: Keys = {"frame": chosen.place.frame} if chosen.place.frame else {}
    for keys in ({}, frame):
        if all(_finds(look, MUTE_NAME, keys.get("frame", "")) == [chosen.place] for look in looks):
            return dict(keys)
    name = f"^({'|'.join(sorted(map(re.escape, names)))})$" if len(names) > 1 else f"^{re.escape(chosen.name)}$"
    if chosen.name and chosen.role in MUTE_ROLES and all(_finds(look, name, "") == [chosen.place] for look in looks):
        return {"name": name, **frame}
    return {"css": nicer(chosen.place, looks), **frame}


def nicer(place: Place, looks: Iterable[Snapshot]) -> str:
    """A selector by a class that this element alone has, in every snapshot; else its own selector."""
    looks = tuple(looks)
    marks = [look.marks[place].classes for look in looks if place in look.marks]
    if place.selector.startswith(("#", "[")) or not marks:
        return place.selector
    alone = [name for name in frozenset.intersection(*marks) if all(_alone(name, place, look) for look in looks)]
    return min((f".{name}" for name in alone if re.fullmatch(r"[A-Za-z_-][\w-]*", name)), default=place.selector)


def _alone(name: str, place: Place, look: Snapshot) -> bool:
    having = [other for other, mark in look.marks.items() if other.frame == place.frame and name in mark.classes]
    return having in ([], [place])


def _finds(look: Snapshot, name: str, frame: str) -> list[Place]:
    return [
        control.place
        for control in look.controls
        if control.role in MUTE_ROLES
        and re.search(name, control.name, re.IGNORECASE)
        and (not frame or control.place.frame == frame)
    ]


# ---- signs


def signs(before: Snapshot, after: Snapshot, place: Place) -> Iterator[tuple[Keys, str]]:
    """The signs by which `after` differs from `before`, each with a remark; the nearest to the control first."""
    old, new = before.control(place), after.control(place)
    if old and new and old.pressed != new.pressed and new.pressed in ("true", "false"):
        yield {"pressed": new.pressed == "true"}, f"its pressed state goes from {old.pressed} to {new.pressed}"
    if old and new and old.name != new.name and new.name:
        yield {"name": f"^{re.escape(new.name)}$"}, f'its name goes from "{old.name}" to "{new.name}"'
    for other in sorted(after.marks, key=lambda one: _distance(one, place)):
        at = {} if other == place else {"at": nicer(other, (before, after))}
        for keys, words in _mark_signs(before, after, other):
            yield {**keys, **at}, words + (f" at {at['at']}" if at else "")
    for other, text in new_words(before, after):
        if other.frame == place.frame:
            yield {"text": f"\\b{re.escape(text[:60])}"}, f'"{text[:60]}" can be read'


def _distance(one: Place, place: Place) -> tuple[bool, bool, int]:
    around = place.selector.startswith(one.selector)
    return (one != place, not around, abs(len(one.selector) - len(place.selector)))


def _mark_signs(before: Snapshot, after: Snapshot, place: Place) -> Iterator[tuple[Keys, str]]:
    old, new = before.marks.get(place), after.marks[place]
    if old is None:
        return
    for name in sorted(new.classes - old.classes):
        yield {"class": name}, f"the class {name} comes"
    for name in sorted(old.classes - new.classes):
        yield {"class": name, "absent": True}, f"the class {name} goes"
    for name, value in new.attributes.items():
        if name not in _DULL and old.attributes.get(name) != value and len(value) < 40:
            yield {"attribute": f"{name}={value}" if value else name}, f'{name} becomes "{value}"'
    for name in sorted(old.attributes.keys() - new.attributes.keys() - _DULL):
        yield {"attribute": name, "absent": True}, f"the attribute {name} goes"


def first_sign(
    before: Snapshot, after: Snapshot, place: Place, leave_out: Iterable[Snapshot] = (), *, pressed: bool = False
) -> tuple[Keys, str] | None:
    """The best sign of `after` that none of `leave_out` has, with its remark; None without one."""
    others = [[keys for keys, _ in signs(before, other, place)] for other in leave_out]
    for keys, words in signs(before, after, place):
        if any(keys in other for other in others) or ("pressed" in keys and not pressed):
            continue
        return keys, words
    return None


def notice(before: Snapshot, after: Snapshot, leave_out: Iterable[Snapshot]) -> tuple[Keys, str] | None:
    """The key for the element that shows a refusal, with a remark; None without one."""
    usual = {place for other in leave_out for place, _ in new_words(before, other)}
    usual |= {control.place for control in after.controls}  # what is written on a button is no notice
    texts = [(place, text) for place, text in new_words(before, after) if place not in usual]
    if not texts:
        return None
    place, text = max(texts, key=lambda pair: len(pair[1]))
    return {"css": nicer(place, (before, after))}, f'"{text[:80]}"'
