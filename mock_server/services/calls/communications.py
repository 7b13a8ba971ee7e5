"""One communication of a leg: its wrap-up, and the data that goes with it to another user (PROTOCOL.md#methods-that-exist)."""

from __future__ import annotations

from typing import Final

from ... import payloads
from ...core.messages import NOTHING, Json, Outcome, Request, Response
from ...core.model import Call, Participant, State
from ...core.routing import Needs, Route
from ...core.values import replace
from ...payloads.refusals import refuse
from .calls import COMMUNICATION, not_possible, update
from .finding import READ, WRITE, asked_of_communication, not_yours, readable, the_communication

_WRAPS_UP: Final = Needs(WRITE.scopes, frozenset({"conversation:participant:wrapup"}), user=True)


def get_wrapup(state: State, request: Request) -> Outcome:
    """The wrap-up of a communication, which is its leg's; 404 while there is none, and always for a provisional one."""
    found = _readable(state, request)
    if isinstance(found, Outcome):
        return found
    _, leg = found
    if leg.wrapup is None or request.query.get("provisional", "").lower() == "true":
        return refuse(state, request, "not.found", hints=("this communication is not wrapped up yet",))
    return Outcome(state, Response(200, payloads.assigned_wrapup(leg.wrapup)))


def post_wrapup(state: State, request: Request) -> Outcome:
    """Wrap up: 202 and a job, as by the PATCH of the leg. The body may be missing, and then lacks the code."""
    found = asked_of_communication(state, request, "WrapupInput" if request.body else "")
    if isinstance(found, Outcome):
        return found
    asked, call, leg = found
    changes: dict[str, Json] = {"wrapup": asked}
    why_not = not_yours(state, request, leg) or not_possible(state, request, call, leg, changes)
    return why_not or Outcome(state, Response(202, NOTHING), jobs=(update(state, request, call, leg, changes),))


def put_uui_data(state: State, request: Request) -> Outcome:
    """Keep data that Genesys sends along with later commands. Snapshots do not have it, so there is no event."""
    found = asked_of_communication(state, request, "SetUuiDataRequest")
    if isinstance(found, Outcome):
        return found
    asked, call, leg = found
    if leg.ended:
        return refuse(state, request, "conversation.error.call.disconnected")
    why_not = not_yours(state, request, leg)
    if why_not is not None:
        return why_not
    call = call.with_participant(replace(leg, uui_data=str(asked.get("uui_data", ""))))
    return Outcome(state.with_call(call), Response(200, {}))


def _readable(state: State, request: Request) -> tuple[Call, Participant] | Outcome:
    call = readable(state, request)
    return call if isinstance(call, Outcome) else the_communication(state, request)


ROUTES: Final = (
    Route("getConversationsCallParticipantCommunicationWrapup", "GET", f"{COMMUNICATION}/wrapup", READ, get_wrapup),
    Route(
        "postConversationsCallParticipantCommunicationWrapup",
        "POST",
        f"{COMMUNICATION}/wrapup",
        _WRAPS_UP,
        post_wrapup,
        '{"code": "resolved"}',
    ),
    Route(
        "putConversationsCallParticipantCommunicationUuidata",
        "PUT",
        f"{COMMUNICATION}/uuidata",
        WRITE,
        put_uui_data,
        '{"uuiData": "00C81234;encoding=hex"}',
    ),
)
