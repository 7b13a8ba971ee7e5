"""A widget.toml becomes a Description; every mistake in it is told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mock_server.core.regions import UnknownEnvironment
from mock_server.serving.hosts import BadHost, split

from ..reach import BadReach, Reach
from ..widget import Policy
from . import address
from .keys import SIGN, STATES, TABLES, TAKES, Key
from .values import BadDescription, Description, Finder, Kept, Sign

LOOPBACK = ("localhost", "127.0.0.1", "::1")
Table = Mapping[str, Any]


Wrong = Callable[[str], str]  # what is wrong with a JavaScript expression, or ""


def read(path: Path, wrong_js: Wrong) -> Description:
    """The description in a file. Raises BadDescription."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadDescription(f"{path} cannot be read: {error.strerror}{_near_files(path)}") from error
    except UnicodeDecodeError as error:
        raise BadDescription(f"{path} is not UTF-8 text: {error}") from error
    return parsed(text, path, wrong_js)


def parsed(text: str, path: Path, wrong_js: Wrong = lambda expression: "") -> Description:
    """The description that a text gives; `path` is where it stands. Raises BadDescription with every mistake."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDescription(f"{path} is no TOML: {error}") from error
    reader = _Reader(path.resolve().parent, wrong_js)
    description = reader.description(given, _name_of(path))
    if reader.mistakes:
        lines = "".join(f"\n  {mistake}" for mistake in reader.mistakes)
        count = "a mistake" if len(reader.mistakes) == 1 else f"{len(reader.mistakes)} mistakes"
        raise BadDescription(f"{path} has {count}:{lines}")
    return description


def _name_of(path: Path) -> str:
    return path.resolve().parent.name if path.stem == "widget" else path.stem


def _near_files(path: Path) -> str:
    there = [file.name for file in sorted(path.parent.glob("*.toml"))] if path.parent.is_dir() else []
    near = get_close_matches(path.name, there, n=1) or there[:1]
    return f"; there is {path.parent / near[0]}" if near else ""


class _Reader:
    def __init__(self, here: Path, wrong_js: Wrong) -> None:
        self.here, self.wrong_js = here, wrong_js
        self.mistakes: list[str] = []

    def description(self, given: Table, name: str) -> Description:
        for word in given:
            if word not in TABLES and word not in [key.name for key in TABLES[""]]:
                self._no_such(word, isinstance(given[word], dict))
        top = self._table(given, "")
        tables = {word: self._table(given.get(word, {}), word) for word in TABLES if word}
        mute, login = tables["mute"], tables["login"]
        plain = Description(name=name, address="")
        return Description(
            name=top.get("name", name),
            folder=(folder := self._folder(top)),
            address=self._address(top, folder),
            environment=top.get("environment", plain.environment),
            reach=self._reach(tables["reach"], top.get("address", "")),
            language=top.get("language", plain.language),
            mute=self._finder("mute", mute, plain.mute),
            login=self._finder("login", login, plain.login),
            token=self._kept(tables["token"]),
            frame=mute.get("frame", ""),
            shortcut=mute.get("shortcut", ""),
            says=mute.get("says", ""),
            signs={state: sign for state in STATES if (sign := self._sign(state, tables[state]))},
            policy=self._policy(tables["policy"]),
        )

    # ---- tables and keys

    def _no_such(self, word: str, is_table: bool) -> None:
        what, known = ("table", list(filter(None, TABLES))) if is_table else ("key", [key.name for key in TABLES[""]])
        homes = [
            table for table, keys in TABLES.items() if table and not is_table and word in [key.name for key in keys]
        ]
        name = f"[{word}]" if is_table else word
        if homes:
            self.mistakes.append(f"{name}: this key stands in a table: {', '.join(f'[{home}]' for home in homes)}")
            return
        every = [*known, *([] if is_table else filter(None, TABLES))]
        self.mistakes.append(f"{name}: there is no such {what}; {_near(word, every, known)}")

    def _table(self, given: Any, table: str) -> dict[str, Any]:
        """The values of a table's known keys that are of the right kind."""
        keys = {key.name: key for key in TABLES[table]}
        if not isinstance(given, dict):
            self.mistakes.append(f"{table}: a table [{table}] is expected, {_shown(given)} is {_kind_of(given)}")
            return {}
        good: dict[str, Any] = {}
        for word, value in given.items():
            if not table and word not in keys:
                continue  # told already, or a table
            if word not in keys:
                self.mistakes.append(f"{table}.{word}: there is no such key in [{table}]; {_near(word, keys, keys)}")
            elif wrong := self._wrong(keys[word], value):
                self.mistakes.append(f"{f'{table}.' if table else ''}{word}: {wrong}")
            else:
                good[word] = float(value) if keys[word].kind == "number" else value
        return good

    def _wrong(self, key: Key, value: Any) -> str:
        """What is wrong with a value, or ""."""
        if not _fits(key, value):
            return f"{TAKES[key.kind]} is expected, {_shown(value)} is {_kind_of(value)}"
        match key.kind:
            case "number" | "whole":
                return "" if value > 0 else f"more than 0 is expected, not {value}"
            case "flag":
                return ""
            case "texts":
                return self._wrong_operations(value) if key.name == "operations" else ""
            case "folders":
                return ""
            case _ if not value.strip():
                return f"{TAKES[key.kind]} is expected, and this one is empty"
            case "choice" | "role":
                near = _near(value, key.choices, key.choices)
                return "" if value in key.choices else f"there is no {key.kind} '{value}'; {near}"
            case "regex":
                return _wrong_regex(value)
            case "word":
                return "" if re.fullmatch(r"[^\s.#]+", value) else f"one word without a dot is expected, not '{value}'"
            case "address":
                return "; ".join(address.unknown(value))
            case "js":
                return self.wrong_js(value)
            case _:
                return ""

    def _wrong_operations(self, value: list[str]) -> str:
        known = sorted(Policy().operations)
        bad = [name for name in value if name not in known]
        if not value:
            return f"one operation id or more is expected: {', '.join(known)}"
        return f"'{bad[0]}' is no operation that mutes; {_near(bad[0], known, known)}" if bad else ""

    # ---- what they mean together

    def _folder(self, top: Table) -> Path | None:
        if "folder" not in top:
            return None
        folder = Path(self.here, top["folder"]).resolve()
        if not folder.is_dir():
            near = get_close_matches(folder.name, [f.name for f in folder.parent.glob("*") if f.is_dir()], n=1)
            there = f"; near it is {near[0]}" if near else ""
            self.mistakes.append(f"folder: there is no folder '{top['folder']}' (looked for {folder}){there}")
            return None
        return folder

    def _address(self, top: Table, folder: Path | None) -> str:
        given: str = top.get("address", "")
        told = any(re.search(r"^(address|folder):|mean '(address|folder)'", mistake) for mistake in self.mistakes)
        if "folder" not in top:
            if not given and not told:
                self.mistakes.append("address: neither an address nor a folder says where the page is")
            elif given and not address.is_absolute(given):
                self.mistakes.append(
                    f"address: '{given}' has no host; give http://… or https://…, or a folder that it is in"
                )
            return given
        if given and address.is_absolute(given):
            self.mistakes.append(
                f"folder and address contradict: with a folder, the address is a file in it, not {given}"
            )
            return given
        given = given.lstrip("/") or address.DEFAULT
        if folder is not None and not told and not (folder / address.file_of(given)).is_file():
            pages = [str(file.relative_to(folder)) for file in sorted(folder.glob("*.htm*"))]
            there = f"there is {', '.join(pages)}" if pages else "there is no page in it"
            self.mistakes.append(f"address: no file {address.file_of(given)} in {folder}; {there}")
        return given

    def _reach(self, given: Table, page: str) -> Reach:
        folders = {host: Path(self.here, folder).resolve() for host, folder in given.get("folders", {}).items()}
        by = given.get("by", "address" if "gateway" in address.names(page) else "hosts")
        if by == "address" and page and "gateway" not in address.names(page):
            self.mistakes.append(
                "reach.by: 'address' goes with {{gateway}} in the address, which says where Genesys is"
            )
        try:
            reach = Reach(by, tuple(given.get("environments", ())), given.get("page", ""), folders)
        except (BadReach, BadHost, UnknownEnvironment) as error:
            self.mistakes.append(f"reach: {error}")
            return Reach()
        host = address.host_of(page) if address.is_absolute(page) else ""
        if host and host not in LOOPBACK and not any(split(place)[0] == host for place in folders):
            self.mistakes.append(
                f"address: nothing leaves this machine, so {host} cannot be asked; say which folder answers for it: "
                f'[reach.folders] "{host}" = "dist"'
            )
        return reach

    def _finder(self, table: str, given: Table, plain: Finder) -> Finder:
        for other in ("role", "name"):
            if "css" in given and other in given:
                self.mistakes.append(f"{table}.css and {table}.{other} contradict: a selector finds it alone")
        roles = (given["role"],) if "role" in given else plain.roles
        return Finder(roles, given.get("name", plain.name), given.get("css", ""))

    def _kept(self, given: Table) -> Kept | None:
        if not given:
            return None
        if "key" not in given:
            self.mistakes.append("token.key: it is missing; under which key does the page keep its token?")
        for wrong in address.unknown(given.get("value", ""), address.IN_A_TOKEN.keys()):
            self.mistakes.append(f"token.value: {wrong}")
        return Kept(**{"key": "", **given})

    def _sign(self, state: str, given: Table) -> Sign | None:
        kinds = [key.name for key in SIGN if key.name in given]
        for one, other in zip(kinds, kinds[1:], strict=False):
            self.mistakes.append(f"{state}.{one} and {state}.{other} contradict: one of them tells")
        if not kinds:
            for left in given:
                self.mistakes.append(f"{state}.{left}: it goes with one of {', '.join(key.name for key in SIGN)}")
            return None
        kind = kinds[0]
        if "at" in given and kind not in ("attribute", "class"):
            self.mistakes.append(
                f"{state}.at and {state}.{kind} contradict: `at` says which element has the attribute or class"
            )
        value = given[kind]
        text = str(value).lower() if isinstance(value, bool) else value
        return Sign(kind, text, given.get("at", ""), given.get("absent", False))

    def _policy(self, given: Table) -> Policy:
        values: dict[str, Any] = dict(given)
        if "operations" in values:
            values["operations"] = frozenset(values["operations"])
        return replace(Policy(), **values)


def _fits(key: Key, value: Any) -> bool:
    match key.kind:
        case "flag":
            return isinstance(value, bool)
        case "whole":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "folders":
            return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
        case "texts":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case _:
            return isinstance(value, str)


def _wrong_regex(value: str) -> str:
    if re.fullmatch(r"/.+/[a-z]*", value):
        return (
            f"a regular expression stands without slashes, and its case never counts: '{value[1 : value.rfind('/')]}'"
        )
    if "(?P" in value or re.search(r"\(\?[aiLmsux-]+[:)]|\\[AZ]", value):
        return f"'{value}' is Python's own; only what JavaScript reads alike can be used"
    try:
        re.compile(value)
    except re.error as error:
        return f"'{value}' is no regular expression: {error}"
    return ""


def _near(word: str, known: Iterable[str], there: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else f"there is {', '.join(there)}"


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _kind_of(value: Any) -> str:
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
        case _:
            return "a date or time"
