"""Signing in and out as the SDKs do it: implicit grant, PKCE and client credentials (protocol reference 4.1, 4.2).

The login page is left out: whoever sits at the browser (`state.signed_in_user`) is signed in at once, by a redirect.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from .. import payloads
from ..messages import Frame, Outcome, Request, Response
from ..model import AuthorizationCode, Client, State, Token
from ..routing import Needs, Route
from ..values import replace
from . import notifications

_PUBLIC: Final = Needs(public=True)


def authorize(state: State, request: Request) -> Outcome:
    """Sign in: a redirect with a token (implicit), with a code (PKCE), or with OAuth's own error."""
    asked = request.query
    client = state.clients.get(asked.get("client_id", ""))
    if client is None:
        return _no(state, 400, "invalid_client", "client not found")
    uri = asked.get("redirect_uri", "")
    if not uri or (client.redirect_uris and uri not in client.redirect_uris):
        return _no(state, 400, "invalid_request", "the redirect URI is not one of the client's")
    kind = asked.get("response_type", "")
    if kind not in ("token", "code"):
        return _back(state, asked, "code", {"error": "unsupported_response_type"})
    if state.sign_in_refused:
        return _back(state, asked, kind, {"error": state.sign_in_refused, "error_description": "Sign-in was refused."})
    scopes = frozenset(asked.get("scope", "").split()) or client.scopes
    if not scopes <= client.scopes:
        hint = f"the client has {', '.join(sorted(client.scopes))}; not {', '.join(sorted(scopes - client.scopes))}"
        return _back(state, asked, kind, {"error": "invalid_scope"}, hint)
    if kind == "token":
        state, token = issued(state, client, state.signed_in_user, scopes)
        return _back(state, asked, kind, {k: str(v) for k, v in payloads.granted(token, client.token_seconds).items()})
    return _with_code(state, asked, client, scopes)


def exchange(state: State, request: Request) -> Outcome:
    """A token for a code and its verifier, or for a client's own secret; a form comes in, JSON goes out."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    basic_id, basic_secret = _basic(request)
    client = state.clients.get(basic_id or form.get("client_id", ""))
    if client is None:
        return _no(state, 400, "invalid_client", "client not found")
    secret = basic_secret or form.get("client_secret")
    if secret is not None and secret != client.secret:
        return _no(state, 401, "invalid_client", "the client's secret is wrong")
    match form.get("grant_type"):
        case "authorization_code":
            return _from_code(state, form, client, trusted=secret is not None)
        case "client_credentials" if secret is not None:
            state, token = issued(state, client, None, client.scopes)
            return Outcome(state, Response(200, payloads.granted(token, client.token_seconds)))
        case "client_credentials":
            return _no(state, 401, "invalid_client", "client credentials need the client's secret")
        case other:
            return _no(state, 400, "unsupported_grant_type", f"grant type {other or 'missing'} is not supported")


def logout(state: State, request: Request) -> Outcome:
    """Sign out, and go back to where the page asked to."""
    frames: list[tuple[str, Frame]] = []
    for token in _session(state, request):
        ended = notifications.end_of_token(state, token.value)
        state = ended.state.without_token(token.value)
        frames += ended.frames
    uri = request.query.get("redirect_uri")
    answer = Response(302, headers={"Location": uri}) if uri else Response(200, text="<p>You are signed out.</p>")
    return Outcome(state, answer, frames=tuple(frames))


def issued(state: State, client: Client, user_id: str | None, scopes: frozenset[str]) -> tuple[State, Token]:
    """The state with a new token of this client, and the token."""
    state, value = state.fresh("token")
    token = Token(value, client.id, user_id, scopes, state.now, state.now + client.token_seconds)
    return state.with_token(token), token


def _with_code(state: State, asked: Mapping[str, str], client: Client, scopes: frozenset[str]) -> Outcome:
    challenge = asked.get("code_challenge")
    if asked.get("code_challenge_method", "S256") != "S256":
        return _back(state, asked, "code", {"error": "invalid_request", "error_description": "only S256 is supported"})
    state, value = state.fresh("code")
    end = state.now + state.settings.code_seconds
    code = AuthorizationCode(value, client.id, state.signed_in_user, asked["redirect_uri"], scopes, challenge, end)
    return _back(replace(state, codes={**state.codes, value: code}), asked, "code", {"code": value})


def _from_code(state: State, form: Mapping[str, str], client: Client, *, trusted: bool) -> Outcome:
    """A code is good once, for its client and redirect URI, and for who knows its verifier or the client's secret."""
    code = state.codes.get(form.get("code", ""))
    if code is None or code.expires <= state.now or code.client_id != client.id:
        return _no(state, 400, "invalid_grant", "the code is unknown, used or expired")
    state = replace(state, codes={key: other for key, other in state.codes.items() if key != code.value})
    if form.get("redirect_uri") != code.redirect_uri:
        return _no(state, 400, "invalid_grant", "the redirect URI is not the one that the code was given for")
    verified = code.challenge is not None and _challenge_of(form.get("code_verifier", "")) == code.challenge
    if not (verified or (trusted and code.challenge is None)):
        return _no(state, 400, "invalid_grant", "the code verifier does not fit")
    state, token = issued(state, client, code.user_id, code.scopes)
    return Outcome(state, Response(200, payloads.granted(token, client.token_seconds)))


def _challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, section 4.2."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _basic(request: Request) -> tuple[str | None, str | None]:
    """The client's id and secret of an HTTP Basic header."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None, None
    try:
        name, _, secret = b64decode(value, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return None, None
    return name, secret


def _session(state: State, request: Request) -> tuple[Token, ...]:
    """The tokens that signing out takes away."""
    if not state.settings.logout_revokes:
        return ()
    owner = (request.query.get("client_id"), state.signed_in_user)
    return tuple(token for token in state.tokens.values() if (token.client_id, token.user_id) == owner)


def _back(state: State, asked: Mapping[str, str], kind: str, fields: Mapping[str, str], *hints: str) -> Outcome:
    """A redirect to the page: for the implicit grant the fields stand in the fragment, else in the query."""
    uri = asked["redirect_uri"]
    known = {"state": asked["state"]} if "state" in asked else {}
    mark = "#" if kind == "token" else "&" if "?" in uri else "?"
    location = f"{uri}{mark}{urlencode({**fields, **known})}"
    return Outcome(state, Response(302, headers={"Location": location}), hints=hints)


def _no(state: State, status: int, code: str, description: str) -> Outcome:
    return Outcome(state, Response(status, payloads.oauth_error(code, description)))


ROUTES: Final = (
    Route("getOauthAuthorize", "GET", "/oauth/authorize", _PUBLIC, authorize),
    Route("postOauthToken", "POST", "/oauth/token", _PUBLIC, exchange),
    Route("getLogout", "GET", "/logout", _PUBLIC, logout),
)
