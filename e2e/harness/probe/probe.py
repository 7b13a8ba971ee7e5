"""Composes the script that runs first in every document, and reads what it reports."""

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
    "core.js",
    "probe.js",
    "traffic.js",
    "pending.js",
    "worker/workers.js",
    "windows.js",
    "sight.js",
    "media.js",
    "questions/place.js",
    "chance.js",
    "remount.js",
)
WORKER_PARTS = ("clock.js", "core.js", "traffic.js", "pending.js", "chance.js", "worker/worker.js")
# A Worker's probe is a part of the page's, between these lines: where a page makes a Worker, it reads them out of its own code.
_FOR_WORKERS = ("//<worker>", "//</worker>")
# What stands before and behind them in a Worker, where `given` is what its page passed in its name.
_WORKER = (
    "(() => {\n'use strict';\nlet given = null;\n"
    "try {\n  given = JSON.parse(self.name);\n} catch {}\nif (!given?.hotmic) return;\n",
    "})();",
)
PREFIX = "hotmic:"  # of a console message by which a document pushes its log


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
class PushedLog:
    """Log entries that a document sends unasked, because it may be gone before it is asked; some may have been reported."""

    document: str
    log: tuple[LogEntry, ...]
    started: int  # requests so far

    @classmethod
    def read(cls, report: Mapping[str, Any]) -> PushedLog:
        return cls(report["document"], tuple(report["log"]), report["started"])


@dataclass(frozen=True, slots=True)
class Report:
    """What a document reports when it is still, or when the limit has passed, with what is `missing`."""

    document: str
    log: tuple[LogEntry, ...]
    active: bool  # something happened since its last report
    missing: tuple[str, ...]
    trouble: str  # why the adapter's view script failed, or ""
    started: int  # requests so far
    given_up: tuple[int, ...]  # requests that failed here and that the server had not seen
    sockets: Mapping[str, SocketReport]  # by channel
    view: Mapping[str, Any] | None
    next_timer: Timer | None
    waiting: tuple[float, ...]  # its timers, by how many milliseconds each was set for
    leaving: str | None  # the address of the navigation under way
    before: tuple[PushedLog, ...]  # the last entries of earlier documents in its tab, until the harness has them
    now: float  # the time of its clock, virtual milliseconds since 1970
    last_view: int = 0  # the number of the current view's entry; 0: none
    amended: LogEntry | None = None  # what became of the view in its last report: n, painted, frames
    painted: int = 0  # the number of the view's entry that the last counted frame showed; 0: none
    opened: int = 0  # windows that it opened
    opening: tuple[str, ...] = ()  # the addresses of those that still show nothing
    origin: str = "null"  # "null": one that it shares with no other document
    dues: tuple[float, ...] = ()  # when its timers are due, virtual milliseconds since 1970
    wants_frame: bool = False  # frames are commanded, and it has nothing to do before the next
    held_back: bool = False  # its Workers have requests to send, once what was sent before has arrived
    workers: tuple[Report, ...] = ()  # of its dedicated Workers, which were idle together with it
    unjudgeable: tuple[str, ...] = ()  # what it runs where no probe can be, by name

    @classmethod
    def read(cls, text: str) -> Report:
        """From the JSON that `__hotmic.still` returns."""
        report = json.loads(text)
        timer = report["nextTimer"]
        return cls(
            document=report["document"],
            log=tuple(report["log"]),
            active=report["active"],
            missing=tuple(report["missing"]),
            trouble=report["trouble"],
            started=report["started"],
            given_up=tuple(report["givenUp"]),
            sockets={channel: SocketReport(**socket) for channel, socket in report["sockets"].items()},
            view=report["view"],
            next_timer=None if timer is None else Timer(**timer),
            waiting=tuple(report["waiting"]),
            leaving=report["leaving"],
            now=report["now"],
            before=tuple(PushedLog.read(log) for log in report["before"]),
            last_view=report["lastView"],
            amended=report["amended"],
            painted=report["painted"],
            opened=report["opened"],
            opening=tuple(report["opening"]),
            wants_frame=report["wantsFrame"],
            dues=tuple(report["dues"]),
            origin=report["origin"],
            held_back=report["heldBack"],
            workers=tuple(cls._of_worker(worker, report) for worker in report["workers"]),
            unjudgeable=tuple(report["unjudgeable"]),
        )

    @classmethod
    def _of_worker(cls, given: Mapping[str, Any], page: Mapping[str, Any]) -> Report:
        """What its page says of a Worker; without an answer of its own where the page was asked in vain."""
        timer = given.get("nextTimer")
        return cls(
            document=given["document"],
            log=tuple(given["log"]),
            active=given.get("active", True),
            missing=(),  # its page names it
            trouble="",
            started=given["started"],
            given_up=tuple(given.get("givenUp", ())),
            sockets={channel: SocketReport(**socket) for channel, socket in given.get("sockets", {}).items()},
            view=None,
            next_timer=None if timer is None else Timer(**timer),
            waiting=tuple(given.get("waiting", ())),
            dues=tuple(given.get("dues", ())),
            leaving=None,
            before=(),
            now=page["now"],
            origin=page["origin"],
        )


def script(widget: Widget, apis: tuple[str, ...], pages: tuple[str, ...] = ()) -> str:
    """The init script: clock, probe and the adapter's functions in one closure; as code, because a page may forbid eval.

    `apis`: the origins that are Genesys. `pages`: those where `worker_script` stands in front of what a Worker runs.
    """
    config = f"""(() => {{
{widget.shared_script}
return {{
  apis: {json.dumps(apis)},
  pages: {json.dumps(pages)},
  worker: {json.dumps(_WORKER)},
  view: (document) => {{
{widget.view_script}
  }},
  control: (event) => {{
{widget.control_script}
  }},
  find: (name) => {{
{widget.find_script or "return [];"}
  }},
  words: (known) => {{
{widget.words_script or "return known ? null : [];"}
  }},
  evidence: (expired) => {{
{widget.evidence_script or "return [];"}
  }},
  remount: {_remount(widget)},
}};
}})()"""
    never_called = f"function inWorker() {{\n{_source(('worker/worker.js',))}}}"
    return (
        "(function hotmic() {\n'use strict';\nif (window.__hotmic) return;\nconst ownCode = () => hotmic.toString();\n"
        f"const config = {config};\n{_source(PARTS)}{never_called}\n}})();"
    )


def _remount(widget: Widget) -> str:
    return f"(again) => {{\n{widget.remount_script}\n}}" if widget.remount_script else "null"


def begin_script(now: float, limit: float) -> str:
    """The init script after the probe: sets when a document begins (virtual milliseconds since 1970) and the limit (seconds)."""
    return f"window.__hotmic?.begin({now!r}, {limit * 1000!r});"


def storage_script(storage: Storage, address: str) -> str:
    """The init script that fills the storage of the document which is opened at this address, and empties it of everything else.

    It leaves a document alone that comes after that one before the script is removed: a page that loads itself again, or comes
    back from a login.
    """
    opened = "document.referrer === '' && performance.getEntriesByType('navigation')[0]?.type === 'navigate'"
    fill = "const fill = (store, texts) => { store.clear(); for (const key in texts) store.setItem(key, texts[key]); };"
    local, session = json.dumps(dict(storage.local)), json.dumps(dict(storage.session))
    filled = f"{fill} fill(localStorage, {local}); fill(sessionStorage, {session});"
    return f"if (location.href === new URL({json.dumps(address)}).href && {opened}) {{ {filled} }}"


@cache
def worker_script() -> str:
    """What a dedicated Worker runs before its own script, classic or module; nothing where no probe made the Worker."""
    before, behind = _WORKER
    return f"{before}{''.join(map(_text, WORKER_PARTS))}{behind}"


@cache
def _source(parts: tuple[str, ...]) -> str:
    first, last = _FOR_WORKERS
    return "".join(f"{first}\n{_text(part)}{last}\n" if part in WORKER_PARTS else _text(part) for part in parts)


def _text(part: str) -> str:
    return (Path(__file__).parent / part).read_text(encoding="utf-8").rstrip("\n") + "\n"


def listen(message: ConsoleMessage, heard: Callable[[Page, PushedLog], None]) -> None:
    """Call `heard` with the page and the log, if the message is a log that a document pushes."""
    if message.type == "debug" and message.text.startswith(PREFIX) and message.page is not None:
        heard(message.page, PushedLog.read(json.loads(message.text.removeprefix(PREFIX))))
