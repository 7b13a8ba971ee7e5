"""Wrap-up, attributes, and the calls of the past."""

from typing import Any

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.core.model import State
from mock_server.core.values import replace

from ..door import LEG, answer, ask, body, call_of, done, entities, later, leg_of, patch, world

HISTORY = "/api/v2/conversations/calls/history"


def test_a_wrap_up_is_read_after_it_was_made() -> None:
    state = done(patch(world(), {"state": "disconnected"})).state
    assert answer(ask(state, "GET", LEG + "/wrapup")) == (404, "not.found")
    state = done(patch(later(state, 12), {"wrapup": {"code": "resolved", "notes": "well"}})).state
    assert body(ask(state, "GET", LEG + "/wrapup")) == {
        "code": "resolved",
        "notes": "well",
        "tags": [],
        "durationSeconds": 12,
        "endTime": "2026-01-05T09:00:12.000Z",
    }


def test_the_codes_are_an_array() -> None:
    response = ask(world(), "GET", LEG + "/wrapupcodes").response
    assert response is not None
    assert isinstance(response.body, list)
    names = [code["name"] for code in response.body if isinstance(code, dict)]
    assert names == ["Follow-up needed", "Resolved", "Wrong department"]


@pytest.mark.parametrize("what", ["wrapup", "wrapupcodes"])
def test_of_an_unknown_leg_there_is_none(what: str) -> None:
    assert answer(ask(world(), "GET", f"{LEG.replace('{agent_leg}', 'x')}/{what}")) == (404, "not.found")
    assert answer(ask(world(), "GET", f"{LEG.replace('{call}', 'x')}/{what}"))[0] == 404


def test_attributes_are_added_to_those_there_are() -> None:
    path = LEG.replace("{agent_leg}", "{customer_leg}") + "/attributes"
    first = ask(world(), "PATCH", path, {"attributes": {"reason": "billing", "tier": "gold"}})
    second = ask(first.state, "PATCH", path, {"attributes": {"reason": "repair"}})
    assert body(second) == {"attributes": {"reason": "repair", "tier": "gold"}}
    assert leg_of(second.state, "customer_leg").attributes == (("reason", "repair"), ("tier", "gold"))
    assert len(second.events) == 4


@pytest.mark.parametrize(
    ("sent", "leg", "expected"),
    [
        ({"attributes": {"a": 1}}, "{agent_leg}", (400, "invalid.value")),
        ({"attributes": {}}, "x", (404, "not.found")),
    ],
)
def test_bad_attributes_are_refused(sent: Json, leg: str, expected: tuple[int, str]) -> None:
    assert answer(ask(world(), "PATCH", LEG.replace("{agent_leg}", leg) + "/attributes", sent)) == expected


def test_no_attributes_change_none() -> None:
    assert body(ask(world(), "PATCH", LEG + "/attributes", {})) == {"attributes": {}}


# ---- one communication


def of_communication(state: State, method: str, what: str, sent: Json = None, **options: Any) -> Outcome:
    """A request about the agent's communication."""
    path = f"{LEG}/communications/{leg_of(state).communication_id}/{what}"
    return ask(state, method, path, sent, **options)


def test_a_communication_is_wrapped_up() -> None:
    state = done(patch(world(), {"state": "disconnected"})).state
    assert answer(of_communication(state, "GET", "wrapup")) == (404, "not.found")
    accepted = of_communication(later(state, 12), "POST", "wrapup", {"code": "resolved", "tags": ["billing"]})
    assert (answer(accepted), leg_of(accepted.state).wrapup) == ((202, None), None)
    after = done(accepted)
    assert body(of_communication(after.state, "GET", "wrapup")) == {
        "code": "resolved",
        "tags": ["billing"],
        "durationSeconds": 12,
        "endTime": "2026-01-05T09:00:12.000Z",
    }
    assert body(ask(after.state, "GET", LEG + "/wrapup"))["code"] == "resolved"
    assert len(after.events) == 4


def test_there_is_no_provisional_wrap_up() -> None:
    state = done(of_communication(world(), "POST", "wrapup", {"code": "resolved"})).state
    assert answer(of_communication(state, "GET", "wrapup", query={"provisional": "true"})) == (404, "not.found")


@pytest.mark.parametrize("sent", [None, {}, {"notes": "well"}])
def test_a_wrap_up_without_a_code_is_refused(sent: Json) -> None:
    refused = of_communication(world(), "POST", "wrapup", sent)
    assert answer(refused) == (400, "conversation.error.wrapup.code.required")


def test_a_wrap_up_needs_its_permission_and_the_own_leg() -> None:
    state = world()
    code: Json = {"code": "resolved"}
    foreign = of_communication(state, "POST", "wrapup", code, by="colleague")
    assert answer(foreign) == (400, "conversation.error.user.not.party")
    assert answer(of_communication(state, "POST", "wrapup", [1]))[0] == 400
    agent = replace(state.users[state.aliases["agent"]], permissions=frozenset())
    assert answer(of_communication(state.with_user(agent), "POST", "wrapup", code)) == (403, "missing.any.permissions")


@pytest.mark.parametrize(("method", "what", "sent"), [("GET", "wrapup", None), ("POST", "wrapup", {"code": "x"})])
def test_of_another_communication_there_is_no_wrap_up(method: str, what: str, sent: Json) -> None:
    refused = ask(world(), method, f"{LEG}/communications/x/{what}", sent)
    assert answer(refused) == (404, "not.found")
    assert refused.hints == (f"the leg's communication is {leg_of(world()).communication_id}",)


def test_user_to_user_data_is_remembered_and_read_but_told_to_nobody() -> None:
    put = of_communication(world(), "PUT", "uuidata", {"uuiData": "00C8;encoding=hex"})
    assert (answer(put), body(put), put.events, put.jobs) == ((200, None), {}, (), ())
    call: Any = body(ask(put.state, "GET", "/api/v2/conversations/calls/{call}"))
    nested: Any = body(ask(put.state, "GET", "/api/v2/conversations/{call}"))
    assert call["participants"][-1]["uuiData"] == "00C8;encoding=hex"
    assert nested["participants"][-1]["calls"][0]["uuiData"] == "00C8;encoding=hex"
    assert "uuiData" not in call["participants"][0]


@pytest.mark.parametrize(
    ("state", "sent", "by", "expected"),
    [
        (world(), {"uuiData": 5}, "agent", (400, "invalid.value")),
        (world(), {"uuiData": "x"}, "colleague", (400, "conversation.error.user.not.party")),
        (world("no_call"), {"uuiData": "x"}, "agent", None),
        (
            done(patch(world(), {"state": "disconnected"})).state,
            {"uuiData": "x"},
            "agent",
            (400, "conversation.error.call.disconnected"),
        ),
    ],
)
def test_user_to_user_data_that_cannot_be_set(
    state: State, sent: Json, by: str, expected: tuple[int, str] | None
) -> None:
    if expected is None:
        path = "/api/v2/conversations/calls/x/participants/y/communications/z/uuidata"
        assert answer(ask(state, "PUT", path, sent))[0] == 404
    else:
        assert answer(of_communication(state, "PUT", "uuidata", sent, by=by)) == expected


# ---- history


def after(*calls: str) -> State:
    """Two calls, of which these have been hung up by the agent."""
    state = world("two_calls")
    for call in calls:
        leg = "agent_leg" if call == "call" else "other_agent_leg"
        state = done(patch(state, {"state": "disconnected"}, leg, call=call)).state
    return state


def test_a_call_is_history_when_it_is_over() -> None:
    assert entities(ask(after(), "GET", HISTORY)) == []
    (past,) = entities(ask(after("call"), "GET", HISTORY))
    assert (past["id"], past["missedCall"], past["wasConference"]) == (world().aliases["call"], False, False)
    assert isinstance(past["participants"], list)
    assert len(past["participants"]) == len(call_of(world()).participants)


def test_history_comes_in_pages() -> None:
    state = after("call", "other_call")
    first = body(ask(state, "GET", HISTORY, query={"pageSize": "1"}))
    assert (first["total"], first["pageCount"], first["nextUri"]) == (2, 2, f"{HISTORY}?pageSize=1&pageNumber=2")
    second = body(ask(state, "GET", HISTORY, query={"pageSize": "1", "pageNumber": "2"}))
    assert (second["previousUri"], "nextUri" in second) == (f"{HISTORY}?pageSize=1&pageNumber=1", False)
    third = body(ask(state, "GET", HISTORY, query={"pageSize": "1", "pageNumber": "3"}))
    assert (third["entities"], "previousUri" in third) == ([], False)


@pytest.mark.parametrize("size", ["", "0", "x", "-1", "٣", "9" * 9999])
def test_a_strange_page_size_is_put_right(size: str) -> None:
    listed = body(ask(after("call"), "GET", HISTORY, query={"pageSize": size}))
    assert listed["pageSize"] == (100 if size.startswith("9") else 25)
