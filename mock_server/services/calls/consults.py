"""Consulting and transferring: an agent speaks to somebody else while the customer waits, or hands the call over.

The participant of a consult's path is the one to be transferred; who consults is the user of the token, or another by
`consultingUserId` (assumed: the definition says no more). Either leg is taken in the path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ... import payloads
from ...core.messages import NOTHING, Job, Json, Outcome, Request, Response, Runner
from ...core.model import Call, Participant, State
from ...core.routing import Needs, Route
from ...core.values import replace
from ...payloads.refusals import refuse, refuse_body
from ..caller import user_of
from . import legs
from .calls import LEG, aftermath
from .finding import WRITE, not_yours, the_leg
from .newcomers import connect, fresh_leg, newcomer, unknown_user
from .snapshots import with_snapshots

_CONSULT: Final = Needs(WRITE.scopes, frozenset({"conversation:communication:consultTransfer"}), user=True)


def post_consult(state: State, request: Request) -> Outcome:
    """Begin a consult with somebody before a transfer; the answer names the leg that will be theirs."""
    try:
        asked = payloads.read_model(request, "ConsultTransfer", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    who = payloads.destination_of(asked.get("destination"))
    if not who:
        return refuse(
            state, request, "bad.request", hints=("a consult has a destination: an address, a user or a queue",)
        )
    found = _consulting(state, request, str(asked.get("consulting_user_id", "")) or user_of(request))
    if isinstance(found, Outcome):
        return found
    call, agent = found
    if agent.consult_participant_id:
        return refuse(state, request, "request.conflict", hints=("this agent consults somebody already",))
    why_not = not_yours(state, request, agent) or unknown_user(state, request, who)
    if why_not is not None:
        return why_not
    state, ids = fresh_leg(state)
    changes: dict[str, Json] = {**who, "leg": ids[0], "communication": ids[1], "speak_to": _speak_to(asked)}
    job = Job("begin_consult", call.id, agent.id, changes, "consult begins", request.correlation)
    return Outcome(state, Response(200, payloads.consult(ids[0])), jobs=(job,))


def patch_consult(state: State, request: Request) -> Outcome:
    """Change who hears the agent."""
    try:
        asked = payloads.read_model(request, "ConsultTransferUpdate", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    found = _in_consult(state, request, str(asked.get("consulting_user_id", "")) or user_of(request))
    if isinstance(found, Outcome):
        return found
    call, agent = found
    to = _speak_to(asked)
    job = Job("speak_to", call.id, agent.id, {"speak_to": to}, f"speakTo={to}", request.correlation)
    return Outcome(state, Response(200, payloads.consult(str(agent.consult_participant_id))), jobs=(job,))


def delete_consult(state: State, request: Request) -> Outcome:
    """End the consult without a transfer."""
    found = _in_consult(state, request, user_of(request))
    if isinstance(found, Outcome):
        return found
    call, agent = found
    job = Job("end_consult", call.id, agent.id, {}, "consult ends", request.correlation)
    return Outcome(state, Response(state.settings.deleted_status, NOTHING), jobs=(job,))


def post_replace(state: State, request: Request) -> Outcome:
    """Transfer the call to somebody else, who replaces this leg: 202 and a job."""
    try:
        asked = payloads.read_model(request, "TransferRequest", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    who = {name: str(asked[name]) for name in ("user_id", "address", "queue_id") if asked.get(name)}
    if not who:
        return refuse(state, request, "bad.request", hints=("a transfer goes to a userId, an address or a queueId",))
    found = the_leg(state, request)
    if isinstance(found, Outcome):
        return found
    call, leg = found
    if leg.ended:
        return refuse(state, request, "conversation.error.call.disconnected")
    why_not = not_yours(state, request, leg) or unknown_user(state, request, who)
    if why_not is not None:
        return why_not
    state, ids = fresh_leg(state)
    changes: dict[str, Json] = {**who, "leg": ids[0], "communication": ids[1]}
    job = Job("replace_leg", call.id, leg.id, changes, "transfer", request.correlation)
    return Outcome(state, Response(202, NOTHING), jobs=(job,))


# ---- what the jobs do


def begin_consult(state: State, job: Job) -> Outcome:
    """Hold the agent's leg and let the new leg ring; the held flag was seen to flap at this moment.

    PROTOCOL.md#order-and-duplicates has the observation.
    """
    found = _live(state, job)
    if found is None:
        return Outcome(state)
    call, agent = found
    target = _newcomer(state, job.changes)
    to = str(job.changes["speak_to"])
    call = legs.consulting(state, call, agent, target)
    if to != "DESTINATION":
        call = legs.speaking(state, call, call.participant(agent.id) or agent, to)
    jobs = (connect(call, target, job.correlation),) if target.state == "dialing" else ()
    outcome = replace(with_snapshots(state, call, job), jobs=jobs)
    seconds = state.settings.consult_flap_seconds
    if not seconds or to != "DESTINATION":
        return outcome
    flap = replace(job, kind="flap_hold", after=0.0)
    flaps = [replace(flap, changes={"held": on}, about=f"held={payloads.text_of(on)}") for on in (False, True)]
    return replace(outcome, later=((seconds, flaps[0]), (2 * seconds, flaps[1])))


def flap_hold(state: State, job: Job) -> Outcome:
    """Change the held flag of the agent's leg, and nothing else, during the consult."""
    found = _live(state, job)
    if found is None or not found[1].consult_participant_id:
        return Outcome(state)
    call, agent = found
    return with_snapshots(state, call.with_participant(legs.held(state, agent, bool(job.changes["held"]))), job)


def speak_to(state: State, job: Job) -> Outcome:
    found = _live(state, job)
    if found is None:
        return Outcome(state)
    return with_snapshots(state, legs.speaking(state, *found, str(job.changes["speak_to"])), job)


def end_consult(state: State, job: Job) -> Outcome:
    found = _live(state, job)
    return Outcome(state) if found is None else with_snapshots(state, legs.consult_ended(state, *found), job)


def replace_leg(state: State, job: Job) -> Outcome:
    """End the leg by transfer, and keep it in the list; the new one rings, is dialled, or waits in a queue."""
    call = state.call(job.call_id)
    leg = call.participant(job.participant_id) if call else None
    if call is None or leg is None or leg.ended:
        return Outcome(state)
    instead = _newcomer(state, job.changes)
    instead = replace(instead, queue_id=instead.queue_id or leg.queue_id) if instead.user_id else instead
    call = legs.replaced(state, call, leg, instead)
    jobs = (connect(call, instead, job.correlation),) if instead.state == "dialing" else ()
    return replace(with_snapshots(state, call, job), jobs=jobs, later=aftermath(state, job, leg.id, "transfer"))


# ---- inside


def _consulting(state: State, request: Request, user_id: str) -> tuple[Call, Participant] | Outcome:
    """The call of the path and the live leg of who consults."""
    found = the_leg(state, request)
    if isinstance(found, Outcome):
        return found
    call, leg = found
    if leg.ended:
        return refuse(state, request, "conversation.error.call.disconnected")
    agent = call.live_leg_of(user_id)
    if agent is None:
        return refuse(state, request, "conversation.error.not.conversation.participant")
    return call, agent


def _in_consult(state: State, request: Request, user_id: str) -> tuple[Call, Participant] | Outcome:
    found = _consulting(state, request, user_id)
    if isinstance(found, Outcome):
        return found
    call, agent = found
    if not agent.consult_participant_id:
        return refuse(state, request, "request.conflict", hints=("this agent consults nobody",))
    return not_yours(state, request, agent) or (call, agent)


def _live(state: State, job: Job) -> tuple[Call, Participant] | None:
    call = state.call(job.call_id)
    leg = call.participant(job.participant_id) if call else None
    return (call, leg) if call is not None and leg is not None and leg.live else None


def _newcomer(state: State, changes: Mapping[str, Json]) -> Participant:
    who = {name: str(value) for name, value in changes.items() if name in ("address", "name", "user_id", "queue_id")}
    return newcomer(state, who, (str(changes["leg"]), str(changes["communication"])))


def _speak_to(asked: Mapping[str, Json]) -> str:
    return str(asked.get("speak_to", "DESTINATION"))


_PATH: Final = f"{LEG}/consult"
_EXAMPLE: Final = '{"speakTo": "DESTINATION", "destination": {"address": "tel:+15550100"}}'
ROUTES: Final = (
    Route("postConversationsCallParticipantConsult", "POST", _PATH, _CONSULT, post_consult, _EXAMPLE),
    Route("patchConversationsCallParticipantConsult", "PATCH", _PATH, WRITE, patch_consult, '{"speakTo": "BOTH"}'),
    Route("deleteConversationsCallParticipantConsult", "DELETE", _PATH, WRITE, delete_consult),
    Route(
        "postConversationsCallParticipantReplace",
        "POST",
        f"{LEG}/replace",
        WRITE,
        post_replace,
        '{"address": "tel:+15550100"}',
    ),
)
JOBS: Final[Mapping[str, Runner]] = {
    "begin_consult": begin_consult,
    "flap_hold": flap_hold,
    "speak_to": speak_to,
    "end_consult": end_consult,
    "replace_leg": replace_leg,
}
