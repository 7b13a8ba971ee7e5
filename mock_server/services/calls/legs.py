"""Changes of the legs of one Call: pure functions that know no request, job or event.

Facts about hold, transfer and consult: PROTOCOL.md#topics-and-events and PROTOCOL.md#order-and-duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ...core.messages import Json
from ...core.model import Call, LegState, Participant, State, Wrapup
from ...core.values import replace

CUSTOMERS: Final = frozenset({"customer", "external"})
_FLAGS: Final = frozenset({"muted", "confined", "recording", "wrapup_skipped"})
_WAITING: Final[frozenset[LegState]] = frozenset({"alerting", "dialing", "contacting", "offering"})


def changed(state: State, call: Call, leg: Participant, changes: Mapping[str, Json]) -> Call:
    """The call after these changes of one leg, by the names of MediaParticipantRequest's properties here."""
    flags = {name: bool(value) for name, value in changes.items() if name in _FLAGS}
    after = replace(leg, **flags)  # type: ignore[arg-type]  # all of them are
    if len(flags) == len(changes):
        return call.with_participant(after)
    if "held" in changes:
        after = held(state, after, bool(changes["held"]))
    if isinstance(wrapup := changes.get("wrapup"), dict):
        after = _unmuted_by_setting(state, replace(after, wrapup=_summed_up(state, leg, wrapup)))
    if changes.get("state") == "connected":
        after = connected(state, after)
    call = call.with_participant(after)
    if "held" in changes:
        call = confined_as_held(call)
    if changes.get("state") == "disconnected":
        call = hung_up(state, call, after)
    return call


def held(state: State, leg: Participant, on: bool) -> Participant:
    """Return the leg held or not; a setting says whether its mute ends by it."""
    if on == leg.held:
        return leg
    return _unmuted_by_setting(state, replace(leg, held=on, start_hold_time=state.now if on else None))


def connected(state: State, leg: Participant) -> Participant:
    """A leg that waits for an answer is answered; any other stays."""
    return replace(leg, state="connected", connected_time=state.now) if leg.state in _WAITING else leg


def confined_as_held(call: Call) -> Call:
    """Customers hear music while every agent who is on the call holds them (PROTOCOL.md#topics-and-events)."""
    holding = [p.held for p in call.participants if p.live and p.user_id is not None]
    for customer in call.participants:
        if customer.live and customer.purpose in CUSTOMERS:
            call = call.with_participant(replace(customer, confined=bool(holding) and all(holding)))
    return call


def hung_up(state: State, call: Call, leg: Participant, why: str = "client") -> Call:
    """The call without this leg; when only one side is left, nobody is there to talk to and all legs end.

    A queue that still looks for an agent counts as the other side of the customer.
    """
    call = call.with_participant(over(state, leg, _at_first(state, why)))
    left = [p for p in call.participants if not p.ended]
    if len({p.purpose in CUSTOMERS for p in left}) < 2:
        for lonely in left:
            call = call.with_participant(over(state, lonely, "peer"))
    return confined_as_held(call)


def settled(call: Call, leg: Participant, why: str) -> Call:
    """The call in which the reason of this leg's end is the final one."""
    return call.with_participant(replace(leg, disconnect_type=why)) if leg.ended else call


def all_hung_up(state: State, call: Call) -> Call:
    """The call after everybody was disconnected."""
    for leg in call.participants:
        if not leg.ended:
            call = call.with_participant(over(state, leg, "system"))
    return call


def replaced(state: State, call: Call, leg: Participant, instead: Participant) -> Call:
    """A transfer: the leg ends and keeps its place, the new one stands at the end, and nobody is held any more."""
    instead = replace(instead, muted=leg.muted and state.settings.mute_is_handed_on)
    call = call.with_participant(over(state, leg, _at_first(state, "transfer")))
    return confined_as_held(joined(call, instead))


def joined(call: Call, leg: Participant) -> Call:
    """The call with one leg more, which is the newest."""
    return replace(call, participants=(*call.participants, leg))


def consulting(state: State, call: Call, agent: Participant, target: Participant) -> Call:
    """The agent consults: the customer is held meanwhile, and the agent's leg knows whom it consults."""
    agent = replace(_unmuted_by_setting(state, agent), consult_participant_id=target.id)
    call = joined(call.with_participant(agent), target)
    return speaking(state, call, agent, "DESTINATION")


def speaking(state: State, call: Call, agent: Participant, to: str) -> Call:
    """Return the call in which the agent is heard by the DESTINATION, the OBJECT (the customer), or BOTH (CONFERENCE)."""
    call = call.with_participant(held(state, agent, to == "DESTINATION"))
    target = call.participant(agent.consult_participant_id or "")
    if target is not None and not target.ended:
        call = call.with_participant(replace(target, held=to == "OBJECT"))
    for customer in call.participants:
        if customer.live and customer.purpose in CUSTOMERS and customer is not target:
            call = call.with_participant(replace(customer, confined=to == "DESTINATION"))
    return call


def consult_ended(state: State, call: Call, agent: Participant) -> Call:
    """Return the call after the consult has ended: who was consulted is gone, and the agent speaks to the customer again."""
    target = call.participant(agent.consult_participant_id or "")
    if target is not None and not target.ended:
        call = call.with_participant(over(state, target, "client"))
    agent = replace(held(state, agent, False), consult_participant_id=None)
    return confined_as_held(call.with_participant(agent))


def merged(state: State, call: Call, other: Call, ids: Iterable[tuple[str, str]]) -> tuple[Call, Call]:
    """Merge another call into this one: its live legs come here with new ids, and it ends."""
    users = {p.user_id for p in call.participants if p.live and p.user_id is not None}
    coming = [p for p in other.participants if p.live and p.user_id not in users]
    for leg, (leg_id, communication_id) in zip(coming, ids, strict=False):
        leg = replace(leg, id=leg_id, communication_id=communication_id, held=False, start_hold_time=None)
        call = joined(call, replace(leg, confined=False))
    for leg in other.participants:
        if not leg.ended:
            other = other.with_participant(over(state, leg, "transfer.conference"))
    freed = [replace(p, held=False, start_hold_time=None) if p.user_id and p.live else p for p in call.participants]
    return confined_as_held(replace(call, participants=tuple(freed))), other


def over(state: State, leg: Participant, why: str) -> Participant:
    """The leg, ended now."""
    return replace(
        leg,
        state=state.settings.hang_up_state,
        end_time=state.now,
        disconnect_type=why,
        held=False,
        start_hold_time=None,
        confined=False,
    )


def final_reason(leg: Participant) -> str:
    """The disconnectType at which the end of a leg that hangs up settles."""
    return "transfer.consult" if leg.consult_participant_id else "client"


def _at_first(state: State, why: str) -> str:
    """The reason of an end changes a little later, as was seen; unless a setting has it final at once."""
    return state.settings.first_disconnect_type if state.settings.disconnect_settles_seconds else why


def _unmuted_by_setting(state: State, leg: Participant) -> Participant:
    return leg if state.settings.mute_is_kept else replace(leg, muted=False)


def _summed_up(state: State, leg: Participant, wrapup: Mapping[str, Json]) -> Wrapup:
    notes, tags, seconds = wrapup.get("notes"), wrapup.get("tags"), wrapup.get("seconds")
    return Wrapup(
        code=str(wrapup.get("code", "")),
        notes=notes if isinstance(notes, str) else "",
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        seconds=seconds if isinstance(seconds, int) else int(state.now - (leg.end_time or state.now)),
        end_time=state.now,
    )
