"""The only mutable object: state, journal and wire; no socket, loop, thread or wall clock.

Its verbs are here; what becomes of what they put in flight is in `flight`. Each verb returns the writes that it led to, in the
order in which they must reach their connections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from ..core.about import Facts, about_request, about_response, facts_of, request_data
from ..core.messages import Outcome, Request, Response
from ..core.model import Fault, State
from ..core.values import replace
from ..gateway import gateway
from ..services.notifications import notifications
from .flight import Flight, Write, Writes, http_lane
from .journal import Journal
from .wire import KINDS, NotInFlight, Parcel, ParcelKind, Wire


class Input(NamedTuple):
    """Something that a page did, as the engine received it: a verb of the engine and its content.

    `who` is the channel of "connect", the socket of "hear" and "disconnect", and the request's name of "gone".
    """

    verb: Literal["arrive", "connect", "hear", "disconnect", "gone"]
    who: str = ""
    content: Request | str | None = None


class Engine:
    """Genesys Cloud in memory: requests, socket frames and time go in, writes come out."""

    def __init__(self, state: State, flight: Flight | None = None) -> None:
        self._flight = flight or Flight.begun(state)
        self.inputs: list[Input] | None = None  # what pages do is recorded here by whoever sets a list

    def copy(self) -> Engine:
        """Return another engine in the same state, independent of this one; its journal begins empty, and it records nothing."""
        return Engine(self.state, self._flight.copy())

    @property
    def state(self) -> State:
        """What Genesys knows now."""
        return self._flight.state

    @property
    def journal(self) -> Journal:
        return self._flight.journal

    @property
    def wire(self) -> Wire:
        return self._flight.wire

    @property
    def held(self) -> frozenset[ParcelKind]:
        """The kinds of parcels that stay on the wire until they are released."""
        return self._flight.held

    def _record(self, verb: Literal["arrive", "connect", "hear", "disconnect", "gone"], *what: Any) -> None:
        if self.inputs is not None:
            self.inputs.append(Input(verb, *what))

    # ---- what comes in

    @property
    def next_request_name(self) -> str:
        """The name that the next request will get."""
        return f"request#{self._flight.counts['request'] + 1}"

    def arrive(self, request: Request) -> tuple[str, Writes]:
        """Take a request that a page has sent, received whole; returns its name and what it led to."""
        self._record("arrive", "", request)
        request, about, facts = self._named(request)
        if request.navigation:
            self._flight.free.add(http_lane(request.name))
        if self._flight.goes_at_once(due=0.0):
            return request.name, self._flight.handle(request, facts)
        lane, made = http_lane(request.name), self.journal.count
        return request.name, self._flight.offer(
            Parcel(request.name, "request", lane, request.sender, about, request, 0.0, made)
        )

    def act(self, request: Request) -> tuple[Response, Writes]:
        """Take a request of a person without the page: it is answered at once, its jobs and events go on the wire."""
        request, _, facts = self._named(request)
        outcome = gateway.handle(self.state, request)
        response = outcome.response or Response(500)
        self._flight.note_arrival(request, facts, outcome)
        self.journal.add("delivered", f"response{request.name[7:]}", request.name, about_response(response))
        return response, self._flight.apply(replace(outcome, response=None), request.name)

    def _named(self, request: Request) -> tuple[Request, str, Facts]:
        """The request with its name, a line about it and what is kept of it, which is written down."""
        name = self._flight.next_name("request")
        request = replace(
            request, name=name, correlation=f"{self._flight.correlations}{self._flight.counts['request']:012x}"
        )
        about, facts = about_request(request), facts_of(request)
        self.journal.add("offered", name, request.sender, about, request_data, facts)
        return request, about, facts

    def gone(self, request: str) -> None:
        """Note that the page no longer waits for this request; its answer is lost."""
        self._record("gone", request)
        self._flight.gone.add(request)
        self.journal.add("lost", request, "page", "the page no longer waits for its answer")

    def connect(self, channel_id: str) -> tuple[str, Writes]:
        """Take the handshake of a socket; returns the socket's name and its acceptance or refusal."""
        self._record("connect", channel_id)
        name = self._flight.next_name("socket")
        outcome = notifications.connect(self.state, channel_id, name)
        if isinstance(outcome, int):
            self.journal.add("closed", name, "page", f"handshake refused with {outcome}", ("channel",), (channel_id,))
            return name, (Write("refuse", name, outcome),)
        self.journal.add("offered", name, "page", "opens a socket", ("channel",), (channel_id,))
        mine = tuple(frame for frame in outcome.frames if frame[0] == name)  # the others are the displaced socket's
        writes = self._flight.apply(replace(outcome, frames=outcome.frames[: len(outcome.frames) - len(mine)]), name)
        writes += self._flight.offer(
            Parcel(self._flight.next_name("open"), "open", name, name, "socket open", None, 0.0, self.journal.count)
        )
        return name, writes + self._flight.put_frames(mine, name)

    def hear(self, socket: str, text: str) -> Writes:
        """Take a frame from the page."""
        self._record("hear", socket, text)
        outcome = notifications.hear(self.state, socket, text)
        self.journal.add("heard", socket, "page", text[:200], ("hints",), ([*outcome.hints],))
        return self._flight.apply(outcome, socket)

    def disconnect(self, socket: str) -> None:
        """Note that the page's end of a socket is gone."""
        self._record("disconnect", socket)
        if socket in self.state.sockets:
            self._flight.drop(socket, "page", "the page closed the socket")

    # ---- what is in flight

    @property
    def pending(self) -> tuple[Parcel, ...]:
        return self.wire.pending

    def hold(self, kinds: Iterable[ParcelKind] = KINDS) -> None:
        """Keep parcels of these kinds on the wire from now on, until they are released by name."""
        self._flight.held = self.held | frozenset(kinds)

    def open(self) -> Writes:
        """Hold nothing any more, and release what is held, oldest first."""
        self._flight.held, self._flight.in_turn = frozenset(), False
        return self.next_turn()

    def take_turns(self) -> None:
        """Let one thing at a time reach the pages until `open`, and the next when `next_turn` is called, or time passes.

        What goes to a page over several connections at once would come to it in an order that chance decides.
        """
        self._flight.in_turn = True

    @property
    def waits_for_turn(self) -> bool:
        """Whether anything waits for its turn to reach the pages."""
        return self._flight.waits_for_turn

    def next_turn(self) -> Writes:
        """Let the next thing that waits for its turn reach the pages."""
        return self._flight.next_turn()

    def release(self, name: str) -> Writes:
        """Let the parcel `name` go (or the oldest head of a kind). An event that no job has made yet is made first.

        Raises NotInFlight when there is no such parcel.
        """
        if name == "event" and (writes := self._run_the_job_first()):
            return writes + self._flight.flow()  # only the job was held: its event has left with it
        parcel = self._flight.take(name)
        return self._flight.deliver(parcel) + self._flight.flow()

    def lose(self, name: str) -> Writes:
        """Take a parcel off the wire for ever; raises NotInFlight when there is no such parcel."""
        parcel = self._flight.take(name)
        self.journal.add("lost", parcel.name, "test", parcel.about)
        if parcel.kind == "open":  # the page waits for ever for its socket, to which nothing can be written
            self._flight.drop(parcel.lane, parcel.name, "its handshake is never answered")
        return self._flight.flow()

    # ---- causes

    def change(self, about: str, how: Callable[[State], Outcome]) -> Writes:
        """Change the state as an administrator, with an entry in the journal."""
        return self._changed(about, how, "administrator")

    def disturb(self, about: str, how: Callable[[State], Outcome]) -> Writes:
        """Change the state as a fault that no state explains, such as a cut socket, with an entry in the journal."""
        return self._changed(about, how, "fault")

    def add_fault(self, fault: Fault) -> None:
        self.journal.add("changed", "", "fault", fault.about, ("times",), (fault.times,))
        self._flight.state = replace(self.state, faults=(*self.state.faults, fault))

    @property
    def next_deadline(self) -> float | None:
        """Seconds of virtual time until the server would do something by itself, or None."""
        return self._flight.next_deadline()

    @property
    def next_deadline_without_heartbeats(self) -> float | None:
        """Seconds of virtual time until the server would do something by itself but send a heartbeat, or None."""
        return self._flight.next_deadline(heartbeats=False)

    def advance(self, seconds: float, *, heartbeats: bool = True) -> Writes:
        """Let virtual time pass; what falls due meanwhile happens at its own moment, in order.

        Without heartbeats each socket's next one comes as much later: nobody was there to hear them.
        """
        if not heartbeats:
            self._flight.state = notifications.put_off_heartbeats(self.state, seconds)
        writes = self._flight.advance(seconds)
        self.journal.add("moved", "", "time", f"{seconds:g} s pass", ("seconds",), (seconds,))
        return writes

    # ---- inside

    def _changed(self, about: str, how: Callable[[State], Outcome], cause: str) -> Writes:
        self.journal.add("changed", "", cause, about)
        return self._flight.apply(how(self.state), cause)

    def _run_the_job_first(self) -> Writes:
        heads = self.wire.pending
        job = next((p for p in heads if p.kind == "job"), None)
        if job is None or any(p.kind == "event" for p in heads):
            return ()
        return self._flight.deliver(self._flight.take(job.name))


__all__ = ["Engine", "Input", "NotInFlight", "Write", "Writes"]
