"""Computes the geometry of a story's picture, in the units of an SVG; the page's template draws it.

   agent          page           wire          genesys
0    ▒                                            ▒        what the agent sees and what is true: a ribbon each
1    ▒────click────▶                              ▒
2    ▒              ────request────▶              ▒
3    ▒                              ║             ▒        in flight: a bar, until it is delivered
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

from ..verdict import LaneKind, Step, Story

LEFT: Final = 46  # for the numbers of the lines
LANE: Final = 212  # from one lane to the next
EDGE: Final = 96  # beyond the last lane
TOP: Final = 44  # for the names of the lanes
ROW: Final = 38
MARK: Final = 22  # more, for each promise that broke at the line
SLOT: Final = 8  # from one bar to the next
RIBBON: Final = 5  # half its width
WIDE: Final = 32  # letters that fit between two lanes
_STATE: Final = re.compile(r"\b(UNMUTED|MUTED)\b")


@dataclass(frozen=True, slots=True)
class Lane:
    """A vertical line of the picture, for the agent, a page, the wire or Genesys."""

    name: str
    x: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the story: an arrow from `x` to `to`, or a point where they are equal; its words and their place."""

    step: Step
    y: float
    height: float
    x: float
    to: float
    words: str
    words_x: float
    anchor: Literal["start", "middle", "end"]
    marks: tuple[str, ...] = ()  # promises that broke here

    @property
    def top(self) -> float:
        return self.y - ROW / 2 - 4

    @property
    def arrow(self) -> bool:
        return self.x != self.to


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that was in flight from one line to another."""

    name: str
    kind: LaneKind
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A mute state that the agent saw, or that was true, from one line to another."""

    state: Literal["muted", "unmuted"]
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Swimlane:
    """The picture of a story: its size, and all that is drawn in it."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]


def swimlane(story: Story) -> Swimlane:
    """Compute the picture of a story that has steps."""
    xs = {lane: float(LEFT + 60 + number * LANE) for number, lane in enumerate(story.lanes)}
    rows = tuple(_rows(story, xs))
    bottom = max((row.top + row.height for row in rows), default=TOP)
    bars = tuple(_bars(rows, xs))
    ribbons = (*_ribbons(rows, "view", xs["agent"], bottom), *_ribbons(rows, "truth", xs["genesys"], bottom))
    lanes = tuple(Lane(name, x) for name, x in xs.items())
    return Swimlane(max(xs.values()) + EDGE, bottom + 8, lanes, rows, bars, ribbons)


def _rows(story: Story, xs: dict[str, float]) -> Iterator[Row]:
    y = float(TOP + ROW / 2)
    for step in story.steps:
        marks = tuple(breach.promise for breach in story.breaches if breach.line == step.line and step.line)
        x, to = xs[step.lane], xs[step.to or step.lane]
        words_x, anchor, room = _place(step, x, to, xs)
        words = _short(step.words, room, tail=step.kind == "event")
        yield Row(step, y, ROW + MARK * len(marks), x, to, words, words_x, anchor, marks)
        y += ROW + MARK * len(marks)


def _place(
    step: Step, x: float, to: float, xs: dict[str, float]
) -> tuple[float, Literal["start", "middle", "end"], int]:
    """The place of a line's words: over an arrow, beside a point; and the number of letters that have room there."""
    if step.kind == "time":
        return sum(xs.values()) / len(xs), "middle", 2 * WIDE
    if x != to:
        return (x + to) / 2, "middle", WIDE * max(1, round(abs(x - to) / LANE)) - 4
    if x == max(xs.values()):
        return x - 16, "end", 2 * WIDE
    return x + 16, "start", 2 * WIDE


def _short(words: str, room: int, *, tail: bool) -> str:
    """Cut words to the room that there is; with `tail` in their middle, because the content of an event comes last."""
    words = " ".join(words.split())
    if len(words) <= room:
        return words
    name, _, content = words.partition(" ")
    return f"{name} …{content[len(name) + 3 - room :]}" if tail else words[: room - 1].rstrip() + "…"


def _bars(rows: Sequence[Row], xs: dict[str, float]) -> Iterator[Bar]:
    """Yield a bar for each thing that was in flight; bars that overlap are placed side by side."""
    ys = {row.step.line: row.y for row in rows}
    free: dict[tuple[float, int], float] = {}  # (lane, slot) → down to where it is taken
    for row in rows:
        job = row.step.kind == "job"
        start, lane = row.step.since, xs["genesys"] if job else xs["wire"]
        if not start or start not in ys or start >= row.step.line:
            continue
        slot = next(n for n in range(len(rows) + 1) if free.get((lane, n), 0.0) <= ys[start])
        free[lane, slot] = row.y
        beside = (slot + 1) // 2 * SLOT * (1 if slot % 2 else -1)  # of the wire's rail; on one side of Genesys' ribbon
        x = lane + (RIBBON + SLOT * (slot + 1) if job else beside)
        yield Bar(row.step.name, row.step.kind, x, ys[start], row.y - ys[start])


def _ribbons(rows: Sequence[Row], kind: LaneKind, x: float, bottom: float) -> Iterator[Ribbon]:
    """Yield a ribbon from each line that shows MUTED or UNMUTED to the next of its kind; of several pages, for the first."""
    lane = next((row.step.lane for row in rows if row.step.kind == kind), "")
    in_lane = [row for row in rows if row.step.kind == kind and row.step.lane == lane]
    for row, following in zip_longest(in_lane, in_lane[1:]):
        if (state := _STATE.search(row.step.words)) is not None:
            end = bottom if following is None else following.y
            yield Ribbon("muted" if state[0] == "MUTED" else "unmuted", x, row.y, end - row.y)
