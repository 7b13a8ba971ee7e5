"""Records the story of one test: what each page logged and what the server journaled, joined by cause.

At each stillness it has a mark, `rest`, with what was known then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from mock_server.engine.journal import Entry

from .canonical import in_order
from .merge import Item, merge
from .truth import History, Truth, truth_of

RETURN = re.compile(r"[?&#](code|access_token|error)=")  # in the address to which a sign-in returns, RFC 6749 4.1.2
# These begin the topics of frames after which a page may hear of no change any more.
ENDINGS = ('"v2.system.token_revoked.', '"v2.system.no_longer_subscribed.', '"v2.system.socket_closing"')


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story.

    `kind` is a page entry's (gesture, sent, received, frame, view …), a journal entry's (arrived, delivered, ran, truth …),
    or the harness's own: note (what a person did), rest (a stillness), refused and dropped. `after` and `by` are journal
    numbers: the last entry that surely had happened on the server, and the last that may have; `now` is virtual time in
    seconds.
    """

    n: int
    kind: str
    page: str
    name: str
    about: str
    data: Mapping[str, Any]
    after: int
    by: int
    now: float


@dataclass(frozen=True, slots=True)
class Rest:
    """What the harness knew at a stillness: what was in flight, and per page the view and the time to the next timer."""

    in_flight: tuple[tuple[str, str], ...]
    next_timer: Mapping[str, float | None]  # page → seconds; None: no timer
    views: Mapping[str, Mapping[str, Any]]  # page → view
    now: float


@dataclass(slots=True)
class _Joints:
    """What connects entries of pages with entries of the server, counted over the whole story."""

    given: set[str] = field(default_factory=set)
    dialled: dict[str, int] = field(default_factory=dict)  # channel → attempts of pages
    answered: dict[str, int] = field(default_factory=dict)  # channel → attempts seen by the server
    page_sockets: dict[str, str] = field(default_factory=dict)  # "document/k" → "channel/attempt"
    server_sockets: dict[str, str] = field(default_factory=dict)  # "socket#1" → "channel/attempt"
    frames: dict[str, int] = field(default_factory=dict)  # "channel/attempt" → frames written
    requests: dict[str, str] = field(default_factory=dict)  # "request#3" → "document/n"
    operations: dict[str, str] = field(default_factory=dict)  # "request#3" → operation id
    sign_ins: int = 0  # answers to getOauthAuthorize that led back to a page
    returns: int = 0  # documents that such an answer led to
    written: dict[str, dict[str, Any]] = field(default_factory=dict)  # what a page received, by the key that it needs


class Timeline:
    """The moments of one story. It grows with each stillness; promises and the printed story read it.

    `me` is the agent's user id and `call` the conversation under test. With `exact_frames` the harness decided how many
    frames showed a view, not real time.
    """

    def __init__(
        self, me: str = "", call: str = "", names: Mapping[str, str] | None = None, *, exact_frames: bool = False
    ) -> None:
        self.me, self.call, self.exact_frames = me, call, exact_frames
        self.names = dict(names or {})  # id → word
        self.moments: list[Moment] = []
        self.calls: dict[str, list[Truth]] = {}
        self.seen_entries = 0
        self.requests: dict[str, str] = {}  # "document/n" → "request#3"
        self._joints = _Joints()
        self._now = 0.0

    def note(self, about: str, page: str = "", **data: Any) -> None:
        """Add what a person or the test did at a stillness."""
        self._add("note", page, "", about, data, self.seen_entries, self.seen_entries)

    def refuse(self, about: str, *, host: str) -> None:
        """Add that a page's request to a host beyond this machine was refused, as seen at a stillness."""
        self._add("refused", "", "", about, {"host": host}, self.seen_entries, self.seen_entries)

    def add_journal(self, journal: Iterable[Entry]) -> None:
        """Add what the server did while the pages were still, because a test changed something."""
        entries = in_order(list(journal))
        self._note_what_is_missing(entries)
        for entry in entries:
            self._add_caused(self._server_item(entry))
            self.seen_entries = entry.n

    def add_stillness(
        self, pages: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]], journal: Iterable[Entry], rest: Rest
    ) -> None:
        """Add what happened since the last stillness: for each page its (document, entry) pairs, and the server's entries."""
        start = self.seen_entries
        entries = in_order(list(journal))
        self._note_what_is_missing(entries)
        server = [self._server_item(entry) for entry in entries]
        moved = max((place for place, entry in enumerate(entries, 1) if entry.kind == "moved"), default=0)
        sides = [[self._page_item(document, entry) for document, entry in log] for log in pages.values()]
        numbers = [start, *(entry.n for entry in entries)]
        words = list(pages)
        for item in server[:moved]:
            self._add_caused(item)  # time moves on the server first; what the pages did comes after that
        for placed in merge(server[moved:], sides, self._joints.given):
            if isinstance(placed.entry, Entry):
                self._add_server(placed.entry)
            else:
                before, by = numbers[moved + placed.before], numbers[moved + placed.by]
                self._add_page(words[placed.source], placed.entry, before, by)
        self.seen_entries = numbers[-1]
        self._now = rest.now
        for page, view in rest.views.items():
            data = {"view": view, "in_flight": rest.in_flight, "next_timer": rest.next_timer.get(page)}
            self._add("rest", page, "", "", data, self.seen_entries, self.seen_entries)

    def history(self, call: str | None = None) -> History:
        """All that was true of a call (by default the one under test), to be asked for any moment."""
        return History(self.calls.get(call or self.call, []))

    def with_moments(self, moments: Iterable[Moment]) -> Timeline:
        """The same story with other moments, in which what was true stays."""
        other = copy(self)
        other.moments = list(moments)
        return other

    # ---- inside

    def _add(self, kind: str, page: str, name: str, about: str, data: Mapping[str, Any], after: int, by: int) -> None:
        self.moments.append(Moment(len(self.moments) + 1, kind, page, name, about, data, after, by, self._now))

    def _note_what_is_missing(self, entries: Sequence[Entry]) -> None:
        """Add a moment that says how many entries the journal has dropped: promises are judged without them."""
        missing = min((entry.n for entry in entries), default=0) - self.seen_entries - 1
        if missing > 0:
            about = f"{missing} entries are missing here: the journal dropped them (setting journal_limit)"
            self._add("dropped", "", "", about, {}, self.seen_entries, self.seen_entries)

    def _add_caused(self, item: Item[Entry]) -> None:
        self._joints.given |= item.gives
        self._add_server(item.entry)

    def _add_server(self, entry: Entry) -> None:
        if entry.kind == "truth":
            self.calls.setdefault(str(entry.data["call"]), []).append(truth_of(entry.n, entry.data, self.me))
        if entry.kind == "moved":
            self._now += float(entry.data["seconds"])  # type: ignore[arg-type]  # written by Engine.advance as a number
        self._add(entry.kind, "", entry.name, entry.about, {**entry.data, "cause": entry.cause}, entry.n, entry.n)

    def _add_page(self, page: str, entry: Mapping[str, Any], after: int, by: int) -> None:
        key = f"{entry['document']}/{entry['request']}" if "request" in entry else ""
        written: dict[str, Any] = {}
        if entry["kind"] == "received":
            written = self._joints.written.get(f"answered:{key}", {})
        elif entry["kind"] == "frame":
            socket = self._joints.page_sockets.get(f"{entry['document']}/{entry['socket']}", "")
            written = self._joints.written.get(f"frame:{socket}/{entry['i']}", {})
        self._add(str(entry["kind"]), page, self.requests.get(key, ""), "", {**written, **entry}, after, by)

    def _page_item(self, document: str, entry: Mapping[str, Any]) -> Item[Any]:
        joints, entry = self._joints, {**entry, "document": document}
        match entry["kind"]:
            case "load" if RETURN.search(str(entry.get("url", ""))):
                joints.returns += 1
                return Item(entry, frozenset({f"sign-in:{joints.returns}"}))
            case "sent":
                return Item(entry, gives=frozenset({f"sent:{document}/{entry['request']}"}))
            case "received" if entry.get("error") not in ("timeout", "abort"):
                return Item(entry, frozenset({f"answered:{document}/{entry['request']}"}))
            case "socket":
                channel = str(entry["channel"])
                joints.dialled[channel] = attempt = joints.dialled.get(channel, 0) + 1
                joints.page_sockets[f"{document}/{entry['socket']}"] = socket = f"{channel}/{attempt}"
                return Item(entry, gives=frozenset({f"dialled:{socket}"}))
            case "opened" | "frame" | "closed" as kind:
                socket = joints.page_sockets.get(f"{document}/{entry['socket']}", "")
                need = f"frame:{socket}/{entry['i']}" if kind == "frame" else f"{kind}:{socket}"
                return Item(entry, frozenset({need}) if kind != "closed" or not entry.get("own") else frozenset())
            case _:
                return Item(entry)

    def _server_item(self, entry: Entry) -> Item[Any]:
        joints, name = self._joints, entry.name
        request = "request" + name.removeprefix("response") if name.startswith("response#") else name
        match entry.kind:
            case "offered" if name.startswith("request#") and entry.data.get("probe"):
                joints.requests[name] = probe = str(entry.data["probe"])
                self.requests[probe] = name
                return Item(entry, frozenset({f"sent:{probe}"}))
            case "offered" if name.startswith("socket#"):
                return Item(entry, frozenset({f"dialled:{self._attempt(entry)}"}))
            case "closed" if "channel" in entry.data:  # refused at once
                socket = self._attempt(entry)
                return Item(entry, frozenset({f"dialled:{socket}"}), frozenset({f"closed:{socket}"}))
            case "arrived":
                joints.operations[name] = str(entry.data["operation"])
                return Item(entry)
            case "delivered" | "lost" if name.startswith("response#") and request in joints.requests:
                key = f"answered:{joints.requests[request]}"
                joints.written[key] = {
                    "made": entry.data.get("made"),
                    "operation": joints.operations.get(request, ""),
                    "retry_after": entry.data.get("retry_after"),
                }
                return Item(entry, gives=frozenset({key}))
            case "delivered" if joints.operations.get(request) == "getOauthAuthorize":
                joints.sign_ins += 1
                return Item(entry, gives=frozenset({f"sign-in:{joints.sign_ins}"}))
            case "delivered" if name.startswith("open#"):
                return Item(
                    entry, gives=frozenset({f"opened:{joints.server_sockets.get(str(entry.data['socket']), '')}"})
                )
            case "delivered" if "socket" in entry.data:
                socket = joints.server_sockets.get(str(entry.data["socket"]), "")
                joints.frames[socket] = i = joints.frames.get(socket, 0) + 1
                key = f"frame:{socket}/{i}"
                text = str(entry.data.get("text", ""))
                joints.written[key] = {"made": entry.data["made"], "call": snapshot_call(text), "parcel": name}
                if any(ending in text for ending in ENDINGS):
                    joints.written[key]["ends"] = True
                return Item(entry, gives=frozenset({key}))
            case "closed":
                return Item(entry, gives=frozenset({f"closed:{joints.server_sockets.get(name, '')}"}))
            case _:
                return Item(entry)

    def _attempt(self, entry: Entry) -> str:
        """Count a page's attempt to connect to a channel, as the server saw it, and name it "channel/attempt"."""
        channel = str(entry.data["channel"])
        self._joints.answered[channel] = attempt = self._joints.answered.get(channel, 0) + 1
        self._joints.server_sockets[entry.name] = socket = f"{channel}/{attempt}"
        return socket


def snapshot_call(frame_text: str) -> str | None:
    """The id of the conversation that an event frame is a snapshot of; None for any other frame."""
    try:
        body = json.loads(frame_text).get("eventBody")
    except (ValueError, AttributeError):
        return None
    return str(body["id"]) if isinstance(body, dict) and "participants" in body and "id" in body else None
