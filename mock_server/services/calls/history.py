"""The calls that a user was on, newest first."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import Json, Outcome, Request, Response
from ...core.model import State
from ...core.routing import Route
from ..caller import user_of
from .finding import READ

_PATH: Final = "/api/v2/conversations/calls/history"
_LARGEST: Final = 100  # entries of a page


def get_history(state: State, request: Request) -> Outcome:
    """The calls that are over for the user, a page at a time."""
    user = user_of(request)
    past = [call for call in state.calls.values() if call.legs_of(user) and all(p.ended for p in call.legs_of(user))]
    past.sort(key=lambda call: call.start_time, reverse=True)
    size, number = _number(request, "pageSize", 25, _LARGEST), _number(request, "pageNumber", 1, 10**6)
    page: list[Json] = [payloads.past_call(state, call) for call in past[(number - 1) * size : number * size]]
    return Outcome(state, Response(200, payloads.listing(_PATH, page, size, number, len(past))))


def _number(request: Request, name: str, usual: int, most: int) -> int:
    """A number of the query, from 1 to `most`; the usual one where it is none."""
    text = request.query.get(name, "")[:9]
    return min(int(text), most) if text.isascii() and text.isdecimal() and int(text) else usual


ROUTES: Final = (Route("getConversationsCallsHistory", "GET", _PATH, READ, get_history),)
