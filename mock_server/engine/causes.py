"""What an administrator, the clock or the network does to Genesys: each is a function of the engine that returns the writes.

The server does them on its own engine; whoever has a copy of one does them there, and sees what would come of it.
"""

from __future__ import annotations

from collections.abc import Callable

from ..core.messages import Frame, Outcome
from ..core.model import Fault, State
from ..core.values import near, replace
from ..gateway import faults
from ..services import ROUTES
from ..services.notifications import notifications, topics
from ..services.signing_in import grants, tokens
from .engine import Engine, Writes
from .people import UnknownWord, user_named


def revoke(engine: Engine, permission: str, user: str = "agent") -> Writes:
    """Take a permission away. Raises people.UnknownWord, also for a permission that nothing here needs."""
    about = f"takes {permission} from {user}"
    return _change_permissions(engine, user, about, permission, lambda had: had - {permission})


def grant(engine: Engine, permission: str, user: str = "agent") -> Writes:
    """Give a permission. Raises people.UnknownWord, as `revoke`."""
    about = f"gives {permission} to {user}"
    return _change_permissions(engine, user, about, permission, lambda had: had | {permission})


def limit_scopes(engine: Engine, *scopes: str) -> Writes:
    """Leave the page's client, and the tokens it was given, only these OAuth scopes.

    Raises people.UnknownWord for a scope that nothing here needs.
    """
    known = needed_scopes()
    for scope in scopes:
        if scope not in known:
            raise UnknownWord(f"nothing here needs a scope '{scope}'{near(scope, sorted(known))}")
    about = f"limits the client to {', '.join(scopes) or 'no scope'}"
    return _change(engine, about, lambda state: _with_scopes(state, frozenset(scopes)))


def sign_in(engine: Engine) -> Writes:
    """Sign the agent in at the page's client, before the page is opened."""
    return _change(engine, "the agent has signed in", lambda state: grants.signed_in(state)[0])


def expire_token(engine: Engine) -> Writes:
    """Let every token that the page was given expire. A setting says whether its sockets close."""
    return engine.change("the page's token expires", lambda state: tokens.expired(state, page_tokens(state)))


def revoke_token(engine: Engine) -> Writes:
    """Revoke every token that the page was given; its sockets receive a notice, and may close."""
    return engine.disturb("the page's token is revoked", lambda state: tokens.revoked(state, page_tokens(state)))


def refuse_sign_in(engine: Engine, error: str = "access_denied") -> Writes:
    """Let /oauth/authorize answer with this OAuth error from now on ("" to let in again)."""
    about = f"sign-in is refused: {error}" if error else "sign-in is allowed"
    return _change(engine, about, lambda state: replace(state, sign_in_refused=error))


def fault(engine: Engine, effect: str, on: str, times: int | None = 1, **options: str | int | float) -> Writes:
    """Let `times` requests (None: every one) meet this effect. Raises faults.BadFault.

    `on`: the id of the operation; of several, with blanks between; or empty for any.
    """
    engine.add_fault(faults.checked(Fault(effect, on, times, options)))
    return ()


def clear_faults(engine: Engine) -> Writes:
    return _change(engine, "no more faults", lambda state: replace(state, faults=()))


def cut_socket(engine: Engine) -> Writes:
    """Break every open socket, without a close frame."""
    return engine.disturb("the sockets break", notifications.cut_sockets)


def silence_socket(engine: Engine) -> Writes:
    """Keep every open socket open, and write nothing to it any more."""
    return engine.disturb("the sockets fall silent", notifications.silence_sockets)


def close_soon(engine: Engine, seconds: float = 60.0) -> Writes:
    """Announce the end of every open socket, and close it after so many seconds of virtual time."""
    return engine.disturb("the sockets will close", lambda state: notifications.close_sockets_soon(state, seconds))


def starve(engine: Engine) -> Writes:
    """Send no events on any channel any more, but take subscriptions and send heartbeats."""
    return engine.disturb("the channels starve", notifications.starve)


def send_frame(engine: Engine, text: str) -> Writes:
    """Write any text to every open socket, as a frame of Genesys that no state explains."""
    frame = Frame("system", text, f"frame {text[:40]}")
    return engine.disturb(
        "a strange frame", lambda state: Outcome(state, frames=tuple((name, frame) for name in state.sockets))
    )


def page_tokens(state: State) -> list[str]:
    """Return the tokens that pages were given: all but those of the world's people."""
    persons = {value for name, value in state.aliases.items() if name.endswith("_token")}
    return [value for value in state.tokens if value not in persons]


def needed_scopes() -> frozenset[str]:
    """Return the OAuth scopes that operations ask for."""
    return frozenset().union(*(route.needs.scopes for route in ROUTES))


def needed_permissions(state: State) -> frozenset[str]:
    """Return the permissions that operations and topics ask for, and those that somebody has."""
    asked = (route.needs.permissions for route in ROUTES)
    return frozenset({topics.permission(state)}).union(*asked, *(user.permissions for user in state.users.values()))


def _change(engine: Engine, about: str, how: Callable[[State], State]) -> Writes:
    return engine.change(about, lambda state: Outcome(how(state)))


def _change_permissions(
    engine: Engine, user: str, about: str, permission: str, how: Callable[[frozenset[str]], frozenset[str]]
) -> Writes:
    before, known = user_named(engine.state, user), needed_permissions(engine.state)
    if permission not in known:
        raise UnknownWord(f"nothing here needs a permission '{permission}'{near(permission, sorted(known))}")
    changed = replace(before, permissions=how(before.permissions))
    return _change(engine, about, lambda state: state.with_user(changed))


def _with_scopes(state: State, scopes: frozenset[str]) -> State:
    client = state.clients[state.aliases["client"]]
    limited = {value: replace(state.tokens[value], scopes=scopes) for value in page_tokens(state)}
    return replace(
        state,
        clients={**state.clients, client.id: replace(client, scopes=scopes, more_scopes=frozenset())},
        tokens={**state.tokens, **limited},
    )
