"""Calls as JSON, each in its REST and its event form, flat and nested: four shapes of the same legs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ..core.messages import Json
from ..core.model import Call, Participant, State, Wrapup
from .values import Object, iso, iso_or_none, present, reference, text_of

_EVENT_REASONS: Final = {"endpoint.donotdisturb": "endpoint.dnd", "transfer.donotdisturb": "transfer.dnd"}
_ALERTING_SECONDS: Final = 8  # as in a captured call event (PROTOCOL.md#topics-and-events)


def call(state: State, call: Call) -> Object:
    """CallConversation: flat, `muted` on the participant."""
    return _flat_head(call) | {
        "participants": [_flat_leg(state, p) for p in call.participants],
        "selfUri": f"/api/v2/conversations/calls/{call.id}",
    }


def call_event(call: Call) -> str:
    """ConversationCallEventTopicCallConversation, as text: the body of `v2.users.{id}.conversations.calls`.

    Queues have a model of their own, QueueConversationCallEventTopicCallConversation, with the same fields.
    """
    head = _flat_head(call) | {"address": call.address, "accessAttributes": []}
    return _with_legs(head, [_flat_event_leg(p) for p in call.participants])


def conversation(call: Call) -> Object:
    """Conversation: nested, `muted` in the participant's calls."""
    ended = max((p.end_time or 0.0 for p in call.participants), default=0.0) if call.ended else None
    return present(
        id=call.id,
        startTime=iso(call.start_time),
        endTime=iso_or_none(ended),
        address=call.address,
        participants=[_nested_leg(call.address, p) for p in call.participants],
        recordingState=_recording_of(call).upper(),
        divisions=[],
        securePause=False,
        selfUri=f"/api/v2/conversations/{call.id}",
    )


def conversation_event(call: Call) -> str:
    """ConversationEventTopicConversation, as text: the body of `v2.users.{id}.conversations`."""
    head: Object = {
        "id": call.id,
        "address": call.address,
        "recordingState": _recording_of(call),
        "accessAttributes": [],
        "securePause": False,
        "divisions": [],
    }
    return _with_legs(head, [_nested_event_leg(call.address, p) for p in call.participants])


def listing(uri: str, entities: list[Json], size: int = 25, number: int = 1, total: int | None = None) -> Object:
    """A page of an entity listing, the whole of it if `total` is not given.

    The paging values are assumed (PROTOCOL.md#listings).
    """
    total = len(entities) if total is None else total
    pages = -(-total // size)
    links = {"firstUri": 1, "lastUri": max(1, pages), "selfUri": number}
    links |= {"nextUri": number + 1} if number < pages else {}
    links |= {"previousUri": number - 1} if 1 < number <= pages else {}
    return {
        "entities": entities,
        "pageSize": size,
        "pageNumber": number,
        "total": total,
        "pageCount": pages,
        **{name: f"{uri}?pageSize={size}&pageNumber={page}" for name, page in links.items()},
    }


def _flat_head(call: Call) -> Object:
    state = _recording_of(call)
    return {"id": call.id, "otherMediaUris": [], "recordingState": state, "securePause": False, "divisions": []}


def _with_legs(head: Object, legs: list[str]) -> str:
    """A snapshot from its head and the texts of its legs, most of which are as they were in the snapshot before."""
    return f'{text_of(head)[:-1]},"participants":[{",".join(legs)}]}}'


def _flat_leg(state: State, p: Participant) -> Object:
    """CallMediaParticipant."""
    user = state.user(p.user_id)
    return _flat_common(p) | present(
        wrapup=_wrapup_of(p),
        startAlertingTime=iso(p.start_time) if user else None,
        disconnectType=p.disconnect_type,
        user=reference("users", user.id, user.name) if user else None,
        queue=p.queue_id and reference("routing/queues", p.queue_id),
        uuiData=p.uui_data or None,
    )


@lru_cache(maxsize=512)
def _flat_event_leg(p: Participant) -> str:
    """ConversationCallEventTopicCallMediaParticipant; its references have no selfUri."""
    alerted = p.user_id is not None
    leg = _flat_common(p) | present(
        wrapup=_wrapup_of(p),
        initialState=_initial_state(p),
        disconnectType=_event_reason(p),
        user=p.user_id and {"id": p.user_id},
        queue=p.queue_id and {"id": p.queue_id},
        queueMediaSettings={"alertingTimeoutSeconds": _ALERTING_SECONDS} if alerted else None,
    )
    return text_of(leg)


def _flat_common(p: Participant) -> Object:
    return present(
        id=p.id,
        name=p.name,
        address=p.address,
        startTime=iso(p.start_time),
        connectedTime=iso_or_none(p.connected_time),
        endTime=iso_or_none(p.end_time),
        startHoldTime=iso_or_none(p.start_hold_time),
        purpose=p.purpose,
        state=p.state,
        direction=p.direction,
        muted=p.muted,
        held=p.held,
        confined=p.confined,
        recording=p.recording,
        recordingState=_recording((p,)),
        securePause=False,
        wrapupRequired=p.wrapup_required,
        wrapupPrompt="optional" if p.wrapup_required else None,
        wrapupSkipped=p.wrapup_skipped,
        alertingTimeoutMs=_ALERTING_SECONDS * 1000 if p.user_id else None,
        mediaRoles=["full"],
        attributes=dict(p.attributes),
        consultParticipantId=p.consult_participant_id,
        provider="Edge",
    )


def _nested_leg(other: str, p: Participant) -> Object:
    """Participant, with one Call."""
    return _nested_common(p) | present(
        startTime=iso(p.start_time),
        userUri=p.user_id and f"/api/v2/users/{p.user_id}",
        wrapupSkipped=p.wrapup_skipped,
        calls=[_communication(other, p) | present(disconnectType=p.disconnect_type, uuiData=p.uui_data or None)],
    )


@lru_cache(maxsize=512)
def _nested_event_leg(other: str, p: Participant) -> str:
    """ConversationEventTopicParticipant, with one ConversationEventTopicCall."""
    call = _communication(other, p) | present(disconnectType=_event_reason(p))
    return text_of(_nested_common(p) | {"calls": [call]})


def _nested_common(p: Participant) -> Object:
    return present(
        id=p.id,
        name=p.name,
        connectedTime=iso_or_none(p.connected_time),
        endTime=iso_or_none(p.end_time),
        userId=p.user_id,
        queueId=p.queue_id,
        purpose=p.purpose,
        address=p.address,
        wrapupRequired=p.wrapup_required,
        wrapupPrompt="optional" if p.wrapup_required else None,
        mediaRoles=["full"],
        attributes=dict(p.attributes),
        consultParticipantId=p.consult_participant_id,
        wrapup=_wrapup_of(p),
    )


def _communication(other: str, p: Participant) -> Object:
    return present(
        id=p.communication_id,
        state=p.state,
        initialState=_initial_state(p),
        direction=p.direction,
        muted=p.muted,
        held=p.held,
        confined=p.confined,
        recording=p.recording,
        recordingState=_recording((p,)),
        securePause=False,
        startHoldTime=iso_or_none(p.start_hold_time),
        connectedTime=iso_or_none(p.connected_time),
        disconnectedTime=iso_or_none(p.end_time),
        provider="Edge",
        self=_address(p.address),
        other=_address(other),
    )


def _address(address: str) -> Object:
    return {"addressNormalized": address, "addressRaw": address}


def _recording(legs: Iterable[Participant]) -> str:
    return "active" if any(p.recording and not p.ended for p in legs) else "none"


def _recording_of(call: Call) -> str:
    """Of a whole call: what was set for it, else whether a leg is recorded."""
    return _recording(call.participants) if call.recording_state == "none" else call.recording_state


def _initial_state(p: Participant) -> str | None:
    return ("contacting" if p.direction == "outbound" else "alerting") if p.user_id else None


def _wrapup_of(p: Participant) -> Object | None:
    return wrapup(p.wrapup) if p.wrapup else None


def wrapup(w: Wrapup) -> Object:
    """Wrapup, as a participant carries it."""
    return present(
        code=w.code, notes=w.notes or None, tags=[*w.tags], durationSeconds=w.seconds, endTime=iso(w.end_time)
    )


def _event_reason(p: Participant) -> str | None:
    return p.disconnect_type and _EVENT_REASONS.get(p.disconnect_type, p.disconnect_type)
