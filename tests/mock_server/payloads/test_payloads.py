"""The JSON: every field is one that the official SDK declares, and the samples for people are what the mock makes."""

import json
import re
from functools import cache

import pytest

from e2e.setup.places import SDK
from mock_server import payloads
from mock_server.core.messages import Json
from mock_server.core.values import replace
from mock_server.core.worlds import WORLDS
from mock_server.gateway import gateway

from ..door import ask, body, call_of, channel, leg_of, with_leg, world
from . import samples

TYPES = SDK / "node_modules" / "purecloud-platform-client-v2" / "index.d.ts"
NO_SDK_METHOD = {"getOauthAuthorize", "postOauthToken", "getLogout"}  # these are not under /api/v2


@cache
def declarations() -> str:
    return TYPES.read_text(encoding="utf-8")


@cache
def declared(model: str) -> dict[str, str]:
    """The fields of a model of the SDK with their types; a `?` in front says that a field may be left out."""
    found = re.search(rf"export interface {model} \{{(.*?)\n\t\}}", declarations(), re.DOTALL)
    assert found is not None, f"the SDK declares no {model}"
    fields = re.findall(r'^\t\t"(\w+)"(\??): (.*);$', found[1], re.MULTILINE)
    return {name: optional + kind for name, optional, kind in fields}


def faults_of(value: Json, model: str) -> list[str]:
    """What is wrong with a value as a model of the SDK: fields too many or missing, and values of another type."""
    fields = declared(model)
    if not isinstance(value, dict):
        return [f"{model} is {value!r}"]
    wrong = [f"{model}.{name} is not declared" for name in value if name not in fields]
    wrong += [f"{model}.{name} is missing" for name, kind in fields.items() if kind[0] != "?" and name not in value]
    for name in value.keys() & fields.keys():
        wrong += _faults_of_type(value[name], fields[name].removeprefix("?"), f"{model}.{name}")
    return wrong


def _faults_of_type(value: Json, kind: str, where: str) -> list[str]:
    if kind.startswith("Array<"):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [wrong for item in value for wrong in _faults_of_type(item, kind[6:-1], where)]
    if kind.startswith("Models."):
        return faults_of(value, kind.removeprefix("Models."))
    types: dict[str, type | tuple[type, ...]] = {"string": str, "boolean": bool, "number": (int, float)}
    return [] if isinstance(value, types.get(kind, dict)) else [f"{where} is {value!r}, not {kind}"]


EVERY_LEG = [(name, word) for name in WORLDS for word in ("call", "other_call") if word in world(name).aliases]


@pytest.mark.parametrize(("name", "word"), EVERY_LEG)
def test_a_call_has_the_fields_of_each_of_its_four_shapes(name: str, word: str) -> None:
    state = world(name)
    call = call_of(state, word)
    assert faults_of(payloads.call(state, call), "CallConversation") == []
    assert faults_of(payloads.conversation(call), "Conversation") == []
    assert faults_of(json.loads(payloads.call_event(call)), "ConversationCallEventTopicCallConversation") == []
    assert faults_of(json.loads(payloads.conversation_event(call)), "ConversationEventTopicConversation") == []


@pytest.mark.parametrize(
    ("operation", "model"),
    [
        ("getConversationsCalls", "CallConversationEntityListing"),
        ("getConversations", "ConversationEntityListing"),
        ("postConversationsCalls", "CreateCallResponse"),
        ("postConversationsCallParticipants", "Conversation"),
        ("patchConversationsCall", "Conversation"),
        ("postConversationsCallParticipantConsult", "ConsultTransferResponse"),
        ("patchConversationsCallParticipantConsult", "ConsultTransferResponse"),
        ("getConversationsCallParticipantWrapup", "AssignedWrapupCode"),
        ("patchConversationsCallParticipantAttributes", "ParticipantAttributes"),
        ("getConversationsCallsHistory", "CallHistoryConversationEntityListing"),
        ("getUser", "User"),
        ("getUserStation", "UserStations"),
        ("getStation", "Station"),
        ("getPresencedefinitions", "OrganizationPresenceEntityListing"),
        ("getUserPresence", "UserPresence"),
        ("patchUserPresence", "UserPresence"),
        ("getUserRoutingstatus", "RoutingStatus"),
        ("putUserRoutingstatus", "RoutingStatus"),
        ("getOrganizationsMe", "Organization"),
        ("getUsersMe", "UserMe"),
        ("getTokensMe", "TokenInfo"),
        ("postNotificationsChannels", "Channel"),
        ("getNotificationsChannels", "ChannelEntityListing"),
        ("getNotificationsChannelSubscriptions", "ChannelTopicEntityListing"),
        ("postNotificationsChannelSubscriptions", "ChannelTopicEntityListing"),
        ("error", "ErrorBody"),
    ],
)
def test_an_answer_has_the_fields_that_the_sdk_declares(operation: str, model: str) -> None:
    sample = samples.samples()[operation]
    assert isinstance(sample, dict)
    response = sample.get("response", sample)
    assert isinstance(response, dict)
    assert faults_of(response["body"], model) == []


def test_the_sdk_has_a_method_for_every_operation() -> None:
    missing = [name for name in gateway.OPERATIONS.keys() - NO_SDK_METHOD if f"\t{name}(" not in declarations()]
    assert missing == []


def test_the_types_of_the_sdk_tell_right_from_wrong() -> None:
    good: dict[str, Json] = {"id": "x", "securePause": False, "participants": [], "maxParticipants": 3}
    assert faults_of(good, "CallConversation") == []
    assert faults_of(good | {"userId": "x"}, "CallConversation") == ["CallConversation.userId is not declared"]
    assert faults_of(good | {"id": 5}, "CallConversation") == ["CallConversation.id is 5, not string"]
    assert faults_of(good | {"participants": {}}, "CallConversation") == ["CallConversation.participants is no list"]
    assert faults_of([], "CallConversation") == ["CallConversation is []"]
    assert "Conversation.startTime is missing" in faults_of(good, "Conversation")


# ---- where mute is


def test_flat_shapes_have_mute_on_the_participant_and_nested_ones_in_its_call() -> None:
    state = world("muted_call")
    call = call_of(state)
    flat = [payloads.call(state, call), json.loads(payloads.call_event(call))]
    nested = [payloads.conversation(call), json.loads(payloads.conversation_event(call))]
    assert [shape["participants"][3]["muted"] for shape in flat] == [True, True]
    assert [shape["participants"][3]["calls"][0]["muted"] for shape in nested] == [True, True]
    assert all("muted" not in shape["participants"][3] for shape in nested)


def test_flat_shapes_name_the_user_by_reference_and_nested_ones_by_id() -> None:
    state = world()
    call, agent = call_of(state), state.users[state.aliases["agent"]]
    rest = payloads.call(state, call)["participants"]
    assert isinstance(rest, list) and isinstance(rest[3], dict)
    assert rest[3]["user"] == {"id": agent.id, "name": agent.name, "selfUri": f"/api/v2/users/{agent.id}"}
    event = json.loads(payloads.call_event(call))["participants"][3]
    assert event["user"] == {"id": agent.id}
    assert "userId" not in event
    assert json.loads(payloads.conversation_event(call))["participants"][3]["userId"] == agent.id


def test_a_user_who_is_gone_is_left_out_of_the_rest_shape() -> None:
    state = replace(world(), users={})
    participants = payloads.call(state, call_of(state))["participants"]
    assert isinstance(participants, list)
    assert all(isinstance(p, dict) and "user" not in p for p in participants)


def test_a_recording_is_told_in_each_shape_s_own_case() -> None:
    state = with_leg(world(), recording=True)
    call = call_of(state)
    assert payloads.call(state, call)["recordingState"] == "active"
    assert payloads.conversation(call)["recordingState"] == "ACTIVE"
    assert json.loads(payloads.conversation_event(call))["recordingState"] == "active"


def test_some_reasons_have_another_word_in_events() -> None:
    state = with_leg(world(), state="disconnected", disconnect_type="endpoint.donotdisturb", end_time=world().now)
    call = call_of(state)
    rest = payloads.conversation(call)["participants"]
    assert isinstance(rest, list) and isinstance(rest[3], dict) and isinstance(rest[3]["calls"], list)
    assert isinstance(rest[3]["calls"][0], dict)
    assert rest[3]["calls"][0]["disconnectType"] == "endpoint.donotdisturb"
    assert json.loads(payloads.call_event(call))["participants"][3]["disconnectType"] == "endpoint.dnd"


def test_an_ended_conversation_has_its_end() -> None:
    state = world()
    assert "endTime" not in payloads.conversation(call_of(state))
    for word in ("customer_leg", "agent_leg"):
        state = with_leg(state, word, state="disconnected", end_time=state.now)
    assert payloads.conversation(call_of(state))["endTime"] == "2026-01-05T09:00:00.000Z"


def test_what_is_unset_is_left_out() -> None:
    state = world("alerting_call")
    event = json.loads(payloads.call_event(call_of(state)))["participants"][3]
    assert event["id"] == leg_of(state).id
    assert not {"connectedTime", "endTime", "startHoldTime", "disconnectType"} & event.keys()


def test_moments_are_written_to_the_millisecond() -> None:
    assert payloads.iso(0.0) == "1970-01-01T00:00:00.000Z"
    assert payloads.iso(1_767_603_600.1239) == "2026-01-05T09:00:00.123Z"


def test_an_empty_listing_has_no_page() -> None:
    listed = body(ask(world("no_call"), "GET", "/api/v2/conversations/calls"))
    assert (listed["entities"], listed["total"], listed["pageCount"]) == ([], 0, 0)


def test_a_channel_says_where_to_connect() -> None:
    state, channel_id = channel(world())
    assert payloads.channel(state.channels[channel_id], "ws://here")["connectUri"] == f"ws://here/channels/{channel_id}"


# ---- the samples


def test_there_is_a_sample_of_every_operation_and_topic() -> None:
    assert gateway.OPERATIONS.keys() <= samples.samples().keys()
    assert {path.stem for path in samples.FOLDER.glob("*.json")} == samples.samples().keys()


@pytest.mark.parametrize("name", samples.samples())
def test_a_sample_is_what_the_mock_makes(name: str) -> None:
    kept = (samples.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert kept == samples.written(samples.samples()[name]), "python3 -m tests.mock_server.samples writes it anew"
