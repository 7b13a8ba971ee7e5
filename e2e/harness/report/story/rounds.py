"""Joins rounds that are alike, such as those of a poll, into one line of a story: `3 s pass, GET 200, as before ×97`.

A round is some lines in a row. Rounds are alike when their lines say the same but for the numbers of what was on the wire. The
first one is told whole; the line in which a promise broke stands alone. Rounds that were passed over (stillness/rounds.py) are
seen by the time of the round before them, which is longer by theirs; they are counted, and named as passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isclose
from typing import Final

from ...timeline.timeline import Timeline
from .cells import StoryRow, seconds_passed
from .repeats import Repeats, repeats

_NUMBER: Final = re.compile(r"#\d+")
_NAME: Final = re.compile(r"^\w+#\d+  ")


def rounds_joined(rows: Sequence[StoryRow], timeline: Timeline) -> list[StoryRow]:
    """Join the rounds after the first of each run of rounds that are alike."""
    joined: list[StoryRow] = []
    said = [_said(row) for row in rows]
    done = 0
    for found in repeats(said):
        if found.start < done:
            continue
        second = found.start + found.length
        end, rounds, over = _with_passed_over(rows, said, found)
        joined += rows[done:second]
        joined.append(_as_before(rows[found.start : second], rows[second].moment, rounds - 1, over, timeline))
        done = end
    return [*joined, *rows[done:]]


def _with_passed_over(rows: Sequence[StoryRow], said: Sequence[object], found: Repeats) -> tuple[int, int, int]:
    """Where a run of rounds ends, how many rounds it has, and how many of them were passed over."""
    length, first = found.length, said[found.start : found.start + found.length]
    end, rounds, over = found.end, found.rounds, 0
    while said[end + length : end + 2 * length] == first:  # after what was passed over it goes on
        longer = _longer(rows[found.start : found.start + length], rows[end : end + length])
        if not longer:
            break
        end, rounds, over = end + length, rounds + 1 + longer, over + longer
        while said[end : end + length] == first:
            end, rounds = end + length, rounds + 1
    return end, rounds, over


def _longer(first: Sequence[StoryRow], other: Sequence[StoryRow]) -> int:
    """By the time of how many rounds one is longer than the first, and else like it; 0 if it differs otherwise."""
    differ = [pair for pair in zip(first, other, strict=True) if _said(pair[0]) != _said(pair[1])]
    if len(differ) != 1:
        return 0
    usual, long = (seconds_passed(row) for row in differ[0])
    times = (long - usual) / usual if usual and long else 0.0
    return round(times) if times >= 1 and isclose(times, round(times), rel_tol=1e-4) else 0


def _said(row: StoryRow) -> tuple[object, ...]:
    """What a line says, apart from numbers; one at which a promise broke is like no other."""
    cells = (_NUMBER.sub("#", cell) for cell in (row.agent, row.wire, row.genesys))
    return (*cells, row.moment if row.broken else 0)


def _as_before(first: Sequence[StoryRow], moment: int, rounds: int, over: int, timeline: Timeline) -> StoryRow:
    """One line for so many rounds that are like the first: what was asked and answered in it, and the time that passed."""
    words: list[str] = []
    for row in first:
        kind, said = timeline.moments[row.moment - 1].kind, _NAME.sub("", row.agent or row.wire or row.genesys)
        if kind == "arrived":
            continue  # its line says what was said when it was sent
        if kind == "delivered" and row.wire.startswith("response") and words:
            words[-1] += f" {said}"
        else:
            words.append(said)
    passed = f" ({over} of them passed over)" if over else ""
    return StoryRow(moment, wire=f"{', '.join(words)}, as before ×{rounds}{passed}", rounds=rounds)
