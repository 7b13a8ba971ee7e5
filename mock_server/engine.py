"""The only mutable object: state, journal and wire; no socket, loop, thread or wall clock.

Each verb returns the writes that it led to, in the order in which they must reach their connections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct

from . import gateway
from .about import about_request, about_response, answer_data, arrival_data, facts_of, legs_of, request_data, truth_data
from .journal import Journal
from .messages import Event, Frame, Job, Outcome, Request, Response
from .model import Call, Fault, State, uuid_of
from .services import notifications
from .values import moment, replace
from .wire import KINDS, Kind, NotInFlight, Parcel, Wire

_FRAME_DATA: Final = ("socket", "topic", "text", "made")


class Write(Struct, frozen=True):
    """Something for a connection: `to` is a request's or a socket's name."""

    kind: Literal["response", "open", "refuse", "frame", "close", "cut"]
    to: str
    content: Response | Frame | int | None = None


Writes = tuple[Write, ...]


class Input(NamedTuple):
    """Something that a page did, as the engine was told of it: a verb of the engine and what it was about.

    `who` is the channel of "connect", the socket of "hear" and "disconnect", and the request's name of "gone".
    """

    verb: Literal["arrive", "connect", "hear", "disconnect", "gone"]
    who: str = ""
    content: Request | str | None = None


class Engine:
    """Genesys Cloud in memory: requests, socket frames and time go in, writes come out."""

    def __init__(self, state: State) -> None:
        self.reset(state)

    def reset(self, state: State) -> None:
        """Start again from a state: an empty journal, an open wire, nothing in flight."""
        self.state = state
        self.journal = Journal(state.settings.journal_limit)
        self.wire = Wire()
        self.held: frozenset[Kind] = frozenset()
        self.inputs: list[Input] | None = None  # what pages do is recorded here by whoever sets a list
        self._counts: dict[Kind | Literal["socket"], int] = dict.fromkeys((*KINDS, "socket"), 0)
        self._correlations = uuid_of(state.seed, "correlation")[:24]  # they end with the number of the request
        self._gone: set[str] = set()
        self._free: set[str] = set()  # lanes that nothing holds
        for call in state.calls.values():
            self._note_truth(call, cause="world")

    def copy(self) -> Engine:
        """Another engine at the same place, which goes its own way; its journal begins empty, and it records nothing."""
        other = object.__new__(Engine)
        other.state, other.wire, other.held = self.state, self.wire, self.held
        other.journal = Journal(self.state.settings.journal_limit)
        other.inputs = None
        other._counts, other._correlations = self._counts.copy(), self._correlations
        other._gone, other._free = set(self._gone), set(self._free)
        return other

    def _record(self, verb: Literal["arrive", "connect", "hear", "disconnect", "gone"], *what: Any) -> None:
        if self.inputs is not None:
            self.inputs.append(Input(verb, *what))

    # ---- what comes in

    @property
    def next_request_name(self) -> str:
        """What the next request will be called."""
        return f"request#{self._counts['request'] + 1}"

    @property
    def next_socket_name(self) -> str:
        """What the next socket will be called."""
        return f"socket#{self._counts['socket'] + 1}"

    def arrive(self, request: Request) -> tuple[str, Writes]:
        """A request of a page was received whole; returns its name and what it led to."""
        self._record("arrive", "", request)
        about = about_request(request)  # before it is copied: the copy has the body's JSON too
        request = self._named(request)
        self.journal.add("offered", request.name, request.sender, about, request_data, *facts_of(request))
        lane = _http_lane(request.name)
        if request.navigation:
            self._free.add(lane)
        return request.name, self._offer(request.name, "request", lane, request.sender, about, request)

    def act(self, request: Request) -> tuple[Response, Writes]:
        """A person who is not at the page does something: answered at once, its jobs and events go on the wire."""
        request = self._named(request)
        about = about_request(request)
        self.journal.add("offered", request.name, request.sender, about, request_data, *facts_of(request))
        outcome = gateway.handle(self.state, request)
        response = outcome.response or Response(500)
        self._note_arrival(request, outcome)
        self.journal.add("delivered", f"response{request.name[7:]}", request.name, about_response(response))
        return response, self._apply(replace(outcome, response=None), request.name)

    def gone(self, request: str) -> None:
        """The page no longer waits for this request; what is answered to it is lost."""
        self._record("gone", request)
        self._gone.add(request)
        self.journal.add("lost", request, "page", "the page no longer waits for its answer")

    def connect(self, channel_id: str) -> tuple[str, Writes]:
        """A socket's handshake came; returns the socket's name and its acceptance or refusal."""
        self._record("connect", channel_id)
        name = self._next("socket")
        outcome = notifications.connect(self.state, channel_id, name)
        if isinstance(outcome, int):
            self.journal.add("closed", name, "page", f"handshake refused with {outcome}", ("channel",), channel_id)
            return name, (Write("refuse", name, outcome),)
        self.journal.add("offered", name, "page", "opens a socket", ("channel",), channel_id)
        mine = tuple(frame for frame in outcome.frames if frame[0] == name)  # the others are the displaced socket's
        writes = self._apply(replace(outcome, frames=outcome.frames[: len(outcome.frames) - len(mine)]), name)
        writes += self._offer(self._next("open"), "open", name, name, "socket open", None)
        return name, writes + self._put_frames(mine, name)

    def hear(self, socket: str, text: str) -> Writes:
        """A frame came from the page."""
        self._record("hear", socket, text)
        outcome = notifications.hear(self.state, socket, text)
        self.journal.add("heard", socket, "page", text[:200], ("hints",), [*outcome.hints])
        return self._apply(outcome, socket)

    def disconnect(self, socket: str) -> None:
        """The page's end of a socket is gone."""
        self._record("disconnect", socket)
        if socket in self.state.sockets:
            self._drop(socket, "page", "the page closed the socket")

    # ---- what is in flight

    @property
    def pending(self) -> tuple[Parcel, ...]:
        return self.wire.pending

    def hold(self, kinds: Iterable[Kind] = KINDS) -> None:
        """From now on parcels of these kinds stay on the wire until they are released by name."""
        self.held = self.held | frozenset(kinds)

    def open(self) -> Writes:
        """Hold nothing any more, and let go what is held, oldest first."""
        self.held = frozenset()
        return self._flow()

    def release(self, name: str) -> Writes:
        """Let the parcel `name` go (or the oldest head of a kind). An event that no job has made yet is made first.

        Raises NotInFlight when there is no such parcel.
        """
        if name == "event" and (writes := self._run_the_job_first()):
            return writes + self._flow()  # only the job was held: its event has left with it
        parcel, self.wire = self.wire.take(name)
        return self._deliver(parcel) + self._flow()

    def lose(self, name: str) -> Writes:
        """Take a parcel off the wire for ever; raises NotInFlight when there is no such parcel."""
        parcel, self.wire = self.wire.take(name)
        self.journal.add("lost", parcel.name, "test", parcel.about)
        if parcel.kind == "open":  # the page waits for ever for its socket, to which nothing can be written
            self._drop(parcel.lane, parcel.name, "its handshake is never answered")
        return self._flow()

    # ---- causes

    def change(self, about: str, how: Callable[[State], Outcome]) -> Writes:
        """An administrator's doing, journaled."""
        return self._changed(about, how, "administrator")

    def disturb(self, about: str, how: Callable[[State], Outcome]) -> Writes:
        """Something that no state explains happens now, such as a cut socket."""
        return self._changed(about, how, "fault")

    def add_fault(self, fault: Fault) -> None:
        about = f"{fault.effect} on {fault.on or 'any operation'}"
        self.journal.add("changed", "", "fault", about, ("times",), fault.times)
        self.state = replace(self.state, faults=(*self.state.faults, fault))

    @property
    def next_deadline(self) -> float | None:
        """Seconds of virtual time until the server would do something by itself, or None."""
        dues = [parcel.due for parcel in self.wire.pending if parcel.due > self.state.now and not self._is_held(parcel)]
        dues += [parcel.due for parcel in self.wire.later[:1]]
        socket_due = notifications.due(self.state)
        if socket_due is not None:
            dues.append(socket_due)
        return max(0.0, min(dues) - self.state.now) if dues else None

    def advance(self, seconds: float) -> Writes:
        """Let virtual time pass; what falls due on the way happens at its own moment, in order."""
        target = moment(self.state.now + seconds)
        writes: Writes = ()
        while (wait := self.next_deadline) is not None and self.state.now + wait <= target:
            self.state = replace(self.state, now=self.state.now + wait)
            writes += self._fall_due() + self._apply(notifications.tick(self.state), "time") + self._flow()
        self.state = replace(self.state, now=target)
        self.journal.add("moved", "", "time", f"{seconds:g} s pass", ("seconds",), seconds)
        return writes

    # ---- inside

    def _changed(self, about: str, how: Callable[[State], Outcome], cause: str) -> Writes:
        self.journal.add("changed", "", cause, about)
        return self._apply(how(self.state), cause)

    def _next(self, kind: Kind | Literal["socket"]) -> str:
        """The next free name of a kind, `event#3`, or of a socket."""
        self._counts[kind] = number = self._counts[kind] + 1
        return f"{kind}#{number}"

    def _named(self, request: Request) -> Request:
        name = self._next("request")
        return replace(request, name=name, correlation=f"{self._correlations}{self._counts['request']:012x}")

    def _is_held(self, parcel: Parcel) -> bool:
        """A navigation is never held: until it is over, no question reaches the page, and nobody could see it."""
        return parcel.kind in self.held and parcel.lane not in self._free

    def _may_leave(self, parcel: Parcel) -> bool:
        return not self._is_held(parcel) and parcel.due <= self.state.now

    def _offer(
        self,
        name: str,
        kind: Kind,
        lane: str,
        cause: str,
        about: str,
        content: Request | Response | Job | Frame | None,
        due: float = 0.0,
    ) -> Writes:
        """Put a parcel of this moment on the wire; it leaves at once when nothing is in its way."""
        parcel = Parcel(name, kind, lane, cause, about, content, due, self.journal.count)
        standing = self.wire.parcels
        if not standing and not self.held and not due:  # nothing can stand in its way
            return self._deliver(parcel)
        if self._may_leave(parcel) and not any(p.lane == lane for p in standing):
            return self._deliver(parcel)
        self.wire = self.wire.offer(parcel)
        return ()

    def _flow(self) -> Writes:
        writes: Writes = ()
        while (parcel := next((p for p in self.wire.pending if self._may_leave(p)), None)) is not None:
            _, self.wire = self.wire.take(parcel.name)
            writes += self._deliver(parcel)
        return writes

    def _run_the_job_first(self) -> Writes:
        heads = self.wire.pending
        job = next((p for p in heads if p.kind == "job"), None)
        if job is None or any(p.kind == "event" for p in heads):
            return ()
        _, self.wire = self.wire.take(job.name)
        return self._deliver(job)

    def _deliver(self, parcel: Parcel) -> Writes:
        match parcel.content:
            case Request():
                return self._handle(parcel.content)
            case Response():
                return self._answer(parcel, parcel.content)
            case Job():
                self.journal.add("ran", parcel.name, parcel.cause, parcel.about)
                return self._apply(gateway.run(self.state, parcel.content), parcel.name, parcel.content.copies)
            case Frame():
                return self._send(parcel, parcel.content)
            case None:
                self.journal.add("delivered", parcel.name, parcel.cause, parcel.about, ("socket",), parcel.lane)
                return (Write("open", parcel.lane),)

    def _handle(self, request: Request) -> Writes:
        outcome = gateway.handle(self.state, request)
        self._note_arrival(request, outcome)
        return self._apply(outcome, request.name)

    def _answer(self, parcel: Parcel, response: Response) -> Writes:
        request = f"request{parcel.name[8:]}"
        if request in self._gone:
            self._gone.discard(request)
            self.journal.add("lost", parcel.name, parcel.cause, f"{parcel.about} finds no page waiting")
            return ()
        if response.lost is not None:
            why = f"{parcel.about} never reaches the page ({response.lost})"
            self.journal.add("lost", parcel.name, parcel.cause, why)
            return (Write("cut", request),) if response.lost == "cut" else ()
        said = b"" if response.text is not None else response.content  # a page of HTML is nothing to tell of
        data = (response.status, response.headers.get("Retry-After"), said, parcel.made)
        self.journal.add("delivered", parcel.name, parcel.cause, parcel.about, answer_data, *data)
        return (Write("response", request, response),)

    def _send(self, parcel: Parcel, frame: Frame) -> Writes:
        socket = self.state.sockets.get(parcel.lane)
        if socket is None or socket.silent:
            self.journal.add("lost", parcel.name, parcel.cause, parcel.about, ("socket",), parcel.lane)
            return ()
        data = (parcel.lane, frame.topic, frame.text, parcel.made)
        self.journal.add("delivered", parcel.name, parcel.cause, parcel.about, _FRAME_DATA, *data)
        if frame.closes is None:
            return (Write("frame", parcel.lane, frame),)
        self._drop(parcel.lane, parcel.name, f"closed by the server with {frame.closes}")
        return (Write("close", parcel.lane, frame.closes),)

    def _apply(self, outcome: Outcome, cause: str, copies: int = 1) -> Writes:
        before, self.state = self.state.calls, outcome.state
        if outcome.state.calls is not before:
            for call in outcome.state.calls.values():
                if before.get(call.id) is not call:
                    self._note_truth(call, cause)
        due = self.state.now + outcome.delay if outcome.delay else 0.0
        answer = self._put_response(outcome.response, cause, due) if outcome.response else ()
        rest = self._put_jobs(outcome.jobs, cause, due) if outcome.jobs else ()
        if outcome.events:
            rest += self._put_events(outcome.events, cause, due, copies)
        if outcome.frames or outcome.cut:
            rest += self._put_frames(outcome.frames, cause) + self._cut(outcome.cut, cause)
        if outcome.later:
            rest += self._postpone(outcome.later, cause)
        return rest + answer if self.state.settings.event_before_response else answer + rest

    def _put_response(self, response: Response, cause: str, due: float) -> Writes:
        name = f"response{cause[7:]}"
        about = about_response(response)
        return self._offer(name, "response", _http_lane(cause), cause, about, response, due)

    def _put_jobs(self, jobs: tuple[Job, ...], cause: str, due: float) -> Writes:
        writes: Writes = ()
        for job in jobs:
            writes += self._put_job(job, cause, max(due, self.state.now + job.after) if job.after else due)
        return writes

    def _put_job(self, job: Job, cause: str, due: float) -> Writes:
        lane = f"jobs:{job.call_id}"
        return self._offer(self._next("job"), "job", lane, cause, job.about, job, due)

    def _postpone(self, later: tuple[tuple[float, Job], ...], cause: str) -> Writes:
        for seconds, job in later:
            self.wire = self.wire.postpone(Parcel("", "job", "", cause, "", job, moment(self.state.now + seconds)))
        return self._fall_due()

    def _fall_due(self) -> Writes:
        """What Genesys does by itself at this moment is put on the wire, as jobs like any other."""
        fallen, self.wire = self.wire.fallen_due(self.state.now)
        put = [self._put_job(p.content, p.cause, 0.0) for p in fallen if isinstance(p.content, Job)]
        return tuple(write for writes in put for write in writes)

    def _put_events(self, events: tuple[Event, ...], cause: str, due: float, copies: int) -> Writes:
        if self.state.settings.replay_missed_events:
            for event in events:
                self.state = notifications.kept_for_later(self.state, event)
        if not self.state.sockets:  # nobody hears of it
            return ()
        writes: list[Write] = []
        for event in events:
            frames: dict[str, Frame] = {}  # most subscribers wrote the topic alike
            for socket, topic in notifications.subscribers(self.state, event.topic):
                if (frame := frames.get(topic)) is None:
                    text = notifications.event_text(self.state, event, topic)
                    frame = frames[topic] = Frame("event", text, event.about, topic)
                for _ in range(copies):
                    writes += self._put_frame(socket, frame, cause, due)
        return tuple(writes)

    def _put_frames(self, frames: tuple[tuple[str, Frame], ...], cause: str) -> Writes:
        return tuple(write for socket, frame in frames for write in self._put_frame(socket, frame, cause))

    def _put_frame(self, socket: str, frame: Frame, cause: str, due: float = 0.0) -> Writes:
        name = self._next(frame.kind)
        return self._offer(name, frame.kind, socket, cause, frame.about, frame, due)

    def _cut(self, sockets: tuple[str, ...], cause: str) -> Writes:
        for name in sockets:
            self._drop(name, cause, "the connection broke")
        return tuple(Write("cut", name) for name in sockets)

    def _drop(self, socket: str, cause: str, about: str) -> None:
        """This socket is no more, and what stood in its lane is lost."""
        self.state = self.state.without_socket(socket)
        self.wire = self.wire.without_lane(socket)
        self.journal.add("closed", socket, cause, about)

    def _note_arrival(self, request: Request, outcome: Outcome) -> None:
        status = outcome.response.status if outcome.response else None
        about, became = outcome.operation or "no operation", (status, outcome.hints, outcome.operation)
        self.journal.add("arrived", request.name, request.sender, about, arrival_data, *became, *facts_of(request))

    def _note_truth(self, call: Call, cause: str) -> None:
        self.journal.add("truth", call.id, cause, "", truth_data, call.id, legs_of(call))


def _http_lane(name: str) -> str:
    return f"http{name[7:]}"  # of request#3


__all__ = ["Engine", "Input", "NotInFlight", "Write", "Writes"]
