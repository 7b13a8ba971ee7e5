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

TOP: Final = 44  # for the names of the lanes
MARK: Final = 22  # more, for each promise that broke at the line
SLOT: Final = 8  # from one bar to the next
RIBBON: Final = 5  # half its width
LETTER: Final = 6.4  # the width of one, on average


@dataclass(frozen=True, slots=True)
class Measures:
    """How wide a picture is drawn: in a desk's one the words stand at what they are about, in a phone's one above it."""

    number: float  # where the numbers of the lines end
    first: float  # the first lane
    lane: float  # from one lane to the next
    edge: float  # beyond the last lane
    row: float
    letters: int  # that fit between two lanes
    above: bool  # words are in a line of their own

    @property
    def sink(self) -> float:
        """How far below the middle of a row its sign is drawn."""
        return 9 if self.above else 0


DESK: Final = Measures(36, 106, 212, 96, 38, 32, above=False)
PHONE: Final = Measures(20, 48, 76, 34, 46, 41, above=True)
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
    top: float
    height: float
    y: float
    x: float
    to: float
    words: str
    words_x: float
    words_y: float
    anchor: Literal["start", "middle", "end"]
    marks: tuple[str, ...] = ()  # promises that broke here

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

    measures: Measures
    width: float
    height: float
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]


def swimlane(story: Story, measures: Measures = DESK) -> Swimlane:
    """Compute the picture of a story that has steps."""
    # A phone's picture is no wider for a second tab.
    lane = measures.lane * 3 / max(3, len(story.lanes) - 1) if measures.above else measures.lane
    xs = {name: measures.first + number * lane for number, name in enumerate(story.lanes)}
    rows = tuple(_rows(story, xs, measures))
    bottom = max((row.top + row.height for row in rows), default=TOP)
    bars = tuple(_bars(rows, xs))
    ribbons = (*_ribbons(rows, "view", xs["agent"], bottom), *_ribbons(rows, "truth", xs["genesys"], bottom))
    lanes = tuple(Lane(name, x) for name, x in xs.items())
    return Swimlane(measures, max(xs.values()) + measures.edge, bottom + 8, lanes, rows, bars, ribbons)


def _rows(story: Story, xs: dict[str, float], measures: Measures) -> Iterator[Row]:
    top = float(TOP - 4)
    for step in story.steps:
        marks = tuple(breach.promise for breach in story.breaches if breach.line == step.line and step.line)
        x, to = xs[step.lane], xs[step.to or step.lane]
        words_x, anchor, room = _place(step, x, to, xs, measures)
        words = _short(step.words, room, tail=step.kind == "event")
        height = measures.row + MARK * len(marks)
        y = top + 4 + measures.row / 2
        over = x != to or step.kind == "time"
        words_y = y - 5 if measures.above else y + (0 if over else 4)
        yield Row(step, top, height, y + measures.sink, x, to, words, words_x, words_y, anchor, marks)
        top += height


def _place(
    step: Step, x: float, to: float, xs: dict[str, float], measures: Measures
) -> tuple[float, Literal["start", "middle", "end"], int]:
    """The place of a line's words: over an arrow, beside a point; and the number of letters that have room there."""
    if measures.above:
        return measures.number + 8, "start", measures.letters
    if step.kind == "time":
        return sum(xs.values()) / len(xs), "middle", 2 * measures.letters
    if x != to:
        return (x + to) / 2, "middle", measures.letters * max(1, round(abs(x - to) / measures.lane)) - 4
    left, right = x - measures.number - 16, max(xs.values()) + measures.edge - x - 16
    fits = min(2 * measures.letters, int(right / LETTER))
    if x == max(xs.values()) or (len(step.words) > fits and left > right):
        return x - 16, "end", min(2 * measures.letters, int(left / LETTER))
    return x + 16, "start", fits


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
