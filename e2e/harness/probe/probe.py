"""The probe's Python side: composes the script that runs first in every document, and reads what it reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from ..view.widget import Storage, Widget

LogEntry = Mapping[str, Any]  # one line of a document's log: {"n": 1, "kind": "load", …}

PARTS = (
    "clock.js",
    "probe.js",
    "traffic.js",
    "windows.js",
    "sight.js",
    "media.js",
    "place.js",
    "chance.js",
    "remount.js",
)
MARK = "hotmic:"  # begins what a document that goes away tells through the console


@dataclass(frozen=True, slots=True)
class SocketReport:
    """The newest socket of a document to a channel."""

    k: int
    made: int  # sockets of this document to the channel
    state: str  # connecting, open, closing (by the page), dropped (by the page before it was open), closed
    frames: int


@dataclass(frozen=True, slots=True)
class Timer:
    """The page's next timer; `due` is virtual milliseconds since 1970."""

    name: str
    due: float
    delay: float


@dataclass(frozen=True, slots=True)
class LastWords:
    """What a document told because it may be gone before it is asked: entries, some of which may have been reported."""

    document: str
    log: tuple[LogEntry, ...]
    started: int

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> LastWords:
        return cls(said["document"], tuple(said["log"]), said["started"])


@dataclass(frozen=True, slots=True)
class Report:
    """What a document says when it is still, or at the dead man's limit with `missing`."""

    document: str
    log: tuple[LogEntry, ...]
    active: bool  # something happened since it was asked before
    missing: tuple[str, ...]
    trouble: str  # why the adapter's view script failed, or ""
    started: int  # requests so far
    given_up: tuple[int, ...]  # requests that failed here and that the server had not seen
    sockets: Mapping[str, SocketReport]  # by channel
    view: Mapping[str, Any] | None
    next_timer: Timer | None
    waiting: tuple[float, ...]  # its timers, by how many milliseconds each was set for
    leaving: str | None  # where the document is about to go
    before: tuple[LastWords, ...]  # what documents before this one in its tab said last; until it has been heard
    now: float  # what its clock says, virtual milliseconds since 1970
    last_view: int = 0  # the number of the entry that tells of the view which stands now; 0: none
    amended: LogEntry | None = None  # what became of the view that stood when it was asked before: n, painted, frames
    painted: int = 0  # the number of the entry that tells of the view which the last counted frame showed; 0: none
    opened: int = 0  # windows that it opened
    opening: tuple[str, ...] = ()  # where those are about to go that still show nothing
    origin: str = "null"  # "null": one that it shares with nobody
    wants_frame: bool = False  # frames are commanded, and it has nothing to do before the next

    @classmethod
    def read(cls, text: str) -> Report:
        """From the JSON that `__hotmic.still` returns."""
        said = json.loads(text)
        timer = said["nextTimer"]
        return cls(
            document=said["document"],
            log=tuple(said["log"]),
            active=said["active"],
            missing=tuple(said["missing"]),
            trouble=said["trouble"],
            started=said["started"],
            given_up=tuple(said["givenUp"]),
            sockets={channel: SocketReport(**socket) for channel, socket in said["sockets"].items()},
            view=said["view"],
            next_timer=None if timer is None else Timer(**timer),
            waiting=tuple(said["waiting"]),
            leaving=said["leaving"],
            now=said["now"],
            before=tuple(LastWords.read(words) for words in said["before"]),
            last_view=said["lastView"],
            amended=said["amended"],
            painted=said["painted"],
            opened=said["opened"],
            opening=tuple(said["opening"]),
            wants_frame=said["wantsFrame"],
            origin=said["origin"],
        )


def script(widget: Widget, apis: tuple[str, ...]) -> str:
    """The init script: clock, probe and the adapter's functions in one closure; as code, for a page may forbid eval.

    `apis`: the origins that are Genesys.
    """
    config = f"""{{
  apis: {json.dumps(apis)},
  view: (document) => {{
{widget.view_script}
  }},
  control: (event) => {{
{widget.control_script}
  }},
  find: (name) => {{
{widget.find_script or "return [];"}
  }},
  remount: {_remount(widget)},
}}"""
    return f"(() => {{\n'use strict';\nif (window.__hotmic) return;\nconst config = {config};\n{_source()}\n}})();"


def _remount(widget: Widget) -> str:
    return f"(again) => {{\n{widget.remount_script}\n}}" if widget.remount_script else "null"


def begin_script(now: float, limit: float) -> str:
    """The init script after the probe: when a document begins (virtual milliseconds since 1970), and the limit in seconds."""
    return f"window.__hotmic?.begin({now!r}, {limit * 1000!r});"


def storage_script(storage: Storage, address: str) -> str:
    """The init script by which the document that somebody opens at this address finds this in the storage, and nothing else.

    Not one that comes after it, be it quicker than the script is taken away: a page that loads itself again, or comes back from a
    login.
    """
    opened = "document.referrer === '' && performance.getEntriesByType('navigation')[0]?.type === 'navigate'"
    fill = "const fill = (store, texts) => { store.clear(); for (const key in texts) store.setItem(key, texts[key]); };"
    local, session = json.dumps(dict(storage.local)), json.dumps(dict(storage.session))
    filled = f"{fill} fill(localStorage, {local}); fill(sessionStorage, {session});"
    return f"if (location.href === new URL({json.dumps(address)}).href && {opened}) {{ {filled} }}"


@cache
def _source() -> str:
    return "\n".join((Path(__file__).parent / part).read_text(encoding="utf-8") for part in PARTS)


def listen(message: ConsoleMessage, heard: Callable[[Page, LastWords], None]) -> None:
    """Call `heard` with the last words of a document that goes away, if that is what the message is."""
    if message.type == "debug" and message.text.startswith(MARK) and message.page is not None:
        heard(message.page, LastWords.read(json.loads(message.text.removeprefix(MARK))))
