"""Joins rounds that are alike, such as those of a poll, into one line of a story: `3 s pass, GET 200, as before ×97`.

A round is some lines in a row. Rounds are alike when their lines say the same but for the numbers of what was on the wire. The
first one is told whole; the line in which a promise broke stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ...timeline.timeline import Timeline
from .cells import StoryRow
from .repeats import repeats

_NUMBER: Final = re.compile(r"#\d+")
_NAME: Final = re.compile(r"^\w+#\d+  ")


def rounds_joined(rows: Sequence[StoryRow], timeline: Timeline) -> list[StoryRow]:
    """Join the rounds after the first of each run of rounds that are alike."""
    joined: list[StoryRow] = []
    done = 0
    for found in repeats([_said(row) for row in rows]):
        first = found.start + found.length
        joined += rows[done:first]
        joined.append(_as_before(rows[found.start : first], rows[first].moment, found.rounds - 1, timeline))
        done = found.end
    return [*joined, *rows[done:]]


def _said(row: StoryRow) -> tuple[object, ...]:
    """What a line says, apart from numbers; one at which a promise broke is like no other."""
    cells = (_NUMBER.sub("#", cell) for cell in (row.agent, row.wire, row.genesys))
    return (*cells, row.moment if row.broken else 0)


def _as_before(first: Sequence[StoryRow], moment: int, rounds: int, timeline: Timeline) -> StoryRow:
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
    return StoryRow(moment, wire=f"{', '.join(words)}, as before ×{rounds}", rounds=rounds)
