"""Writes a story in three columns (agent, wire, genesys), and marks the line that broke a promise.

  agent                wire                          genesys
1 clicks mute
2                      request#1  PATCH muted=true
3                      response#1 202
4 sees MUTED           ◄ broken here                 job#1 has not run
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..promises import Verdict, shown
from ..timeline.microphone import Microphone
from ..timeline.timeline import Moment, Timeline
from ..timeline.truth import Truth, truth_of
from .advice import advice
from .repeats import repeats

_PASS = re.compile(r"[0-9.e+]+ s pass")
_NUMBER = re.compile(r"(?<=#)[0-9]+")
MARK = "◄ broken here"
MANY_FRAMES = 10  # so many are counted (sight.js)
WIDEST = 56  # a cell that is longer pushes its neighbour, once


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One line of a story: a moment's number, and the text of the three columns. At a `broken` one a promise broke."""

    moment: int
    agent: str = ""
    wire: str = ""
    genesys: str = ""
    broken: bool = False

    @property
    def cells(self) -> tuple[str, str, str]:
        return self.agent, f"{self.wire}  {MARK}".strip() if self.broken else self.wire, self.genesys


def story(timeline: Timeline, verdict: Verdict | None = None, *, whole: bool = False) -> str:
    """Write the story as text. Without `whole` it starts shortly before the first thing that somebody did."""
    rows, left_out = lines_of(timeline, verdict, whole=whole)
    widths = [_width(row.cells[0] for row in rows), _width(row.cells[1] for row in rows)]
    lines = [_printed("", ("agent", "wire", "genesys"), widths)]
    if left_out:
        lines.append(f"      … {left_out} lines: sign-in, reading the call, subscribing")
    return "\n".join([*lines, *(_printed(str(place), row.cells, widths) for place, row in enumerate(rows, start=1))])


def lines_of(timeline: Timeline, verdict: Verdict | None = None, *, whole: bool = False) -> tuple[list[StoryRow], int]:
    """Make the lines of a story; also returns how many are left out at its beginning."""
    rows = [_with_names(row, timeline.names) for row in _rows(timeline)]
    broken = verdict.moment if verdict else 0
    start = 0 if whole else _start(timeline, broken)
    kept = [row for row in rows if row.moment >= start]
    joined = _joined(kept)
    if broken:
        joined = _marked(joined, broken)
    return _folded(joined), len(rows) - len(kept)


def _with_names(row: StoryRow, names: Mapping[str, str]) -> StoryRow:
    return StoryRow(row.moment, named(row.agent, names), named(row.wire, names), named(row.genesys, names))


def _width(cells: Iterable[str]) -> int:
    return 2 + max(len(cell) for cell in ("agent", *cells) if len(cell) <= WIDEST)  # no narrower than its heading


def _joined(rows: list[StoryRow]) -> list[StoryRow]:
    """Join neighbouring lines in which only time passes into one."""
    joined: list[StoryRow] = []
    for row in rows:
        if joined and _passes(row) and _passes(joined[-1]):
            seconds = float(row.genesys.split()[0]) + float(joined[-1].genesys.split()[0])
            joined[-1] = StoryRow(joined[-1].moment, genesys=f"{seconds:g} s pass")
        else:
            joined.append(row)
    return joined


def _folded(rows: list[StoryRow]) -> list[StoryRow]:
    """Fold rounds in which time passes and that are alike but for the numbers in names, as of a poll: the first is left."""
    folded: list[StoryRow] = []
    done = 0
    for found in repeats([(*(_NUMBER.sub("", cell) for cell in row.cells), row.broken) for row in rows]):
        first = found.start + found.length
        passing = [row for row in rows[first : found.end] if _passes(row)]
        if passing:
            seconds = sum(float(row.genesys.split()[0]) for row in passing)
            words = f"{seconds:g} s pass: the same {found.rounds - 1} times more"
            folded += [*rows[done:first], StoryRow(passing[-1].moment, genesys=words)]
            done = found.end
    return [*folded, *rows[done:]]


def _passes(row: StoryRow) -> bool:
    return not (row.agent or row.wire) and _PASS.fullmatch(row.genesys) is not None


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
        return not _by_page(moment)
    return moment.kind in ("note", "changed")


def _printed(number: str, cells: tuple[str, ...], widths: list[int]) -> str:
    agent, wire, genesys = cells
    return f"  {number:>3} {agent:<{widths[0]}}{wire:<{widths[1]}}{genesys}".rstrip()


def _rows(timeline: Timeline) -> Iterator[StoryRow]:
    seen: dict[str, str] = {}
    truth: dict[str, str] = {}
    for moment in timeline.moments:
        agent, wire, genesys = _cells(moment, timeline, truth)
        if moment.kind in ("view", "rest"):
            agent = _sight(moment, seen)
        if agent or wire or genesys:
            yield StoryRow(moment.n, agent, wire, genesys)


def _sight(moment: Moment, seen: dict[str, str]) -> str:
    view: Mapping[str, Any] = moment.data["view"]
    unseen = moment.kind == "view" and not moment.data.get("painted")
    words = describe(view)
    if seen.get(moment.page) == words or unseen:
        return ""
    seen[moment.page] = words
    return f"sees {words}{_lasting(moment)}"


def _lasting(moment: Moment) -> str:
    """For how many frames it was seen, if it was gone before the next stillness; "" otherwise."""
    frames = int(moment.data.get("frames") or 0)
    more = " or more" if frames == MANY_FRAMES else ""
    return f" for {frames} frame{'' if frames == 1 else 's'}{more}" if frames else ""


def describe(view: Mapping[str, Any]) -> str:
    """Describe a view in a few words."""
    parts = [shown(view)]
    if view.get("muted") is not None and not view.get("enabled") and not view.get("pending"):
        parts.append("button off")
    if view.get("login"):
        parts.append("asked to sign in")
    if view.get("call") is False:
        parts.append("no call")
    notice = str(view.get("notice") or "")
    if view.get("alert"):
        parts.append(f"“{notice[:60]}”")
    return ", ".join(parts)


def _cells(moment: Moment, timeline: Timeline, truth: dict[str, str]) -> tuple[str, str, str]:
    data, name = moment.data, moment.name
    match moment.kind:
        case "note":
            return moment.about, "", ""
        case "refused":
            return "", moment.about, ""
        case "offered" if name.startswith("request#"):
            return "", f"{name}  {moment.about}", ""
        case "arrived":
            return "", "", _arrival(moment)
        case "delivered" if not name.startswith("heartbeat"):
            return "", f"{name}  {moment.about}", ""
        case "lost":
            return "", f"{name}  {moment.about} (lost)" if "lost" not in moment.about else f"{name}  {moment.about}", ""
        case "ran":
            return "", "", f"{name}  {moment.about}"
        case "truth":
            return "", "", _truth(moment, timeline, truth)
        case "changed" | "closed" if not moment.page:
            return "", "", f"{name}  {moment.about}".strip()
        case "dropped" if not moment.page:
            return "", "", moment.about
        case "moved" if float(data.get("seconds", 0)) >= 1:
            return "", "", moment.about
        case "error" | "rejection":
            message = str(data.get("message") or data.get("reason"))
            return f"page {moment.kind}", " — ".join(filter(None, (message, advice(message)))), ""
        case "microphone":
            return f"microphone {Microphone.of(data)}", "", ""
        case "received" if data.get("error"):
            return "", f"{name}  the page gets {data['error']}", ""
        case _:
            return "", "", ""


def _arrival(moment: Moment) -> str:
    """Describe the arrival of a request, with its hints.

    A person's request has hints too: the page's developer has to know when nobody will hear of its change.
    """
    who = "" if _by_page(moment) else f" by {moment.data.get('sender', '')}"
    hints = "; ".join(moment.data.get("hints") or ())
    return f"{moment.name}  {moment.about}{who}" + (f" — {hints}" if hints else "")


def _by_page(moment: Moment) -> bool:
    return bool(moment.data.get("probe")) or moment.data.get("sender") == "page"


def _truth(moment: Moment, timeline: Timeline, truth: dict[str, str]) -> str:
    call = str(moment.data["call"])
    if call != timeline.call:
        return ""
    now: Truth = truth_of(moment.after, moment.data, timeline.me)
    words = str(now)
    if truth.get(call) == words:
        return ""
    truth[call] = words
    return f"holds {words}"


def named(text: str, names: Mapping[str, str]) -> str:
    """Replace ids, also those cut by `short_path`, by the world's names for them."""
    for value, word in names.items():
        text = text.replace(value, word).replace(value[:8] + "…", word)
    return re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "…", text)


def failure(timeline: Timeline, verdicts: Sequence[Verdict], held: Iterable[tuple[str, str]], again: str) -> str:
    """Write what a failing test prints: the broken promises, the story of the first, what is still held, how to replay it."""
    broken = [verdict for verdict in verdicts if verdict.result == "broken"]
    parts = [
        *(named(str(verdict), timeline.names) for verdict in broken),
        "",
        story(timeline, broken[0] if broken else None),
    ]
    still = [f"{name}  {about}" for name, about in held]
    if still:
        parts += ["", "still held on the wire:", *(f"  {named(line, timeline.names)}" for line in still)]
    return "\n".join([*parts, "", f"again:  {again}"])
