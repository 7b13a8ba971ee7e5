"""The organisation that a token is of."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import Outcome, Request, Response
from ...core.model import State
from ...core.routing import Needs, Route


def get_me(state: State, request: Request) -> Outcome:
    return Outcome(state, Response(200, payloads.organization(state)))


ROUTES: Final = (
    Route(
        "getOrganizationsMe",
        "GET",
        "/api/v2/organizations/me",
        Needs(frozenset({"organization", "organization:readonly"})),
        get_me,
    ),
)
