"""The official JavaScript SDK works with the mock, in a real browser, on a page without a widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys
from tests.clients.cases import CASES, REFUSALS, CaseCall, arrived, staged
from tests.clients.node_sdk import positional

PAGE = b"""<!doctype html><meta charset="utf-8"><title>The SDK and nothing else</title>
<script src="/sdk/purecloud-platform-client-v2.min.js"></script>
<script>
  const platform = require("platformClient");
  const client = platform.ApiClient.instance;
  client.setGateway({ host: "127.0.0.1", port: Number(location.port), protocol: "http" });
  const apis = Object.keys(platform).filter((name) => name.endsWith("Api")).map((name) => new platform[name]());
  const CLIENT = "5a1b0c1e-0f0e-4d0c-a0b0-686f746d6963";

  async function call({ token, operation, args, extended = false }) {
    if (token !== undefined) client.setAccessToken(token);
    client.setReturnExtendedResponses(extended);
    const api = apis.find((one) => typeof one[operation] === "function");
    return settled(api[operation](...args));
  }

  function settled(promise) {
    return promise.then(
      (result) => ({ result: result === undefined ? "undefined" : JSON.parse(JSON.stringify(result)) }),
      (rejection) => ({
        error: rejection instanceof Error,
        keys: Object.keys(rejection),
        status: rejection.status,
        code: rejection.code ?? rejection.body?.code,
        message: rejection.message,
      }),
    );
  }

  // A login leaves the page and comes back to it: what it was is kept until it is done.
  function signIn(how, options) {
    sessionStorage.setItem("how", JSON.stringify([how, options]));
    return settled(client[how](CLIENT, location.origin + location.pathname, options)).then((done) => {
      sessionStorage.removeItem("how");
      return done;
    });
  }
  const how = sessionStorage.getItem("how");
  const signedIn = how && signIn(...JSON.parse(how));
</script>"""
POPUP = b"""<!doctype html><title>Back in the pop-up</title><script>
  const { search, hash } = location;
  opener.postMessage({ name: "gc_auth_popup", type: "message", search, hash }, location.origin);
</script>"""
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def sdk(page: Page, genesys: MockGenesys, genesys_pages: MockGenesys) -> Page:
    """A page that has the SDK, on the gateway, with nobody signed in."""
    genesys.mount("/client", FIXTURES / "sdk", instead={"index.html": PAGE, "popup.html": POPUP})
    page.goto(f"{genesys.page_origin}/client/index.html")
    return page


@pytest.fixture
def ask(sdk: Page, genesys: MockGenesys) -> Ask:
    """Carries out an operation by the SDK's method for it, as a person of the world."""

    def ask(asked: CaseCall, person: str = "agent", *, extended: bool = False) -> dict[str, Any]:
        token = genesys.state.aliases.get(f"{person}_token", "")
        order = {"operation": asked.operation, "args": positional(asked), "extended": extended, "token": token}
        answer: dict[str, Any] = sdk.evaluate("order => call(order)", order)
        return answer

    return ask


def test_every_operation_is_done(ask: Ask, genesys: MockGenesys) -> None:
    failed = {}
    for operation, case in CASES.items():
        answer = ask(staged(case, genesys), case.person)
        statuses = [status for name, status in arrived(genesys) if name == operation]
        if "result" not in answer or not (isinstance(statuses[-1], int) and 200 <= statuses[-1] < 300):
            failed[operation] = (answer, statuses)
    assert failed == {}


def test_every_refusal_rejects_with_the_parsed_body_and_no_error(ask: Ask, genesys: MockGenesys) -> None:
    for refusal in REFUSALS:
        asked = staged(refusal.case, genesys)
        refusal.before(genesys)
        answer = ask(asked, refusal.person)
        assert (answer["error"], answer["status"], answer["code"]) == (False, refusal.status, refusal.code), (
            refusal.name
        )


def test_an_extended_rejection_has_status_headers_and_body(ask: Ask, genesys: MockGenesys) -> None:
    answer = ask(staged(REFUSALS[0].case, genesys), extended=True)
    assert {"status", "statusText", "headers", "body", "text", "error"} <= set(answer["keys"])
    assert (answer["status"], answer["code"]) == (400, "invalid.property")


def test_no_answer_rejects_with_an_error_that_has_a_code_and_no_body(ask: Ask, genesys: MockGenesys) -> None:
    asked = staged(CASES["patchConversationsCallParticipant"], genesys)
    genesys.fault("lose_response", on=asked.operation, how="cut")
    answer = ask(asked)
    assert (answer["error"], answer["code"], "body" in answer["keys"]) == (True, "ERR_NETWORK", False)


# ---- signing in and out


def came_back(page: Page, how: str, options: dict[str, object]) -> dict[str, Any]:
    """Sign in by leaving the page; returns the answer of the login method on the page that comes back."""
    with page.expect_navigation():
        page.evaluate("([how, options]) => { signIn(how, options); }", [how, options])
    answer: dict[str, Any] = page.evaluate("signedIn")
    return answer


def me(page: Page) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate("call({ operation: 'getUsersMe', args: [] })")
    return answer


@pytest.mark.parametrize("how", ["loginImplicitGrant", "loginPKCEGrant"])
def test_a_login_leaves_the_page_and_comes_back_with_a_token(how: str, sdk: Page, genesys: MockGenesys) -> None:
    answer = came_back(sdk, how, {"state": "what the page was at"})
    assert answer["result"]["state"] == "what the page was at"
    assert me(sdk)["result"]["id"] == genesys.state.aliases["agent"]
    grants = [name for name, status in arrived(genesys) if name == "postOauthToken" and status == 200]
    assert len(grants) == (1 if how == "loginPKCEGrant" else 0)


@pytest.mark.parametrize("how", ["loginImplicitGrant", "loginPKCEGrant"])
def test_a_refused_login_rejects_with_the_oauth_error(how: str, sdk: Page, genesys: MockGenesys) -> None:
    genesys.refuse_sign_in("access_denied")
    answer = came_back(sdk, how, {})
    assert answer["error"]
    assert "access_denied" in answer["message"]


@pytest.mark.parametrize("how", ["loginImplicitGrant", "loginPKCEGrant"])
def test_a_login_in_a_popup_stays_on_the_page(how: str, sdk: Page, genesys: MockGenesys) -> None:
    redirect = f"{genesys.page_origin}/client/popup.html"
    with sdk.expect_popup():
        answer = sdk.evaluate(
            """([how, redirect]) => settled(client[how](CLIENT, redirect, {
                 authPopupConfiguration: { usePopup: true, autoClosePopup: true, popupTarget: "login" } }))""",
            [how, redirect],
        )
    assert answer["result"]["accessToken"]
    assert me(sdk)["result"]["id"] == genesys.state.aliases["agent"]


def test_logout_takes_the_token_away_and_comes_back(sdk: Page, genesys: MockGenesys) -> None:
    came_back(sdk, "loginImplicitGrant", {})
    token = sdk.evaluate("client.authData.accessToken")
    assert genesys.state.token(token)
    with sdk.expect_navigation():
        sdk.evaluate("() => { client.logout(location.origin + location.pathname); }")
    assert sdk.url == f"{genesys.page_origin}/client/index.html"
    assert genesys.state.token(token) is None
    assert me(sdk)["status"] == 401


def test_a_401_rejects_and_nothing_is_renewed(sdk: Page, genesys: MockGenesys) -> None:
    came_back(sdk, "loginPKCEGrant", {})
    genesys.expire_token()
    before = len(arrived(genesys))
    answer = me(sdk)
    assert (answer["error"], answer["status"], answer["code"]) == (False, 401, "bad.credentials")
    assert arrived(genesys)[before:] == [("getUsersMe", 401)]


# ---- notifications


def test_a_mute_is_reported_on_the_channel_s_socket(ask: Ask, sdk: Page, genesys: MockGenesys) -> None:
    channel = ask(CaseCall("postNotificationsChannels", {}, {}, None))["result"]
    topic = f"v2.users.{genesys.state.aliases['agent']}.conversations.calls"
    wanted = CaseCall("postNotificationsChannelSubscriptions", {"channelId": channel["id"]}, {}, [{"id": topic}])
    assert ask(wanted)["result"]["entities"][0]["state"] == "Permitted"
    sdk.evaluate(
        """(uri) => new Promise((open) => {
             window.received = [];
             window.socket = new WebSocket(uri);
             socket.onmessage = ({ data }) => received.push(JSON.parse(data));
             socket.onopen = open;
           })""",
        channel["connectUri"],
    )
    leg = {"conversationId": genesys.call().id, "participantId": genesys.leg().id}
    assert ask(CaseCall("patchConversationsCallParticipant", leg, {}, {"muted": True}))["result"] == "undefined"
    sdk.wait_for_function("received.length > 0")
    (event,) = sdk.evaluate("received")
    muted = [person["muted"] for person in event["eventBody"]["participants"] if person["purpose"] == "agent"]
    assert (event["topicName"], event["version"], muted) == (topic, "2", [True])
