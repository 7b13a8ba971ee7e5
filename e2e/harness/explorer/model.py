"""Genesys and the people of a scenario without a page: what can go next, what comes of it, and what a page would see of it.

The model of the explorer. Lanes stand in their natural order: what is in flight before what somebody does, the oldest first,
and time last. A departure takes another: the lanes that it passes over are late from then on, and go after all others but time.
So one departure is enough to hold an answer back behind everything else.
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
    """What the pages did upon something: what they sent, and when their next timer is due (virtual milliseconds)."""

    inputs: tuple[Input, ...] = ()
    timer: float | None = None


@dataclass(frozen=True, slots=True)
class ModelState:
    """A moment of a scenario. The engine is never changed: whoever goes on copies it."""

    engine: Engine
    left: tuple[tuple[str, tuple[str, ...]], ...]  # person → the steps that they have yet to do
    faults: tuple[str, ...]
    budget: int
    until: float  # virtual seconds: the horizon
    timer: float | None = None
    late: frozenset[str] = frozenset()  # lanes that were passed over
    probes: Mapping[str, str] = field(default_factory=dict)  # request's name → "d1/7": the page's own number
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Option:
    step: str
    lane: str


class ScenarioModel:
    """The model of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._texts: dict[int, tuple[object, str]] = {}

    def start(self, engine: Engine, timer: float | None, probes: Mapping[str, str]) -> ModelState:
        """The pages are open and still, and all kinds of parcel are held."""
        steps = self.scenario.steps
        mine = [(who, tuple(step for step in steps if step.startswith(f"{who}#"))) for who in PERSONS]
        left = tuple((who, some) for who, some in mine if some)
        until = engine.state.now + self.scenario.horizon
        return ModelState(engine, left, self.scenario.faults, self.scenario.budget, until, timer, probes=probes)

    # ---- the explorer's questions

    def options(self, state: ModelState) -> tuple[str, ...]:
        """What can go next, the natural one first."""
        return tuple(option.step for option in self._options(state))

    def take(self, state: ModelState, step: str) -> tuple[ModelState, Hashable | None]:
        """The state after a step, and what the pages see of it. Raises KeyError for a step that cannot go now."""
        options = self._options(state)
        place = next((n for n, option in enumerate(options) if option.step == step), None)
        if place is None:
            raise KeyError(step)
        passed = frozenset(option.lane for option in options[:place] if option.lane not in (TIME, END))
        state = replace(state, late=(state.late | passed) - {options[place].lane})
        return self._taken(state, step)

    def react(self, state: ModelState, reaction: Reaction) -> ModelState:
        """The state after the pages did something."""
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
        """All that decides what can still come, apart from what the pages know; not what things are called."""
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
        """The legs of every call, as far as a mute goes."""
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
        """What pages are written, in words that are the same whenever a page could not tell the difference."""
        if not writes:
            return None
        ambient = (engine.state.now, engine.state.sign_in_refused)
        return (ambient, tuple((w.kind, state.probes.get(w.to, w.to), _said(w)) for w in writes))

    def _lane(self, parcel: Parcel, state: ModelState) -> str:
        """A lane by what it is for: that of an exchange by the page's own number of the request."""
        return state.probes.get(f"request#{parcel.lane.removeprefix('http#')}", parcel.lane)

    def _content(self, parcel: Parcel, state: ModelState) -> Hashable:
        match parcel.content:
            case Request():
                return parcel.kind
            case Response() as response:
                return _answer(response)
            case Frame() as frame:
                return _SCRUBBED.sub("", frame.text), frame.closes
            case Job() as job:
                return job.kind, job.call_id, job.participant_id, repr(job.changes), job.copies
            case None:
                return parcel.kind

    def _text(self, part: object) -> str:
        """The part written out; kept by identity, for most parts stay what they are from step to step."""
        known = self._texts.get(id(part))
        if known is None or known[0] is not part:
            known = self._texts[id(part)] = (part, repr(part))
        return known[1]


def step_of(words: str) -> str:
    """What a fault is called in a schedule: `refuse-403`."""
    return words.replace(" ", "-")


def due_of(state: ModelState) -> float | None:
    """When the next thing falls due by itself, in virtual seconds."""
    now = state.engine.state.now
    server = state.engine.next_deadline
    dues = [parcel.due for parcel in state.engine.pending if parcel.due > now]
    dues += [] if server is None else [now + server]
    dues += [] if state.timer is None else [max(now, state.timer / 1000)]
    return min(dues, default=None)


def _said(write: Write) -> Hashable:
    match write.content:
        case Response() as response:
            return _answer(response)
        case Frame() as frame:
            return _SCRUBBED.sub("", frame.text)
        case other:
            return other


def _answer(response: Response) -> Hashable:
    body: Any = response.text if response.text is not None else response.body
    text = body if isinstance(body, str) else json.dumps(body, default=str)
    return response.status, _SCRUBBED.sub("", text), response.headers.get("Retry-After"), response.lost
