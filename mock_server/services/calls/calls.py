"""Calls, flat: reading them, and the PATCH that mutes (PROTOCOL.md#muting-over-rest, PROTOCOL.md#read-models).

The PATCH is only accepted; a job changes the leg later, and each user of the call gets a snapshot after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ... import payloads
from ...core.messages import NOTHING, Job, Json, Outcome, Request, Response, Runner
from ...core.model import Call, Channel, Participant, State
from ...core.routing import Route
from ...core.values import cache_last_call, replace
from ...payloads.refusals import refuse, refuse_body
from ..caller import user_of
from ..notifications.topics import subscribed_as
from . import legs
from .finding import CHANGE, READ, WRITE, asked_of_communication, not_yours, readable, the_leg
from .snapshots import snapshot, topics_of, with_snapshots

PATCH_EXAMPLE: Final = '{"muted": true}'
_MUTES: Final = f"patchConversationsCallParticipant takes PATCH {PATCH_EXAMPLE}"
# After the end of a leg only its wrap-up may change.
_OF_LIVE_LEGS: Final = frozenset({"muted", "held", "confined", "recording", "state"})


def get_calls(state: State, request: Request) -> Outcome:
    """The calls in which the user has a leg that is not over."""
    entities: list[Json] = [payloads.call(state, call) for call in state.calls_of(user_of(request))]
    return Outcome(state, Response(200, payloads.listing("/api/v2/conversations/calls", entities)))


def get_call(state: State, request: Request) -> Outcome:
    found = readable(state, request)
    return found if isinstance(found, Outcome) else Outcome(state, Response(200, payloads.call(state, found)))


def patch_participant(state: State, request: Request) -> Outcome:
    """Answer 202 with a job that changes the leg later, or the reason why not."""
    try:
        changes = payloads.read_model(request, "MediaParticipantRequest", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad, (_MUTES,))
    found = the_leg(state, request)
    if isinstance(found, Outcome):
        return found
    call, leg = found
    why_not = not_yours(state, request, leg) or not_possible(state, request, call, leg, changes)
    if why_not is not None:
        return why_not
    body: Json = {}
    answer = Response(202, body if state.settings.accepted_body == "object" else NOTHING)
    return Outcome(state, answer, jobs=(update(state, request, call, leg, changes),), hints=_unheard(state, leg))


def patch_communication(state: State, request: Request) -> Outcome:
    """Hang one communication of a leg up; everything else that the body may say is refused (PROTOCOL.md#operations-beside-it)."""
    found = asked_of_communication(state, request, "MediaParticipantRequest")
    if isinstance(found, Outcome):
        return found
    changes, call, leg = found
    if changes != {"state": "disconnected"}:
        return refuse(state, request, "communication.state.required", hints=(f"this only hangs up; {_MUTES}",))
    why_not = not_yours(state, request, leg) or not_possible(state, request, call, leg, changes)
    return why_not or Outcome(state, Response(200, {}), jobs=(update(state, request, call, leg, changes),))


def update_participant(state: State, job: Job) -> Outcome:
    """Change the leg some time after the 202, in the call as it is then: a leg that has ended stays as it was."""
    call = state.call(job.call_id)
    leg = call.participant(job.participant_id) if call else None
    if call is None or leg is None or (leg.ended and _OF_LIVE_LEGS & job.changes.keys()):
        return Outcome(state)
    outcome = with_snapshots(state, legs.changed(state, call, leg, job.changes), job)
    copies = _copies(state, job.changes)
    if copies != 1:
        outcome = replace(outcome, tellings=outcome.tellings * copies)
    if job.changes.get("state") == "disconnected":
        return replace(outcome, later=aftermath(state, job, leg.id, legs.final_reason(leg)))
    return outcome


def aftermath(state: State, job: Job, leg_id: str, reason: str) -> tuple[tuple[float, Job], ...]:
    """Return the jobs that follow the end of a leg: its final reason, another snapshot (PROTOCOL.md#order-and-duplicates)."""
    wait = state.settings.disconnect_settles_seconds
    settle = replace(job, kind="settle_end", participant_id=leg_id, changes={"disconnect_type": reason}, after=0.0)
    again = replace(settle, kind="repeat_snapshot", changes={}, about="repeated")
    settling = ((wait, replace(settle, about=f"disconnectType={reason}")),) if wait else ()
    return (*settling, *((wait, again),) * state.settings.trailing_snapshots)


def settle_end(state: State, job: Job) -> Outcome:
    call = state.call(job.call_id)
    leg = call.participant(job.participant_id) if call else None
    if call is None or leg is None:
        return Outcome(state)
    return with_snapshots(state, legs.settled(call, leg, str(job.changes["disconnect_type"])), job)


def repeat_snapshot(state: State, job: Job) -> Outcome:
    call = state.call(job.call_id)
    return Outcome(state, tellings=snapshot(call, job.about, job.correlation) if call else ())


def _copies(state: State, changes: Mapping[str, Json]) -> int:
    """Return how many snapshots these changes make."""
    if "held" in changes:
        return state.settings.snapshots_per_hold
    return state.settings.snapshots_per_mute if "muted" in changes else 1


def update(state: State, request: Request, call: Call, leg: Participant, changes: Mapping[str, Json]) -> Job:
    """Return the job that makes these changes of a leg, after the answer."""
    about = " ".join([f"{name}={payloads.text_of(value)}" for name, value in changes.items()]) or "no change"
    after = state.settings.apply_seconds
    return Job("update_participant", call.id, leg.id, changes, about, request.correlation, after=after)


def _unheard(state: State, leg: Participant) -> tuple[str, ...]:
    """Return a hint for a page that gets no event of its mute, because it is subscribed to no topic of it."""
    return _unheard_on(state.channels, leg.user_id, leg.queue_id) if leg.user_id is not None else ()


@cache_last_call
def _unheard_on(channels: Mapping[str, Channel], user_id: str, queue_id: str | None) -> tuple[str, ...]:
    topics = topics_of((user_id,), (queue_id,))
    subscribed = [channel.topics for channel in channels.values() if channel.user_id == user_id]
    if any(subscribed_as(own, topic) for own in subscribed for both in topics for topic in both):
        return ()
    nobody = "to which none of this user's channels is subscribed"
    return (f"202 says accepted, not muted: events of the change come on {topics[0][0]}, {nobody}",)


# ---- why not


def not_possible(
    state: State, request: Request, call: Call, leg: Participant, changes: Mapping[str, Json]
) -> Outcome | None:
    code = _not_possible(state, call, leg, changes)
    return refuse(state, request, code) if code else None


def _not_possible(state: State, call: Call, leg: Participant, changes: Mapping[str, Json]) -> str:
    """Return the error code of the first reason against these changes, or ""."""
    if leg.ended and _OF_LIVE_LEGS & changes.keys():
        return "conversation.error.call.disconnected"
    if changes.get("state") not in (None, "connected", "disconnected"):
        return "conversation.participant.update.invalid"
    if leg.state == "alerting" and changes.get("held") is True:
        return "conversation.error.hold.alerting"
    if _mute_too_soon(state, leg, changes):
        return "request.conflict"
    if changes.get("confined") is True and not _is_conference(call):
        return "conversation.error.cannot.confine.party"
    return "conversation.error.wrapup.code.required" if _wrapup_without_code(changes) else ""


def _mute_too_soon(state: State, leg: Participant, changes: Mapping[str, Json]) -> bool:
    return leg.state == "alerting" and changes.get("muted") is True and state.settings.mute_alerting == "conflict"


def _is_conference(call: Call) -> bool:
    return sum(p.live and p.user_id is not None for p in call.participants) > 1


def _wrapup_without_code(changes: Mapping[str, Json]) -> bool:
    wrapup = changes.get("wrapup")
    return isinstance(wrapup, dict) and not wrapup.get("code")


_ONE: Final = "/api/v2/conversations/calls/{conversationId}"
LEG: Final = f"{_ONE}/participants/{{participantId}}"
COMMUNICATION: Final = f"{LEG}/communications/{{communicationId}}"
ROUTES: Final = (
    Route("getConversationsCalls", "GET", "/api/v2/conversations/calls", READ, get_calls),
    Route("getConversationsCall", "GET", _ONE, READ, get_call),
    Route("patchConversationsCallParticipant", "PATCH", LEG, CHANGE, patch_participant, PATCH_EXAMPLE),
    Route(
        "patchConversationsCallParticipantCommunication",
        "PATCH",
        COMMUNICATION,
        WRITE,
        patch_communication,
        '{"state": "disconnected"}',
    ),
)
JOBS: Final[Mapping[str, Runner]] = {
    "update_participant": update_participant,
    "settle_end": settle_end,
    "repeat_snapshot": repeat_snapshot,
}
