"""Signing in and out: every answer is a redirect, JSON of OAuth's own, or a page."""

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from mock_server.core.messages import Outcome, Request
from mock_server.core.model import State
from mock_server.core.scopes import EVERY
from mock_server.core.values import replace
from mock_server.core.worlds import CLIENT_ID, SERVICE_CLIENT_ID, SERVICE_SECRET
from mock_server.gateway import gateway
from mock_server.services.signing_in.login_page import SIGNED_IN_AS

from ..door import answer, ask, body, connected, later, world

PAGE = "http://localhost:8080/widget/index.html"
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def authorize(state: State, **asked: str) -> Outcome:
    query = {"client_id": CLIENT_ID, "redirect_uri": PAGE, "response_type": "code", "state": "call=1", **asked}
    return ask(state, "GET", "/oauth/authorize", by="", query=query)


def exchange(state: State, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Outcome:
    return gateway.handle(state, Request("POST", "/oauth/token", headers=headers or {}, body=urlencode(form).encode()))


def exchange_code(state: State, code: str, **form: str) -> Outcome:
    known = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "redirect_uri": PAGE,
        "code_verifier": VERIFIER,
    }
    return exchange(state, {**known, "code": code, **form})


def basic(client: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{client}:{secret}".encode()).decode()}


def location(outcome: Outcome) -> str:
    assert outcome.response is not None
    assert outcome.response.status == 302
    return outcome.response.headers["Location"]


def returned(outcome: Outcome, part: str = "query") -> dict[str, str]:
    """What came back to the page, in the query or the fragment."""
    split = urlsplit(location(outcome))
    assert location(outcome).startswith(PAGE)
    return {key: values[0] for key, values in parse_qs(getattr(split, part)).items()}


def refused(outcome: Outcome) -> tuple[int, object]:
    return answer(outcome)[0], body(outcome)["error"]


def signed_in(state: State) -> tuple[State, str]:
    """The world after a sign-in with PKCE, and its code."""
    outcome = authorize(state, code_challenge=CHALLENGE, code_challenge_method="S256")
    return outcome.state, returned(outcome)["code"]


# ---- implicit


def test_the_implicit_grant_returns_a_token_in_the_fragment() -> None:
    outcome = authorize(world(), response_type="token")
    fields = returned(outcome, "fragment")
    assert fields.pop("access_token") in outcome.state.tokens
    assert fields == {"expires_in": "86400", "token_type": "bearer", "state": "call=1"}


def test_the_token_is_the_signed_in_user_s() -> None:
    state = replace(world(), signed_in_user=world().aliases["supervisor"])
    outcome = authorize(state, response_type="token")
    token = outcome.state.tokens[returned(outcome, "fragment")["access_token"]]
    assert (token.user_id, token.client_id) == (state.aliases["supervisor"], CLIENT_ID)


def test_an_asked_scope_narrows_the_token() -> None:
    outcome = authorize(world(), response_type="token", scope="conversations notifications")
    token = outcome.state.tokens[returned(outcome, "fragment")["access_token"]]
    assert token.scopes == {"conversations", "notifications"}


def test_every_scope_of_genesys_is_granted_to_a_client_of_the_team() -> None:
    for scope in EVERY:
        outcome = authorize(world(), response_type="token", scope=f"conversations {scope}")
        token = outcome.state.tokens[returned(outcome, "fragment")["access_token"]]
        assert token.scopes >= {"conversations", scope}


def test_the_scope_for_all_opens_what_the_client_may() -> None:
    outcome = authorize(world(), response_type="token", scope="all")
    token = outcome.state.tokens[returned(outcome, "fragment")["access_token"]]
    assert token.scopes >= {"conversations", "notifications", "users"}


def test_a_setting_refuses_what_the_client_has_not() -> None:
    outcome = authorize(world(other_scopes="refuse"), response_type="token", scope="conversations telephony")
    assert returned(outcome, "fragment")["error"] == "invalid_scope"
    assert outcome.hints[0] == (
        "the client has conversations, notifications, organization:readonly, presence, routing, stations:readonly, "
        "user-basic-info, users; not telephony"
    )


def test_an_invented_scope_is_refused_and_the_hint_names_those_there_are() -> None:
    outcome = authorize(world(), response_type="token", scope="conversation:write conversations")
    assert returned(outcome, "fragment") == {"error": "invalid_scope", "state": "call=1"}
    assert outcome.hints == (
        "Genesys has no scope 'conversation:write'; did you mean 'conversations'?",
        "a scope is a domain, or a domain with :readonly; muting needs conversations",
    )


# ---- PKCE


def test_pkce_gives_a_code_and_for_it_a_token() -> None:
    outcome = authorize(world(), code_challenge=CHALLENGE, code_challenge_method="S256")
    fields = returned(outcome)
    code = fields.pop("code")
    assert fields == {"state": "call=1"}

    granted = exchange_code(outcome.state, code)
    assert body(granted) | {"access_token": ""} == {"access_token": "", "token_type": "bearer", "expires_in": 86400}
    token = granted.state.tokens[str(body(granted)["access_token"])]
    assert (token.user_id, token.expires) == (world().aliases["agent"], world().now + 86_400)


def test_a_code_is_good_once() -> None:
    state, code = signed_in(world())
    assert refused(exchange_code(exchange_code(state, code).state, code)) == (400, "invalid_grant")


def test_a_code_ends_at_its_time() -> None:
    state, code = signed_in(world(code_seconds=60.0))
    assert refused(exchange_code(later(state, 60), code)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "another"},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost/other"},
        {"client_id": SERVICE_CLIENT_ID},
        {"code": "unknown"},
    ],
    ids=str,
)
def test_a_code_is_for_who_asked_for_it(wrong: dict[str, str]) -> None:
    state, code = signed_in(world())
    assert refused(exchange_code(state, **{"code": code, **wrong})) == (400, "invalid_grant")


def test_a_code_without_a_challenge_needs_the_client_s_secret() -> None:
    outcome = authorize(world(), client_id=SERVICE_CLIENT_ID)
    form = {"grant_type": "authorization_code", "code": returned(outcome)["code"], "redirect_uri": PAGE}
    assert refused(exchange(outcome.state, {**form, "client_id": SERVICE_CLIENT_ID})) == (400, "invalid_grant")
    assert answer(exchange(outcome.state, form, basic(SERVICE_CLIENT_ID, SERVICE_SECRET)))[0] == 200


def test_only_s256_is_a_challenge() -> None:
    outcome = authorize(world(), code_challenge=VERIFIER, code_challenge_method="plain")
    assert returned(outcome)["error"] == "invalid_request"


# ---- the code grant of a client that can keep a secret


def confidential(state: State) -> tuple[State, dict[str, object]]:
    """The world after a code grant with the client's secret, and what came of it."""
    outcome = authorize(state, client_id=SERVICE_CLIENT_ID)
    form = {"grant_type": "authorization_code", "code": returned(outcome)["code"], "redirect_uri": PAGE}
    granted = exchange(outcome.state, form, basic(SERVICE_CLIENT_ID, SERVICE_SECRET))
    return granted.state, {**body(granted)}


def refresh(state: State, value: object, secret: str = SERVICE_SECRET, client: str = SERVICE_CLIENT_ID) -> Outcome:
    form = {"grant_type": "refresh_token", "refresh_token": str(value)}
    return exchange(state, form, basic(client, secret))


def test_a_confidential_client_gets_a_refresh_token_too() -> None:
    _, granted = confidential(world())
    assert granted.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}


def test_a_refresh_token_is_good_once_and_gives_the_next() -> None:
    state, granted = confidential(world())
    renewed = refresh(state, granted["refresh_token"])
    assert answer(renewed)[0] == 200
    assert body(renewed)["access_token"] != granted["access_token"]
    assert refused(refresh(renewed.state, granted["refresh_token"])) == (400, "invalid_grant")
    assert answer(refresh(renewed.state, body(renewed)["refresh_token"]))[0] == 200
    token = renewed.state.tokens[str(body(renewed)["access_token"])]
    assert (token.user_id, token.client_id) == (world().aliases["agent"], SERVICE_CLIENT_ID)


def test_a_refresh_token_outlives_its_access_token_but_not_its_revocation() -> None:
    state, granted = confidential(world())
    assert answer(refresh(later(state, 86_400), granted["refresh_token"]))[0] == 200
    bearer = {"authorization": f"Bearer {granted['access_token']}"}
    revoked = gateway.handle(state, Request("DELETE", "/api/v2/tokens/me", headers=bearer)).state
    assert refused(refresh(revoked, granted["refresh_token"])) == (400, "invalid_grant")


def test_a_refresh_token_is_for_its_client_and_who_knows_its_secret() -> None:
    state, granted = confidential(world())
    other = replace(state.clients[SERVICE_CLIENT_ID], id="other")
    state = replace(state, clients={**state.clients, "other": other})
    assert refused(refresh(state, granted["refresh_token"], client="other")) == (400, "invalid_grant")
    assert refused(refresh(state, granted["refresh_token"], secret="wrong")) == (401, "invalid_client")
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": str(granted["refresh_token"])}
    assert refused(exchange(state, form)) == (401, "invalid_client")


def test_the_life_of_tokens_is_a_setting() -> None:
    state, granted = confidential(world(access_token_seconds=300.0))
    assert granted["expires_in"] == 300
    assert state.tokens[str(granted["access_token"])].expires == state.now + 300


# ---- client credentials


def test_an_application_gets_a_token_without_a_user() -> None:
    granted = exchange(world(), {"grant_type": "client_credentials"}, basic(SERVICE_CLIENT_ID, SERVICE_SECRET))
    assert granted.state.tokens[str(body(granted)["access_token"])].user_id is None


def test_the_secret_may_stand_in_the_form() -> None:
    form = {"client_id": SERVICE_CLIENT_ID, "client_secret": SERVICE_SECRET, "grant_type": "client_credentials"}
    assert answer(exchange(world(), form))[0] == 200


@pytest.mark.parametrize(
    ("headers", "form", "expected"),
    [
        ({}, {"client_id": CLIENT_ID, "grant_type": "client_credentials"}, (401, "invalid_client")),
        (basic(SERVICE_CLIENT_ID, "wrong"), {"grant_type": "client_credentials"}, (401, "invalid_client")),
        (basic("nobody", "x"), {"grant_type": "client_credentials"}, (400, "invalid_client")),
        ({"authorization": "Basic !"}, {"grant_type": "client_credentials"}, (400, "invalid_client")),
        ({"authorization": "Basic /w=="}, {"grant_type": "client_credentials"}, (400, "invalid_client")),
        ({}, {}, (400, "invalid_client")),
        ({}, {"client_id": CLIENT_ID}, (400, "unsupported_grant_type")),
        ({}, {"client_id": CLIENT_ID, "grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
def test_other_exchanges_are_refused(headers: dict[str, str], form: dict[str, str], expected: tuple[int, str]) -> None:
    assert refused(exchange(world(), form, headers)) == expected


def test_the_body_of_an_exchange_is_a_form() -> None:
    json = exchange(world(), {"grant_type": "client_credentials"}, {"content-type": "application/json"})
    assert refused(json) == (400, "invalid_request")


def test_oauth_s_errors_have_their_own_frame() -> None:
    description = "client not found"
    assert body(exchange(world(), {})) == {
        "error": "invalid_client",
        "description": description,
        "error_description": description,
    }


# ---- refused sign-in


@pytest.mark.parametrize(("kind", "part"), [("token", "fragment"), ("code", "query")])
def test_a_refused_sign_in_comes_back_as_an_error(kind: str, part: str) -> None:
    outcome = authorize(replace(world(), sign_in_refused="access_denied"), response_type=kind)
    assert returned(outcome, part) == {
        "error": "access_denied",
        "error_description": "Sign-in was refused.",
        "state": "call=1",
    }


def test_an_unknown_response_type_comes_back_as_an_error() -> None:
    assert returned(authorize(world(), response_type="id_token"))["error"] == "unsupported_response_type"


def test_an_unknown_client_is_not_sent_back() -> None:
    assert refused(authorize(world(), client_id="nobody")) == (400, "invalid_client")


@pytest.mark.parametrize(("kind", "part"), [("token", "fragment"), ("code", "query")])
def test_a_client_that_the_world_cannot_know_is_served_as_the_page_s(kind: str, part: str) -> None:
    mine = "0f0e4d0c-0000-4000-8000-a0b0686f746d"
    assert set(returned(authorize(world(), client_id=mine, response_type=kind), part)) >= {
        "access_token" if kind == "token" else "code"
    }
    assert refused(authorize(world(other_clients="refuse"), client_id=mine)) == (400, "invalid_client")


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ("my-client", "a client id is a GUID; this page sent 'my-client'"),
        ("", "the client's id is missing: client_id"),
    ],
)
def test_why_there_is_no_such_client_is_a_hint_at_both_ends(sent: str, hint: str) -> None:
    assert authorize(world(), client_id=sent).hints == (hint,)
    assert exchange(world(), {"client_id": sent, "grant_type": "authorization_code"}).hints == (hint,)


def test_a_page_may_be_sent_back_to_any_address_of_its_team() -> None:
    query = {"client_id": CLIENT_ID, "redirect_uri": "https://widget.example/callback?a=1", "response_type": "code"}
    assert location(ask(world(), "GET", "/oauth/authorize", by="", query=query)).startswith(query["redirect_uri"])


def test_a_redirect_elsewhere_is_not_followed() -> None:
    state = world()
    client = replace(state.clients[CLIENT_ID], redirect_uris=(PAGE,))
    strict = replace(state, clients={**state.clients, CLIENT_ID: client})
    assert refused(authorize(strict, redirect_uri="http://localhost:8080/else")) == (400, "invalid_request")
    assert location(authorize(strict)).startswith(PAGE)
    assert refused(authorize(state, redirect_uri="")) == (400, "invalid_request")


def test_the_page_s_own_query_is_kept() -> None:
    assert location(authorize(world(), redirect_uri=PAGE + "?a=1")).startswith(PAGE + "?a=1&code=")


def test_no_state_comes_back_when_none_was_sent() -> None:
    query = {"client_id": CLIENT_ID, "redirect_uri": PAGE, "response_type": "code"}
    assert returned(ask(world(), "GET", "/oauth/authorize", by="", query=query)).keys() == {"code"}


def test_a_line_s_end_in_the_uri_does_not_end_the_header() -> None:
    uri = "http://localhost/ü?a=%41\r\nSet-Cookie: x"
    assert location(authorize(world(), redirect_uri=uri)).startswith(
        "http://localhost/%C3%BC?a=%41%0D%0ASet-Cookie:%20x&code="
    )


def test_nobody_at_the_browser_cannot_sign_in() -> None:
    assert returned(authorize(replace(world(), signed_in_user="")))["error"] == "login_required"


# ---- the login page


def page(outcome: Outcome) -> str:
    assert outcome.response is not None
    assert outcome.response.status == 200
    assert outcome.response.text is not None
    return outcome.response.text


def test_the_login_page_shows_who_signs_in_and_its_button_goes_on() -> None:
    state = world(sign_in="page")
    user = state.users[state.aliases["agent"]]
    html = page(authorize(state, nonce='"><script>'))
    assert f"<button>Sign in as {user.name}</button>" in html
    assert user.email in html
    assert "<script>" not in html
    pressed = dict(re.findall(r'<input type="hidden" name="(.+?)" value="(.*?)"', page(authorize(state))))
    outcome = ask(state, "GET", "/oauth/authorize", by="", query=pressed)
    assert returned(outcome).keys() == {"code", "state"}


def test_who_has_signed_in_is_not_asked_again_until_signed_out() -> None:
    state = world(sign_in="page")
    state = authorize(state, **{SIGNED_IN_AS: state.aliases["agent"]}).state
    assert returned(authorize(state)).keys() == {"code", "state"}
    page(authorize(state, prompt="login"))
    page(authorize(ask(state, "GET", "/logout", by="", query={"client_id": CLIENT_ID}).state))


def test_another_user_s_button_does_not_sign_in() -> None:
    state = world(sign_in="page")
    page(authorize(state, **{SIGNED_IN_AS: state.aliases["supervisor"]}))


def test_without_a_prompt_the_page_is_an_error() -> None:
    assert returned(authorize(world(sign_in="page"), prompt="none"))["error"] == "login_required"


# ---- signing out


def test_signing_out_ends_the_user_s_tokens_of_that_client() -> None:
    query = {"client_id": CLIENT_ID, "redirect_uri": PAGE}
    outcome = ask(world(), "GET", "/logout", by="", query=query)
    assert location(outcome) == PAGE
    assert answer(ask(outcome.state, "GET", "/api/v2/users/me")) == (401, "bad.credentials")
    assert answer(ask(outcome.state, "GET", "/api/v2/users/me", by="desk_phone"))[0] == 200


def test_signing_out_to_elsewhere_is_refused() -> None:
    state = world()
    client = replace(state.clients[CLIENT_ID], redirect_uris=(PAGE,))
    strict = replace(state, clients={**state.clients, CLIENT_ID: client})
    query = {"client_id": CLIENT_ID, "redirect_uri": "http://evil.example"}
    assert refused(ask(strict, "GET", "/logout", by="", query=query)) == (400, "invalid_request")
    assert location(ask(strict, "GET", "/logout", by="", query={**query, "redirect_uri": PAGE})) == PAGE


def test_signing_out_may_leave_tokens_alone() -> None:
    outcome = ask(world(logout_revokes=False), "GET", "/logout", by="", query={"client_id": CLIENT_ID})
    assert answer(ask(outcome.state, "GET", "/api/v2/users/me"))[0] == 200


def test_signing_out_to_nowhere_shows_a_page() -> None:
    outcome = ask(world(), "GET", "/logout", by="")
    assert outcome.response is not None
    assert outcome.response.content_type == "text/html; charset=utf-8"


def test_signing_out_may_close_sockets() -> None:
    state = connected(world(socket_on_expired_token="close"))
    outcome = ask(state, "GET", "/logout", by="", query={"client_id": CLIENT_ID})
    assert [frame.closes for _, frame in outcome.frames] == [None, 1001]
