"""Wrap-up, history and the small answers of calls as JSON."""

from __future__ import annotations

from ..core.messages import Json
from ..core.model import Call, Participant, State, Wrapup, uuid_of
from .calls import wrapup
from .values import Object, iso, iso_or_none, present, reference

# The wrap-up codes of the invented organisation.
_CODES = ("Follow-up needed", "Resolved", "Wrong department")


def created_call(call: Call) -> Object:
    """CreateCallResponse."""
    return {"id": call.id, "selfUri": f"/api/v2/conversations/calls/{call.id}"}


def consult(participant_id: str) -> Object:
    """ConsultTransferResponse."""
    return {"destinationParticipantId": participant_id}


def assigned_wrapup(w: Wrapup) -> Object:
    """AssignedWrapupCode, which has the fields of a participant's wrap-up."""
    return wrapup(w)


def wrapup_codes(state: State) -> list[Json]:
    """An array of WrapupCode."""
    division = reference("authorization/divisions", uuid_of(state.seed, "division", "Home"), "Home")
    codes = [(uuid_of(state.seed, "wrapup code", name), name) for name in _CODES]
    return [reference("routing/wrapupcodes", code, name) | {"division": division} for code, name in codes]


def past_call(state: State, call: Call) -> Object:
    """CallHistoryConversation."""
    agents = [p for p in call.participants if p.user_id is not None]
    return {
        "id": call.id,
        "participants": [_past_leg(state, p) for p in call.participants],
        "direction": agents[0].direction,
        "wentToVoicemail": False,
        "missedCall": all(p.connected_time is None for p in agents),
        "startTime": iso(call.start_time),
        "wasConference": len({p.user_id for p in agents if p.connected_time is not None}) > 1,
        "wasCallback": False,
        "hadScreenShare": False,
        "hadCobrowse": False,
        "wasOutboundCampaign": False,
        "selfUri": f"/api/v2/conversations/calls/{call.id}",
    }


def _past_leg(state: State, p: Participant) -> Object:
    """CallHistoryParticipant."""
    user = state.user(p.user_id)
    return present(
        id=p.id,
        name=p.name,
        address=p.address,
        startTime=iso(p.start_time),
        endTime=iso_or_none(p.end_time),
        purpose=p.purpose,
        direction=p.direction,
        user=reference("users", user.id, user.name) | {"version": 1} if user else None,
        disconnectType=p.disconnect_type,
        didInteract=p.connected_time is not None,
    )
