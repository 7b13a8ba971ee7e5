"""Which operation a method and a path mean."""

import pytest

from mock_server.core.messages import Outcome, Request
from mock_server.core.model import State
from mock_server.core.routing import Match, Needs, NoRoute, Route, Table
from mock_server.gateway.gateway import TABLE

CALL = "5c1b0c1e-0f0e-4d0c-a0b0-686f746d6963"
LEG = "6d1b0c1e-0f0e-4d0c-a0b0-686f746d6963"


def handler(state: State, request: Request) -> Outcome:
    return Outcome(state)


def route(operation: str, method: str, path: str) -> Route:
    return Route(operation, method, path, Needs(), handler)


def operation(found: Match | NoRoute) -> str | None:
    return found.route.operation if isinstance(found, Match) else None


@pytest.mark.parametrize("known", TABLE.routes, ids=lambda known: known.operation)
def test_every_route_is_found_at_its_own_path(known: Route) -> None:
    found = TABLE.match(known.method, known.path)
    assert isinstance(found, Match)
    assert found.route is known
    assert found.params == {name: f"{{{name}}}" for name in found.params}


def test_a_word_goes_before_a_name() -> None:
    assert operation(TABLE.match("GET", "/api/v2/conversations/calls")) == "getConversationsCalls"
    assert operation(TABLE.match("GET", f"/api/v2/conversations/{CALL}")) == "getConversation"


def test_a_name_is_tried_where_the_word_leads_nowhere() -> None:
    table = Table([route("wordy", "GET", "/a/b"), route("named", "GET", "/{x}/c")])
    assert table.match("GET", "/a/c") == Match(table.routes[1], {"x": "a"})


def test_the_values_of_the_names_are_given() -> None:
    found = TABLE.match("PATCH", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}")
    assert isinstance(found, Match)
    assert found.params == {"conversationId": CALL, "participantId": LEG}


def test_an_empty_segment_is_no_name() -> None:
    assert TABLE.match("GET", "/api/v2/conversations/calls//participants") == NoRoute()


def test_a_wrong_method_is_told_with_the_right_ones() -> None:
    none = TABLE.match("PUT", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}")
    assert isinstance(none, NoRoute)
    assert [there.call for there in none.there] == ['patchConversationsCallParticipant takes PATCH {"muted": true}']


def test_an_unknown_path_has_a_nearest_operation() -> None:
    assert TABLE.match("POST", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}/mute") == NoRoute()
    near = TABLE.nearest("POST", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}/mute")
    assert near is not None
    assert near.operation == "patchConversationsCallParticipant"


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}/wrapupcode", "…ParticipantWrapupcodes"),
        ("PUT", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}/consults", "…ParticipantConsult"),
        ("DELETE", f"/api/v2/conversations/calls/{CALL}/participants/{LEG}/consults", "delete…ParticipantConsult"),
        ("GET", "/api/v2/organisations/me", "getOrganizationsMe"),
    ],
)
def test_the_nearest_operation_is_the_one_beside_that_reads_alike(method: str, path: str, operation: str) -> None:
    near = TABLE.nearest(method, path)
    assert near is not None
    start, _, end = operation.rpartition("…")
    assert near.operation.startswith(start)
    assert near.operation.endswith(end)


def test_nothing_is_near_to_what_is_far_from_everything() -> None:
    assert TABLE.nearest("GET", "/xyz") is None


def test_two_routes_at_the_same_place_are_refused() -> None:
    with pytest.raises(ValueError, match="first and second are at the same place"):
        Table([route("first", "GET", "/a/{x}"), route("second", "GET", "/a/{y}")])


def test_the_way_to_an_operation_is_none() -> None:
    assert TABLE.match("GET", "/api/v2") == NoRoute()
