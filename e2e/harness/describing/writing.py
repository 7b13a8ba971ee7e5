"""Writes a Draft as TOML, with its remarks as comments."""

from __future__ import annotations

import json
import re
from typing import Any

from ..view.description.keys import TABLES
from .concluding import Draft, Keys


def written(draft: Draft, command: str) -> str:
    """The text of a widget.toml; keys and tables in the order of the documentation."""
    parts = [f"# Written by `{command}` from what the page did. Lines with `unsure` are for you to look at."]
    for table, known in TABLES.items():
        keys: Keys | list[Keys] = draft.keys.get(table, {})
        remarks = draft.remarks.get(table, [])
        if not keys and not remarks:
            continue
        lines = ["", *(f"# {remark}" for remark in remarks)]
        for one in keys if isinstance(keys, list) else [keys] if keys else []:
            head = f"[[{table}]]" if isinstance(keys, list) else f"[{table}]"
            lines += ([head] if table else []) + _lines(one, [key.name for key in known])
        parts.append("\n".join(lines))
    return "\n".join(parts) + "\n"


def _lines(keys: Keys, order: list[str]) -> list[str]:
    return [f"{name} = {value(keys[name])}" for name in order if name in keys]


def value(given: Any) -> str:
    """A value as TOML; a text with backslashes is written as a literal one, so that a regular expression stays readable."""
    match given:
        case bool():
            return str(given).lower()
        case str() if "\\" in given and "'" not in given and given.isprintable():
            return f"'{given}'"
        case str():
            return json.dumps(given, ensure_ascii=False)
        case list() | tuple():
            return f"[{', '.join(map(value, given))}]"
        case dict():
            return "{ " + ", ".join(f"{_key(name)} = {value(item)}" for name, item in given.items()) + " }"
        case _:
            return str(given)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
