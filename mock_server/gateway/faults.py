"""Faults, which no state explains: refusals, lost answers, delays, jobs that never run, broken sockets.

Each effect is a layer around the handler of one operation. It is *definite* when the page can know afterwards what
Genesys did, *indefinite* when it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from ..core.messages import Handler, Outcome, Request
from ..core.model import Fault, State
from ..core.values import near, replace
from ..payloads.refusals import ERRORS, refuse, with_headers
from ..services import ROUTES
from ..services.notifications import notifications

FaultOption = str | int | float
Options = Mapping[str, FaultOption]


# The operations by which a leg is muted, for faults on either (PROTOCOL.md#operations-beside-it).
MUTE: Final = "patchConversationsCallParticipant patchConversationParticipant"


class BadFault(ValueError):
    """A fault that cannot be; the message says what is wrong, what there is and what is near."""


class UnknownEffect(BadFault):
    """No effect has this name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A named kind of fault. `act` is the layer; `options` are those it takes, with their defaults."""

    name: str
    doc: str
    definite: bool
    act: Callable[[Options, Handler, State, Request], Outcome]
    options: Options = field(default_factory=dict)


def layer(handler: Handler, state: State, request: Request) -> Outcome:
    """Apply the faults on this operation, in the order in which they were added; the outermost layer.

    A fault is used up when it acts: one that stands behind a refusal waits for the next request.
    """
    for fault in reversed(state.faults):
        if fault.meets(request.operation):
            handler = partial(_meet, fault, handler)
    return handler(state, request)


def checked(fault: Fault) -> Fault:
    """Return the fault with the defaults of its options filled in; raises BadFault (UnknownEffect for its effect)."""
    effect = EFFECTS.get(fault.effect)
    if effect is None:
        raise UnknownEffect(f"no effect is called '{fault.effect}'{near(fault.effect, EFFECTS)}")
    operations = [route.operation for route in ROUTES]
    for on in fault.on.split():
        if on not in operations:
            raise BadFault(f"no operation is called '{on}'{near(on, operations)}")
    if fault.times is not None and fault.times < 1:
        raise BadFault(f"'{fault.effect}' would act {fault.times} times; say 1 or more, or None for always")
    for name, value in fault.options.items():
        _check_option(effect, name, value)
    return replace(fault, options={**effect.options, **fault.options})


def _check_option(effect: Effect, name: str, value: FaultOption) -> None:
    if name not in effect.options:
        there = near(name, effect.options) if effect.options else "; it takes none"
        raise BadFault(f"'{effect.name}' has no option '{name}'{there}")
    number = isinstance(effect.options[name], (int, float))
    if isinstance(value, bool) or isinstance(value, (int, float)) != number:
        raise BadFault(f"'{name}' of '{effect.name}' is a {'number' if number else 'word'}, not {value!r}")
    if name == "status" and not 400 <= float(value) <= 599:
        raise BadFault(f"'{name}' of '{effect.name}' is an error's, 400 to 599, not {value!r}")
    choices = _CHOICES.get(name)
    if choices and value not in choices:
        raise BadFault(f"'{name}' of '{effect.name}' is one of {', '.join(choices)}, not {value!r}")


def _meet(fault: Fault, handler: Handler, state: State, request: Request) -> Outcome:
    effect = EFFECTS[fault.effect]
    return effect.act({**effect.options, **fault.options}, handler, _spent(state, fault), request)


def _spent(state: State, fault: Fault) -> State:
    """The state after this fault has acted once."""
    if fault.times is None:
        return state
    left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
    at = next(n for n, other in enumerate(state.faults) if other is fault)
    return replace(state, faults=(*state.faults[:at], *left, *state.faults[at + 1 :]))


# ---- the effects


def _refuse(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    status, wait = int(options["status"]), options["retry_after"]
    code = str(options["code"]) or next((c for c in ERRORS if ERRORS[c][0] == status), "internal.server.error")
    outcome = refuse(state, request, code, status=status)
    return with_headers(outcome, {"Retry-After": f"{int(wait)}"}) if wait else outcome


def _lose_response(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    if outcome.response is None:
        return outcome
    return replace(outcome, response=replace(outcome.response, lost=str(options["how"])))


def _delay(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    return replace(outcome, delay=outcome.delay + float(options["seconds"]))


def _never_apply(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    hint = "202 says accepted, not done: only an event or another read tells that the leg is muted"
    return replace(outcome, jobs=(), hints=(*outcome.hints, hint) if outcome.jobs else outcome.hints)


def _copies(copies: int, options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    return replace(outcome, jobs=tuple(replace(job, copies=copies) for job in outcome.jobs))


def _cut_socket(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    return _and_then(outcome, notifications.cut_sockets(outcome.state, _channels(state, request)))


def _silence_socket(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    return _and_then(outcome, notifications.silence_sockets(outcome.state, _channels(state, request)))


def _starve(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    return _and_then(outcome, notifications.starve(outcome.state, _channels(outcome.state, request)))


def _close_soon(options: Options, handler: Handler, state: State, request: Request) -> Outcome:
    outcome = handler(state, request)
    seconds = float(options["seconds"])
    return _and_then(outcome, notifications.close_sockets_soon(outcome.state, seconds, _channels(state, request)))


def _and_then(first: Outcome, then: Outcome) -> Outcome:
    return replace(first, state=then.state, frames=first.frames + then.frames, cut=first.cut + then.cut)


def _channels(state: State, request: Request) -> frozenset[str]:
    """The channels of whoever sent this request."""
    token = state.token(request.bearer or "")
    return frozenset(c.id for c in state.channels.values() if token and c.user_id == token.user_id)


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"how": ("silence", "cut")}

EFFECTS: Final[Mapping[str, Effect]] = {
    effect.name: effect
    for effect in (
        Effect(
            "refuse",
            "answers with an error, and nothing is done",
            True,
            _refuse,
            {"status": 500, "code": "", "retry_after": 0},
        ),
        Effect(
            "lose_response",
            "is done, but the answer never comes: silence, or a cut connection",
            False,
            _lose_response,
            {"how": "silence"},
        ),
        Effect("delay", "answers and acts later, in virtual time", True, _delay, {"seconds": 5.0}),
        Effect("never_apply", "answers 202, but the change never happens", False, _never_apply),
        Effect("drop_event", "is done, but no event tells of it", False, partial(_copies, 0)),
        Effect("double_event", "is done, and each event comes twice", True, partial(_copies, 2)),
        Effect("cut_socket", "breaks the user's sockets without a close", False, _cut_socket),
        Effect("silence_socket", "leaves the user's sockets open, and nothing comes any more", False, _silence_socket),
        Effect("starve", "the user's channels take subscriptions and give heartbeats, but no events", False, _starve),
        Effect(
            "close_soon", "announces the end of the user's sockets, then closes", True, _close_soon, {"seconds": 60.0}
        ),
    )
}
