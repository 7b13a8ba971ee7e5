"""A wrong answer is easy to see: each fault is named with the path of the key or value."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from mock_server import payloads
from mock_server.payloads import calls
from mock_server.server import MockGenesys
from tests.mock_server.door import call_of, world

from .cases import CASES, staged
from .conformance import differences
from .python_sdk import PythonSdk, sdk


@pytest.fixture
def answer() -> dict[str, Any]:
    """A call as the mock answers it."""
    state = world()
    return copy.deepcopy(dict(payloads.call(state, call_of(state))))


def found(answer: dict[str, Any]) -> list[str]:
    return differences(sdk().models, "CallConversation", answer, "getConversationsCall")


def test_a_right_answer_has_no_differences(answer: dict[str, Any]) -> None:
    assert found(answer) == []


def test_a_key_that_the_model_has_not(answer: dict[str, Any]) -> None:
    answer["participants"][3]["userId"] = "x"
    assert found(answer) == ["getConversationsCall.participants[3].userId is no field of CallMediaParticipant"]


def test_a_key_that_the_model_always_has() -> None:
    state = world()
    nested = dict(payloads.conversation(call_of(state)))
    del nested["startTime"]
    difference = ["getConversation.startTime is missing, and Conversation always has it"]
    assert differences(sdk().models, "Conversation", nested, "getConversation") == difference


def test_a_value_that_the_enumeration_has_not(answer: dict[str, Any]) -> None:
    answer["participants"][0]["direction"] = "sideways"
    answer["recordingState"] = "ACTIVE"
    assert found(answer) == [
        "getConversationsCall.recordingState is 'ACTIVE'; CallConversation has none, active, paused",
        "getConversationsCall.participants[0].direction is 'sideways'; CallMediaParticipant has inbound, outbound",
    ]


@pytest.mark.parametrize(
    ("key", "value", "difference"),
    [
        ("id", 5, "getConversationsCall.id is 5, not str"),
        ("securePause", "no", "getConversationsCall.securePause is 'no', not bool"),
        ("maxParticipants", True, "getConversationsCall.maxParticipants is True, not int"),
        ("participants", {}, "getConversationsCall.participants is {}, not a list"),
        ("inactivityTimeout", "soon", "getConversationsCall.inactivityTimeout is 'soon', which is no moment in time"),
        ("divisions", [5], "getConversationsCall.divisions[0] is 5, not ConversationDivisionMembership"),
    ],
)
def test_a_value_of_another_type(answer: dict[str, Any], key: str, value: object, difference: str) -> None:
    answer[key] = value
    assert found(answer) == [difference]


def test_attributes_are_words(answer: dict[str, Any]) -> None:
    answer["participants"][0]["attributes"] = {"a": 1}
    answer["participants"][1]["attributes"] = None
    assert found(answer) == [
        "getConversationsCall.participants[0].attributes.a is 1, not str",
        "getConversationsCall.participants[1].attributes is None, not an object",
    ]


def test_one_renamed_key_is_named_by_the_operation_that_answers_it(
    genesys_server: MockGenesys, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = calls._flat_common
    monkeypatch.setattr(calls, "_flat_common", lambda leg: _renamed(right(leg), "muted", "isMuted"))
    client = PythonSdk(genesys_server)
    client.call(staged(CASES["getConversationsCall"], genesys_server))
    assert "getConversationsCall.participants[0].isMuted is no field of CallMediaParticipant" in client.wrong


def _renamed(leg: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in leg.items()}
