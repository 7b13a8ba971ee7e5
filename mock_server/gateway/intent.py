"""Recognises a request that was meant to mute, so that a hint can name the operation that does."""

from __future__ import annotations

import re
from typing import Final

from ..core.messages import Request
from ..services import ROUTES

MUTING: Final = tuple(route for route in ROUTES if '"muted"' in route.example)  # hints name the first
RIGHT: Final = f"{MUTING[0].call} on {MUTING[0].path}"
_NOT_ASKED: Final = frozenset({"", *(route.operation for route in MUTING)})
_MUTE: Final = frozenset({"mute", "mutes", "muted", "muting", "unmute", "unmuted"})
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # of isMuted, MUTE_ALL, set-mute
_NAME: Final = re.compile(r'"([\w-]+)"')  # a property of a body, or a value of one word: sentences are not searched
_READ: Final = 10_000  # characters of a path and of a body


def was_to_mute(request: Request) -> bool:
    """Whether a segment of the path, a property of the body or a value of one word speaks of mute.

    A change of `participants` where there is no operation counts, too: there is nothing else that one could want to change.
    """
    in_body = _NAME.findall(request.body[:_READ].decode("utf-8", "replace"))
    if not request.operation and request.method in ("PATCH", "PUT") and "participants" in in_body:
        return True
    names = (*request.path[:_READ].split("/"), *in_body)
    return any(word.lower() in _MUTE for name in names for word in _WORD.findall(name))


def hints(request: Request, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the `known` hints, and one more for an operation that was meant to mute and does not."""
    if request.operation in _NOT_ASKED or not was_to_mute(request) or any(MUTING[0].call in hint for hint in known):
        return known
    return (*known, f"{request.operation} mutes nobody; {RIGHT}")
