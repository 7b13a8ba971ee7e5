"""State, journal and wire, and what becomes of what is in flight: it is offered, it leaves, and something comes of it.

What nothing keeps back leaves at once, and is never a parcel. Anything else is a parcel on the wire until it may leave.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

from ..core.about import Facts, about_response, answer_data, arrival_data, facts_of, truth_data
from ..core.messages import Frame, Job, Outcome, Request, Response
from ..core.model import Call, State, uuid_of
from ..core.values import moment, replace
from ..gateway import gateway
from ..services.notifications import notifications
from .journal import Journal
from .wire import FOR_GENESYS, KINDS, Parcel, ParcelKind, Wire

_FRAME_DATA: Final = ("socket", "topic", "text", "made")


class Write(Struct, frozen=True):
    """Something for a connection: `to` is a request's or a socket's name."""

    kind: Literal["response", "open", "refuse", "frame", "close", "cut"]
    to: str
    content: Response | Frame | int | None = None


Writes = tuple[Write, ...]


class Flight(Struct, eq=False):
    """What the engine is made of. Each method that may let something leave returns the writes, in order."""

    state: State
    journal: Journal
    correlations: str  # how correlation ids begin; they end with the number of the request
    wire: Wire = Wire()
    held: frozenset[ParcelKind] = frozenset()
    in_turn: bool = False  # one thing reaches the pages, and the next when it is asked for
    turn_taken: bool = False  # something has reached them since
    counts: dict[ParcelKind | Literal["socket"], int] = field(
        default_factory=lambda: dict.fromkeys((*KINDS, "socket"), 0)
    )
    gone: set[str] = field(default_factory=set)  # requests whose page no longer waits
    free: set[str] = field(default_factory=set)  # lanes that nothing holds

    @classmethod
    def begun(cls, state: State) -> Flight:
        """Return a new one in this state, whose truth is in its journal."""
        flight = cls(state, Journal(state.settings.journal_limit), uuid_of(state.seed, "correlation")[:24])
        for call in state.calls.values():
            flight._note_truth(call, cause="world")
        return flight

    def copy(self) -> Flight:
        """Return another one in the same state, with a journal that begins empty."""
        journal = Journal(self.state.settings.journal_limit)
        return replace(self, journal=journal, counts=self.counts.copy(), gone=self.gone.copy(), free=self.free.copy())

    def next_name(self, kind: ParcelKind | Literal["socket"]) -> str:
        """Take the next free name of a kind, `event#3`, or of a socket."""
        self.counts[kind] = number = self.counts[kind] + 1
        return f"{kind}#{number}"

    # ---- what leaves and what stands

    def _is_held(self, parcel: Parcel) -> bool:
        """A navigation is never held: until it is over, no question reaches the page, and nobody could see it."""
        return parcel.kind in self.held and parcel.lane not in self.free

    def _may_leave(self, parcel: Parcel) -> bool:
        return not self._is_held(parcel) and not self._waits_for_turn(parcel) and parcel.due <= self.state.now

    def _waits_for_turn(self, parcel: Parcel) -> bool:
        """Only what goes to a page waits for its turn, and no navigation, during which no page can say that it is still."""
        return self.turn_taken and parcel.kind not in FOR_GENESYS and parcel.lane not in self.free

    @property
    def waits_for_turn(self) -> bool:
        """Whether anything would leave if it were its turn."""
        heads = (parcel for parcel in self.wire.pending if self._waits_for_turn(parcel))
        return any(not self._is_held(parcel) and parcel.due <= self.state.now for parcel in heads)

    def goes_at_once(self, due: float) -> bool:
        """Whether nothing can keep back what is due then, whatever its lane (0: now)."""
        return not (due or self.held or self.in_turn or self.wire.parcels)

    def take(self, name: str) -> Parcel:
        """Take the head of a lane off the wire, by name or kind; raises NotInFlight when there is none."""
        parcel, self.wire = self.wire.take(name)
        return parcel

    def offer(self, parcel: Parcel) -> Writes:
        """Put a parcel on the wire; it leaves at once when nothing keeps it back."""
        if self._may_leave(parcel) and not any(p.lane == parcel.lane for p in self.wire.parcels):
            return self.deliver(parcel)
        self.wire = self.wire.offer(parcel)
        return ()

    def next_turn(self) -> Writes:
        """Let the next thing that waits for its turn reach the pages."""
        self.turn_taken = False
        return self.flow()

    def flow(self) -> Writes:
        writes: Writes = ()
        while (parcel := next((p for p in self.wire.pending if self._may_leave(p)), None)) is not None:
            writes += self.deliver(self.take(parcel.name))
        return writes

    def deliver(self, parcel: Parcel) -> Writes:
        writes = self._deliver(parcel)
        if self.in_turn and writes and parcel.kind not in FOR_GENESYS:
            self.turn_taken = True
        return writes

    def _deliver(self, parcel: Parcel) -> Writes:
        name, cause = parcel.name, parcel.cause
        match parcel.content:
            case Request() as request:
                return self.handle(request, facts_of(request))
            case Response() as response:
                return self._answer(name, cause, parcel.about, response, parcel.made)
            case Job() as job:
                return self._run(name, cause, job)
            case Frame() as frame:
                return self._send(name, parcel.lane, cause, frame, parcel.made)
            case None:
                self.journal.add("delivered", name, cause, parcel.about, ("socket",), (parcel.lane,))
                return (Write("open", parcel.lane),)

    # ---- time

    def next_deadline(self, *, heartbeats: bool = True) -> float | None:
        """Seconds of virtual time until something would happen by itself, or None."""
        dues = [parcel.due for parcel in self.wire.pending if parcel.due > self.state.now and not self._is_held(parcel)]
        dues += [parcel.due for parcel in self.wire.later[:1]]
        socket_due = notifications.due(self.state, heartbeats=heartbeats)
        if socket_due is not None:
            dues.append(socket_due)
        return max(0.0, min(dues) - self.state.now) if dues else None

    def advance(self, seconds: float) -> Writes:
        """Let virtual time pass; what falls due meanwhile happens at its own moment, in order."""
        target = moment(self.state.now + seconds)
        writes = self.next_turn()
        while (wait := self.next_deadline()) is not None and self.state.now + wait <= target:
            self.state = replace(self.state, now=self.state.now + wait)
            writes += self._fall_due() + self.apply(notifications.tick(self.state), "time") + self.flow()
        self.state = replace(self.state, now=target)
        return writes

    # ---- what comes of it

    def handle(self, request: Request, facts: Facts) -> Writes:
        outcome = gateway.handle(self.state, request)
        self.note_arrival(request, facts, outcome)
        return self.apply(outcome, request.name)

    def _answer(self, name: str, request: str, about: str, response: Response, made: int) -> Writes:
        if request in self.gone:
            self.gone.discard(request)
            self.journal.add("lost", name, request, f"{about} finds no page waiting")
            return ()
        if response.lost is not None:
            self.journal.add("lost", name, request, f"{about} never reaches the page ({response.lost})")
            return (Write("cut", request),) if response.lost == "cut" else ()
        content = b"" if response.text is not None else response.content  # no journal needs a page of HTML
        data = (response.status, response.headers.get("Retry-After"), content, made)
        self.journal.add("delivered", name, request, about, answer_data, data)
        return (Write("response", request, response),)

    def _run(self, name: str, cause: str, job: Job) -> Writes:
        self.journal.add("ran", name, cause, job.about)
        return self.apply(gateway.run(self.state, job), name, job.copies)

    def _send(self, name: str, socket: str, cause: str, frame: Frame, made: int) -> Writes:
        end = self.state.sockets.get(socket)
        if end is None or end.silent:
            self.journal.add("lost", name, cause, frame.about, ("socket",), (socket,))
            return ()
        data = (socket, frame.topic, frame.text, made)
        self.journal.add("delivered", name, cause, frame.about, _FRAME_DATA, data)
        if frame.closes is None:
            return (Write("frame", socket, frame),)
        self.drop(socket, name, f"closed by the server with {frame.closes}")
        return (Write("close", socket, frame.closes),)

    def apply(self, outcome: Outcome, cause: str, copies: int = 1) -> Writes:
        before, self.state = self.state.calls, outcome.state
        if outcome.state.calls is not before:
            for call in outcome.state.calls.values():
                if before.get(call.id) is not call:
                    self._note_truth(call, cause)
        due = self.state.now + outcome.delay if outcome.delay else 0.0
        answer = self._put_response(outcome.response, cause, due) if outcome.response is not None else ()
        rest: Writes = ()
        for job in outcome.jobs:
            rest += self._put_job(job, cause, max(due, self.state.now + job.after) if job.after else due)
        if outcome.tellings:
            rest += self._put_events(outcome, cause, due, copies)
        if outcome.frames or outcome.cut or outcome.later:
            rest += self.put_frames(outcome.frames, cause) + self._cut(outcome.cut, cause)
            if outcome.later:
                rest += self._postpone(outcome.later, cause)
        return rest + answer if self.state.settings.event_before_response else answer + rest

    # ---- what is put on the wire

    def _put_response(self, response: Response, request: str, due: float) -> Writes:
        name, about, made = f"response{request[7:]}", about_response(response), self.journal.count
        if self.goes_at_once(due):
            return self._answer(name, request, about, response, made)
        return self.offer(Parcel(name, "response", http_lane(request), request, about, response, due, made))

    def _put_job(self, job: Job, cause: str, due: float) -> Writes:
        name = self.next_name("job")
        if self.goes_at_once(due):
            return self._run(name, cause, job)
        return self.offer(Parcel(name, "job", f"jobs:{job.call_id}", cause, job.about, job, due, self.journal.count))

    def _postpone(self, later: tuple[tuple[float, Job], ...], cause: str) -> Writes:
        for seconds, job in later:
            self.wire = self.wire.postpone(Parcel("", "job", "", cause, "", job, moment(self.state.now + seconds)))
        return self._fall_due()

    def _fall_due(self) -> Writes:
        """Put on the wire, as jobs like any other, what Genesys does by itself now."""
        fallen, self.wire = self.wire.fallen_due(self.state.now)
        put = [self._put_job(p.content, p.cause, 0.0) for p in fallen if isinstance(p.content, Job)]
        return tuple(write for writes in put for write in writes)

    def _put_events(self, outcome: Outcome, cause: str, due: float, copies: int) -> Writes:
        if self.state.settings.replay_missed_events:
            for event in outcome.events:
                self.state = notifications.kept_for_later(self.state, event)
        if not self.state.sockets:  # nobody hears of it
            return ()
        writes: list[Write] = []
        for event in outcome.events:
            frames: dict[str, Frame] = {}  # most subscribers wrote the topic alike
            for socket, topic in notifications.subscribers(self.state, event.topic):
                if (frame := frames.get(topic)) is None:
                    text = notifications.event_text(self.state, event, topic)
                    frame = frames[topic] = Frame("event", text, event.about, topic)
                for _ in range(copies):
                    writes += self._put_frame(socket, frame, cause, due)
        return tuple(writes)

    def put_frames(self, frames: tuple[tuple[str, Frame], ...], cause: str) -> Writes:
        return tuple(write for socket, frame in frames for write in self._put_frame(socket, frame, cause))

    def _put_frame(self, socket: str, frame: Frame, cause: str, due: float = 0.0) -> Writes:
        name, made = self.next_name(frame.kind), self.journal.count
        if self.goes_at_once(due):
            return self._send(name, socket, cause, frame, made)
        return self.offer(Parcel(name, frame.kind, socket, cause, frame.about, frame, due, made))

    def _cut(self, sockets: tuple[str, ...], cause: str) -> Writes:
        for name in sockets:
            self.drop(name, cause, "the connection broke")
        return tuple(Write("cut", name) for name in sockets)

    def drop(self, socket: str, cause: str, about: str) -> None:
        """Remove this socket; what is in its lane is lost."""
        self.state = self.state.without_socket(socket)
        self.wire = self.wire.without_lane(socket)
        self.journal.add("closed", socket, cause, about)

    # ---- what is written down

    def note_arrival(self, request: Request, facts: Facts, outcome: Outcome) -> None:
        status = outcome.response.status if outcome.response is not None else None
        about, became = outcome.operation or "no operation", (status, outcome.hints, outcome.operation, facts)
        self.journal.add("arrived", request.name, request.sender, about, arrival_data, became)

    def _note_truth(self, call: Call, cause: str) -> None:
        self.journal.add("truth", call.id, cause, "", truth_data, (call.id, call.participants))


def http_lane(request: str) -> str:
    """The lane of a request and of its answer."""
    return f"http{request[7:]}"  # of request#3


__all__ = ["Flight", "Write", "Writes", "http_lane"]
