"""Placeholders for ids that only the world of a story knows, in the address, selectors, values and steps of a description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from ..widget import OpeningStep
from .address import OF_THE_WORLD
from .values import Description, Finder, Kept, Sign

NOBODY: Final = "00000000-0000-4000-a000-000000000000"  # the id of what a world has not
CONVERSATION: Final = "gcConversationId"
_NAMED: Final = re.compile(r"\{\{\s*(" + "|".join(OF_THE_WORLD) + r")\s*\}\}")


def depends_on_world(description: Description) -> bool:
    """Whether any of these ids stands in it, besides the conversation's in its address."""
    return placed(description, {}) != description


def is_own(description: Description) -> bool:
    """Whether the finder of its Mute button, or of the frame that has it, says whose button is meant, by one of these ids."""
    return any(_NAMED.search(text) for text in (description.mute.css, description.mute.name, description.frame))


def placed(description: Description, ids: Mapping[str, str]) -> Description:
    """The description with the ids of a world; NOBODY for each that is not given.

    The conversation of the address stays, for a page can be opened on another one.
    """
    of_address = _NAMED.sub(
        lambda found: found[0] if found[1] == CONVERSATION else ids.get(found[1], NOBODY), description.address
    )
    elsewhere: Description = _placed(description, ids)
    return replace(elsewhere, address=of_address)


def _placed(value: Any, ids: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _NAMED.sub(lambda found: ids.get(found[1], NOBODY), value)
        case tuple():
            return tuple(_placed(item, ids) for item in value)
        case dict():
            return {key: _placed(item, ids) for key, item in value.items()}
        case Description() | Finder() | Sign() | Kept() | OpeningStep():
            return replace(value, **{one.name: _placed(getattr(value, one.name), ids) for one in fields(value)})
        case _:
            return value
