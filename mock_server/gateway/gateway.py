"""Answers one request: finds its operation, then runs the layers in order, then its handler. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial, reduce
from math import ceil
from typing import Final

from ..core.messages import Handler, Job, Layer, Outcome, Request
from ..core.model import State, Token
from ..core.regions import right_host
from ..core.routing import Match, NoRoute, Route, Table
from ..core.values import replace
from ..payloads.refusals import ERRORS, bracketed, refuse, with_headers
from ..services import JOBS, ROUTES
from ..services.signing_in import grants
from . import faults, intent

TABLE: Final = Table(ROUTES)
OPERATIONS: Final[Mapping[str, Route]] = {route.operation: route for route in ROUTES}
_WINDOW: Final = 60.0  # seconds
_SWALLOWED: Final = "the SDK rejects with this body, so a page that shows nothing has swallowed it"
_RENEWAL: Final = "in a browser the SDK never renews it: the page has to sign in again"


def handle(state: State, request: Request) -> Outcome:
    """Return the outcome of a request. `request.correlation` comes back in the answer's header and error body."""
    found, elsewhere = _found(request.method, request.path, request.headers.get("host", ""))
    if isinstance(found, NoRoute):
        return _complete(_unrouted(found, state, request), request)
    if elsewhere and state.settings.misplaced_path == "refuse":
        return _complete(_misplaced(elsewhere, state, request), request)
    route = found.route
    by = None if route.needs.public else state.token(request.bearer or "")
    request = replace(request, operation=route.operation, params=found.params, by=by)
    return _complete(_HANDLERS[route.operation](state, request), request)


def run(state: State, job: Job) -> Outcome:
    """Run a job, which Genesys does after it has answered; the engine sends each event `job.copies` times."""
    return JOBS[job.kind](state, job)


def limit_size(handler: Handler, state: State, request: Request) -> Outcome:
    """Refuse with 413 a body that is too large; the server reads no more of it than shows that."""
    limit = state.settings.largest_body
    if len(request.body) > limit:
        return refuse(state, request, "request.entity.too.large", str(limit))
    return handler(state, request)


def authenticate(handler: Handler, state: State, request: Request) -> Outcome:
    """Refuse with 401 a request without a token, with an unknown one, and with one that has expired."""
    token = request.by
    if token is None:
        if _route(request).needs.public:
            return handler(state, request)
        if request.bearer is None:
            return refuse(state, request, "authentication.required")
        return refuse(state, request, "bad.credentials", hints=("nobody was given this access token",))
    if token.expires <= state.now:
        ago = f"the access token expired {state.now - token.expires:g} s ago"
        return refuse(state, request, state.settings.expired_token_code, hints=(ago, _RENEWAL))
    return handler(state, request)


def limit_rate(handler: Handler, state: State, request: Request) -> Outcome:
    """Allow so many requests a minute and token; 429 beyond that (PROTOCOL.md#headers, PROTOCOL.md#rate-limits)."""
    token, now = request.by, state.now
    if token is None:
        return handler(state, request)
    allowed = state.settings.requests_per_minute
    start, count = state.rates.get(token.value, (now, 0))
    if now >= start + _WINDOW:
        start, count = now, 0
    reset = ceil(start + _WINDOW - now)
    if count >= allowed:
        outcome = refuse(state, request, "too.many.requests", str(allowed), f"{_WINDOW:g}")
        wait = {"Retry-After": str(reset)} if state.settings.retry_after_on_429 else {}
        counts = _rate_headers(count, allowed, reset) if state.settings.rate_headers_on_429 else {}
        return with_headers(outcome, {**wait, **counts})
    state = replace(state, rates={**state.rates, token.value: (start, count + 1)})
    return with_headers(handler(state, request), _rate_headers(count + 1, allowed, reset))


def authorize(handler: Handler, state: State, request: Request) -> Outcome:
    """Refuse with 400 an application without a user, with 403 a missing scope and missing permissions."""
    route = _route(request)
    token = request.by
    if token is None:
        return handler(state, request)
    if route.needs.user and token.user_id is None and route.needs.of_user(state.settings):
        return refuse(state, request, "not.a.user", hints=(f"{route.operation} needs the token of a user",))
    return (
        _out_of_scope(state, request, route, token)
        or _forbidden(state, request, route, token)
        or handler(state, request)
    )


LAYERS: Final[tuple[Layer, ...]] = (faults.layer, limit_size, authenticate, limit_rate, authorize)  # outermost first


def _wrapped(handler: Handler) -> Handler:
    """The handler inside all layers."""
    return reduce(lambda inner, layer: partial(layer, inner), reversed(LAYERS), handler)


_HANDLERS: Final[Mapping[str, Handler]] = {route.operation: _wrapped(route.handler) for route in ROUTES}


def _complete(outcome: Outcome, request: Request) -> Outcome:
    """The outcome of a request with its operation, all its hints, and all headers of its response."""
    response = outcome.response
    if response is not None:
        headers = {
            **response.headers,
            **outcome.headers,
            "ININ-Correlation-Id": request.correlation,
            "Cache-Control": "no-store",
        }
        response = replace(response, headers=headers)
    hints = intent.hints(request, outcome.hints)
    return replace(outcome, response=response, operation=request.operation, hints=hints)


@lru_cache(maxsize=512)  # a page asks for the same few paths again and again
def _found(method: str, path: str, host: str) -> tuple[Match | NoRoute, str]:
    """What is there, and the host of Genesys that serves it, when it was asked at another one; "" as a rule."""
    return TABLE.match(method, path), right_host(host, path)


def _route(request: Request) -> Route:
    return OPERATIONS[request.operation]


def _out_of_scope(state: State, request: Request, route: Route, token: Token) -> Outcome | None:
    """A client-credentials token has roles instead of scopes (PROTOCOL.md#scopes-and-permissions)."""
    needed = route.needs.scopes
    if not needed or token.user_id is None or not state.settings.enforce_scopes or needed & token.scopes:
        return None
    has = ", ".join(sorted(token.scopes)) or "no scope"
    hint = f"the token has {has}; {route.operation} needs {' or '.join(sorted(needed))}; {_SWALLOWED}"
    return refuse(state, request, state.settings.missing_scope_code, bracketed(needed), hints=(hint,))


def _forbidden(state: State, request: Request, route: Route, token: Token) -> Outcome | None:
    needs = route.needs
    user = state.user(token.user_id)
    if not needs.permissions or not needs.enforced(state.settings) or (user and needs.permissions & user.permissions):
        return None
    has = f"{user.name if user else 'nobody'} has none of the permissions that {route.operation} takes"
    hint = f"{has}; {_SWALLOWED}"
    return refuse(state, request, "missing.any.permissions", bracketed(needs.permissions), hints=(hint,))


def _rate_headers(count: int, allowed: int, reset: int) -> dict[str, str]:
    return {
        "inin-ratelimit-count": str(count),
        "inin-ratelimit-allowed": str(allowed),
        "inin-ratelimit-reset": str(reset),
    }


def _misplaced(right: str, state: State, request: Request) -> Outcome:
    hint = f"{request.headers['host']} does not serve {request.path}; {right} does"
    return refuse(state, request, "not.found", hints=(hint,))


def _unrouted(none: NoRoute, state: State, request: Request) -> Outcome:
    """Refuse an unknown path with 404, a wrong method with the status of a setting; either counts for its token's rate."""
    token = state.token(request.bearer or "")
    known = token if token is not None and token.expires > state.now else None
    return limit_rate(partial(_explained, none), state, replace(request, by=known))


def _explained(none: NoRoute, state: State, request: Request) -> Outcome:
    """Refuse what is no operation, with a hint that names the right one."""
    what = f"{request.method} {_end(none.there[0].path if none.there else request.path)} is no operation"
    if none.there:
        hint = f"{what}; {'; '.join(route.call for route in (*none.there, *_below(request, none.there[0])))}"
        code, status = "method.not.allowed", int(state.settings.wrong_method_status)
    else:
        near = TABLE.nearest(request.method, request.path)
        hint = f"{what}; the nearest is {near.method} {near.path}: {near.call}" if near else what
        code, status = state.settings.unknown_path_code, ERRORS[state.settings.unknown_path_code][0]
    if not set(none.there) & set(intent.MUTING) and intent.was_to_mute(request):
        hint = f"{what}; {intent.RIGHT}"
    if request.path.startswith("/oauth/"):
        return grants.no(state, status, "invalid_request", what, hint)
    return refuse(state, request, code, status=status, hints=(hint,))


def _below(request: Request, there: Route) -> tuple[Route, ...]:
    """The one operation of this method a word further down the path, as for DELETE of a user's station; none of several."""
    below = [r for r in ROUTES if r.method == request.method and r.path.rpartition("/")[0] == there.path]
    return tuple(below) if len(below) == 1 else ()


def _end(path: str) -> str:
    """A short path as it is, of a long one its last two words: `…/participants/{participantId}`."""
    words = path[-200:].split("/")
    return path if len(words) < 5 else f"…/{'/'.join(words[-2:])}"
