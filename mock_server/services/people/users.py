"""Users and the phones they have taken (PROTOCOL.md#the-signed-in-user)."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import NOTHING, Event, Outcome, Request, Response
from ...core.model import State, User
from ...core.routing import Needs, Route
from ...core.values import Once, replace
from ...payloads.refusals import refuse
from ..caller import user_of

_READ: Final = Needs(frozenset({"users", "users:readonly"}))
_OWN: Final = Needs(frozenset({"users"}), user=True)
_USER: Final = "/api/v2/users/{userId}"


def get_me(state: State, request: Request) -> Outcome:
    """The user, with the fields that `expand` names; unknown ones are left out."""
    user = state.user(user_of(request))
    if user is None or request.by is None:
        return nobody(state, request)
    return Outcome(state, Response(200, payloads.user_me(state, user, request.by, _expand(request))))


def get_user(state: State, request: Request) -> Outcome:
    """Any user of the organisation."""
    user = the_user(state, request)
    return (
        Outcome(state, Response(200, payloads.user(state, user, _expand(request)))) if user else nobody(state, request)
    )


def get_station_of(state: State, request: Request) -> Outcome:
    user = the_user(state, request)
    return Outcome(state, Response(200, payloads.user_stations(state, user))) if user else nobody(state, request)


def delete_station_of(state: State, request: Request) -> Outcome:
    """Give the phone back; there is an event of the user's station."""
    user = the_user(state, request)
    if user is None:
        return nobody(state, request)
    if user.id != user_of(request):
        return refuse(state, request, "not.authorized", hints=("a user gives back only the own phone",))
    given_back = {key: replace(s, user_id=None) for key, s in state.stations.items() if s.user_id == user.id}
    state = replace(state, stations={**state.stations, **given_back})
    text = Once(lambda: payloads.station_event(state, user))
    event = Event(f"v2.users.{user.id}.station", text, "station given back", request.correlation)
    return Outcome(state, Response(202, NOTHING), tellings=(lambda: (event,),))


def get_station(state: State, request: Request) -> Outcome:
    station = state.stations.get(request.params["stationId"])
    return Outcome(state, Response(200, payloads.station(state, station))) if station else nobody(state, request)


def the_user(state: State, request: Request) -> User | None:
    """The user of the path; "me" is no id here."""
    return state.user(request.params["userId"])


def nobody(state: State, request: Request) -> Outcome:
    """The refusal of an unknown user or station (PROTOCOL.md#the-signed-in-user)."""
    return refuse(state, request, "general.resource.not.found")


def _expand(request: Request) -> frozenset[str]:
    return frozenset(request.query.get("expand", "").split(","))


ROUTES: Final = (
    Route("getUsersMe", "GET", "/api/v2/users/me", Needs(frozenset({"user-basic-info"}), user=True), get_me),
    Route("getUser", "GET", _USER, _READ, get_user),
    Route("getUserStation", "GET", f"{_USER}/station", _READ, get_station_of),
    Route(
        "deleteUserStationAssociatedstation", "DELETE", f"{_USER}/station/associatedstation", _OWN, delete_station_of
    ),
    Route(
        "getStation",
        "GET",
        "/api/v2/stations/{stationId}",
        Needs(frozenset({"stations", "stations:readonly"})),
        get_station,
    ),
)
