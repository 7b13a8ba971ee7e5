"""The token endpoint: a token in exchange for a code, a refresh token or a secret (PROTOCOL.md#oauth-endpoints).

A form comes in, JSON goes out; every refusal is in OAuth's own frame.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from ... import payloads
from ...core.messages import Outcome, Request, Response
from ...core.model import Client, RefreshToken, State, Token
from ...core.routing import Needs, Route
from ...core.values import replace

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FORM: Final = "application/x-www-form-urlencoded"


def exchange(state: State, request: Request) -> Outcome:
    """Issue a token for a code (with its verifier or the client's secret), for a refresh token, or for a secret alone."""
    if request.headers.get("content-type", _FORM).partition(";")[0].strip().lower() != _FORM:
        return no(state, 400, "invalid_request", f"the body is a form: {_FORM}")
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    basic_id, basic_secret = _basic(request)
    client = client_of(state, basic_id or form.get("client_id", ""))
    if client is None:
        why = why_no_client(state, basic_id or form.get("client_id", ""))
        return no(state, 400, "invalid_client", "client not found", why)
    secret = basic_secret or form.get("client_secret")
    if secret is not None and secret != client.secret:
        return no(state, 401, "invalid_client", "the client's secret is wrong")
    trusted = secret is not None
    match form.get("grant_type"):
        case "authorization_code":
            return _from_code(state, form, client, trusted=trusted)
        case ("client_credentials" | "refresh_token") as grant if not trusted:
            return no(state, 401, "invalid_client", f"{grant} needs the client's secret")
        case "client_credentials":
            state, token = issued(state, client, None, client.scopes)
            return Outcome(state, Response(200, payloads.granted(token, client.token_seconds)))
        case "refresh_token":
            return _refreshed(state, form, client)
        case other:
            return no(state, 400, "unsupported_grant_type", f"grant type {other or 'missing'} is not supported")


def client_of(state: State, client_id: str) -> Client | None:
    """The client of this id; None for none. A widget built for production has one of its own, which no world can know."""
    known = state.clients.get(client_id)
    if known is not None or state.settings.other_clients == "refuse" or not _ID.fullmatch(client_id):
        return known
    return replace(state.clients[state.aliases["client"]], id=client_id, name="A client of yours")


def why_no_client(state: State, client_id: str) -> str:
    """Why there is no client of this id, for the developer."""
    if not client_id:
        return "the client's id is missing: client_id"
    if not _ID.fullmatch(client_id):
        return f"a client id is a GUID; this page sent '{client_id[:60]}'"
    known = ", ".join(f"{one.id} ({one.name})" for one in state.clients.values())
    return f"there is no such client; known are {known}"


def issued(state: State, client: Client, user_id: str | None, scopes: frozenset[str]) -> tuple[State, Token]:
    """The state with a new token of this client, and the token."""
    state, value = state.fresh("token")
    token = Token(value, client.id, user_id, scopes, state.now, state.now + client.token_seconds)
    return state.with_token(token), token


def signed_in(state: State) -> tuple[State, Token]:
    """Sign the agent in at the page's client: returns the state after it, and the token that the page gets."""
    client = state.clients[state.aliases["client"]]
    return issued(replace(state, session=True), client, state.signed_in_user, client.scopes)


def no(state: State, status: int, code: str, description: str, *hints: str) -> Outcome:
    """Refuse in OAuth's own error frame."""
    return Outcome(state, Response(status, payloads.oauth_error(code, description)), hints=hints)


def _from_code(state: State, form: Mapping[str, str], client: Client, *, trusted: bool) -> Outcome:
    """A code is good once, for its client and redirect URI, and for who knows its verifier or the client's secret."""
    code = state.codes.get(form.get("code", ""))
    if code is None or code.expires <= state.now or code.client_id != client.id:
        return no(state, 400, "invalid_grant", "the code is unknown, used or expired")
    state = replace(state, codes={key: other for key, other in state.codes.items() if key != code.value})
    if form.get("redirect_uri") != code.redirect_uri:
        return no(state, 400, "invalid_grant", "the redirect URI is not the one that the code was given for")
    verified = code.challenge is not None and _challenge_of(form.get("code_verifier", "")) == code.challenge
    if not (verified or (trusted and code.challenge is None)):
        return no(state, 400, "invalid_grant", "the code verifier does not fit")
    if trusted:
        return _with_refresh(state, client, code.user_id, code.scopes)
    state, token = issued(state, client, code.user_id, code.scopes)
    return Outcome(state, Response(200, payloads.granted(token, client.token_seconds)))


def _refreshed(state: State, form: Mapping[str, str], client: Client) -> Outcome:
    """A new token for a refresh token, which is good once: another one comes with the new token."""
    old = state.refreshes.get(form.get("refresh_token", ""))
    if old is None or old.client_id != client.id:
        return no(state, 400, "invalid_grant", "the refresh token is unknown or used")
    left = {key: refresh for key, refresh in state.refreshes.items() if key != old.value}
    return _with_refresh(replace(state, refreshes=left), client, old.user_id, old.scopes)


def _with_refresh(state: State, client: Client, user_id: str, scopes: frozenset[str]) -> Outcome:
    """A token for a client that can keep a secret, with the one to renew it by."""
    state, token = issued(state, client, user_id, scopes)
    state, value = state.fresh("refresh")
    refresh = RefreshToken(value, client.id, user_id, scopes, token.value)
    state = replace(state, refreshes={**state.refreshes, value: refresh})
    return Outcome(state, Response(200, payloads.granted(token, client.token_seconds, value)))


def _challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, section 4.2."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode("utf-8", "replace")).digest()).rstrip(b"=").decode()


def _basic(request: Request) -> tuple[str | None, str | None]:
    """The client's id and secret of an HTTP Basic header."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None, None
    try:
        name, _, secret = b64decode(value, validate=True).decode().partition(":")
    except ValueError:  # not base64, or not text
        return None, None
    return name, secret


ROUTES: Final = (Route("postOauthToken", "POST", "/oauth/token", Needs(public=True), exchange),)
