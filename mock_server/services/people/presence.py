"""Presence and routing status: what an agent says of itself, and whether calls are routed to it.

Going on queue makes an agent wait for calls; any other presence takes it off queue.
"""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import Event, Outcome, Request, Response
from ...core.model import State, User
from ...core.routing import Needs, Route
from ...core.values import Once, replace
from ...payloads.refusals import refuse, refuse_body
from ..caller import user_of
from .users import nobody, the_user

_SOURCE: Final = "PURECLOUD"  # the only source of presence here
_DEFINITIONS: Final = "/api/v2/presencedefinitions"
_PRESENCE: Final = "/api/v2/users/{userId}/presences/{sourceId}"
_ROUTING: Final = "/api/v2/users/{userId}/routingstatus"
_READ: Final = Needs(frozenset({"presence", "presence:readonly"}))
_WRITE: Final = Needs(frozenset({"presence"}), user=True)
_READ_ROUTING: Final = Needs(frozenset({"routing", "routing:readonly", "users", "users:readonly"}))
_WRITE_ROUTING: Final = Needs(frozenset({"routing", "users"}), user=True)


def get_definitions(state: State, request: Request) -> Outcome:
    """The presences that the organisation knows."""
    return Outcome(state, Response(200, payloads.listing(_DEFINITIONS, payloads.presence_definitions(state))))


def get_presence(state: State, request: Request) -> Outcome:
    user = _user_of_source(state, request)
    return user if isinstance(user, Outcome) else Outcome(state, Response(200, payloads.presence(state, user)))


def patch_presence(state: State, request: Request) -> Outcome:
    """Change the own presence, its message or both; there are events of presence and routing status."""
    try:
        asked = payloads.read_model(request, "UserPresence", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    user = _user_of_source(state, request)
    if isinstance(user, Outcome):
        return user
    why_not = _not_own(state, request, user)
    if why_not is not None:
        return why_not
    definition = asked.get("definition")
    name: str | None = user.presence
    if isinstance(definition, dict):
        name = payloads.presence_named(state, str(definition.get("id", "")))
    if name is None:
        hint = f"presenceDefinition.id is one of GET {_DEFINITIONS}"
        return refuse(state, request, "invalid.value", "presenceDefinition.id", "string", "an id", hints=(hint,))
    message = str(asked.get("message", user.presence_message))
    after = replace(user, presence=name, presence_message=message, presence_since=state.now)
    if name != user.presence:
        after = replace(after, routing_status="IDLE" if name == "On Queue" else "OFF_QUEUE", routing_since=state.now)
    state = state.with_user(after)
    events = [_presence_event(state, after, request)]
    if after.routing_status != user.routing_status:
        events.append(_routing_event(state, after, request))
    return Outcome(state, Response(200, payloads.presence(state, after)), tellings=(lambda: tuple(events),))


def get_routing_status(state: State, request: Request) -> Outcome:
    user = the_user(state, request)
    return Outcome(state, Response(200, payloads.routing_status(state, user))) if user else nobody(state, request)


def put_routing_status(state: State, request: Request) -> Outcome:
    """Set the own routing status; there is an event of it."""
    try:
        asked = payloads.read_model(request, "RoutingStatus", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    user = the_user(state, request)
    if user is None:
        return nobody(state, request)
    why_not = _not_own(state, request, user)
    if why_not is not None:
        return why_not
    match asked.get("status"):
        case ("OFF_QUEUE" | "IDLE" | "INTERACTING" | "NOT_RESPONDING" | "COMMUNICATING") as status:
            user = replace(user, routing_status=status, routing_since=state.now)
        case _:
            return refuse(state, request, "bad.request", hints=("the body has a status, such as IDLE",))
    state = state.with_user(user)
    answer = Response(200, payloads.routing_status(state, user))
    return Outcome(state, answer, tellings=(lambda: (_routing_event(state, user, request),),))


def _presence_event(state: State, user: User, request: Request) -> Event:
    text = Once(lambda: payloads.presence_event(state, user))
    return Event(f"v2.users.{user.id}.presence", text, f"presence {user.presence}", request.correlation)


def _routing_event(state: State, user: User, request: Request) -> Event:
    text = Once(lambda: payloads.routing_event(state, user))
    return Event(f"v2.users.{user.id}.routingStatus", text, f"routing {user.routing_status}", request.correlation)


def _user_of_source(state: State, request: Request) -> User | Outcome:
    if request.params["sourceId"].upper() != _SOURCE:
        return refuse(state, request, "not.found", hints=(f"the only source of presence here is {_SOURCE}",))
    return the_user(state, request) or nobody(state, request)


def _not_own(state: State, request: Request, user: User) -> Outcome | None:
    if user.id == user_of(request):
        return None
    return refuse(state, request, "not.authorized", hints=("a user sets only the own presence and routing status",))


ROUTES: Final = (
    Route("getPresencedefinitions", "GET", _DEFINITIONS, _READ, get_definitions),
    Route("getUserPresence", "GET", _PRESENCE, _READ, get_presence),
    Route(
        "patchUserPresence",
        "PATCH",
        _PRESENCE,
        _WRITE,
        patch_presence,
        '{"presenceDefinition": {"id": "<presence>"}}',
    ),
    Route("getUserRoutingstatus", "GET", _ROUTING, _READ_ROUTING, get_routing_status),
    Route("putUserRoutingstatus", "PUT", _ROUTING, _WRITE_ROUTING, put_routing_status, '{"status": "IDLE"}'),
)
