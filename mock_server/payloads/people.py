"""Users and their tokens as JSON."""

from __future__ import annotations

from collections.abc import Callable

from ..messages import Json
from ..model import Client, State, Token, User, uuid_of
from .values import Object, iso, reference


def user_me(state: State, user: User, token: Token, expand: frozenset[str]) -> Object:
    """UserMe; of the fields that `expand` asks for, those the mock knows."""
    division = uuid_of(state.seed, "division", "Home")
    known: dict[str, Callable[[], Json]] = {
        "presence": lambda: _presence(state, user),
        "routingStatus": lambda: {"userId": user.id, "status": _routing(state, user), "startTime": iso(state.now)},
        "station": lambda: {},
        "authorization": lambda: {"roles": [], "permissions": [*sorted(user.permissions)]},
        "organization": lambda: {"id": state.organization_id, "name": state.organization_name, "version": 1},
        "token": lambda: token_info(state, token),
        "date": lambda: {"currentDate": iso(state.now)},
    }
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
        **{name: make() for name, make in known.items() if name in expand},
    }


def _presence(state: State, user: User) -> Object:
    definition = reference("presence/definitions", uuid_of(state.seed, "presence", "Available"))
    return {
        "source": "PURECLOUD",
        "primary": True,
        "presenceDefinition": definition | {"systemPresence": "Available"},
        "message": "",
        "modifiedDate": iso(state.now),
        "selfUri": f"/api/v2/users/{user.id}/presences/PURECLOUD",
    }


def _routing(state: State, user: User) -> str:
    return "INTERACTING" if any(True for _ in state.calls_of(user.id)) else "IDLE"


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
