"""Adds legs to calls: outgoing calls, added participants, and the job that connects a leg that was dialled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ... import payloads
from ...core.messages import Job, Outcome, Request, Response, Runner
from ...core.model import Call, Participant, State
from ...core.routing import Needs, Route
from ...core.values import replace
from ...payloads.refusals import refuse, refuse_body
from ..caller import user_of
from . import legs
from .finding import WRITE, readable
from .snapshots import snapshot, with_snapshots

_OUTGOING: Final = Needs(WRITE.scopes, frozenset({"conversation:call:add", "conversation:conference:add"}), user=True)
_CALLS: Final = "/api/v2/conversations/calls"
_WHO: Final = frozenset({"address", "user_id", "queue_id"})


def post_call(state: State, request: Request) -> Outcome:
    """Call somebody: the agent's own leg first, then those who are called; jobs connect them one after the other."""
    try:
        asked = payloads.read_model(request, "CreateCallRequest", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    others = asked.get("participants")
    who = [payloads.destination_of(other) for other in others] if isinstance(others, list) else []
    who += [{name: str(value) for name, value in asked.items() if name in _WHO}]
    who = [one for one in who if one]
    why_not = _nobody(state, request, who)
    if why_not is not None:
        return why_not
    on_behalf = str(asked.get("from_queue_id", "")) or None
    agent = {"user_id": user_of(request)}
    state, call_id = state.fresh("call")
    state, ids = fresh_leg(state)
    own = replace(
        newcomer(state, agent, ids, direction="outbound"), state="contacting", queue_id=on_behalf, purpose="agent"
    )
    call = Call(call_id, (own,), state.now, address=who[0].get("address", ""))
    for one in who:
        state, ids = fresh_leg(state)
        leg = newcomer(state, one, ids, direction="outbound")
        call = legs.joined(call, replace(leg, purpose="customer") if on_behalf and not leg.user_id else leg)
    jobs = tuple(connect(call, leg, request.correlation) for leg in call.participants if leg.state in _DIALLED)
    answer = Response(200, payloads.created_call(call))
    return Outcome(state.with_call(call), answer, jobs, tellings=snapshot(call, "outgoing call", request.correlation))


def post_participants(state: State, request: Request) -> Outcome:
    """Add people to a call; they are dialled or rung. Nothing else of the body has an effect, least of all on mute."""
    try:
        asked = payloads.read_model(request, "Conversation", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    call = readable(state, request)
    if isinstance(call, Outcome):
        return call
    coming = asked.get("participants")
    who = [payloads.destination_of(one) for one in coming] if isinstance(coming, list) else []
    why_not = _nobody(state, request, who)
    if why_not is not None:
        return why_not
    added: list[Participant] = []
    for one in who:
        state, ids = fresh_leg(state)
        added.append(newcomer(state, one, ids))
        call = legs.joined(call, added[-1])
    jobs = tuple(connect(call, leg, request.correlation) for leg in added if leg.state in _DIALLED)
    answer = Response(200, payloads.conversation(call))
    tellings = snapshot(call, "participants added", request.correlation)
    return Outcome(state.with_call(call), answer, jobs, tellings=tellings)


def connect_leg(state: State, job: Job) -> Outcome:
    """Connect a leg that was dialled."""
    call = state.call(job.call_id)
    leg = call.participant(job.participant_id) if call else None
    if call is None or leg is None or leg.ended:
        return Outcome(state)
    return with_snapshots(state, legs.confined_as_held(call.with_participant(legs.connected(state, leg))), job)


# ---- for consults and transfers as well

_DIALLED: Final = frozenset({"contacting", "dialing"})


def connect(call: Call, leg: Participant, correlation: str) -> Job:
    """The job in which a dialled leg answers."""
    return Job("connect_leg", call.id, leg.id, {}, f"{leg.purpose} answers", correlation)


def fresh_leg(state: State) -> tuple[State, tuple[str, str]]:
    """The state that has used the ids of a leg and of its communication, and the ids."""
    state, leg_id = state.fresh("leg")
    state, communication_id = state.fresh("communication")
    return state, (leg_id, communication_id)


def newcomer(state: State, who: Mapping[str, str], ids: tuple[str, str], *, direction: str = "inbound") -> Participant:
    """The leg of a user (it rings), of a queue (it waits), or of an address (it is dialled)."""
    user = state.user(who.get("user_id"))
    leg = Participant(
        id=ids[0],
        communication_id=ids[1],
        purpose="agent" if user else "acd" if "queue_id" in who else "external",
        name=user.name if user else who.get("name", who.get("address", "")),
        state="alerting" if user else "connected" if "queue_id" in who else "dialing",
        user_id=user.id if user else None,
        queue_id=who.get("queue_id"),
        address=f"sip:{user.id}@edge.example" if user else who.get("address", ""),
        direction="outbound" if direction == "outbound" else "inbound",
        start_time=state.now,
        wrapup_required=user is not None,
    )
    return replace(leg, connected_time=state.now) if leg.live else leg


def unknown_user(state: State, request: Request, who: Mapping[str, str]) -> Outcome | None:
    """Refuse a user that the organisation does not have."""
    user_id = who.get("user_id")
    if user_id is None or state.user(user_id) is not None:
        return None
    return refuse(state, request, "not.found", hints=(f"there is no user {user_id}",))


def _nobody(state: State, request: Request, who: list[dict[str, str]]) -> Outcome | None:
    """The refusal of a call to nobody, or to an unknown user."""
    if not who or not all(who):
        hint = "say who: an address (tel:+15550100), a user or a queue"
        return refuse(state, request, "bad.request", hints=(hint,))
    return next((refused for one in who if (refused := unknown_user(state, request, one))), None)


ROUTES: Final = (
    Route("postConversationsCalls", "POST", _CALLS, _OUTGOING, post_call, '{"phoneNumber": "+15550100"}'),
    Route(
        "postConversationsCallParticipants",
        "POST",
        f"{_CALLS}/{{conversationId}}/participants",
        WRITE,
        post_participants,
        '{"participants": [{"address": "tel:+15550100"}]}',
    ),
)
JOBS: Final[Mapping[str, Runner]] = {"connect_leg": connect_leg}
