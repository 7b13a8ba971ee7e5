"""Writes a story in three columns (agent, wire, genesys), and marks the line that broke a promise.

  agent                wire                          genesys
1 clicks mute
2                      request#1  PATCH muted=true
3                      response#1 202
4 sees MUTED           ◄ broken here                 job#1 has not run

It begins shortly before the first thing that somebody did, and ends shortly after what broke; rounds of a poll that are alike are
one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ...promises import Verdict, broken_of
from ...timeline.timeline import Moment, Timeline
from .cells import StoryRow, by_page, rows_of, seconds_passed
from .rounds import rounds_joined

MARK = "◄ broken here"
WIDEST = 56  # a cell that is longer pushes its neighbour, once
AFTER: Final = 4  # lines that follow what broke


@dataclass(frozen=True, slots=True)
class StoryLines:
    """The lines of a story, and how many are left out before and after them."""

    rows: tuple[StoryRow, ...]
    before: int = 0
    after: int = 0


def story(timeline: Timeline, verdict: Verdict | None = None, *, until: int = 0, whole: bool = False) -> str:
    """Write the story as text; `until` and `whole` are those of `lines_of`."""
    return written(lines_of(timeline, verdict, until=until, whole=whole))


def written(lines: StoryLines) -> str:
    """Write lines in three columns, with their numbers."""
    cells = [_cells(row) for row in lines.rows]
    widths = [_width(agent for agent, _, _ in cells), _width(wire for _, wire, _ in cells)]
    text = [_printed("", ("agent", "wire", "genesys"), widths)]
    if lines.before:
        text.append(f"      … {lines.before} lines: sign-in, reading the call, subscribing")
    text += [_printed(str(place), row, widths) for place, row in enumerate(cells, start=1)]
    if lines.after:
        text.append(f"      … {lines.after} more lines")
    return "\n".join(text)


def lines_of(timeline: Timeline, verdict: Verdict | None = None, *, until: int = 0, whole: bool = False) -> StoryLines:
    """Make the lines of a story.

    Without `whole` it starts shortly before the first thing that somebody did, and ends shortly after it was certain that the
    promise broke, or after the moment `until` (its number) if that is later.
    """
    broken = verdict.moment if verdict else 0
    rows = [_with_names(row, timeline.names) for row in rows_of(timeline, broken)]
    start = 0 if whole else _start(timeline, broken)
    kept = [row for row in rows if row.moment >= start]
    joined = _joined(kept)
    lines = rounds_joined(_marked(joined, broken) if broken else joined, timeline)
    end = len(lines)
    if verdict and broken and not whole:
        end = line_at(lines, max(broken, verdict.proven, until)) + AFTER
    if len(lines) <= end + 1:  # a line that says that one line is left out is no shorter
        end = len(lines)
    return StoryLines(tuple(lines[:end]), len(rows) - len(kept), len(lines) - end)


def told(verdict: Verdict, lines: StoryLines, names: Mapping[str, str]) -> str:
    """Why a promise broke, with the line of the click that it is about."""
    line = line_at(lines.rows, verdict.click) if verdict.click else 0
    why = verdict.why.replace("the click", f"the click at line {line}", 1) if line else verdict.why
    return named(why, names)


def _with_names(row: StoryRow, names: Mapping[str, str]) -> StoryRow:
    return replace(row, agent=named(row.agent, names), wire=named(row.wire, names), genesys=named(row.genesys, names))


def _cells(row: StoryRow) -> tuple[str, str, str]:
    return row.agent, f"{row.wire}  {MARK}".strip() if row.broken else row.wire, row.genesys


def _width(cells: Iterable[str]) -> int:
    return 2 + max(len(cell) for cell in ("agent", *cells) if len(cell) <= WIDEST)  # no narrower than its heading


def _joined(rows: list[StoryRow]) -> list[StoryRow]:
    """Join neighbouring lines in which only time passes into one."""
    joined: list[StoryRow] = []
    for row in rows:
        if joined and seconds_passed(row) and seconds_passed(joined[-1]):
            seconds = seconds_passed(row) + seconds_passed(joined[-1])
            joined[-1] = StoryRow(joined[-1].moment, genesys=f"{seconds:g} s pass")
        else:
            joined.append(row)
    return joined


def _marked(rows: list[StoryRow], broken: int) -> list[StoryRow]:
    """Mark the line that broke the promise: the last one up to that moment."""
    number = line_at(rows, broken)
    if not number:
        return [StoryRow(broken, broken=True), *rows]
    return [*rows[: number - 1], replace(rows[number - 1], broken=True), *rows[number:]]


def line_at(lines: Sequence[StoryRow], moment: int) -> int:
    """The number of the last line up to a moment (its number), from 1; 0 before the first line."""
    return max((number for number, line in enumerate(lines, 1) if line.moment <= moment), default=0)


def _start(timeline: Timeline, broken: int) -> int:
    opened = next((m.n for m in timeline.moments if m.kind == "rest" and m.data["view"].get("call")), 0)
    acts = [m.n for m in timeline.moments if m.n > opened and _act(m)]
    first = min(acts, default=0) if opened else 0
    return min(first, broken) if broken else first


def _act(moment: Moment) -> bool:
    """Whether somebody did something: an agent, an administrator, or a person by a request of their own."""
    if moment.kind == "offered" and moment.name.startswith("request#"):
        return not by_page(moment)
    return moment.kind in ("note", "changed")


def _printed(number: str, cells: tuple[str, ...], widths: list[int]) -> str:
    agent, wire, genesys = cells
    return f"  {number:>3} {agent + '  ':<{widths[0]}}{wire + '  ':<{widths[1]}}{genesys}".rstrip()


def named(text: str, names: Mapping[str, str]) -> str:
    """Replace ids, also those cut by `short_path`, by the world's names for them."""
    for value, word in names.items():
        text = text.replace(value, word).replace(value[:8] + "…", word)
    return re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "…", text)


def failure(timeline: Timeline, verdicts: Sequence[Verdict], held: Iterable[tuple[str, str]], again: str) -> str:
    """Write what a failing test prints: the broken promises, the story of the first, what is still held, how to replay it."""
    parts = [broken_story(timeline, broken_of(verdicts))]
    still = [f"{name}  {about}" for name, about in held]
    if still:
        parts += ["", "still held on the wire:", *(f"  {named(line, timeline.names)}" for line in still)]
    return "\n".join([*parts, "", f"again:  {again}"])


def broken_story(timeline: Timeline, broken: Sequence[Verdict], verdict: Verdict | None = None, about: str = "") -> str:
    """Write the broken promises, what it is `about`, and the story; marked is the line of one, by default of the first."""
    lines = lines_of(timeline, verdict or next(iter(broken), None), until=last_broken(broken))
    accused = (str(replace(one, why=told(one, lines, timeline.names))) for one in broken)
    return "\n".join([*accused, "", *([about, ""] if about else []), written(lines)])


def last_broken(broken: Iterable[Verdict]) -> int:
    """The moment (its number) at which each of these promises had broken."""
    return max((verdict.moment for verdict in broken), default=0)
