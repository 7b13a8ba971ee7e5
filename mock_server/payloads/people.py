"""Users, their presence, phones and tokens as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..core.messages import Json
from ..core.model import PRESENCES, Client, State, Station, Token, User, uuid_of
from .values import Object, iso, reference, text_of


def user_me(state: State, user: User, token: Token, expand: frozenset[str]) -> Object:
    """UserMe; of the fields that `expand` asks for, those the mock knows."""
    more: dict[str, Callable[[], Json]] = {
        "organization": lambda: organization(state),
        "token": lambda: token_info(state, token),
        "date": lambda: {"currentDate": iso(state.now)},
    }
    return _person(state, user) | _expanded(_known_of(state, user) | more, expand)


def user(state: State, user: User, expand: frozenset[str]) -> Object:
    """User."""
    return _person(state, user) | _expanded(_known_of(state, user), expand)


def _person(state: State, user: User) -> Object:
    division = uuid_of(state.seed, "division", "Home")
    return {
        "id": user.id,
        "name": user.name,
        "division": reference("authorization/divisions", division, "Home"),
        "chat": {"jabberId": f"{user.id}@{state.organization_id}.orgspan.com"},
        "email": user.email,
        "state": "active",
        "username": user.email,
        "version": 1,
        "acdAutoAnswer": False,
        "selfUri": f"/api/v2/users/{user.id}",
    }


def _known_of(state: State, user: User) -> dict[str, Callable[[], Json]]:
    """What `expand` can add to any user."""
    return {
        "presence": lambda: presence(state, user),
        "routingStatus": lambda: routing_status(state, user),
        "station": lambda: user_stations(state, user),
        "authorization": lambda: {"roles": [], "permissions": [*sorted(user.permissions)]},
    }


def _expanded(known: Mapping[str, Callable[[], Json]], expand: frozenset[str]) -> Object:
    return {name: make() for name, make in known.items() if name in expand}


# ---- presence


def presence(state: State, user: User) -> Object:
    """UserPresence."""
    return {
        "source": "PURECLOUD",
        "primary": True,
        "presenceDefinition": presence_reference(state, user.presence) | {"systemPresence": user.presence},
        "message": user.presence_message,
        "modifiedDate": iso(state.now if user.presence_since is None else user.presence_since),
        "selfUri": f"/api/v2/users/{user.id}/presences/PURECLOUD",
    }


def presence_event(state: State, user: User) -> str:
    """PresenceEventUserPresence, as text: the body of `v2.users.{id}.presence`."""
    upper = state.settings.presence_event_case == "upper"
    name = user.presence.upper().replace(" ", "_") if upper else user.presence
    definition: Object = {"id": _presence_id(state, user.presence), "systemPresence": name}
    body = presence(state, user) | {"presenceDefinition": definition}
    del body["selfUri"]
    return text_of(body)


def presence_definitions(state: State) -> list[Json]:
    """An array of OrganizationPresence: the system's own, and no others."""
    return [
        presence_reference(state, name)
        | {
            "name": name,
            "languageLabels": {"en": name, "en_US": name},
            "systemPresence": name,
            "deactivated": False,
            "primary": True,
        }
        for name in PRESENCES
    ]


def presence_named(state: State, definition_id: str) -> str | None:
    """The system presence of a definition's id, or None."""
    return next((name for name in PRESENCES if _presence_id(state, name) == definition_id), None)


def presence_reference(state: State, name: str) -> Object:
    """PresenceDefinition without its system presence."""
    return reference("presence/definitions", _presence_id(state, name))


def _presence_id(state: State, name: str) -> str:
    return uuid_of(state.seed, "presence", name)


# ---- routing status


def routing_status(state: State, user: User) -> Object:
    """RoutingStatus."""
    return {"userId": user.id, **_routing(state, user)}


def routing_event(state: State, user: User) -> str:
    """UserRoutingStatusUserRoutingStatus, as text: the body of `v2.users.{id}.routingStatus`."""
    return text_of({"id": user.id, "routingStatus": _routing(state, user)})


def _routing(state: State, user: User) -> Object:
    """An agent who waits for calls and has one is interacting."""
    busy = user.routing_status == "IDLE" and any(True for _ in state.calls_of(user.id))
    since = state.now if user.routing_since is None else user.routing_since
    return {"status": "INTERACTING" if busy else user.routing_status, "startTime": iso(since)}


# ---- phones


def station(state: State, station: Station) -> Object:
    """Station."""
    more: Object = {"userId": station.user_id} if station.user_id else {}
    return {
        "id": station.id,
        "name": station.name,
        "status": "ASSOCIATED" if station.user_id else "AVAILABLE",
        "type": "inin_webrtc_softphone",
        "webRtcPersistentEnabled": False,
        "webRtcForceTurn": False,
        "selfUri": f"/api/v2/stations/{station.id}",
        **more,
    }


def user_stations(state: State, user: User) -> Object:
    """UserStations: the phone that the user has taken, if any."""
    mine = state.station_of(user.id)
    if mine is None:
        return {}
    owner: Object = {"id": user.id, "name": user.name, "version": 1, "selfUri": f"/api/v2/users/{user.id}"}
    one: Object = {"id": mine.id, "name": mine.name, "type": "inin_webrtc_softphone", "associatedUser": owner}
    return {"associatedStation": one, "effectiveStation": one}


def station_event(state: State, user: User) -> str:
    """UserStationChangeTopicUserStations, as text: the body of `v2.users.{id}.station`."""
    mine = state.station_of(user.id)
    return text_of(
        {"associatedStation": {"id": mine.id, "name": mine.name, "associatedUser": {"id": user.id}}} if mine else {}
    )


# ---- the organisation and its tokens


def organization(state: State) -> Object:
    """Organization."""
    return {
        "id": state.organization_id,
        "name": state.organization_name,
        "defaultLanguage": "en-us",
        "defaultCountryCode": "US",
        "domain": "hotmic.example",
        "version": 1,
        "state": "active",
        "voicemailEnabled": True,
        "productPlatform": "GenesysCloud",
        "features": {"purecloudVoice": True},
        "selfUri": f"/api/v2/organizations/{state.organization_id}",
    }


def token_info(state: State, token: Token) -> Object:
    """TokenInfo."""
    organization: Object = {"id": state.organization_id, "name": state.organization_name}
    client = state.clients.get(token.client_id) or Client(token.client_id, "")
    return {
        "organization": organization,
        "homeOrganization": organization,
        "authorizedScope": [*sorted(token.scopes)],
        "OAuthClient": {
            "id": client.id,
            "name": client.name,
            "authorizedGrantType": "CODE" if token.user_id else "CLIENT-CREDENTIALS",
            "scope": [*sorted(client.scopes)],
            "organization": organization,
        },
    }
