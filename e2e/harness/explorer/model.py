"""Models a scenario without a page, Genesys and people: which steps are possible, what they lead to, what a page sees of them.

Lanes are in their natural order: what is in flight before what people do, the oldest first, and time last. A departure takes
the step of another lane; the lanes before it are late from then on, and come after all others but time. So one departure is
enough to hold an answer back behind everything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mock_server.core.messages import Frame, Job, Request, Response
from mock_server.engine.engine import Engine, Input, Write, Writes
from mock_server.engine.traffic import PROBE_HEADER
from mock_server.engine.wire import Parcel

from .actions import action, fault
from .scenarios import PAGES, PERSONS, Scenario

TIME: Final = "time"
END: Final = "end"
_SCRUBBED: Final = re.compile(r'"(CorrelationId|correlationId|contextId)":\s*"[^"]*"')


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the pages did when they were shown something: what they sent, and when a timer is due next (virtual milliseconds)."""

    inputs: tuple[Input, ...] = ()
    timer: float | None = None


@dataclass(frozen=True, slots=True)
class ModelState:
    """A state of a scenario. Its engine is never changed: `take` and `react` change a copy."""

    engine: Engine
    left: tuple[tuple[str, tuple[str, ...]], ...]  # person → the steps that this person has yet to take
    faults: tuple[str, ...]
    budget: int
    until: float  # virtual seconds: the horizon
    timer: float | None = None
    late: frozenset[str] = frozenset()  # lanes that were passed over
    probes: Mapping[str, str] = field(default_factory=dict)  # request's name → "d1/7": the page's own number
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Option:
    """A possible step, and the lane that it is the head of."""

    step: str
    lane: str


class ScenarioModel:
    """The model of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._texts: dict[int, tuple[object, str]] = {}

    def start(self, engine: Engine, timer: float | None, probes: Mapping[str, str]) -> ModelState:
        """The state at the beginning: the pages are open and still, and every kind of parcel is held."""
        steps = self.scenario.steps
        mine = [(who, tuple(step for step in steps if step.startswith(f"{who}#"))) for who in PERSONS]
        left = tuple((who, some) for who, some in mine if some)
        until = engine.state.now + self.scenario.horizon
        return ModelState(engine, left, self.scenario.faults, self.scenario.budget, until, timer, probes=probes)

    # ---- the explorer's questions

    def options(self, state: ModelState) -> tuple[str, ...]:
        """The possible steps, the natural one first."""
        return tuple(option.step for option in self._options(state))

    def take(self, state: ModelState, step: str) -> tuple[ModelState, Hashable | None]:
        """The state after a step, and what the pages see of it, or None. Raises KeyError for a step that is not possible."""
        options = self._options(state)
        place = next((n for n, option in enumerate(options) if option.step == step), None)
        if place is None:
            raise KeyError(step)
        passed = frozenset(option.lane for option in options[:place] if option.lane not in (TIME, END))
        state = replace(state, late=(state.late | passed) - {options[place].lane})
        return self._taken(state, step)

    def react(self, state: ModelState, reaction: Reaction) -> ModelState:
        """The state after the pages have reacted to what they saw."""
        engine, probes = state.engine.copy(), dict(state.probes)
        for verb, who, content in reaction.inputs:
            match verb:
                case "arrive" if isinstance(content, Request):
                    probes[engine.next_request_name] = content.headers.get(PROBE_HEADER, "")
                    engine.arrive(content)
                case "connect":
                    engine.connect(who)
                case "hear":
                    engine.hear(who, str(content))
                case "disconnect":
                    engine.disconnect(who)
                case _:
                    for name in [name for name, probe in probes.items() if probe == who]:
                        engine.gone(name)
        return replace(state, engine=engine, probes=probes, timer=reaction.timer)

    def key(self, state: ModelState) -> Hashable:
        """A hash of all that decides the future, apart from what the pages know; names of parcels are not in it."""
        server, wire = state.engine.state, state.engine.wire
        parts = (
            server.calls,
            server.users,
            server.tokens,
            server.codes,
            server.channels,
            server.sockets,
            server.refreshes,
            server.faults,
            server.rates,
            server.clients,
            server.stations,
            wire.later,
        )
        lanes: dict[str, list[Hashable]] = {}
        for parcel in wire.parcels:
            lanes.setdefault(self._lane(parcel, state), []).append((parcel.due, self._content(parcel, state)))
        parcels = tuple((lane, tuple(lanes[lane])) for lane in sorted(lanes))
        texts = tuple(self._text(part) for part in parts)
        small = (
            server.now,
            server.serial,
            server.sign_in_refused,
            server.session,
            state.timer,
            state.budget,
            state.over,
        )
        return hash((texts, parcels, small, state.left, state.faults))

    def outcome(self, state: ModelState) -> Hashable:
        """State, mute and hold of every leg of every call."""
        return tuple(
            (call.id, leg.id, leg.state, leg.muted, leg.held, leg.confined)
            for call in state.engine.state.calls.values()
            for leg in call.participants
        )

    # ---- inside

    def _options(self, state: ModelState) -> list[_Option]:
        if state.over:
            return []
        now = state.engine.state.now
        flight = [_Option(p.name, p.lane) for p in state.engine.pending if p.due <= now]
        people = [_Option(left[0], person) for person, left in state.left if left]
        lanes = [*flight, *people]
        lanes.sort(key=lambda option: option.lane in state.late)  # stable: the oldest first
        due = due_of(state)
        if due is not None and due <= state.until:
            lanes.append(_Option(TIME, TIME))
        if state.budget and state.faults:
            lanes += [] if lanes else [_Option(END, END)]
            lanes += [_Option(step_of(words), "") for words in state.faults]
        return lanes

    def _taken(self, state: ModelState, step: str) -> tuple[ModelState, Hashable | None]:
        engine = state.engine.copy()
        now = engine.state.now
        person = step.partition("#")[0]
        if step == END:
            return replace(state, over=True), None
        if step == TIME:
            due = due_of(state)
            assert due is not None, "time is no option here"
            writes = engine.advance(max(0.0, due - now))
            seen = state.timer is not None and state.timer / 1000 <= due
            shown = self._shown(writes, state, engine)
            return replace(state, engine=engine), (TIME, due, shown) if seen or shown is not None else None
        if person in self.scenario.scripts:
            words = self.scenario.line(step)
            left = tuple((who, some[1:] if who == person else some) for who, some in state.left)
            if person in PAGES:
                return replace(state, left=left), (person, words, now)
            writes = action(person, words)(engine)
            return replace(state, engine=engine, left=left), self._shown(writes, state, engine)
        for words in state.faults:
            if step == step_of(words):
                writes = fault(words)(engine)
                faults = tuple(other for other in state.faults if other != words)
                after = replace(state, engine=engine, faults=faults, budget=state.budget - 1)
                return after, self._shown(writes, state, engine)
        writes = engine.release(step)
        return replace(state, engine=engine), self._shown(writes, state, engine)

    def _shown(self, writes: Writes, state: ModelState, engine: Engine) -> Hashable | None:
        """What is written to the pages, in a form that is the same whenever a page cannot tell the difference."""
        if not writes:
            return None
        ambient = (engine.state.now, engine.state.sign_in_refused)
        return (ambient, tuple((w.kind, state.probes.get(w.to, w.to), _content_of(w)) for w in writes))

    def _lane(self, parcel: Parcel, state: ModelState) -> str:
        """The name of a parcel's lane; that of a request and its response is the page's own number of the request."""
        return state.probes.get(f"request#{parcel.lane.removeprefix('http#')}", parcel.lane)

    def _content(self, parcel: Parcel, state: ModelState) -> Hashable:
        match parcel.content:
            case Request():
                return parcel.kind
            case Response() as response:
                return _content_of_response(response)
            case Frame() as frame:
                return _SCRUBBED.sub("", frame.text), frame.closes
            case Job() as job:
                return job.kind, job.call_id, job.participant_id, repr(job.changes), job.copies
            case None:
                return parcel.kind

    def _text(self, part: object) -> str:
        """The `repr` of a part; kept by identity, since most parts are the same object from step to step."""
        known = self._texts.get(id(part))
        if known is None or known[0] is not part:
            known = self._texts[id(part)] = (part, repr(part))
        return known[1]


def step_of(words: str) -> str:
    """The name of a fault in a schedule: `refuse-403`."""
    return words.replace(" ", "-")


def due_of(state: ModelState) -> float | None:
    """The virtual time in seconds at which something next falls due by itself; None: nothing does."""
    now = state.engine.state.now
    server = state.engine.next_deadline
    dues = [parcel.due for parcel in state.engine.pending if parcel.due > now]
    dues += [] if server is None else [now + server]
    dues += [] if state.timer is None else [max(now, state.timer / 1000)]
    return min(dues, default=None)


def _content_of(write: Write) -> Hashable:
    match write.content:
        case Response() as response:
            return _content_of_response(response)
        case Frame() as frame:
            return _SCRUBBED.sub("", frame.text)
        case other:
            return other


def _content_of_response(response: Response) -> Hashable:
    body: Any = response.text if response.text is not None else response.body
    text = body if isinstance(body, str) else json.dumps(body, default=str)
    return response.status, _SCRUBBED.sub("", text), response.headers.get("Retry-After"), response.lost
