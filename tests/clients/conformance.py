"""An answer held against the model that the official Python SDK reads it into: the SDK itself leaves out in silence what
it does not know, and marks a value outside its enumerations without a word.
"""

from __future__ import annotations

import inspect
import re
from ast import literal_eval
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from mock_server.core.messages import Json

from .declared import fields

_PRIMITIVES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "object": object,
}
_TIMES = ("datetime", "date", "LocalDateTime")


def differences(models: ModuleType, kind: str, value: Json, where: str) -> list[str]:
    """What the SDK's type `kind` (a model, `str`, `list[Channel]` …) does not know, or misses, in a value.

    Each line begins with the path of the key or value: `getUsersMe.chat.jabberID is no field of Chat`.
    """
    return list(_differences(models, kind, value, where))


def _differences(models: ModuleType, kind: str, value: Json, where: str) -> Iterator[str]:
    if found := re.fullmatch(r"list\[(.*)\]", kind):
        yield from _of_list(models, found[1], value, where)
    elif found := re.fullmatch(r"dict\(\w+, (.*)\)", kind):
        yield from _of_dict(models, found[1], value, where)
    elif kind in _TIMES:
        if not _is_moment(value):
            yield f"{where} is {value!r}, which is no moment in time"
    elif kind in _PRIMITIVES:
        if not isinstance(value, _PRIMITIVES[kind]) or (isinstance(value, bool) and kind in ("int", "float")):
            yield f"{where} is {value!r}, not {kind}"
    else:
        yield from _of_model(models, kind, value, where)


def _of_list(models: ModuleType, kind: str, value: Json, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where} is {value!r}, not a list"
        return
    for number, item in enumerate(value):
        yield from _differences(models, kind, item, f"{where}[{number}]")


def _of_dict(models: ModuleType, kind: str, value: Json, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {value!r}, not an object"
        return
    for key, item in value.items():
        yield from _differences(models, kind, item, f"{where}.{key}")


def _of_model(models: ModuleType, kind: str, value: Json, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {value!r}, not {kind}"
        return
    model_type: Any = getattr(models, kind)
    model = model_type()
    attributes = {key: attribute for attribute, key in model.attribute_map.items()}
    yield from (f"{where}.{key} is no field of {kind}" for key in value if key not in attributes)
    for key, required in fields(kind).items():
        if required and key not in value:
            yield f"{where}.{key} is missing, and {kind} always has it"
    for key in [key for key in value if key in attributes]:
        attribute = attributes[key]
        yield from _differences(models, model.swagger_types[attribute], value[key], f"{where}.{key}")
        allowed = _allowed(model_type, attribute)
        if allowed and value[key] not in allowed:
            yield f"{where}.{key} is {value[key]!r}; {kind} has {', '.join(allowed)}"


@cache
def _allowed(model: Any, attribute: str) -> tuple[str, ...]:
    """The values of an enumeration, as its setter lists them, and in the case in which it lists them. Empty: any value."""
    source = inspect.getsource(getattr(model, attribute).fset)
    found = re.search(r"allowed_values = (\[.*?\])", source, re.DOTALL)
    return tuple(literal_eval(found[1])) if found else ()


def _is_moment(value: Json) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False
