"""Changes a call as a whole: its recording, a merge of two calls, the end for everybody.

None of it mutes anybody (PROTOCOL.md#operations-beside-it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from ... import payloads
from ...core.messages import NOTHING, Job, Json, Outcome, Request, Response, Runner
from ...core.model import State
from ...core.routing import Needs, Route
from ...core.values import replace
from ...payloads.refusals import refuse, refuse_body
from . import legs
from .calls import aftermath
from .finding import ANY_LEG, WRITE, the_call
from .newcomers import fresh_leg
from .snapshots import snapshot, with_snapshots

_NEEDS: Final = Needs(WRITE.scopes, frozenset({ANY_LEG}), user=True)
_RECORDING: Final[Mapping[str, Literal["none", "active", "paused"]]] = {
    "NONE": "none",
    "ACTIVE": "active",
    "PAUSED": "paused",
}


def patch_call(state: State, request: Request) -> Outcome:
    """Answer 200 with the conversation as it still is, or 202 where a recording pauses or goes on; jobs make the changes."""
    try:
        asked = payloads.read_model(request, "Conversation", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    call = the_call(state, request)
    if isinstance(call, Outcome):
        return call
    if asked.get("state") not in (None, "disconnected"):
        return refuse(state, request, "conversation.participant.update.invalid")
    others = asked.get("conversation_ids")
    wanted = [str(other) for other in others if other != call.id] if isinstance(others, list) else []
    unknown = [other for other in wanted if state.call(other) is None]
    if unknown:
        return refuse(state, request, "conversation.error.conversation.not.found", hints=(f"no call is {unknown[0]}",))
    jobs = [_job(call.id, "merge_call", {"other": other}, request) for other in wanted]
    changes: dict[str, Json] = {name: asked[name] for name in ("recording_state", "state") if name in asked}
    if changes:
        jobs.append(_job(call.id, "update_call", changes, request))
    paused = "paused" in (call.recording_state, str(asked.get("recording_state", "")).lower())
    status = 202 if paused and "recording_state" in asked else 200
    return Outcome(state, Response(status, payloads.conversation(call)), jobs=tuple(jobs))


def delete_conversation(state: State, request: Request) -> Outcome:
    """Disconnect everybody, by a job."""
    call = the_call(state, request)
    if isinstance(call, Outcome):
        return call
    job = _job(call.id, "update_call", {"state": "disconnected"}, request)
    return Outcome(state, Response(state.settings.deleted_status, NOTHING), jobs=(job,))


def update_call(state: State, job: Job) -> Outcome:
    call = state.call(job.call_id)
    if call is None:
        return Outcome(state)
    if "recording_state" in job.changes:
        call = replace(call, recording_state=_RECORDING[str(job.changes["recording_state"])])
    if job.changes.get("state") != "disconnected" or call.ended:
        return with_snapshots(state, call, job)
    trailing = tuple(later for later in aftermath(state, job, "", "") if later[1].kind == "repeat_snapshot")
    return replace(with_snapshots(state, legs.all_hung_up(state, call), job), later=trailing)


def merge_call(state: State, job: Job) -> Outcome:
    call, other = state.call(job.call_id), state.call(str(job.changes["other"]))
    if call is None or other is None:
        return Outcome(state)
    ids: list[tuple[str, str]] = []
    for _ in other.participants:
        state, fresh = fresh_leg(state)
        ids.append(fresh)
    call, other = legs.merged(state, call, other, ids)
    tellings = snapshot(call, job.about, job.correlation) + snapshot(other, job.about, job.correlation)
    return Outcome(state.with_call(call).with_call(other), tellings=tellings)


def _job(call_id: str, kind: str, changes: Mapping[str, Json], request: Request) -> Job:
    about = " ".join(f"{name}={payloads.text_of(value)}" for name, value in changes.items())
    return Job(kind, call_id, "", changes, f"call {about}", request.correlation)


ROUTES: Final = (
    Route(
        "patchConversationsCall",
        "PATCH",
        "/api/v2/conversations/calls/{conversationId}",
        _NEEDS,
        patch_call,
        '{"recordingState": "PAUSED"}',
    ),
    Route("deleteConversation", "DELETE", "/api/v2/conversations/{conversationId}", _NEEDS, delete_conversation),
)
JOBS: Final[Mapping[str, Runner]] = {"update_call": update_call, "merge_call": merge_call}
