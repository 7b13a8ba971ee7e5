"""Calls, flat: reading them, and the PATCH that mutes (protocol reference, sections 1 and 2).

The PATCH is only accepted; a job changes the leg later, and each user of the call is told by a snapshot after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .. import payloads
from ..messages import NOTHING, Event, Job, Json, Outcome, Request, Response, Runner
from ..model import Call, Participant, State
from ..refusals import bracketed, refuse, refuse_body
from ..routing import Needs, Route
from ..values import Once, replace
from .caller import may, user_of

READ: Final = Needs(scopes=frozenset({"conversations", "conversations:readonly"}), user=True)
ANY_LEG: Final = "conversation:communication:disconnect"  # who has it may patch any leg (reference 1.1)
CHANGE: Final = Needs(
    scopes=frozenset({"conversations"}),
    permissions=frozenset({"conversation:participant:wrapup", "conversation:call:record", ANY_LEG}),
    user=True,
    enforced=lambda settings: settings.mute_needs_permission,
)

# After the end of a leg only its wrap-up may change.
_OF_LIVE_LEGS: Final = frozenset({"muted", "held", "confined", "recording", "state"})
_CUSTOMERS: Final = frozenset({"customer", "external"})


def get_calls(state: State, request: Request) -> Outcome:
    """The calls in which the user has a leg that is not over."""
    entities: list[Json] = [payloads.call(state, call) for call in state.calls_of(user_of(request))]
    return Outcome(state, Response(200, payloads.listing("/api/v2/conversations/calls", entities)))


def get_call(state: State, request: Request) -> Outcome:
    found = readable(state, request)
    return found if isinstance(found, Outcome) else Outcome(state, Response(200, payloads.call(state, found)))


def readable(state: State, request: Request) -> Call | Outcome:
    """The call of the path, for a user who is or was on it or may look at any; else the refusal."""
    call = state.call(request.params["conversationId"])
    if call is None:
        return refuse(state, request, "conversation.error.conversation.not.found")
    if not call.legs_of(user_of(request)) and not may(state, user_of(request), "conversation:communication:view"):
        return refuse(state, request, "conversation.error.not.conversation.participant")
    return call


def patch_participant(state: State, request: Request) -> Outcome:
    """202 and a job, or the reason why not; nothing is changed yet."""
    try:
        strict = state.settings.unknown_property == "refuse"
        changes = payloads.read_participant_change(request, strict=strict)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    call = state.call(request.params["conversationId"])
    if call is None:
        return refuse(state, request, "conversation.error.conversation.not.found")
    leg = call.participant(request.params["participantId"])
    if leg is None:
        return refuse(state, request, "not.found", hints=(_who_is_there(call),))
    why_not = _not_yours(state, request, leg) or _not_possible(state, request, call, leg, changes)
    if why_not is not None:
        return why_not
    body: Json = {}
    answer = Response(202, body if state.settings.accepted_body == "object" else NOTHING)
    about = " ".join(f"{name}={payloads.text_of(value)}" for name, value in changes.items()) or "no change"
    job = Job("update_participant", call.id, leg.id, changes, about, request.correlation)
    return Outcome(state, answer, jobs=(job,))


def update_participant(state: State, job: Job) -> Outcome:
    """What Genesys does some time after the 202, to the call as it is then: a leg that has ended stays as it was."""
    call = state.call(job.call_id)
    leg = call.participant(job.participant_id) if call else None
    if call is None or leg is None or (leg.ended and _OF_LIVE_LEGS & job.changes.keys()):
        return Outcome(state)
    after = changed(state, call, leg, job.changes)
    if after == call and not state.settings.event_when_unchanged:
        return Outcome(state)
    state = state if after == call else state.with_call(after)
    snapshots = state.settings.snapshots_per_hold if "held" in job.changes else 1
    return Outcome(state, events=snapshot(after, job.about, job.correlation) * snapshots)


def snapshot(call: Call, about: str, correlation: str) -> tuple[Event, ...]:
    """The events that tell a call to everyone who has or had a leg in it, in both shapes."""
    shapes = (
        ("conversations.calls", Once(lambda: payloads.call_event(call))),
        ("conversations", Once(lambda: payloads.conversation_event(call))),
    )
    users = dict.fromkeys(p.user_id for p in call.participants if p.user_id is not None)
    return tuple(
        Event(f"v2.users.{user}.{kind}", text, f"{kind} {about}", correlation)
        for user in users
        for kind, text in shapes
    )


# ---- what a change does


def changed(state: State, call: Call, leg: Participant, changes: Mapping[str, Json]) -> Call:
    """The call after these changes of one leg (Python names, as `read_participant_change` gives them)."""
    after = replace(
        leg,
        muted=bool(changes.get("muted", leg.muted)),
        confined=bool(changes.get("confined", leg.confined)),
        recording=bool(changes.get("recording", leg.recording)),
        wrapup_skipped=bool(changes.get("wrapup_skipped", leg.wrapup_skipped)),
    )
    if "held" in changes:
        after = _held(state, after, bool(changes["held"]))
    if changes.get("state") == "connected" and after.state == "alerting":
        after = replace(after, state="connected", connected_time=state.now)
    call = call.with_participant(after)
    if "held" in changes:
        call = _confined_as_held(call)
    if changes.get("state") == "disconnected":
        call = _hung_up(state, call, after)
    return call


def _held(state: State, leg: Participant, held: bool) -> Participant:
    if held == leg.held:
        return leg
    return replace(leg, held=held, start_hold_time=state.now if held else None)


def _confined_as_held(call: Call) -> Call:
    """Customers hear music while every agent who is on the call holds them (reference 5.6)."""
    holding = [p.held for p in call.participants if p.live and p.user_id is not None]
    for customer in call.participants:
        if customer.live and customer.purpose in _CUSTOMERS:
            call = call.with_participant(replace(customer, confined=bool(holding) and all(holding)))
    return call


def _hung_up(state: State, call: Call, leg: Participant) -> Call:
    """The call without this leg; when only one side is left, nobody is there to talk to and all legs end.

    A queue that still looks for an agent counts as the other side of the customer.
    """
    call = call.with_participant(_over(state, leg, "client"))
    left = [p for p in call.participants if not p.ended]
    if len({p.purpose in _CUSTOMERS for p in left}) < 2:
        for lonely in left:
            call = call.with_participant(_over(state, lonely, "peer"))
    return call


def _over(state: State, leg: Participant, why: str) -> Participant:
    return replace(
        leg,
        state=state.settings.hang_up_state,
        end_time=state.now,
        disconnect_type=why,
        held=False,
        start_hold_time=None,
        confined=False,
    )


# ---- why not


def _not_yours(state: State, request: Request, leg: Participant) -> Outcome | None:
    if leg.user_id == user_of(request) or may(state, user_of(request), ANY_LEG):
        return None
    whose = f"the leg is {leg.name}'s ({leg.purpose}); without {ANY_LEG} a user may change only the own leg"
    if state.settings.foreign_leg_status == 403:
        return refuse(state, request, "missing.any.permissions", bracketed(frozenset({ANY_LEG})), hints=(whose,))
    return refuse(state, request, "conversation.error.user.not.party", hints=(whose,))


def _not_possible(
    state: State, request: Request, call: Call, leg: Participant, changes: Mapping[str, Json]
) -> Outcome | None:
    for refused, code in (
        (leg.ended and bool(_OF_LIVE_LEGS & changes.keys()), "conversation.error.call.disconnected"),
        (changes.get("state") not in (None, "connected", "disconnected"), "conversation.participant.update.invalid"),
        (leg.state == "alerting" and changes.get("held") is True, "conversation.error.hold.alerting"),
        (_mute_too_soon(state, leg, changes), "request.conflict"),
        (changes.get("confined") is True and not _is_conference(call), "conversation.error.cannot.confine.party"),
        (_wrapup_without_code(changes), "conversation.error.wrapup.code.required"),
    ):
        if refused:
            return refuse(state, request, code)
    return None


def _mute_too_soon(state: State, leg: Participant, changes: Mapping[str, Json]) -> bool:
    return leg.state == "alerting" and changes.get("muted") is True and state.settings.mute_alerting == "conflict"


def _is_conference(call: Call) -> bool:
    return sum(p.live and p.user_id is not None for p in call.participants) > 1


def _wrapup_without_code(changes: Mapping[str, Json]) -> bool:
    wrapup = changes.get("wrapup")
    return isinstance(wrapup, dict) and not wrapup.get("code")


def _who_is_there(call: Call) -> str:
    legs = ", ".join(f"{p.purpose} {p.id} ({p.state})" for p in call.participants)
    return f"this call has no such participant; it has {legs}"


ROUTES: Final = (
    Route("getConversationsCalls", "GET", "/api/v2/conversations/calls", READ, get_calls),
    Route("getConversationsCall", "GET", "/api/v2/conversations/calls/{conversationId}", READ, get_call),
    Route(
        "patchConversationsCallParticipant",
        "PATCH",
        "/api/v2/conversations/calls/{conversationId}/participants/{participantId}",
        CHANGE,
        patch_participant,
        '{"muted": true}',
    ),
)
JOBS: Final[Mapping[str, Runner]] = {"update_participant": update_participant}
