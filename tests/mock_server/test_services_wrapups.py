"""Wrap-up, attributes, and the calls of the past."""

import pytest

from mock_server.messages import Json
from mock_server.model import State

from .door import LEG, answer, ask, body, call_of, done, entities, later, leg_of, patch, world

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
    assert len(second.events) == 2


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
