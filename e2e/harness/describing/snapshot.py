"""Takes snapshots of a page: its controls, its elements' classes and attributes, its texts; and compares two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import Error, Frame, Locator, Page

from ..view.description.scripts import looking
from ..view.description.values import Description


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element is: the CSS selector of its iframe ("" for the page itself), and its own in there."""

    frame: str
    selector: str


@dataclass(frozen=True, slots=True)
class PressableControl:
    """Something that can be pressed."""

    place: Place
    role: str
    name: str
    pressed: str | None
    off: bool

    def __str__(self) -> str:
        return f'{self.role or "element"} "{self.name}"'


@dataclass(frozen=True, slots=True)
class Mark:
    """The classes and attributes of an element."""

    classes: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a page shows at one time. `words` are the texts that can be seen, by the place of the element that has them."""

    controls: tuple[PressableControl, ...] = ()
    marks: Mapping[Place, Mark] = field(default_factory=dict)
    words: Mapping[Place, str] = field(default_factory=dict)

    def control(self, place: Place) -> PressableControl | None:
        return next((control for control in self.controls if control.place == place), None)


def snapshot(page: Page) -> Snapshot:
    """Take a snapshot of a page and its frames."""
    controls: list[PressableControl] = []
    marks: dict[Place, Mark] = {}
    words: dict[Place, str] = {}
    for frame, seen in _documents(page):
        for one in seen["controls"]:
            place = Place(frame, one["selector"])
            controls.append(PressableControl(place, one["role"], one["name"], one["pressed"], one["off"]))
        for one in seen["marks"]:
            marks[Place(frame, one["selector"])] = Mark(frozenset(one["classes"]), one["attributes"])
        for one in seen["words"]:
            words[Place(frame, one["selector"])] = one["text"]
    return Snapshot(tuple(controls), marks, words)


def _documents(page: Page) -> Iterator[tuple[str, Any]]:
    for frame in page.frames:
        try:
            yield _selector(frame), frame.evaluate(_SCRIPT)
        except Error:
            continue  # it is gone


def _selector(frame: Frame) -> str:
    """The selector by which a description names this frame."""
    if frame.parent_frame is None:
        return ""
    element = frame.frame_element()
    given: str = element.evaluate(_NAMED)
    return given


def where_is(found: Locator) -> str:
    """The selector by which an element is found in its own document."""
    given: str = found.evaluate(f"(element) => {{ {_LOOKING}\n{_SELECTOR}\nreturn selectorOf(element); }}")
    return given


_LOOKING = looking(Description("", ""))
_SELECTOR = (files("e2e.harness.probe") / "questions/selector.js").read_text(encoding="utf-8")
_NAMED = """(frame) => frame.id ? `#${CSS.escape(frame.id)}` : ['iframe', ...frame.classList].join('.')"""
_SCRIPT = "\n".join(
    (
        f"() => {{ {_LOOKING}",
        _SELECTOR,
        (files("e2e.harness.probe") / "questions/snapshot.js").read_text(encoding="utf-8"),
        "return snapshotOf(); }",
    )
)


# ---- what changed


def new_words(before: Snapshot, after: Snapshot) -> list[tuple[Place, str]]:
    """The texts that can be seen now and could not be seen there before."""
    return [(place, text) for place, text in after.words.items() if text and before.words.get(place) != text]


def changed(before: Snapshot, after: Snapshot) -> list[PressableControl]:
    """The controls whose name, pressed state, classes or attributes differ from before, as they are now."""
    return [control for control in after.controls if _differs(before, after, control)]


def _differs(before: Snapshot, after: Snapshot, now: PressableControl) -> bool:
    old = before.control(now.place)
    if old is None:
        return False
    return (old.name, old.pressed) != (now.name, now.pressed) or before.marks.get(now.place) != after.marks.get(
        now.place
    )
