"""Checks a file of TOML against the keys that its tables may have; reports every mistake at once, each with what is near.

    KEYS = (Key("reason", TEXT, "why the breach is accepted", required=True), Key("until", DAY, required=True))
    good, mistakes = check({"reson": "known", "until": 7}, KEYS, "accept.")

`mistakes` is a line for each: `accept.reson: there is no such key; did you mean 'reason'?` and so on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from .near import closest, meant, near

Table = Mapping[str, Any]
Refuse = Callable[[str], Exception]  # makes the error to raise from a message


def nothing_wrong(value: Any) -> str:
    """Finds no mistake in any value."""
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key takes: a value of one of `types`, exactly; in a list or table, `items` is the type of every item.

    `wrong` says what is wrong with a value of the right type, or "".
    """

    takes: str  # in words: "a number"
    types: tuple[type, ...]
    items: type | None = None
    wrong: Callable[[Any], str] = nothing_wrong
    may_be_empty: bool = False  # a text of blanks alone

    def mistake(self, value: Any) -> str:
        """What is wrong with a value, or ""."""
        if not self._has_type(value):
            return f"{self.takes} is expected, {_shown(value)} is {_type_in_words(value)}"
        if isinstance(value, str) and not value.strip() and not self.may_be_empty:
            return f"{self.takes} is expected, and this one is empty"
        return self.wrong(value)

    def _has_type(self, value: Any) -> bool:
        if type(value) not in self.types:  # to isinstance, true is a whole number and a time is a day
            return False
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return self.items is None or all(type(item) is self.items for item in items)


TEXT: Final = Kind("text in quotes", (str,))
FLAG: Final = Kind("true or false", (bool,))
WHOLE: Final = Kind("a whole number", (int,))
NUMBER: Final = Kind("a number", (int, float))
DAY: Final = Kind("a day such as 2026-12-31 (no quotes)", (date,))
TEXTS: Final = Kind("a list of texts in quotes", (list,), str)
TABLE: Final = Kind("a table", (dict,))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table. `choices` are the words that its text, or each text of its list, may be; none: any."""

    name: str
    kind: Kind
    about: str = ""  # what it says
    default: str = ""  # what holds where it is left out, for the documentation
    choices: Collection[str] = ()
    required: bool = False

    def mistake(self, value: Any) -> str:
        """What is wrong with its value, or ""."""
        if wrong := self.kind.mistake(value):
            return wrong
        words = value if isinstance(value, list) else [value]
        unknown = [word for word in words if self.choices and word not in self.choices]
        return f"'{unknown[0]}' is {near(unknown[0], self.choices)}" if unknown else ""


def check(given: Table, keys: Sequence[Key], before: str = "") -> tuple[dict[str, Any], list[str]]:
    """The values that can be used, and a line for each mistake, in which `before` stands before the key's name."""
    known = {key.name: key for key in keys}
    good: dict[str, Any] = {}
    mistakes = []
    for name, value in given.items():
        if name not in known:
            mistakes.append(f"{before}{name}: there is no such key; {meant(name, known)}")
        elif wrong := known[name].mistake(value):
            mistakes.append(f"{before}{name}: {wrong}")
        else:
            good[name] = value
    for key in keys:
        if key.required and key.name not in given:
            about = f": {key.about}" if key.about else ""
            mistakes.append(f"{before}{key.name}: it is missing; {key.kind.takes} is expected{about}")
    return good, mistakes


# ---- files


def load(path: Path, refuse: Refuse) -> Table:
    """The tables of a TOML file; raises what `refuse` makes of the reason why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise refuse(f"there is no file {path}{_near_file(path)}") from error
    except OSError as error:
        raise refuse(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise refuse(f"{path} is not UTF-8 text: {error}") from error
    return parse(text, path, refuse)


def parse(text: str, path: Path, refuse: Refuse) -> Table:
    """The tables of a text that stands in the file `path`; raises as `load` does."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refuse(f"{path} is no TOML: {error}") from error


def listed(path: Path, mistakes: Sequence[str]) -> str:
    """The message about a file with these mistakes, a line each."""
    count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return "\n  ".join([f"{path} has {count}:", *mistakes])


def _near_file(path: Path) -> str:
    there = [file.name for file in sorted(path.parent.glob("*.toml"))] if path.parent.is_dir() else []
    like = closest(path.name, there) or next(iter(there), "")
    return f"; there is {path.parent / like}" if like else ""


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _type_in_words(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case datetime() | time():
            return "a time"
        case _:
            return "a day"
