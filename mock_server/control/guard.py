"""Guards the control API: it takes its token and a name of this machine, and is for no page of another origin.

The token alone would do against other users of the machine. A browser on it is asked to open pages by strangers: their
pages have an origin (or, with a name that was made to mean 127.0.0.1, a host) of their own, and are refused by that first.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from ..core.program import MOCK

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]{16,}")  # what a Bearer header can carry (RFC 6750, section 2.1)
_NAMES: Final = "127.0.0.1, [::1] or localhost"
WHERE: Final = f"`{MOCK} serve` prints it, MockGenesys has it as `control_token`"


class BadToken(ValueError):
    """A control token that would guard nothing, or that no header can carry; the message says what it needs."""


class Problem(Exception):
    """The refusal of a request: a status, a name for programs and a message for people."""

    def __init__(self, status: int, error: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.error, self.headers = status, error, headers or {}


@dataclass(frozen=True)
class Guard:
    """The control token (a random one unless it is given) and the host that the server listens on. Raises BadToken."""

    host: str = "127.0.0.1"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            needs = "it needs at least 16 letters, digits or any of - . _ ~ + / ="
            raise BadToken(f"a control token of {len(self.token)} characters was given; {needs}")

    def check_place(self, headers: Mapping[str, str]) -> None:
        """Raises Problem (403) for another host's name and for a page of another origin; names of headers in lower case."""
        host = headers.get("host", "")
        if not self._is_ours(_name(host)):
            raise Problem(403, "OtherHost", f"'{host}' is no name of this machine: ask by {_NAMES}")
        origin = headers.get("origin", f"http://{host}")
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        if foreign or origin.lower() != f"http://{host}".lower():
            page = f"a page of {headers['origin']}" if "origin" in headers else "a page of another origin"
            raise Problem(403, "OtherOrigin", f"{page} asked; a harness asks without an Origin header")

    def check_token(self, headers: Mapping[str, str]) -> None:
        """Raises Problem (401) unless the token is in the Authorization header."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise self._unauthorized("NoToken", "the header `Authorization: Bearer TOKEN` is missing")
        if not secrets.compare_digest(given.strip().encode("utf-8", "replace"), self.token.encode()):
            raise self._unauthorized("WrongToken", "this is not the control token (nor is a person's access token)")

    def _unauthorized(self, error: str, what: str) -> Problem:
        return Problem(401, error, f"{what}; {WHERE}", {"www-authenticate": "Bearer"})

    def _is_ours(self, name: str) -> bool:
        try:
            address = ip_address(name)
        except ValueError:
            return name in ("localhost", self.host.lower())
        if address.is_loopback or name == self.host:
            return True
        # A server that listens everywhere is asked by any of its addresses. No stranger's name is an address.
        return self.host in ("0.0.0.0", "::")


def _name(host: str) -> str:
    """The host of a Host header, without its port and brackets."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower()
