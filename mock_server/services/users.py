"""The user whose token it is (protocol reference 2.5)."""

from __future__ import annotations

from typing import Final

from .. import payloads
from ..messages import Outcome, Request, Response
from ..model import State
from ..refusals import refuse
from ..routing import Needs, Route
from .caller import user_of


def get_me(state: State, request: Request) -> Outcome:
    """The user, with the fields that `expand` names; unknown ones are left out."""
    user = state.user(user_of(request))
    if user is None or request.by is None:
        return refuse(state, request, "general.resource.not.found", status=404)
    expand = frozenset(request.query.get("expand", "").split(","))
    return Outcome(state, Response(200, payloads.user_me(state, user, request.by, expand)))


ROUTES: Final = (
    Route("getUsersMe", "GET", "/api/v2/users/me", Needs(frozenset({"user-basic-info"}), user=True), get_me),
)
