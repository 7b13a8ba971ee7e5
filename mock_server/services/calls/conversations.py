"""Conversations of any medium, nested; calls are the only medium here (PROTOCOL.md#a-generic-conversation)."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import Json, Outcome, Request, Response
from ...core.model import State
from ...core.routing import Needs, Route
from ..caller import user_of
from .calls import PATCH_EXAMPLE, patch_participant
from .finding import CHANGE, READ, readable

_READ_ONE: Final = Needs(READ.scopes, frozenset({"conversation:communication:view"}), user=True)


def get_conversations(state: State, request: Request) -> Outcome:
    """The user's conversations; `communicationType` picks one medium."""
    calls = state.calls_of(user_of(request)) if request.query.get("communicationType", "call").lower() == "call" else ()
    entities: list[Json] = [payloads.conversation(call) for call in calls]
    return Outcome(state, Response(200, payloads.listing("/api/v2/conversations", entities)))


def get_conversation(state: State, request: Request) -> Outcome:
    found = readable(state, request)
    return found if isinstance(found, Outcome) else Outcome(state, Response(200, payloads.conversation(found)))


_READ_ALL: Final = Needs(READ.scopes, user=True, of_user=lambda settings: settings.application_listing == "not.a.user")
ROUTES: Final = (
    Route("getConversations", "GET", "/api/v2/conversations", _READ_ALL, get_conversations),
    Route("getConversation", "GET", "/api/v2/conversations/{conversationId}", _READ_ONE, get_conversation),
    Route(
        "patchConversationParticipant",
        "PATCH",
        "/api/v2/conversations/{conversationId}/participants/{participantId}",
        CHANGE,
        patch_participant,
        PATCH_EXAMPLE,
    ),
)
