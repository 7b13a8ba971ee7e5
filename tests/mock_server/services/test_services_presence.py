"""Presence, routing status, phones and the organisation."""

import json

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.core.model import State, uuid_of

from ..door import answer, ask, body, entities, later, topics_of, world

PRESENCE = "/api/v2/users/{agent}/presences/PURECLOUD"
ROUTING = "/api/v2/users/{agent}/routingstatus"


def go(state: State, name: str, **more: Json) -> Outcome:
    """The agent takes on another presence."""
    definition: Json = {"id": uuid_of(state.seed, "presence", name)}
    return ask(state, "PATCH", PRESENCE, {"presenceDefinition": definition, **more})


def shown(outcome: Outcome) -> object:
    definition = body(outcome)["presenceDefinition"]
    return definition["systemPresence"] if isinstance(definition, dict) else None


def test_the_definitions_name_every_presence() -> None:
    listed = entities(ask(world(), "GET", "/api/v2/presencedefinitions"))
    assert [one["systemPresence"] for one in listed] == [
        "Available",
        "Away",
        "Break",
        "Busy",
        "Idle",
        "Meal",
        "Meeting",
        "Offline",
        "On Queue",
        "Training",
    ]


def test_a_presence_is_changed_and_told() -> None:
    state = later(world(), 60)
    changed = go(state, "Meal", message="back at one")
    agent = state.aliases["agent"]
    assert (shown(changed), body(changed)["message"], body(changed)["modifiedDate"]) == (
        "Meal",
        "back at one",
        "2026-01-05T09:01:00.000Z",
    )
    assert topics_of(changed.events) == [f"v2.users.{agent}.presence", f"v2.users.{agent}.routingStatus"]
    assert json.loads(changed.events[0].text()) == {
        "source": "PURECLOUD",
        "primary": True,
        "presenceDefinition": {"id": uuid_of(1, "presence", "Meal"), "systemPresence": "MEAL"},
        "message": "back at one",
        "modifiedDate": "2026-01-05T09:01:00.000Z",
    }
    assert shown(ask(changed.state, "GET", PRESENCE)) == "Meal"
    assert shown(ask(changed.state, "GET", PRESENCE, by="colleague")) == "Meal"


def test_the_case_of_a_presence_in_events_is_a_setting() -> None:
    def name(state: State) -> object:
        return json.loads(go(state, "On Queue").events[0].text())["presenceDefinition"]["systemPresence"]

    assert name(world()) == "ON_QUEUE"
    assert name(world(presence_event_case="as_rest")) == "On Queue"


def test_only_the_message_may_change() -> None:
    changed = ask(world(), "PATCH", PRESENCE, {"message": "hello"})
    assert (shown(changed), body(changed)["message"], len(changed.events)) == ("Available", "hello", 1)


def test_going_on_queue_waits_for_calls_and_leaving_it_does_not() -> None:
    state = go(world("no_call"), "On Queue").state
    assert body(ask(state, "GET", ROUTING))["status"] == "IDLE"
    state = go(state, "Busy").state
    assert body(ask(state, "GET", ROUTING))["status"] == "OFF_QUEUE"


def test_who_waits_for_calls_and_has_one_is_interacting() -> None:
    assert body(ask(world(), "GET", ROUTING))["status"] == "INTERACTING"
    assert body(ask(world("no_call"), "GET", ROUTING))["status"] == "IDLE"


def test_a_routing_status_is_set_and_told() -> None:
    state = later(world("no_call"), 60)
    put = ask(state, "PUT", ROUTING, {"status": "OFF_QUEUE"})
    agent = state.aliases["agent"]
    assert body(put) == {"userId": agent, "status": "OFF_QUEUE", "startTime": "2026-01-05T09:01:00.000Z"}
    assert topics_of(put.events) == [f"v2.users.{agent}.routingStatus"]
    assert json.loads(put.events[0].text()) == {
        "id": agent,
        "routingStatus": {"status": "OFF_QUEUE", "startTime": "2026-01-05T09:01:00.000Z"},
    }


@pytest.mark.parametrize(
    ("method", "path", "sent", "expected"),
    [
        ("PATCH", PRESENCE, {"presenceDefinition": {"id": "x"}}, (400, "invalid.value")),
        ("PATCH", PRESENCE, {"presence": "Meal"}, (400, "invalid.property")),
        ("PATCH", PRESENCE.replace("PURECLOUD", "TEAMS"), {}, (404, "not.found")),
        ("PATCH", PRESENCE.replace("{agent}", "x"), {}, (404, "general.resource.not.found")),
        ("PATCH", PRESENCE.replace("{agent}", "{colleague}"), {}, (403, "not.authorized")),
        ("GET", PRESENCE.replace("{agent}", "x"), None, (404, "general.resource.not.found")),
        ("PUT", ROUTING, {}, (400, "bad.request")),
        ("PUT", ROUTING, {"status": "ASLEEP"}, (400, "invalid.value")),
        ("PUT", ROUTING.replace("{agent}", "x"), {"status": "IDLE"}, (404, "general.resource.not.found")),
        ("PUT", ROUTING.replace("{agent}", "{colleague}"), {"status": "IDLE"}, (403, "not.authorized")),
        ("GET", ROUTING.replace("{agent}", "x"), None, (404, "general.resource.not.found")),
    ],
)
def test_what_cannot_be_is_refused(method: str, path: str, sent: Json, expected: tuple[int, str]) -> None:
    refused = ask(world(), method, path, sent)
    assert answer(refused) == expected
    assert refused.events == ()


# ---- users, phones, organisation


def test_any_user_can_be_read() -> None:
    state = world()
    user = body(ask(state, "GET", "/api/v2/users/{colleague}", query={"expand": "presence"}))
    assert (user["id"], user["name"]) == (state.aliases["colleague"], state.users[state.aliases["colleague"]].name)
    assert "presence" in user
    assert answer(ask(state, "GET", "/api/v2/users/x")) == (404, "general.resource.not.found")


def test_a_phone_is_taken_and_given_back() -> None:
    state = world()
    station, mine = "/api/v2/stations/{station}", "/api/v2/users/{agent}/station"
    assert body(ask(state, "GET", station))["status"] == "ASSOCIATED"
    taken = body(ask(state, "GET", mine))["associatedStation"]
    assert isinstance(taken, dict)
    assert taken["id"] == state.aliases["station"]

    back = ask(state, "DELETE", mine + "/associatedstation")
    assert answer(back) == (202, None)
    assert topics_of(back.events) == [f"v2.users.{state.aliases['agent']}.station"]
    assert json.loads(back.events[0].text()) == {}
    assert body(ask(back.state, "GET", mine)) == {}
    assert body(ask(back.state, "GET", station))["status"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v2/stations/x", (404, "general.resource.not.found")),
        ("GET", "/api/v2/users/x/station", (404, "general.resource.not.found")),
        ("DELETE", "/api/v2/users/x/station/associatedstation", (404, "general.resource.not.found")),
        ("DELETE", "/api/v2/users/{colleague}/station/associatedstation", (403, "not.authorized")),
    ],
)
def test_another_phone_is_refused(method: str, path: str, expected: tuple[int, str]) -> None:
    assert answer(ask(world(), method, path)) == expected


def test_who_deletes_the_station_itself_is_told_what_to_delete() -> None:
    refused = ask(world(), "DELETE", "/api/v2/users/{agent}/station")
    assert answer(refused) == (405, "method.not.allowed")
    assert refused.hints == (
        "DELETE …/{userId}/station is no operation; getUserStation takes GET; "
        "deleteUserStationAssociatedstation takes DELETE",
    )


def test_a_phone_is_told_with_its_user() -> None:
    from mock_server import payloads

    state = world()
    user = state.users[state.aliases["agent"]]
    assert json.loads(payloads.station_event(state, user))["associatedStation"]["associatedUser"] == {"id": user.id}


def test_the_organisation_says_who_it_is() -> None:
    state = world()
    told_of = body(ask(state, "GET", "/api/v2/organizations/me"))
    assert (told_of["id"], told_of["name"]) == (state.organization_id, state.organization_name)
