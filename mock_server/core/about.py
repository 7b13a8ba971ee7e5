"""Makes what the journal keeps: one line for people, plain data for promises, secrets masked."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from operator import attrgetter

from .messages import NOTHING, Json, Nothing, Request, Response, json_of
from .model import Call, Participant

_KEPT = 20_000  # bytes of a body, and of a path, that the journal keeps whole
_SMALL = 200  # bytes of a body that is worth keeping beside what it says
_SECRETS = re.compile(r"((?:access_token|refresh_token|code|code_verifier|client_secret)=)([^&\s]{4})[^&\s]*")
_LEG_NAMES = ("id", "user", "purpose", "state", "muted", "held", "confined")
_LEG = attrgetter("id", "user_id", "purpose", "state", "muted", "held", "confined")
_TOKENS = re.compile(r'("(?:access|refresh)_token":")([^"]{4})[^"]*')


def masked(text: str) -> str:
    """The text with tokens and codes cut to four characters, in an address, a form or JSON."""
    return _TOKENS.sub(r"\1\2…", _SECRETS.sub(r"\1\2…", text))


Facts = tuple[str, str, str, str, bytes]  # of a request: what `request_data` takes


def about_request(request: Request) -> str:
    """`PATCH muted=true` for a small JSON body, else the method and the last words of the path."""
    if len(request.body) <= _SMALL:
        return _about(request.method, request.path, request.body)
    return _about.__wrapped__(request.method, request.path, request.body)


@lru_cache(maxsize=256)  # a page asks for the same few things again and again
def _about(method: str, path: str, content: bytes) -> str:
    body = json_of(content)
    if isinstance(body, dict) and 0 < len(body) <= 4:
        return " ".join([method, *[f"{key}={_text(value)}" for key, value in body.items()]])
    return f"{method} {short_path(path)}"


def _text(value: Json) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else json.dumps(value)


def about_response(response: Response) -> str:
    """`202`, or the status with the error's code."""
    code = response.body.get("code") if isinstance(response.body, dict) else None
    return f"{response.status} {code}" if code and response.status >= 400 else str(response.status)


def short_path(path: str) -> str:
    """The path without its common start and with ids cut to eight characters."""
    words = path.removeprefix("/api/v2").split("/")
    return "/".join(word[:8] + "…" if len(word) == 36 else word for word in words)


def facts_of(request: Request) -> Facts:
    """Return what the journal keeps of a request, for `request_data`: plain values, a tenth of what a request holds."""
    probe = request.headers.get("x-hotmic", "")
    return request.method, request.path[:_KEPT], request.sender, probe, request.body[: _KEPT + 1]


def request_data(method: str, path: str, sender: str, probe: str, body: bytes) -> dict[str, Json]:
    """Return what a promise may ask of a request; never its token."""
    read = json_of(body) if len(body) <= _KEPT else NOTHING
    shown = masked(body[:2000].decode("utf-8", "replace")) if isinstance(read, Nothing) else read
    return {"method": method, "path": path, "sender": sender, "probe": probe, "body": shown}


def arrival_data(status: int | None, hints: tuple[str, ...], operation: str, request: Facts) -> dict[str, Json]:
    """Return what a promise may ask of a request that has arrived, and of its outcome."""
    return request_data(*request) | {"status": status, "hints": [*hints], "operation": operation}


def answer_data(status: int, retry_after: str | None, content: bytes, made: int) -> dict[str, Json]:
    """Return what a promise may ask of an answer, its body as text; `made` is the journal's count when it was made."""
    text = content[:_KEPT].decode("utf-8", "replace")
    body = masked(text) if "_token" in text else text
    return {"status": status, "retry_after": retry_after, "body": body, "made": made}


def truth_of(call: Call) -> dict[str, Json]:
    """Return what is true of each leg, oldest first: what the caller can hear follows from it."""
    return truth_data(call.id, call.participants)


def truth_data(call: str, legs: tuple[Participant, ...]) -> dict[str, Json]:
    return {"call": call, "legs": [dict(zip(_LEG_NAMES, _LEG(leg), strict=True)) for leg in legs]}
