"""Holds what a report draws of a story: its lines in lanes, what crosses between them, and pictures of the agent's view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LaneKind = Literal["gesture", "view", "request", "response", "event", "job", "truth", "change", "time", "trouble"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a story, numbered as in its text; line 0 is the state when the story began.

    It happens in `lane`; what crosses to another lane has that one in `to`. `seconds` of virtual time have passed since the
    story began. What is called `name` was in flight since line `since` (0: it was not, or since before the story began).
    `payload` is its content, as text.
    """

    line: int
    kind: LaneKind
    lane: str
    to: str
    words: str
    seconds: float
    name: str = ""
    since: int = 0
    payload: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of what the agent saw on a page: at the broken step, or before it.

    `image` is a data: URI. `box` is the part of it that is not empty: left, top, width, height in pixels.
    """

    when: Literal["before", "broken"]
    page: str
    shows: str
    image: str
    box: tuple[float, float, float, float]
