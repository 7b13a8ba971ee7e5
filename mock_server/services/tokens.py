"""The token that a request came with (protocol reference 2.6, 4.2)."""

from __future__ import annotations

from typing import Final

from .. import payloads
from ..messages import Outcome, Request, Response
from ..model import State, Token
from ..routing import Needs, Route
from . import notifications

_NEEDS: Final = Needs(frozenset({"user-basic-info"}))


def get_me(state: State, request: Request) -> Outcome:
    return Outcome(state, Response(200, payloads.token_info(state, _token(request))))


def head_me(state: State, request: Request) -> Outcome:
    return Outcome(state, Response(200))


def delete_me(state: State, request: Request) -> Outcome:
    """Revoke the token."""
    value = _token(request).value
    ended = notifications.end_of_token(state, value)
    return Outcome(ended.state.without_token(value), Response(200), frames=ended.frames)


def _token(request: Request) -> Token:
    assert request.by is not None, "these routes are not public: the gateway has authenticated the request"
    return request.by


ROUTES: Final = (
    Route("getTokensMe", "GET", "/api/v2/tokens/me", _NEEDS, get_me),
    Route("headTokensMe", "HEAD", "/api/v2/tokens/me", _NEEDS, head_me),
    Route("deleteTokensMe", "DELETE", "/api/v2/tokens/me", _NEEDS, delete_me),
)
