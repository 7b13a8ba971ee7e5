"""Wrap-ups of legs, the codes for them, and attributes of participants."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import Json, Outcome, Request, Response
from ...core.model import Call, Participant, State
from ...core.routing import Route
from ...core.values import replace
from ...payloads.refusals import refuse, refuse_body
from .calls import LEG
from .finding import READ, WRITE, readable, the_leg
from .snapshots import snapshot


def get_wrapup(state: State, request: Request) -> Outcome:
    """The wrap-up of a leg; 404 while there is none."""
    found = _readable_leg(state, request)
    if isinstance(found, Outcome):
        return found
    _, leg = found
    if leg.wrapup is None:
        return refuse(state, request, "not.found", hints=("this leg is not wrapped up yet",))
    return Outcome(state, Response(200, payloads.assigned_wrapup(leg.wrapup)))


def get_wrapup_codes(state: State, request: Request) -> Outcome:
    """Answer with the wrap-up codes: a bare array, not a listing."""
    found = _readable_leg(state, request)
    return found if isinstance(found, Outcome) else Outcome(state, Response(200, payloads.wrapup_codes(state)))


def patch_attributes(state: State, request: Request) -> Outcome:
    """Set some attributes of a participant; those that are not named stay."""
    try:
        asked = payloads.read_model(request, "ParticipantAttributes", state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    found = _readable_leg(state, request)
    if isinstance(found, Outcome):
        return found
    call, leg = found
    changed = asked.get("attributes")
    words = {name: str(value) for name, value in changed.items()} if isinstance(changed, dict) else {}
    after = tuple({**dict(leg.attributes), **words}.items())
    call = call.with_participant(replace(leg, attributes=after))
    answer: Json = {"attributes": dict(after)}
    return Outcome(
        state.with_call(call), Response(200, answer), tellings=snapshot(call, "attributes", request.correlation)
    )


def _readable_leg(state: State, request: Request) -> tuple[Call, Participant] | Outcome:
    call = readable(state, request)
    return call if isinstance(call, Outcome) else the_leg(state, request)


ROUTES: Final = (
    Route("getConversationsCallParticipantWrapup", "GET", f"{LEG}/wrapup", READ, get_wrapup),
    Route("getConversationsCallParticipantWrapupcodes", "GET", f"{LEG}/wrapupcodes", READ, get_wrapup_codes),
    Route(
        "patchConversationsCallParticipantAttributes",
        "PATCH",
        f"{LEG}/attributes",
        WRITE,
        patch_attributes,
        '{"attributes": {"reason": "billing"}}',
    ),
)
