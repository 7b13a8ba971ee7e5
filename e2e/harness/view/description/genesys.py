"""The mock's settings as keys of a table: what a team knows of its own organisation, where the mock assumes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any, Final, get_args, get_type_hints

from mock_server.core.settings import BadSetting, Settings, checked

from .. import validating
from ..validating import FLAG, NUMBER, TEXT, WHOLE, Key, Kind, Table
from .kinds import CHOICE

_PLAIN: Final[dict[type, Kind]] = {bool: FLAG, int: WHOLE, float: NUMBER, str: replace(TEXT, may_be_empty=True)}


def settings(given: Table) -> tuple[dict[str, Any], list[str]]:
    """The settings that can be used, and a line for each mistake."""
    good, mistakes = validating.check(given, KEYS, "genesys.")
    try:
        checked(good)
    except BadSetting as error:
        mistakes.append(f"genesys: {error}")
    return good, mistakes


def _key(name: str, kind: Any, default: Any, about: str) -> Key:
    choices = get_args(kind)
    if not choices:
        return Key(name, _PLAIN[kind], about, str(default))
    if isinstance(choices[0], str):
        return Key(name, CHOICE, about, default, choices)
    return Key(name, _one_of(choices), about, str(default))


def _one_of(numbers: Collection[int]) -> Kind:
    words = " or ".join(map(str, numbers))
    return Kind(words, (int,), wrong=lambda value: "" if value in numbers else f"{words} is expected, not {value}")


_HINTS: Final = get_type_hints(Settings)
KEYS: Final = tuple(_key(one.name, _HINTS[one.name], one.default, one.metadata["about"]) for one in fields(Settings))
