"""The wrong calls of the forum thread: the platform's answer on the wire, and beside it what would be right.

Three of the ten never reach the wire (an object or an event that the SDK has not, and the page's own microphone).
"""

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.core.model import Fault
from mock_server.core.values import replace
from mock_server.core.worlds import CLIENT_ID
from mock_server.gateway.faults import checked

from ..door import LEG, answer, ask, connected, done, later, patch, world

RIGHT = 'patchConversationsCallParticipant takes PATCH {"muted": true}'
CONVERSATION = "/api/v2/conversations/{call}"
CALL = "/api/v2/conversations/calls/{call}"
PARTICIPANTS = CALL + "/participants"
WHOLE_RIGHT = f"{RIGHT} on /api/v2/conversations/calls/{{conversationId}}/participants/{{participantId}}"


def explained(outcome: Outcome) -> str:
    return " | ".join(outcome.hints)


def test_thread_put_actions() -> None:
    sent: Json = {"participantId": "x", "actions": ["mute"], "state": "active"}
    refused = ask(world(), "PUT", LEG, sent)
    assert answer(refused) == (405, "method.not.allowed")
    assert explained(refused) == f"PUT …/participants/{{participantId}} is no operation; {RIGHT}"


def test_the_body_of_thread_put_actions_is_refused_by_the_right_method_too() -> None:
    refused = patch(world(), {"participantId": "x", "actions": ["mute"], "state": "active"})
    assert answer(refused) == (400, "invalid.property")
    assert RIGHT in explained(refused)
    refused = patch(world(), {"actions": ["mute"]})
    assert explained(refused) == (
        f"'actions' is no property of MediaParticipantRequest; the near one is 'muted' | {RIGHT}"
    )
    assert answer(patch(world(), {"state": "active"})) == (400, "invalid.value")


def test_thread_post_participant() -> None:
    refused = ask(world(), "POST", PARTICIPANTS, {"participantId": "x", "mute": True})
    assert answer(refused) == (400, "invalid.property")
    assert f"postConversationsCallParticipants mutes nobody; {RIGHT}" in explained(refused)


def test_thread_is_muted() -> None:
    wrong: tuple[Json, ...] = ({"isMuted": True}, {"body": {"isMuted": True}})
    for sent in wrong:
        refused = patch(world(), sent)
        assert answer(refused) == (400, "invalid.property")
        assert explained(refused).endswith(f"the near one is 'muted' | {RIGHT}")


def test_thread_mute_change_listener() -> None:
    state = connected(world(), "v2.users.{agent}.presence")
    accepted = patch(state, {"muted": True})
    assert answer(accepted) == (202, None)
    assert f"events of the change come on v2.users.{state.aliases['agent']}.conversations.calls" in explained(accepted)


def test_thread_silent_403() -> None:
    state = world()
    agent = replace(state.users[state.aliases["agent"]], permissions=frozenset())
    refused = patch(state.with_user(agent), {"muted": True})
    assert answer(refused) == (403, "missing.any.permissions")
    assert "the SDK rejects with this body" in explained(refused)


def test_thread_hour_old_token() -> None:
    state = world()
    token = replace(state.tokens[state.aliases["agent_token"]], expires=state.now + 3600)
    refused = patch(later(state.with_token(token), 3600), {"muted": True})
    assert answer(refused) == (401, "bad.credentials")
    assert "in a browser the SDK never renews it" in explained(refused)


def test_thread_wrong_scope() -> None:
    query = {"client_id": CLIENT_ID, "redirect_uri": "http://localhost/", "response_type": "token"}
    refused = ask(world(), "GET", "/oauth/authorize", by="", query={**query, "scope": "call:write"})
    assert refused.response is not None
    assert "error=invalid_scope" in refused.response.headers["Location"]
    assert explained(refused).endswith("a scope is a domain, or a domain with :readonly; muting needs conversations")


def test_thread_still_audible() -> None:
    state = replace(world(), faults=(checked(Fault("never_apply", "patchConversationsCallParticipant")),))
    accepted = patch(state, {"muted": True})
    assert (answer(accepted), accepted.jobs) == ((202, None), ())
    assert "202 says accepted, not done" in explained(accepted)
    assert done(patch(world(), {"muted": True})).events


# ---- other ways in which people try to mute


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", CONVERSATION + "/control", {"action": "mute"}, 404),
        ("POST", CALL + "/mute", None, 404),
        ("POST", LEG + "/mute", None, 404),
        ("POST", LEG + "/actions/mute", None, 404),
        ("PUT", LEG + "/isMuted", True, 404),
        ("POST", "/api/v2/users/{agent}/mute", None, 404),
        ("POST", "/api/v2/users/{agent}/audio", {"mic-state": "MUTED"}, 404),
        ("PATCH", CONVERSATION, {"participants": [{"id": "x", "muted": True}]}, 405),
        ("PATCH", CONVERSATION, {"participants": []}, 405),
        ("PATCH", "/api/v2/users/{agent}", {"unmute": False}, 405),
    ],
)
def test_what_speaks_of_mute_and_is_no_operation_has_the_right_one_named(
    method: str, path: str, sent: Json, status: int
) -> None:
    refused = ask(world(), method, path, sent)
    assert (answer(refused)[0], refused.operation) == (status, "")
    assert explained(refused).endswith(f" is no operation; {WHOLE_RIGHT}")


@pytest.mark.parametrize(
    ("method", "path", "sent", "operation", "status"),
    [
        ("PATCH", CALL, {"muted": True}, "patchConversationsCall", 403),
        ("PATCH", LEG + "/attributes", {"muted": "true"}, "patchConversationsCallParticipantAttributes", 400),
        (
            "PATCH",
            LEG + "/attributes",
            {"attributes": {"muted": "true"}},
            "patchConversationsCallParticipantAttributes",
            200,
        ),
        ("PUT", "/api/v2/users/{agent}/routingstatus", {"status": "MUTED"}, "putUserRoutingstatus", 400),
    ],
)
def test_an_operation_that_mutes_nobody_says_so_and_names_the_one_that_does(
    method: str, path: str, sent: Json, operation: str, status: int
) -> None:
    outcome = ask(world(), method, path, sent)
    assert (answer(outcome)[0], outcome.operation) == (status, operation)
    assert outcome.hints[-1] == f"{operation} mutes nobody; {WHOLE_RIGHT}"


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("PATCH", LEG + "/attributes", {"attributes": {"note": "asked to mute the agent", "commute": "by mutex"}}),
        ("PATCH", LEG, {"held": True}),
        ("GET", CALL, None),
    ],
)
def test_what_does_not_speak_of_mute_has_no_such_hint(method: str, path: str, sent: Json) -> None:
    assert RIGHT not in explained(ask(world(), method, path, sent))


def test_the_participants_of_an_operation_are_what_they_say() -> None:
    agent = world().aliases["agent"]
    state = world().with_user(
        replace(world().users[agent], permissions=frozenset({"conversation:communication:disconnect"}))
    )
    assert ask(state, "PATCH", CALL, {"participants": [{"id": "x"}]}).hints == ()
