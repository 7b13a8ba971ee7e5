"""Writes placeholders where ids of the world stand in what was found: another story has other ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .concluding import Draft


def place(draft: Draft, ids: Mapping[str, str]) -> None:
    """Put `{{participant}}` and the like in place of these ids (placeholder → id), in every table that is not given."""
    for table, keys in draft.keys.items():
        if table not in draft.given:
            draft.keys[table] = {
                name: placed(value, ids, selector=name in ("css", "at", "frame")) for name, value in keys.items()
            }


def placed(value: Any, ids: Mapping[str, str], *, selector: bool = False) -> Any:
    """The value with placeholders; in a selector `#id` becomes `[id="…"]`, for an id may begin with a digit."""
    match value:
        case str():
            for name, text in ids.items():
                placeholder = f"{{{{{name}}}}}"
                if selector:
                    first = re.escape(text[0]) if text[0].isalpha() else rf"\\3{text[0]} "
                    value = re.sub(rf"#{first}{re.escape(text[1:])}(?![\w-])", f'[id="{placeholder}"]', value)
                value = value.replace(re.escape(text), placeholder).replace(text, placeholder)
            return value
        case list():
            return [placed(item, ids) for item in value]
        case dict():
            return {key: placed(item, ids) for key, item in value.items()}
        case _:
            return value
