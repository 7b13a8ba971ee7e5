"""Signing in and out at the browser, as the SDKs do it: implicit grant and code grant.

The facts: PROTOCOL.md#oauth-endpoints, PROTOCOL.md#how-the-javascript-sdk-signs-in.
Whoever sits at the browser (`state.signed_in_user`) is signed in: at once by a redirect, or by a setting after a press
on the login page's button.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from ... import payloads
from ...core.messages import Outcome, Request, Response
from ...core.model import AuthorizationCode, Client, State, User
from ...core.routing import Needs, Route
from ...core.scopes import EVERY, WHOLE
from ...core.values import near, replace
from . import tokens
from .grants import client_of, issued, no, why_no_client
from .login_page import SIGNED_IN_AS, goodbye_page, login_page

PUBLIC: Final = Needs(public=True)


def authorize(state: State, request: Request) -> Outcome:
    """Sign in: a redirect with a token (implicit), with a code, or with OAuth's own error; or first the login page."""
    asked = request.query
    client = client_of(state, asked.get("client_id", ""))
    if client is None:
        return no(state, 400, "invalid_client", "client not found", why_no_client(state, asked.get("client_id", "")))
    if not _is_own(client, asked.get("redirect_uri", "")):
        hint = f"the client's redirect URIs are {', '.join(client.redirect_uris) or 'any, but one must be sent'}"
        return no(state, 400, "invalid_request", "the redirect URI is not one of the client's", hint)
    kind = asked.get("response_type", "")
    if kind not in ("token", "code"):
        return _back(state, asked, "code", {"error": "unsupported_response_type"}, "response_type is token or code")
    user = state.user(state.signed_in_user)
    if state.sign_in_refused or user is None:
        code = state.sign_in_refused or "login_required"
        return _back(state, asked, kind, {"error": code, "error_description": "Sign-in was refused."})
    if _page_is_due(state, asked, user):
        if asked.get("prompt") == "none":
            return _back(state, asked, kind, {"error": "login_required"}, "prompt=none, and nobody has signed in yet")
        return Outcome(state, Response(200, text=login_page(state, client, user, asked)))
    return _signed_in(replace(state, session=True), asked, client, user)


def logout(state: State, request: Request) -> Outcome:
    """Sign out, and go back to where the page asked to."""
    client = client_of(state, request.query.get("client_id", ""))
    uri = request.query.get("redirect_uri", "")
    if uri and client is not None and not _is_own(client, uri):
        return no(state, 400, "invalid_request", "the redirect URI is not one of the client's")
    owner = (request.query.get("client_id"), state.signed_in_user)
    mine = [token.value for token in state.tokens.values() if (token.client_id, token.user_id) == owner]
    ended = tokens.revoked(state, mine if state.settings.logout_revokes else ())
    answer = Response(302, headers={"Location": _as_header(uri)}) if uri else Response(200, text=goodbye_page())
    return replace(ended, state=replace(ended.state, session=False), response=answer)


def _signed_in(state: State, asked: Mapping[str, str], client: Client, user: User) -> Outcome:
    """Send a token or a code back to the page: the user has agreed."""
    kind = asked["response_type"]
    scopes = frozenset(asked.get("scope", "").split()) or client.scopes
    if lacking := sorted(scopes - client.scopes - client.more_scopes):
        return _back(state, asked, kind, {"error": "invalid_scope"}, *_about_scopes(client, lacking))
    if WHOLE in scopes:
        scopes |= client.scopes
    if kind == "token":
        state, token = issued(state, client, user.id, scopes)
        return _back(state, asked, kind, {k: str(v) for k, v in payloads.granted(token, client.token_seconds).items()})
    if asked.get("code_challenge_method", "S256") != "S256":
        return _back(state, asked, kind, {"error": "invalid_request", "error_description": "only S256 is supported"})
    state, value = state.fresh("code")
    end = state.now + state.settings.code_seconds
    challenge = asked.get("code_challenge")
    code = AuthorizationCode(value, client.id, user.id, asked["redirect_uri"], scopes, challenge, end)
    return _back(replace(state, codes={**state.codes, value: code}), asked, kind, {"code": value})


def _about_scopes(client: Client, lacking: list[str]) -> tuple[str, ...]:
    """Hints about scopes that are asked for, and that the client has not."""
    invented = [
        f"Genesys has no scope '{scope}'{near(scope, sorted(client.scopes))}" for scope in lacking if scope not in EVERY
    ]
    others = ", ".join(scope for scope in lacking if scope in EVERY)
    has = [f"the client has {', '.join(sorted(client.scopes))}; not {others}"] if others else []
    return (*invented, *has, "a scope is a domain, or a domain with :readonly; muting needs conversations")


def _page_is_due(state: State, asked: Mapping[str, str], user: User) -> bool:
    """Whether the login page comes first: unless its button was pressed now, or before (and the page does not insist)."""
    if state.settings.sign_in == "at_once" or asked.get(SIGNED_IN_AS) == user.id:
        return False
    return not state.session or asked.get("prompt") == "login"


def _is_own(client: Client, uri: str) -> bool:
    return bool(uri) and (not client.redirect_uris or uri in client.redirect_uris)


def _back(state: State, asked: Mapping[str, str], kind: str, fields: Mapping[str, str], *hints: str) -> Outcome:
    """A redirect to the page: for the implicit grant the fields stand in the fragment, else in the query."""
    uri = asked["redirect_uri"]
    known = {"state": asked["state"]} if "state" in asked else {}
    mark = "#" if kind == "token" else "&" if "?" in uri else "?"
    location = f"{_as_header(uri)}{mark}{urlencode({**fields, **known})}"
    return Outcome(state, Response(302, headers={"Location": location}), hints=hints)


def _as_header(uri: str) -> str:
    """The URI with what a header cannot carry, such as a line's end, in percent signs."""
    return quote(uri, safe=":/?#[]@!$&'()*+,;=%~")


ROUTES: Final = (
    Route("getOauthAuthorize", "GET", "/oauth/authorize", PUBLIC, authorize),
    Route("getLogout", "GET", "/logout", PUBLIC, logout),
)
