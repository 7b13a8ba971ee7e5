"""The official Python SDK drives every operation, and finds in each answer what its models say, no more and no less."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mock_server.core.messages import Json
from mock_server.core.settings import Settings
from mock_server.core.worlds import CLIENT_ID, SERVICE_CLIENT_ID, SERVICE_SECRET, WORLDS
from mock_server.gateway.gateway import OPERATIONS
from mock_server.server import MockGenesys

from .cases import CASES, REFUSALS, SIGN_IN, CaseCall, Refusal, arrived, staged
from .events import MODELS, QUEUE_TOPICS, TOPICS, UNDECLARED, event_of, listening
from .python_sdk import PythonSdk, api_of, sdk
from .signing_in import REDIRECT, code_from


def test_every_operation_has_a_case() -> None:
    assert OPERATIONS.keys() - SIGN_IN.keys() - CASES.keys() == set(), "write a row for each in tests/clients/cases.py"
    assert CASES.keys() - OPERATIONS.keys() == set()


@pytest.mark.parametrize("operation", CASES)
def test_an_operation(operation: str, genesys_server: MockGenesys) -> None:
    case = CASES[operation]
    asked = staged(case, genesys_server)
    client = PythonSdk(genesys_server, case.person)
    client.call(asked)
    assert client.wrong == []
    (status,) = [status for name, status in arrived(genesys_server) if name == operation]
    assert isinstance(status, int) and 200 <= status < 300
    assert client.api.last_response.data in ("", "{}") or json.loads(client.api.last_response.data) is not None


def test_every_operation_has_a_method_in_the_sdk() -> None:
    assert [api_of(operation) for operation in CASES]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_an_error_is_raised_with_genesys_own_body(refusal: Refusal, genesys_server: MockGenesys) -> None:
    asked = staged(refusal.case, genesys_server)
    refusal.before(genesys_server)
    before = genesys_server.state.calls
    client = PythonSdk(genesys_server, refusal.person)
    with pytest.raises(sdk().rest.ApiException) as error:
        client.call(asked)
    client.read("ErrorBody", error.value.body, refusal.name)
    assert client.wrong == []
    body = json.loads(error.value.body)
    assert (error.value.status, body["status"], body["code"]) == (refusal.status, refusal.status, refusal.code)
    assert error.value.headers["ININ-Correlation-Id"] == body["contextId"]
    assert genesys_server.state.calls == before


# ---- events

CHANGES: dict[str, Callable[[MockGenesys], object]] = {
    "mute": lambda genesys: genesys.person("agent").mute(),
    "hold": lambda genesys: genesys.person("agent").hold(),
    "hang up": lambda genesys: genesys.person("agent").hang_up(),
}


@pytest.mark.parametrize("world", [name for name in WORLDS if name not in ("no_call", "alerting_call")])
@pytest.mark.parametrize("change", CHANGES)
def test_an_event_is_what_the_sdk_declares(world: str, change: str, genesys_server: MockGenesys) -> None:
    genesys_server.reset(world)
    with listening(genesys_server, *TOPICS) as socket:
        CHANGES[change](genesys_server)
        genesys_server.advance(1)
        frames = socket.until_pong()
    assert read(genesys_server, frames) >= {"conversations", "conversations.calls"}


@pytest.mark.parametrize(
    "operation", [name for name, case in CASES.items() if case.route.method not in ("GET", "HEAD")]
)
def test_what_an_operation_makes_genesys_tell_is_what_the_sdk_declares(
    operation: str, genesys_server: MockGenesys
) -> None:
    case = CASES[operation]
    asked = staged(case, genesys_server)
    with listening(genesys_server, *TOPICS) as socket:
        PythonSdk(genesys_server, case.person).call(asked)
        genesys_server.advance(1)
        frames = socket.until_pong()
    kinds = read(genesys_server, frames)
    telling = ("/api/v2/conversations", "/api/v2/users", "/api/v2/tokens")
    silent = case.route.path.endswith("/uuidata")  # no snapshot has it
    assert bool(kinds) is (case.route.path.startswith(telling) and not silent)


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_queue_s_topics_tell_is_what_the_sdk_declares(change: str, genesys_server: MockGenesys) -> None:
    genesys_server.reset("conference")
    with listening(genesys_server, *QUEUE_TOPICS, person="supervisor") as socket:
        CHANGES[change](genesys_server)
        genesys_server.advance(1)
        frames = socket.until_pong()
    assert read(genesys_server, frames) == {"routing.queues.conversations", "routing.queues.conversations.calls"}


def test_a_channel_that_is_pushed_out_is_told_so_as_the_sdk_declares(genesys_server: MockGenesys) -> None:
    genesys_server.reset("one_call", settings=Settings(channels_per_user=1))
    with listening(genesys_server, *TOPICS) as socket:
        genesys_server.person("agent").request("POST", "/api/v2/notifications/channels")
        assert read(genesys_server, [socket.next()]) == {"system.no_longer_subscribed"}


def read(genesys: MockGenesys, frames: list[dict[str, Json]]) -> set[str]:
    """Read every frame as the SDK's model of its topic; which kinds there were."""
    client = PythonSdk(genesys)
    events = [event_of(frame) for frame in frames]
    for event in events:
        if event.kind not in UNDECLARED:
            client.read(MODELS[event.kind], event.body, event.kind)
    assert client.wrong == []
    return {event.kind for event in events}


# ---- signing in


def test_client_credentials_sign_in(genesys_server: MockGenesys) -> None:
    genesys_server.reset("one_call")
    client = PythonSdk(genesys_server, "nobody")
    client.api.get_client_credentials_token(SERVICE_CLIENT_ID, SERVICE_SECRET)
    assert client.call(CaseCall("getTokensMe", {}, {}, None)).organization.id == genesys_server.state.organization_id
    assert client.wrong == []
    with pytest.raises(sdk().rest.ApiException) as error:
        client.call(CaseCall("getUsersMe", {}, {}, None))
    assert json.loads(error.value.body)["code"] == "not.a.user"


def test_a_wrong_secret_does_not(genesys_server: MockGenesys) -> None:
    genesys_server.reset("one_call")
    with pytest.raises(sdk().rest.ApiException) as error:
        PythonSdk(genesys_server, "nobody").api.get_client_credentials_token(SERVICE_CLIENT_ID, "wrong")
    assert json.loads(error.value.body)["error"] == "invalid_client"


def test_pkce_with_the_sdk_s_own_verifier(genesys_server: MockGenesys) -> None:
    genesys_server.reset("one_call")
    client = PythonSdk(genesys_server, "nobody")
    verifier = client.api.generate_pkce_code_verifier(64)
    asked = {
        "client_id": CLIENT_ID,
        "code_challenge": client.api.compute_pkce_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    code = code_from(genesys_server, **asked)
    client.api.get_pkce_token(CLIENT_ID, verifier, code, REDIRECT)
    assert client.call(CaseCall("getUsersMe", {}, {}, None)).id == genesys_server.state.aliases["agent"]
    with pytest.raises(sdk().rest.ApiException):
        client.api.get_pkce_token(CLIENT_ID, verifier, code, REDIRECT)


def test_a_401_is_answered_by_a_refresh_and_the_same_request_again(genesys_server: MockGenesys) -> None:
    genesys_server.reset("one_call")
    client = PythonSdk(genesys_server, "nobody")
    code = code_from(genesys_server)
    client.api.get_code_authorization_token(SERVICE_CLIENT_ID, SERVICE_SECRET, code, REDIRECT)
    first = client.api.refresh_token
    genesys_server.expire_token()
    before = len(arrived(genesys_server))
    assert client.call(CaseCall("getUsersMe", {}, {}, None)).id == genesys_server.state.aliases["agent"]
    assert arrived(genesys_server)[before:] == [("getUsersMe", 401), ("postOauthToken", 200), ("getUsersMe", 200)]
    with pytest.raises(sdk().rest.ApiException) as error:  # it was good once
        client.api.refresh_code_authorization_token(SERVICE_CLIENT_ID, SERVICE_SECRET, first)
    assert json.loads(error.value.body)["error"] == "invalid_grant"
