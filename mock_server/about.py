"""How the journal speaks of things: one line for people, plain data for promises, secrets masked."""

from __future__ import annotations

import json
import re

from .messages import Json, Nothing, Request, Response
from .model import Call

_KEPT = 20_000  # bytes of a body, and of a path, that the journal keeps whole
_SECRETS = re.compile(r"((?:access_token|refresh_token|code|code_verifier|client_secret)=)([^&\s]{4})[^&\s]*")
_TOKENS = re.compile(r'("(?:access|refresh)_token":")([^"]{4})[^"]*')


def masked(text: str) -> str:
    """The text with tokens and codes cut to four characters, in an address, a form or JSON."""
    return _TOKENS.sub(r"\1\2…", _SECRETS.sub(r"\1\2…", text))


def about_request(request: Request) -> str:
    """`PATCH muted=true` for a small JSON body, else the method and the last words of the path."""
    body = request.json
    if isinstance(body, dict) and 0 < len(body) <= 4:
        return f"{request.method} " + " ".join(f"{key}={_text(value)}" for key, value in body.items())
    return f"{request.method} {short_path(request.path)}"


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


def request_data(request: Request) -> dict[str, Json]:
    """What a promise may ask of a request; never its token."""
    body = request.json if len(request.body) <= _KEPT else Nothing()
    text = masked(request.body[:2000].decode("utf-8", "replace")) if isinstance(body, Nothing) else None
    return {
        "method": request.method,
        "path": request.path[:_KEPT],
        "sender": request.sender,
        "probe": request.headers.get("x-hotmic", ""),
        "body": text if isinstance(body, Nothing) else body,
    }


def arrival_data(request: Request, status: int | None, hints: tuple[str, ...], operation: str) -> dict[str, Json]:
    """The request, and what became of it."""
    return request_data(request) | {"status": status, "hints": [*hints], "operation": operation}


def answer_data(status: int, retry_after: str | None, said: bytes, made: int) -> dict[str, Json]:
    """What a promise may ask of an answer, and what it said, as text; `made` is the journal's count when it was made."""
    text = said[:_KEPT].decode("utf-8", "replace")
    body = masked(text) if "_token" in text else text
    return {"status": status, "retry_after": retry_after, "body": body, "made": made}


def truth_of(call: Call) -> dict[str, Json]:
    """What is true of each leg, oldest first: what the caller can hear follows from it."""
    legs: list[Json] = [
        {
            "id": p.id,
            "user": p.user_id,
            "purpose": p.purpose,
            "state": p.state,
            "muted": p.muted,
            "held": p.held,
            "confined": p.confined,
        }
        for p in call.participants
    ]
    return {"call": call.id, "legs": legs}
