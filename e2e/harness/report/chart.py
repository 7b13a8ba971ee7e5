"""Turns the lines of a story into steps to draw: the lane of each, what crosses lanes, since when it was in flight, its content.

agent ──click──▶ page ──request──▶ wire ──request──▶ genesys
agent ◀──sees─── page ◀──response── wire
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ..timeline.timeline import Moment, Timeline
from ..timeline.truth import truth_of
from ..verdict import LaneKind, Step
from .story import line_at
from .story.cells import StoryRow, describe

AGENT, PAGE, WIRE, GENESYS = "agent", "page", "wire", "genesys"
# Of a moment's data: what the harness needs to join the two sides and to count; it is no content.
_INNER: Final = frozenset(
    "n kind document probe sender cause made i socket painted frames request in_flight call parcel page".split()
)


def steps_of(timeline: Timeline, lines: Sequence[StoryRow]) -> tuple[Step, ...]:
    """Turn the lines of a story (story.lines_of) into steps with the same numbers."""
    return Chart(timeline, lines).steps()


def lanes_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """List the lanes from left to right: the agent, each page, the wire, Genesys."""
    named = [lane for step in steps for lane in (step.lane, step.to) if lane.startswith(PAGE)]
    return (AGENT, *dict.fromkeys([PAGE, *sorted(named)]), WIRE, GENESYS)


class Chart:
    """Knows of each parcel of a story to which page it belongs, and at which line it was put on the wire."""

    def __init__(self, timeline: Timeline, lines: Sequence[StoryRow]) -> None:
        self.timeline, self.lines = timeline, lines
        self._pages: dict[str, str] = {}  # parcel → page
        self._causes: dict[str, int] = {}  # parcel → the moment's number at which it was put on the wire
        self._entries: dict[int, int] = {}  # journal entry → moment
        for moment in timeline.moments:
            self._learn(moment)

    def steps(self) -> tuple[Step, ...]:
        if not self.lines:
            return ()
        moments = self.timeline.moments
        began = moments[max(0, self.lines[0].moment - 1)].now
        steps = (
            self._step(number, line, moments[max(0, line.moment - 1)], began)
            for number, line in enumerate(self.lines, 1)
        )
        return (*self._before(self.lines[0].moment), *steps)

    # ---- inside

    def _before(self, first: int) -> Iterator[Step]:
        """Yield the steps of line 0: what every page showed, and what was true, when the story began."""
        views, truths = dict[str, Moment](), list[Moment]()
        for moment in self.timeline.moments[: first - 1]:
            if moment.kind in ("view", "rest"):
                views[moment.page] = moment
            elif moment.kind == "truth" and moment.data["call"] == self.timeline.call:
                truths.append(moment)
        for page, moment in views.items():
            words = f"sees {describe(moment.data['view'])}"
            yield Step(0, "view", _page(page), AGENT, words, 0.0, payload=payload(moment, self.timeline.names))
        if truths:
            words = f"holds {truth_of(0, truths[-1].data, self.timeline.me)}"
            yield Step(0, "truth", GENESYS, "", words, 0.0, payload=payload(truths[-1], self.timeline.names))

    def _learn(self, moment: Moment) -> None:
        data, page = moment.data, _page(moment.page)
        if moment.kind == "sent":
            name = self.timeline.requests.get(f"{data['document']}/{data['request']}", "")
            self._pages[name] = self._pages[name.replace("request", "response")] = page
        elif moment.kind == "frame" and data.get("parcel"):
            self._pages[str(data["parcel"])] = page
        if not moment.page and moment.kind not in ("note", "rest", "refused"):
            self._entries.setdefault(moment.after, moment.n)
        if moment.kind == "arrived":
            self._causes[moment.name.replace("request", "response")] = moment.n
        if moment.kind == "offered":
            self._causes[moment.name] = moment.n

    def _step(self, number: int, line: StoryRow, moment: Moment, began: float) -> Step:
        if line.rounds:  # it stands for many moments, and has the content of none
            return Step(number, "time", GENESYS, "", line.wire, round(moment.now - began, 3))
        kind, lane, to = self._place(moment)
        return Step(
            number,
            kind,
            lane,
            to,
            " — ".join(filter(None, (line.agent, line.wire, line.genesys))),
            round(moment.now - began, 3),
            moment.name if "#" in moment.name else "",
            self._since(moment),
            payload(moment, self.timeline.names),
            line.broken,
        )

    def _place(self, moment: Moment) -> tuple[LaneKind, str, str]:
        page, mine = _page(moment.page), self._pages.get(moment.name, PAGE)
        match moment.kind:
            case "note":
                return "gesture", AGENT, page
            case "view" | "rest":
                return "view", page, AGENT
            case "offered":
                return ("request", mine, WIRE) if moment.data.get("probe") else ("request", WIRE, "")
            case "arrived":
                return "request", WIRE, GENESYS
            case "delivered":
                person = (
                    moment.name.startswith("response") and moment.name not in self._pages
                )  # who acts without a page
                return ("response" if moment.name.startswith("response") else "event"), WIRE, "" if person else mine
            case "lost" | "refused":
                return "trouble", WIRE, ""
            case "ran":
                return "job", GENESYS, ""
            case "truth":
                return "truth", GENESYS, ""
            case "moved":
                return "time", GENESYS, ""
            case "changed":
                return "change", GENESYS, ""
            case "closed" if not moment.page:
                return "trouble", WIRE, ""
            case _:
                return "trouble", page, ""

    def _since(self, moment: Moment) -> int:
        """The line at which what leaves the wire here was put on it; 0 for anything else."""
        if moment.kind not in ("arrived", "delivered", "ran", "lost"):
            return 0
        began = self._causes.get(moment.name, 0)
        if "made" in moment.data and not moment.name.startswith("response"):
            began = self._entries.get(int(moment.data["made"]), 0)
        elif moment.kind == "ran":
            began = self._causes.get(str(moment.data.get("cause", "")).replace("request", "response"), 0)
        return line_at(self.lines, began)


def payload(moment: Moment, names: Mapping[str, str]) -> str:
    """The content of a moment as JSON for people, with the world's names for ids; "" where the line already has it all."""
    data = {key: value for key, value in moment.data.items() if key not in _INNER and value not in (None, "", [], ())}
    if moment.kind in ("note", "moved", "changed", "ran", "closed"):
        return ""
    if moment.kind in ("view", "rest"):
        data = dict(moment.data["view"])
    if isinstance(frame := data.get("text"), str) and moment.kind in ("delivered", "lost"):
        data["text"] = _read(frame)
    if isinstance(body := data.get("body"), str):
        data["body"] = _read(body)
    text = json.dumps(data, indent=2, ensure_ascii=False, default=str) if data else ""
    for value, word in names.items():
        text = text.replace(value, word)
    return text


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _page(word: str) -> str:
    """The lane of a page: `page` for the agent's first one, `page, tab 2` for another."""
    return ", ".join(filter(None, (PAGE, word.removeprefix(AGENT).strip())))
