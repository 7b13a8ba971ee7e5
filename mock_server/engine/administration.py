"""The causes as methods of a server: `genesys.revoke(permission)`, `genesys.cut_socket()`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from ..core.model import State, Token
from . import causes
from .engine import Engine, Writes


class Administration(ABC):
    """What an administrator, a fault or the network does to Genesys; each verb performs the cause of its name."""

    @property
    @abstractmethod
    def state(self) -> State:
        """What Genesys knows now."""

    @abstractmethod
    def perform(self, cause: Callable[[Engine], Writes]) -> None:
        """Do something with the engine, and write what it led to; raises what it raises."""

    def revoke(self, permission: str, user: str = "agent") -> None:
        """Take a permission away. Raises people.UnknownWord."""
        self.perform(lambda engine: causes.revoke(engine, permission, user))

    def grant(self, permission: str, user: str = "agent") -> None:
        """Give a permission. Raises people.UnknownWord."""
        self.perform(lambda engine: causes.grant(engine, permission, user))

    def limit_scopes(self, *scopes: str) -> None:
        """Leave the page's client, and the tokens it was given, only these OAuth scopes."""
        self.perform(lambda engine: causes.limit_scopes(engine, *scopes))

    def sign_in(self) -> Token:
        """Sign the agent in before the page is opened; returns the page's token, which can expire and be revoked."""
        self.perform(causes.sign_in)
        state = self.state
        return state.tokens[causes.page_tokens(state)[-1]]

    def expire_token(self) -> None:
        """Let every token that the page was given expire. A setting says whether its sockets close."""
        self.perform(causes.expire_token)

    def revoke_token(self) -> None:
        """Revoke every token that the page was given; its sockets receive a notice, and may close."""
        self.perform(causes.revoke_token)

    def refuse_sign_in(self, error: str = "access_denied") -> None:
        """Let /oauth/authorize answer with this OAuth error from now on ("" to let in again)."""
        self.perform(lambda engine: causes.refuse_sign_in(engine, error))

    def fault(self, effect: str, on: str, times: int | None = 1, **options: str | int | float) -> None:
        """Let `times` requests to operation `on` (None: every one) meet this effect. Raises faults.BadFault.

        `on`: the id of the operation; of several, with blanks between; or empty for any.
        """
        self.perform(lambda engine: causes.fault(engine, effect, on, times, **options))

    def clear_faults(self) -> None:
        self.perform(causes.clear_faults)

    def cut_socket(self) -> None:
        """Break every open socket, without a close frame."""
        self.perform(causes.cut_socket)

    def silence_socket(self) -> None:
        """Keep every open socket open, and write nothing to it any more."""
        self.perform(causes.silence_socket)

    def close_soon(self, seconds: float = 60.0) -> None:
        """Announce the end of every open socket, and close it after so many seconds of virtual time."""
        self.perform(lambda engine: causes.close_soon(engine, seconds))

    def starve(self) -> None:
        """Send no events on any channel any more, but take subscriptions and send heartbeats."""
        self.perform(causes.starve)

    def send_frame(self, text: str) -> None:
        """Write any text to every open socket, as a frame of Genesys that no state explains."""
        self.perform(lambda engine: causes.send_frame(engine, text))
