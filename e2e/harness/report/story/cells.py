"""Says in three columns (agent, wire, genesys) what each moment of a story was; most moments have no line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...promises import shown
from ...timeline.microphone import Microphone
from ...timeline.timeline import Moment, Timeline
from ...timeline.truth import Truth, truth_of
from .advice import advice

NOTICE: Final = 60  # letters of a notice that are told
MANY_FRAMES: Final = 10  # so many are counted (sight.js)
_PASS: Final = re.compile(r"([0-9.e+]+) s pass")
_UNTOLD: Final = ("heartbeat", "pong")  # what is delivered for the connection's sake alone


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One line of a story: a moment's number, and the text of the three columns. At a `broken` one a promise broke.

    With `rounds` it stands for so many further rounds that are like the lines before it.
    """

    moment: int
    agent: str = ""
    wire: str = ""
    genesys: str = ""
    broken: bool = False
    rounds: int = 0


def seconds_passed(row: StoryRow) -> float:
    """The time of a line in which only time passes; 0 for any other."""
    passes = None if row.agent or row.wire else _PASS.fullmatch(row.genesys)
    return float(passes[1]) if passes else 0.0


def rows_of(timeline: Timeline, broken: int = 0) -> Iterator[StoryRow]:
    """Yield the line of each moment that has one; also of the moment `broken` (its number) if it is one of a page's."""
    teller = _Teller(timeline)
    for moment in timeline.moments:
        agent, wire, genesys = teller.cells(moment, broken=moment.n == broken)
        if agent or wire or genesys:
            yield StoryRow(moment.n, agent, wire, genesys)


class _Teller:
    """Tells a story moment by moment: it knows what was said last, and with which call each thing on the wire has to do."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._seen: dict[str, str] = {}  # page → the view that was told last
        self._last = ("", "")  # of the last line: the page whose view it tells, and that view
        self._truth = ""
        # Where there is one call only, no line names it.
        self._calls: tuple[str, ...] = tuple(timeline.calls) if len(timeline.calls) > 1 else ()
        self._about: dict[str, str] = {}  # what was on the wire → the call that it is about

    def cells(self, moment: Moment, *, broken: bool) -> tuple[str, str, str]:
        if moment.kind in ("view", "rest"):
            return self._sight(moment, broken=broken), "", ""
        if moment.kind == "socket" and broken:
            return "", "the page opens a socket", ""
        call = self._call(moment) if self._calls else ""
        cells = _cells(moment)
        if moment.kind == "truth":
            cells = "", "", self._holds(moment)
        if any(cells):
            self._last = "", ""
        agent, wire, genesys = cells
        if not call or any(said in wire + genesys for said in (call, f"{call[:8]}…")):
            return cells
        word = self.timeline.names.get(call, call)
        return agent, wire and f"{wire} ({word})", genesys and f"{genesys} ({word})"

    def _sight(self, moment: Moment, *, broken: bool) -> str:
        words, page, tab = describe(moment.data["view"]), moment.page, _tab(moment.page)
        if moment.kind == "view" and not moment.data.get("painted"):
            return ""
        if self._seen.get(page) != words:
            self._seen[page] = words
            self._last = page, words
            return f"sees {words}{_lasting(moment)}{tab}"
        return f"still sees {words}{tab}" if broken and self._last != (page, words) else ""

    def _holds(self, moment: Moment) -> str:
        if str(moment.data["call"]) != self.timeline.call:
            return ""
        now: Truth = truth_of(moment.after, moment.data, self.timeline.me)
        if self._truth == str(now):
            return ""
        self._truth = str(now)
        return f"holds {now}"

    def _call(self, moment: Moment) -> str:
        """The call that something is about: as its path or its text says, else as what caused it; "" if none."""
        data, name = moment.data, moment.name
        words = f"{data.get('call', '')} {data.get('path', '')} {data.get('text', '')} {data.get('topic', '')}"
        cause = str(data.get("cause", ""))
        request = "request" + name.removeprefix("response")
        found = next((call for call in self._calls if call in words), "")
        found = found or self._about.get(name, "") or self._about.get(request, "") or self._about.get(cause, "")
        if name and found:
            self._about[name] = found
        return found


def _tab(page: str) -> str:
    """In which tab an agent does or sees something, if it is not the first."""
    where = page.removeprefix("agent").strip()
    return f" in {where}" if where else ""


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
        parts.append(f"“{notice[:NOTICE].rstrip()}{'…' if len(notice) > NOTICE else ''}”")
    return ", ".join(parts)


def _cells(moment: Moment) -> tuple[str, str, str]:
    data, name = moment.data, moment.name
    match moment.kind:
        case "note":
            return moment.about + _tab(moment.page), "", ""
        case "refused":
            return "", moment.about, ""
        case "offered" if name.startswith("request#"):
            return "", f"{name}  {moment.about}{_by(moment)}", ""
        case "arrived":
            return "", "", _arrival(moment)
        case "delivered" if not name.startswith(_UNTOLD):
            return "", f"{name}  {moment.about}", ""
        case "lost":
            return "", f"{name}  {moment.about} (lost)" if "lost" not in moment.about else f"{name}  {moment.about}", ""
        case "ran":
            return "", "", f"{name}  {moment.about}"
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
    hints = "; ".join(moment.data.get("hints") or ())
    return f"{moment.name}  {moment.about}{_by(moment)}" + (f" — {hints}" if hints else "")


def _by(moment: Moment) -> str:
    """Who sent a request: a person without a page is named."""
    return "" if by_page(moment) or not moment.data.get("sender") else f" by {moment.data['sender']}"


def by_page(moment: Moment) -> bool:
    return bool(moment.data.get("probe")) or moment.data.get("sender") == "page"
