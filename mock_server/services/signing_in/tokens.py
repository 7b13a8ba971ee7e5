"""The token that a request came with (PROTOCOL.md#a-token)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ... import payloads
from ...core.messages import Outcome, Request, Response
from ...core.model import State, Token
from ...core.routing import Needs, Route
from ...core.values import replace
from ..notifications import notifications

_NEEDS: Final = Needs(frozenset({"user-basic-info"}))


def get_me(state: State, request: Request) -> Outcome:
    return Outcome(state, Response(200, payloads.token_info(state, _token(request))))


def head_me(state: State, request: Request) -> Outcome:
    return Outcome(state, Response(200))


def delete_me(state: State, request: Request) -> Outcome:
    """Revoke the token."""
    return replace(revoked(state, (_token(request).value,)), response=Response(200))


def revoked(state: State, values: Iterable[str]) -> Outcome:
    """Return the state without these tokens, and without the refresh tokens given with them; their sockets receive a notice."""
    gone = dict.fromkeys(values)
    outcome = _ended(state, gone, revoked=True)
    left = {key: token for key, token in outcome.state.tokens.items() if key not in gone}
    refreshes = {key: refresh for key, refresh in outcome.state.refreshes.items() if refresh.token not in gone}
    return replace(outcome, state=replace(outcome.state, tokens=left, refreshes=refreshes))


def expired(state: State, values: Iterable[str]) -> Outcome:
    """Return the state in which these tokens have expired; a setting says whether their sockets close."""
    over = {value: replace(state.tokens[value], expires=state.now) for value in values}
    return _ended(replace(state, tokens={**state.tokens, **over}), over, revoked=False)


def _ended(state: State, values: Iterable[str], *, revoked: bool) -> Outcome:
    outcome = Outcome(state)
    for value in values:
        ended = notifications.end_of_token(outcome.state, value, revoked=revoked)
        outcome = replace(ended, frames=outcome.frames + ended.frames)
    return outcome


def _token(request: Request) -> Token:
    assert request.by is not None, "these routes are not public: the gateway has authenticated the request"
    return request.by


ROUTES: Final = (
    Route("getTokensMe", "GET", "/api/v2/tokens/me", _NEEDS, get_me),
    Route("headTokensMe", "HEAD", "/api/v2/tokens/me", _NEEDS, head_me),
    Route("deleteTokensMe", "DELETE", "/api/v2/tokens/me", _NEEDS, delete_me),
)
