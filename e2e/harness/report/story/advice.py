"""Suggests the right call when a page's error says that it called something which the SDK does not have."""

from __future__ import annotations

import re
from typing import Final

from mock_server.gateway.gateway import OPERATIONS

from ...view.near import closest

# How Chromium words it: "Cannot read properties of undefined (reading 'x')", "y.x is not a function", "x is not defined".
_MISSING: Final = re.compile(r"\(reading '(\w+)'\)|(\w+) is not (?:a function|a constructor|defined)\b")
_MUTING: Final = re.compile("mute|participant|conversation|call", re.IGNORECASE)
_MUTES: Final = OPERATIONS["patchConversationsCallParticipant"]


def advice(error: str) -> str:
    """Name the right call for an error: the operation of a similar name, or the one that mutes; "" for other errors."""
    found = _MISSING.search(error)
    if found is None:
        return ""
    name = found[1] or found[2]
    near = closest(name, OPERATIONS, 0.75)
    if near or _MUTING.search(name):
        return f"the page has no '{name}'; {(OPERATIONS[near] if near else _MUTES).call}"
    return ""
