"""What a report draws of a story: its lines in lanes, what crosses between them, and pictures of what the agent saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LaneKind = Literal["gesture", "view", "request", "response", "event", "job", "truth", "change", "time", "trouble"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a story, numbered as in its text; line 0 is how things stood when it began.

    It happens in `lane`; what crosses goes `to` another. `seconds` are virtual, since the story began. What is called `name`
    stood on the wire since line `since` (0: it did not, or since before the story began). `payload` is what it said, as text.
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
    """What the agent saw on a page: at the broken step, or before it.

    `image` is a data: URI. `box` is the part of it in which anything stands: left, top, width, height in pixels.
    """

    when: Literal["before", "broken"]
    page: str
    shows: str
    image: str
    box: tuple[float, float, float, float]
