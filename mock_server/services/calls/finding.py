"""Finds the call and the leg that a path names, for those who may have them; else refuses."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import Json, Outcome, Request
from ...core.model import Call, Participant, State
from ...core.routing import Needs
from ...payloads.refusals import bracketed, refuse, refuse_body
from ..caller import may, user_of

ANY_LEG: Final = "conversation:communication:disconnect"  # who has it may patch any leg (PROTOCOL.md#the-mute-request)
READ: Final = Needs(scopes=frozenset({"conversations", "conversations:readonly"}), user=True)
WRITE: Final = Needs(scopes=frozenset({"conversations"}), user=True)
CHANGE: Final = Needs(
    scopes=frozenset({"conversations"}),
    permissions=frozenset({"conversation:participant:wrapup", "conversation:call:record", ANY_LEG}),
    user=True,
    enforced=lambda settings: settings.mute_needs_permission,
)


def the_call(state: State, request: Request) -> Call | Outcome:
    """The call of the path."""
    call = state.call(request.params["conversationId"])
    return call if call is not None else refuse(state, request, "conversation.error.conversation.not.found")


def readable(state: State, request: Request) -> Call | Outcome:
    """The call of the path, for a user who is or was on it or may look at any."""
    call = the_call(state, request)
    if isinstance(call, Outcome):
        return call
    if not call.legs_of(user_of(request)) and not may(state, user_of(request), "conversation:communication:view"):
        return refuse(state, request, "conversation.error.not.conversation.participant")
    return call


def the_leg(state: State, request: Request) -> tuple[Call, Participant] | Outcome:
    """The call and the participant of the path."""
    call = the_call(state, request)
    if isinstance(call, Outcome):
        return call
    leg = call.participant(request.params["participantId"])
    return (call, leg) if leg is not None else refuse(state, request, "not.found", hints=(_who_is_there(call),))


def the_communication(state: State, request: Request) -> tuple[Call, Participant] | Outcome:
    """The call of the path, and the participant whose communication is there."""
    found = the_leg(state, request)
    if isinstance(found, Outcome) or found[1].communication_id == request.params["communicationId"]:
        return found
    return refuse(state, request, "not.found", hints=(f"the leg's communication is {found[1].communication_id}",))


def asked_of_communication(
    state: State, request: Request, model: str
) -> tuple[dict[str, Json], Call, Participant] | Outcome:
    """Return the body as a `model` ("": nothing is read), and the communication of the path by its call and participant."""
    try:
        asked = payloads.read_model(request, model, state.settings) if model else {}
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    found = the_communication(state, request)
    return found if isinstance(found, Outcome) else (asked, *found)


def not_yours(state: State, request: Request, leg: Participant) -> Outcome | None:
    """Refuse a change of another's leg without the permission for any leg; None when it is allowed."""
    if leg.user_id == user_of(request) or may(state, user_of(request), ANY_LEG):
        return None
    whose = f"the leg is {leg.name}'s ({leg.purpose}); without {ANY_LEG} a user may change only the own leg"
    if state.settings.foreign_leg_status == 403:
        return refuse(state, request, "missing.any.permissions", bracketed(frozenset({ANY_LEG})), hints=(whose,))
    return refuse(state, request, "conversation.error.user.not.party", hints=(whose,))


def _who_is_there(call: Call) -> str:
    legs = ", ".join(f"{p.purpose} {p.id} ({p.state})" for p in call.participants)
    return f"this call has no such participant; it has {legs}"
