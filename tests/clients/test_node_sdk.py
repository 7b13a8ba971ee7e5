"""The official JavaScript SDK in Node.js drives every operation, and rejects as mock_server/PROTOCOL.md says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_server.core.settings import Settings
from mock_server.core.worlds import SERVICE_CLIENT_ID, SERVICE_SECRET
from mock_server.server import MockGenesys

from .cases import CASES, REFUSALS, CaseCall, Refusal, arrived, staged
from .node_sdk import NodeSdk, node
from .python_sdk import PythonSdk
from .signing_in import REDIRECT, code_from

ME = CaseCall("getUsersMe", {}, {}, None)


@pytest.fixture(scope="module")
def js() -> Iterator[NodeSdk]:
    with node() as process:
        yield process


@pytest.mark.parametrize("operation", CASES)
def test_an_operation(operation: str, genesys_server: MockGenesys, js: NodeSdk) -> None:
    case = CASES[operation]
    outcome = js.call(genesys_server, staged(case, genesys_server), case.person)
    assert outcome.fulfilled, outcome
    (status,) = [status for name, status in arrived(genesys_server) if name == operation]
    assert isinstance(status, int) and 200 <= status < 300


def test_both_sdks_read_the_same_answer(genesys_server: MockGenesys, js: NodeSdk) -> None:
    asked = staged(CASES["getConversationsCall"], genesys_server)
    call = js.call(genesys_server, asked).result
    assert isinstance(call, dict)
    assert call["id"] == PythonSdk(genesys_server).call(asked).id
    assert call == genesys_server.person("agent").request("GET", f"/api/v2/conversations/calls/{call['id']}").body


@pytest.mark.parametrize("body", ["empty", "object"])
def test_a_mute_resolves_to_nothing(genesys_server: MockGenesys, js: NodeSdk, body: str) -> None:
    asked = staged(CASES["patchConversationsCallParticipant"], genesys_server)
    settings = Settings(accepted_body="object" if body == "object" else "empty")
    genesys_server.reset(settings=settings)
    assert js.call(genesys_server, asked).result == ("undefined" if body == "empty" else {})
    assert genesys_server.leg("agent").muted
    genesys_server.reset(settings=Settings())


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_a_refusal_rejects_with_the_parsed_body_and_no_error(
    refusal: Refusal, genesys_server: MockGenesys, js: NodeSdk
) -> None:
    asked = staged(refusal.case, genesys_server)
    refusal.before(genesys_server)
    outcome = js.call(genesys_server, asked, refusal.person, extended=False)
    assert (outcome.kind, outcome.error) == ("object", False)
    assert (outcome.rejection["status"], outcome.rejection["code"]) == (refusal.status, refusal.code)


def test_an_extended_rejection_has_status_headers_and_body(genesys_server: MockGenesys, js: NodeSdk) -> None:
    refusal = REFUSALS[0]
    outcome = js.call(genesys_server, staged(refusal.case, genesys_server), extended=True)
    js.call(genesys_server, ME, extended=False)
    assert outcome.rejection.keys() >= {"status", "statusText", "headers", "body", "error"}
    assert (outcome.rejection["status"], outcome.rejection["body"]["code"]) == (refusal.status, refusal.code)


def test_an_answer_that_breaks_off_rejects_with_nothing_at_all(genesys_server: MockGenesys, js: NodeSdk) -> None:
    asked = staged(CASES["patchConversationsCallParticipant"], genesys_server)
    genesys_server.fault("lose_response", on=asked.operation, how="cut")
    assert js.call(genesys_server, asked).kind == "undefined"


def test_nobody_there_rejects_with_an_error_that_has_a_code_and_no_body(js: NodeSdk) -> None:
    with MockGenesys() as gone:
        state_before = gone
    outcome = js.call(state_before, ME)
    assert (outcome.error, outcome.rejection["code"], "body" in outcome.rejection) == (True, "ECONNREFUSED", False)


def test_client_credentials_sign_in_and_have_no_user(genesys_server: MockGenesys, js: NodeSdk) -> None:
    genesys_server.reset("one_call")
    assert js.sign_in(genesys_server, "loginClientCredentialsGrant", SERVICE_CLIENT_ID, SERVICE_SECRET).fulfilled
    assert js.call(genesys_server, CaseCall("getTokensMe", {}, {}, None), None).fulfilled
    assert js.call(genesys_server, ME, None).rejection["code"] == "not.a.user"


def test_a_wrong_secret_is_rejected(genesys_server: MockGenesys, js: NodeSdk) -> None:
    genesys_server.reset("one_call")
    assert not js.sign_in(genesys_server, "loginClientCredentialsGrant", SERVICE_CLIENT_ID, "wrong").fulfilled


def test_a_401_rejects_at_once_though_the_sdk_refreshes_the_token_and_asks_again(
    genesys_server: MockGenesys, js: NodeSdk
) -> None:
    genesys_server.reset("one_call")
    code = code_from(genesys_server)
    signed_in = js.sign_in(
        genesys_server, "loginCodeAuthorizationGrant", SERVICE_CLIENT_ID, SERVICE_SECRET, code, REDIRECT
    )
    assert signed_in.fulfilled
    genesys_server.expire_token()
    before = len(arrived(genesys_server))
    assert js.call(genesys_server, ME, None).rejection["status"] == 401
    crossed = genesys_server.traffic()
    while len(asked := arrived(genesys_server)[before:]) < 3:
        crossed = genesys_server.await_traffic(crossed.version)
    assert asked == [("getUsersMe", 401), ("postOauthToken", 200), ("getUsersMe", 200)]
    assert js.call(genesys_server, ME, None).fulfilled
