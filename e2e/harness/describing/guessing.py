"""Guesses the page's address and parameters, from the command line and from the parameters that the page reads."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..view import validating
from ..view.description import address, parsed
from ..view.description.keys import TABLES
from ..view.description.values import BadDescription
from .concluding import Draft

# What the page calls a parameter → what Genesys calls it.
_MEANINGS: Final = (
    (r"conv", "gcConversationId"),
    (r"lang|locale", "gcLangTag"),
    (r"host.?origin", "gcHostOrigin"),
    (r"env|region", "gcTargetEnv"),
)
READ: Final = "hotmic-read:"
# An init script that reports every parameter that a document reads from an address.
READS: Final = """(() => {
  const report = console.debug.bind(console);
  for (const name of ['get', 'has', 'getAll']) {
    const native = URLSearchParams.prototype[name];
    URLSearchParams.prototype[name] = function (key, ...rest) {
      report('hotmic-read:' + key);
      return native.call(this, key, ...rest);
    };
  }
})();"""


def half_written(path: Path, home: Path) -> Draft:
    """The keys of a widget.toml, whose paths become relative to `home`. Raises BadDescription with every mistake in it."""
    table = validating.load(path, BadDescription)
    parsed(path.read_text(encoding="utf-8"), path)
    top = {name: value for name, value in table.items() if name not in TABLES}
    keys = {"": top, **{name: value for name, value in table.items() if name in TABLES}}
    here = path.resolve().parent
    if "folder" in top:
        top["folder"] = _relative(here / top["folder"], home)
        top.setdefault("address", address.DEFAULT)
    if folders := keys.get("reach", {}).get("folders"):
        keys["reach"]["folders"] = {host: _relative(here / folder, home) for host, folder in folders.items()}
    return Draft(keys, given=frozenset(keys) - ({""} if top.get("address") == address.DEFAULT else set()))


@dataclass(frozen=True, slots=True)
class Where:
    """The page that the command names: an address and perhaps a folder that answers for its host, or a page in a folder."""

    address: str
    folder: Path | None = None
    answering: Path | None = None

    def draft(self, home: Path) -> Draft:
        """The first keys; paths are relative to `home`, the folder of the file to be written."""
        draft = Draft()
        draft.add("", {"address": self.address})
        if self.folder is not None:
            draft.add("", {"folder": _relative(self.folder, home)})
        if self.answering is not None:
            folders = {address.host_of(self.address): _relative(self.answering, home)}
            draft.add("reach", {"folders": folders}, "nothing leaves this machine: this folder answers for the host")
        return draft


def where(word: str, here: Path, folder: str | None = None) -> Where:
    """The page that the command line names by http://…, a folder, or a page in one. Raises BadDescription.

    A page or folder may have parameters behind it, `dist/index.html?conversationId={{gcConversationId}}`.
    `folder` answers for the address' host, or is what a page is served from when that is not its own folder.
    """
    given = None if folder is None else _folder(here / folder)
    if address.is_absolute(word):
        return Where(word, answering=given)
    word, parameters = _parted(word, here)
    path = (here / word).resolve()
    if path.is_file():
        return _page(path, given or path.parent, parameters)
    pages = sorted(page.name for page in _folder(path).glob("*.htm*"))
    page = "index.html" if "index.html" in pages or len(pages) != 1 else pages[0]
    if page not in pages:
        there = f"there are {', '.join(pages)}: name one of them" if pages else "there is no page in it"
        raise BadDescription(f"{path} has no index.html; {there}")
    return _page(path / page, given or path, parameters)


def _parted(word: str, here: Path) -> tuple[str, str]:
    """The path and the parameters behind it, `?…` or `#…`; a file may have such a name, too."""
    parts = re.fullmatch(r"([^?#]*)([?#].*)", word)
    return (word, "") if parts is None or (here / word).exists() else (parts[1], parts[2])


def _page(page: Path, folder: Path, parameters: str) -> Where:
    if not page.is_relative_to(folder):
        raise BadDescription(f"{page} is not in the folder {folder}")
    name = page.relative_to(folder).as_posix()
    return Where(name + parameters if parameters else address.DEFAULT.replace("index.html", name, 1), folder)


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise BadDescription(f"'{path}' is no address (http://…), no folder and no page")
    return path.resolve()


def _relative(path: Path, home: Path) -> str:
    return os.path.relpath(path, home)


def better(given: str, read: list[str]) -> str:
    """The address with the parameters that the page reads and was not given, if their meaning can be guessed."""
    page, _, rest = given.partition("?")
    query, mark, fragment = rest.partition("#")
    known = [pair.partition("=")[0] for pair in query.split("&") if pair]
    asked = [name for name in read if name not in known]
    added = [f"{name}={{{{{meaning}}}}}" for name in asked if (meaning := _meaning(name))]
    kept = [
        pair for pair in query.split("&") if pair and (not read or not _is_ours(pair) or pair.partition("=")[0] in read)
    ]
    whole = "&".join([*kept, *added])
    return page + (f"?{whole}" if whole else "") + mark + fragment


def _meaning(name: str) -> str:
    return next((meaning for words, meaning in _MEANINGS if re.search(words, name, re.IGNORECASE)), "")


def _is_ours(pair: str) -> bool:
    """Whether this parameter was added on trial, for a page in a folder."""
    return pair in address.DEFAULT


# Parameters that a login returns, and one that is not needed where the mock answers for Genesys' own hosts.
_GIVEN: Final = ("code", "state", "error", "access_token", "expires_in", "token_type", "gateway")


def unread(read: list[str], given: str) -> list[str]:
    """The parameters that the page reads, that it is not given, and whose meaning is not known."""
    given_names = re.findall(r"[?&#]([^=&#]+)=", given)
    return [name for name in read if name not in (*given_names, *_GIVEN) and not _meaning(name)]
