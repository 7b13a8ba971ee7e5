"""Reads a widget.toml into a Description; one error reports every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mock_server.core.regions import UnknownEnvironment
from mock_server.serving.hosts import BadHost, split
from mock_server.serving.pages import Mount

from .. import validating
from ..near import closest, meant
from ..reach import BadReach, Reach
from ..validating import TABLE, Table
from ..widget import Policy
from . import address
from .genesys import settings
from .keys import SIGN, STATES, TABLES
from .kinds import opening_step
from .values import BadDescription, Description, Finder, Kept, Sign

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
WrongJs = Callable[[str], str]  # what is wrong with a JavaScript expression, or ""


def read(path: Path, wrong_js: WrongJs) -> Description:
    """The description in a file. Raises BadDescription."""
    return _description(validating.load(path, BadDescription), path, wrong_js)


def parsed(text: str, path: Path, wrong_js: WrongJs = validating.nothing_wrong) -> Description:
    """The description that a text gives; `path` is where it stands. Raises BadDescription with every mistake."""
    return _description(validating.parse(text, path, BadDescription), path, wrong_js)


def _description(given: Table, path: Path, wrong_js: WrongJs) -> Description:
    reader = _Reader(path.resolve().parent, wrong_js)
    description = reader.description(given, _name_of(path))
    if reader.mistakes:
        raise BadDescription(validating.listed(path, reader.mistakes))
    return description


def _name_of(path: Path) -> str:
    return path.resolve().parent.name if path.stem == "widget" else path.stem


class _Reader:
    def __init__(self, here: Path, wrong_js: WrongJs) -> None:
        self.here, self.wrong_js = here, wrong_js
        self.mistakes: list[str] = []

    def description(self, given: Table, name: str) -> Description:
        own = [key.name for key in TABLES[""]]
        self.mistakes += [
            _no_such(word, value) for word, value in given.items() if word not in TABLES and word not in own
        ]
        top = self._table({word: value for word, value in given.items() if word in own}, "")
        tables = {word: self._table(given.get(word, {}), word) for word in TABLES if word not in ("", "token")}
        mute, login = tables["mute"], tables["login"]
        plain = Description(name=name, address="")
        return Description(
            name=top.get("name", name),
            folder=(folder := self._folder(top)),
            address=self._address(top, folder),
            environment=top.get("environment", plain.environment),
            reach=self._reach(tables["reach"], top.get("address", "")),
            opening=tuple(map(opening_step, top.get("open", ()))),
            language=top.get("language", plain.language),
            mute=self._finder("mute", mute, plain.mute),
            login=self._finder("login", login, plain.login),
            token=self._kept(given.get("token", {})),
            frame=mute.get("frame", ""),
            shortcut=" " if str(mute.get("shortcut")).lower() == "space" else mute.get("shortcut", ""),
            says=mute.get("says", ""),
            signs={state: sign for state in STATES if (sign := self._sign(state, tables[state]))},
            policy=replace(_policy(tables["policy"]), gesture=mute.get("gesture", "click")),
            settings=self._settings(top.get("genesys", {})),
        )

    def _table(self, given: Any, table: str, place: str = "") -> Table:
        """The values of a table's known keys that can be used; `place` is what errors call it."""
        place = place or table
        if wrong := TABLE.mistake(given):
            self.mistakes.append(f"{place}: {wrong}")
            return {}
        keys = TABLES[table] if given else ()  # a table that is not there lacks no key
        good, mistakes = validating.check(given, keys, f"{place}." if place else "")
        self.mistakes += mistakes
        return good

    # ---- what they mean together

    def _folder(self, top: Table) -> Path | None:
        if "folder" not in top:
            return None
        folder = Path(self.here, top["folder"]).resolve()
        if not folder.is_dir():
            near = closest(folder.name, [f.name for f in folder.parent.glob("*") if f.is_dir()])
            there = f"; near it is {near}" if near else ""
            self.mistakes.append(f"folder: there is no folder '{top['folder']}' (looked for {folder}){there}")
            return None
        return folder

    def _address(self, top: Table, folder: Path | None) -> str:
        given: str = top.get("address", "")
        reported = any(re.search(r"^(address|folder):|mean '(address|folder)'", mistake) for mistake in self.mistakes)
        if "folder" not in top:
            if not given and not reported:
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
        if folder is not None and not reported and not _is_served(folder, address.file_of(given)):
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

    def _settings(self, given: Table) -> Table:
        good, mistakes = settings(given)
        self.mistakes += mistakes
        return good

    def _finder(self, table: str, given: Table, plain: Finder) -> Finder:
        for other in ("role", "name"):
            if "css" in given and other in given:
                self.mistakes.append(f"{table}.css and {table}.{other} contradict: a selector finds it alone")
        roles = (given["role"],) if "role" in given else plain.roles
        return Finder(roles, given.get("name", plain.name), given.get("css", ""))

    def _kept(self, given: Any) -> tuple[Kept, ...]:
        """What `token` says: a table, or a list of tables for a page that keeps several texts."""
        several = isinstance(given, list)
        places = [(f"token[{n}]", one) for n, one in enumerate(given, 1)] if several else [("token", given)]
        kept: list[Kept] = []
        for place, one in places:
            table = self._table(one, "token", place)
            for wrong in address.unknown(table.get("value", ""), (*address.IN_A_TOKEN, *address.OF_THE_WORLD)):
                self.mistakes.append(f"{place}.value: {wrong}")
            if table:
                kept.append(Kept(**{"key": "", **table}))
        for twice in {
            one.key for one in kept if [(other.key, other.store) for other in kept].count((one.key, one.store)) > 1
        }:
            self.mistakes.append(f"token: '{twice}' stands there twice; one text can be kept under a key")
        return tuple(kept)

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
        if kind == "js" and (wrong := self.wrong_js(value)):
            self.mistakes.append(f"{state}.js: {wrong}")
        text = str(value).lower() if isinstance(value, bool) else value
        return Sign(kind, text, given.get("at", ""), given.get("absent", False))


def _is_served(folder: Path, name: str) -> bool:
    """Whether a navigation to `name` gets a page: a file, or a view of a single-page app."""
    return (folder / name).is_file() or bool(Mount(folder, routes=True).page_of(name.removesuffix("/index.html")))


def _policy(given: Table) -> Policy:
    values: dict[str, Any] = dict(given)
    for name, value in given.items():
        usual = getattr(Policy(), name)
        values[name] = type(usual)(value) if isinstance(usual, float | frozenset) else value
    return replace(Policy(), **values)


def _no_such(word: str, value: Any) -> str:
    """What to say of a key or table that stands above all tables and is none of those that may."""
    if isinstance(value, dict):
        return f"[{word}]: there is no such table; {meant(word, filter(None, TABLES))}"
    homes = [f"[{table}]" for table, keys in TABLES.items() if word in [key.name for key in keys]]
    if homes:
        return f"{word}: this key stands in a table: {', '.join(homes)}"
    return f"{word}: there is no such key; {meant(word, [*(key.name for key in TABLES['']), *filter(None, TABLES)])}"
