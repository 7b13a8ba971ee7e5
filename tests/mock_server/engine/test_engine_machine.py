"""Any order of requests, holds, releases, losses, cuts and time: the engine keeps to a model of ten lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_server.core.messages import Frame, Outcome
from mock_server.core.model import State
from mock_server.engine.engine import Engine, Write, Writes
from mock_server.engine.wire import Parcel, ParcelKind
from mock_server.services.notifications import notifications

from ..door import LEG, channel, leg_of, request, world
from .play import CALLS, snapshot

T = TypeVar("T")
Change = tuple[str, bool]  # the word that a PATCH sets, and its value
HELD: tuple[ParcelKind, ...] = ("request", "response", "job", "event", "open", "heartbeat")
CHANGES = st.tuples(st.sampled_from(["muted", "held"]), st.booleans())
CHANNELS = st.integers(0, 2)


@dataclass
class EngineModel:
    """An accepted PATCH is one job; jobs run in the order of acceptance; each socket that there is receives one event of each."""

    requests: dict[str, Change] = field(default_factory=dict)  # on the wire, by name
    jobs: list[Change] = field(default_factory=list)
    leg: dict[str, bool] = field(default_factory=dict)
    owed: dict[str, list[str]] = field(default_factory=dict)  # socket → what is to be written to it, in this order
    held: set[str] = field(default_factory=set)

    def run(self) -> None:
        self.leg |= [self.jobs.pop(0)]
        for snapshots in self.owed.values():
            snapshots.append(", ".join(word for word in ("muted", "held") if self.leg.get(word)) or "live")

    def flow(self) -> None:
        while self.requests and "request" not in self.held:
            self.jobs.append(self.requests.pop(min(self.requests, key=_number)))
        while self.jobs and "job" not in self.held:
            self.run()


class EngineMachine(RuleBasedStateMachine):
    """What a page, a supervisor, a test and time can do, in any order, done to the engine and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.start = world()
        self.channels: list[str] = []
        for _ in range(3):
            self.start, channel_id = channel(self.start, CALLS)
            self.channels.append(channel_id)
        self.engine = Engine(self.start)
        self.model = EngineModel()
        self.written: dict[str, list[str]] = {}  # socket → what was written to it
        self.ending: dict[str, list[str]] = {}  # displaced socket → all that is still to be written to it
        self.asked: set[str] = set()
        self.answered: list[str] = []
        self.steps: list[Callable[[Engine], Writes]] = []
        self.connections = 0
        self.connect(0)
        self.connect(1)

    # ---- the page and the supervisor

    @rule(n=CHANNELS)
    def connect(self, n: int) -> None:
        for socket in self.engine.state.sockets_of(self.channels[n]):
            if (owed := self.model.owed.pop(socket.name, None)) is not None:
                self.ending[socket.name] = owed
        self.connections += 1
        name = f"socket#{self.connections}"
        self.model.owed[name], self.written[name] = [], []
        self.take(lambda engine: engine.connect(self.channels[n])[1])

    @rule(change=CHANGES)
    def patch(self, change: Change) -> None:
        asked = request(self.start, "PATCH", LEG, dict([change]))
        name = self.engine.next_request_name
        self.asked.add(name)
        self.model.requests[name] = change
        self.take(lambda engine: engine.arrive(asked)[1])

    @rule(change=CHANGES)
    def supervise(self, change: Change) -> None:
        asked = request(self.start, "PATCH", LEG, dict([change]), by="supervisor")
        self.model.jobs.append(change)
        self.take(lambda engine: engine.act(asked)[1])

    @precondition(lambda self: self.model.owed)
    @rule(data=st.data())
    def disconnect(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.owed)))
        del self.model.owed[name]
        self.take(lambda engine: _nothing(engine.disconnect, name))

    # ---- the test

    @rule(kinds=st.lists(st.sampled_from(HELD), max_size=3))
    def hold(self, kinds: list[ParcelKind]) -> None:
        self.model.held.update(kinds)
        self.take(lambda engine: _nothing(engine.hold, kinds))

    @rule()
    def open(self) -> None:
        self.model.held.clear()
        self.take(lambda engine: engine.open())

    @precondition(lambda self: self.engine.pending)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        parcel = data.draw(st.sampled_from(self.engine.pending))
        if parcel.kind == "request":
            self.model.jobs.append(self.model.requests.pop(parcel.name))
        elif parcel.kind == "job":
            self.model.run()
        self.take(lambda engine: engine.release(parcel.name), released=parcel.kind)

    @precondition(lambda self: self.engine.pending)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        parcel = data.draw(st.sampled_from(self.engine.pending))
        match parcel.kind:
            case "request":
                del self.model.requests[parcel.name]
                self.asked.discard(parcel.name)
            case "response":
                self.asked.discard(parcel.cause)
            case "job":
                del self.model.jobs[0]
            case "event":
                owed = self.model.owed.get(parcel.lane) or self.ending.get(parcel.lane)
                if owed is not None:
                    del owed[len(self.written[parcel.lane])]
            case "open":
                self.model.owed.pop(parcel.lane, None)
                self.ending.pop(parcel.lane, None)
            case _:
                pass
        self.take(lambda engine: engine.lose(parcel.name))

    # ---- the network and time

    @rule(n=CHANNELS, disturb=st.sampled_from([notifications.cut_sockets, notifications.silence_sockets]))
    def disturb(self, n: int, disturb: Callable[[State, list[str]], Outcome]) -> None:
        for socket in self.engine.state.sockets_of(self.channels[n]):
            self.model.owed.pop(socket.name, None)
            self.ending.pop(socket.name, None)
        here = self.channels[n : n + 1]
        self.take(lambda engine: engine.disturb("a channel", lambda state: disturb(state, here)))

    @rule(seconds=st.floats(0, 40))
    def advance(self, seconds: float) -> None:
        self.take(lambda engine: engine.advance(seconds))

    # ---- what must be so

    @invariant()
    def the_leg_is_what_the_jobs_made_of_it(self) -> None:
        leg = leg_of(self.engine.state)
        assert (leg.muted, leg.held) == (self.model.leg.get("muted", False), self.model.leg.get("held", False))

    @invariant()
    def every_accepted_patch_is_one_job(self) -> None:
        assert self.on_the_wire("job") == len(self.model.jobs)
        assert self.on_the_wire("request") == len(self.model.requests)

    @invariant()
    def every_socket_is_told_each_snapshot_once_and_in_order(self) -> None:
        for name, owed in (self.model.owed | self.ending).items():
            events = [p.content for p in self.engine.wire.parcels if p.lane == name and p.kind == "event"]
            coming = [snapshot(self.start, frame.text) for frame in events if isinstance(frame, Frame)]
            assert self.written[name] + coming == owed, name

    @invariant()
    def every_request_is_answered_once(self) -> None:
        waiting = self.on_the_wire("request") + self.on_the_wire("response")
        assert len(set(self.answered)) == len(self.answered) == len(self.asked) - waiting

    @invariant()
    def what_may_go_has_gone(self) -> None:
        assert [parcel.name for parcel in self.engine.pending if parcel.kind not in self.engine.held] == []

    @invariant()
    def the_journal_is_numbered_without_a_gap(self) -> None:
        assert [entry.n for entry in self.engine.journal] == list(range(1, self.engine.journal.count + 1))

    def teardown(self) -> None:
        """The same steps in the same world leave the same journal."""
        again = Engine(self.start)
        for step in self.steps:
            step(again)
        assert list(again.journal) == list(self.engine.journal)

    # ---- inside

    def take(self, step: Callable[[Engine], Writes], released: ParcelKind | None = None) -> None:
        """Do it to both; nothing that is held leaves, but the one parcel that was released."""
        self.steps.append(step)
        before = self.engine.wire.parcels
        writes = step(self.engine)
        self.model.flow()
        self.check_lanes(before, writes)
        kinds = [_kind(write) for write in writes]
        held = [kind for kind in kinds if kind in self.engine.held]
        assert held == [] or held == [released]
        for write in writes:
            self.note(write)

    def note(self, write: Write) -> None:
        match write.kind, write.content:
            case "response", _:
                self.answered.append(write.to)
            case "frame", Frame("event") as frame:
                assert write.to in self.model.owed or write.to in self.ending, "written to a socket that is not there"
                self.written[write.to].append(snapshot(self.start, frame.text))
            case _:
                pass

    def check_lanes(self, before: tuple[Parcel, ...], writes: Writes) -> None:
        """What went was in front, and nothing went past what stayed."""
        for lane in {parcel.lane for parcel in before}:
            was = [parcel for parcel in before if parcel.lane == lane]
            stayed = [parcel for parcel in self.engine.wire.parcels if parcel in was]
            assert stayed == was[len(was) - len(stayed) :]
            written = sum(write.to == lane for write in writes)
            assert not stayed or written <= len(was) - len(stayed), f"something overtook {stayed[0].name}"

    def on_the_wire(self, kind: ParcelKind) -> int:
        return sum(parcel.kind == kind for parcel in self.engine.wire.parcels)


def _nothing(verb: Callable[[T], None], what: T) -> Writes:
    """Do what leads to no write."""
    verb(what)
    return ()


def _kind(write: Write) -> str:
    """The kind of parcel that led to a write."""
    return write.content.kind if isinstance(write.content, Frame) else write.kind


def _number(name: str) -> int:
    return int(name.partition("#")[2])


TestEngine = EngineMachine.TestCase
TestEngine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
