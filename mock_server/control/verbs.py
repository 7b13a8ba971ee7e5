"""The verbs, one function each, called as in Python; VERBS is the table that the application and the description read.

A question is asked by GET and changes nothing. A change is done by POST; one that gives nothing of its own is answered with
how the wire stands after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_type_hints

from msgspec import NODEFAULT, Struct, convert, json
from msgspec.structs import fields

from ..core import settings
from ..core.about import truth_of
from ..core.messages import Nothing
from ..core.model import Fault
from ..engine.people import token_named
from ..engine.wire import NotInFlight, kind_named
from ..gateway.faults import checked
from . import bodies
from .bodies import CallNow, Leg, NoBody, WireNow, WorldNow
from .target import ControlTarget


@dataclass(frozen=True, slots=True)
class Verb:
    """One operation: its name, HTTP method, the type of what it takes and gives, and the function that does it."""

    name: str
    method: Literal["GET", "POST"]
    takes: type[Struct]
    gives: type[Struct]
    function: Callable[[ControlTarget, Any], Struct | None]

    def do(self, genesys: ControlTarget, asked: Struct) -> Struct:
        """Do it, and say what it gives."""
        given = self.function(genesys, asked)
        return wire_now(genesys) if given is None else given

    @property
    def doc(self) -> str:
        """One sentence or two, from the function's docstring."""
        return " ".join((self.function.__doc__ or "").split())

    @property
    def usage(self) -> str:
        """What it takes, in a line: `effect, on, times=1, options={}`; empty for nothing."""
        return ", ".join(f.name if f.required else f"{f.name}={_default(f)}" for f in fields(self.takes))


def _default(field: Any) -> str:
    default = field.default_factory() if field.default is NODEFAULT else field.default
    return json.encode(default).decode()


# ---- questions


def world(genesys: ControlTarget, asked: NoBody) -> WorldNow:
    """Read the world: its seed, settings and time, where it is served, and the words for who and what is in it."""
    state = genesys.state
    words = {word: value for word, value in state.aliases.items() if not word.endswith("_token")}
    place = (genesys.origin, genesys.page_origin)
    return WorldNow(genesys.world, state.seed, state.settings, state.now, words, *place)


def headers(genesys: ControlTarget, asked: bodies.OfPerson) -> bodies.Headers:
    """Make the Authorization header of a person of the world, for requests to Genesys."""
    return bodies.Headers(**genesys.headers(asked.person))


def call(genesys: ControlTarget, asked: bodies.OfCall) -> CallNow:
    """Read what Genesys holds of a call."""
    return convert(truth_of(genesys.call(asked.call)), CallNow)


def leg(genesys: ControlTarget, asked: bodies.Of) -> Leg:
    """Read what Genesys holds of a leg: whether the caller hears the agent."""
    wanted = genesys.leg(asked.whom, asked.call).id
    return next(leg for leg in convert(truth_of(genesys.call(asked.call)), CallNow).legs if leg.id == wanted)


def pending(genesys: ControlTarget, asked: bodies.Pending) -> WireNow:
    """Read what can be released now, of a kind if one is named; with `wait` as soon as there is one."""
    now = wire_now(genesys)
    kind = kind_named(asked.kind) if asked.kind else ""
    heads = tuple(name for name in now.pending if kind in ("", name.partition("#")[0]))
    if asked.wait and not heads:
        raise NotInFlight(f"no {kind or 'parcel'} is in flight. In flight now: {', '.join(now.pending) or 'nothing'}.")
    return WireNow(now.held, heads, now.in_flight)


def journal(genesys: ControlTarget, asked: bodies.Since) -> bodies.JournalBody:
    """Read what happened on the server after entry number `since`, oldest first."""
    entries = tuple(bodies.EntryBody(*entry) for entry in genesys.journal(asked.since))
    dropped = entries[0].n - asked.since - 1 if entries else 0
    return bodies.JournalBody(entries, entries[-1].n if entries else asked.since, dropped)


def next_deadline(genesys: ControlTarget, asked: NoBody) -> bodies.Deadline:
    """Read when the server would do something by itself."""
    return bodies.Deadline(genesys.next_deadline)


def faults(genesys: ControlTarget, asked: NoBody) -> bodies.Faults:
    """List the faults that still act."""
    return bodies.Faults(genesys.state.faults)


# ---- changes


def reset(genesys: ControlTarget, asked: bodies.Reset) -> WorldNow:
    """Start again from a world, with an empty journal and an open wire; what still waits is broken off."""
    chosen = None if asked.settings is None else settings.checked(asked.settings)
    genesys.reset(asked.world, seed=asked.seed, settings=chosen)
    return world(genesys, NoBody())


def hold(genesys: ControlTarget, asked: bodies.Kinds) -> None:
    """Keep parcels of these kinds on the wire from now on, until they are released."""
    genesys.hold(*map(kind_named, asked.kinds))


def release(genesys: ControlTarget, asked: bodies.ParcelBody) -> None:
    """Release one parcel; with `wait` as soon as it can be."""
    genesys.release(asked.name)


def lose(genesys: ControlTarget, asked: bodies.ParcelBody) -> None:
    """Take one parcel off the wire for ever; with `wait` as soon as it is there."""
    genesys.lose(asked.name)


def open(genesys: ControlTarget, asked: NoBody) -> None:
    """Hold nothing any more, and release what is held, oldest first."""
    genesys.open()


def advance(genesys: ControlTarget, asked: bodies.Advance) -> None:
    """Let virtual time pass on the server; a page has a clock of its own."""
    genesys.advance(asked.seconds)


def act(genesys: ControlTarget, asked: bodies.Act) -> None:
    """Let a person act without the page, by a request of their own that is answered at once."""
    token_named(genesys.state, asked.person)
    getattr(genesys.person(asked.person), asked.verb)(asked.whom, asked.call)


def request(genesys: ControlTarget, asked: bodies.Ask) -> bodies.Answered:
    """Send any request of a person to Genesys without the page; it is answered at once."""
    token_named(genesys.state, asked.person)
    response = genesys.person(asked.person).request(asked.method, asked.path, asked.body)
    return bodies.Answered(response.status, None if isinstance(response.body, Nothing) else response.body)


def revoke(genesys: ControlTarget, asked: bodies.PermissionOf) -> None:
    """Take a permission away."""
    genesys.revoke(asked.permission, asked.user)


def grant(genesys: ControlTarget, asked: bodies.PermissionOf) -> None:
    """Give a permission."""
    genesys.grant(asked.permission, asked.user)


def limit_scopes(genesys: ControlTarget, asked: bodies.Scopes) -> None:
    """Leave the page's client, and the tokens it was given, only these scopes."""
    genesys.limit_scopes(*asked.scopes)


def sign_in(genesys: ControlTarget, asked: NoBody) -> bodies.Headers:
    """Sign the agent in before the page is opened: gives the header with the page's token, which can expire and be revoked."""
    return bodies.Headers(f"Bearer {genesys.sign_in().value}")


def expire_token(genesys: ControlTarget, asked: NoBody) -> None:
    """Let every token that the page was given expire."""
    genesys.expire_token()


def revoke_token(genesys: ControlTarget, asked: NoBody) -> None:
    """Revoke every token that the page was given."""
    genesys.revoke_token()


def refuse_sign_in(genesys: ControlTarget, asked: bodies.SignIn) -> None:
    """Let signing in end with this error from now on."""
    genesys.refuse_sign_in(asked.error)


def fault(genesys: ControlTarget, asked: bodies.NewFault) -> None:
    """Let so many requests to an operation meet this effect."""
    fault = checked(
        Fault(asked.effect, asked.on, asked.times, asked.options)
    )  # an option called `on` is an error there
    genesys.fault(fault.effect, fault.on, fault.times, **fault.options)


def clear_faults(genesys: ControlTarget, asked: NoBody) -> None:
    """Take all faults away."""
    genesys.clear_faults()


def cut_socket(genesys: ControlTarget, asked: NoBody) -> None:
    """Break every open socket, without a close frame."""
    genesys.cut_socket()


def silence_socket(genesys: ControlTarget, asked: NoBody) -> None:
    """Keep every open socket open, and write nothing to it any more."""
    genesys.silence_socket()


def close_soon(genesys: ControlTarget, asked: bodies.CloseSoon) -> None:
    """Announce the end of every open socket, and close it after so many seconds."""
    genesys.close_soon(asked.seconds)


def starve(genesys: ControlTarget, asked: NoBody) -> None:
    """Send no events on any channel any more, but take subscriptions and send heartbeats."""
    genesys.starve()


def send_frame(genesys: ControlTarget, asked: bodies.Text) -> None:
    """Write any text to every open socket, as a frame that no state explains."""
    genesys.send_frame(asked.text)


def wire_now(genesys: ControlTarget) -> WireNow:
    """How the wire stands."""
    return WireNow(genesys.held, genesys.pending, dict(genesys.in_flight))


def _verb(method: Literal["GET", "POST"], function: Callable[[ControlTarget, Any], Struct | None]) -> Verb:
    types = get_type_hints(function)
    gives = WireNow if types["return"] is type(None) else types["return"]
    return Verb(function.__name__, method, types["asked"], gives, function)


_QUESTIONS: Final = (world, headers, call, leg, pending, journal, next_deadline, faults)
_CHANGES: Final = (
    *(reset, hold, release, lose, open, advance, act, request),
    *(revoke, grant, limit_scopes, sign_in, expire_token, revoke_token, refuse_sign_in),
    *(fault, clear_faults, cut_socket, silence_socket, close_soon, starve, send_frame),
)
VERBS: Final[Mapping[str, Verb]] = {
    **{function.__name__: _verb("GET", function) for function in _QUESTIONS},
    **{function.__name__: _verb("POST", function) for function in _CHANGES},
}
