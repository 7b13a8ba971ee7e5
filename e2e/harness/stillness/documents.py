"""Keeps what is known of every document that the pages have shown: its log, requests and sockets, and whether it still exists.

This knows no browser: it takes reports and pushed logs, and gives the next question and the names of what is under way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field

from mock_server.engine.traffic import SocketTraffic, Traffic

from ..probe.probe import LogEntry, PushedLog, Report


@dataclass(slots=True)
class Document:
    """One document, from its first report or pushed log on.

    `frame` is the one that shows it; documents of one `pool` share the browser's connections.
    """

    id: str
    page_name: str
    frame: Hashable = None
    pool: Hashable = None
    gone: bool = False
    seen: int = 0  # its log is known up to here
    started: int = 0  # requests that it began
    view_of: Report | None = None
    pushed: dict[int, LogEntry] = field(default_factory=dict)  # sent through the console, and not reported
    given_up: set[int] = field(default_factory=set)  # requests that it waited for, and does not wait for any more
    # Requests with keepalive: the browser goes on with them when the page has given them up, or is gone.
    outliving: set[int] = field(default_factory=set)

    def take_pushed(self) -> tuple[LogEntry, ...]:
        """The entries that it pushed after its last report, each once."""
        entries = tuple(self.pushed[n] for n in sorted(self.pushed) if n > self.seen)
        self.seen = max((self.seen, *self.pushed))
        self.pushed.clear()
        return entries


@dataclass(slots=True)
class _Channel:
    """The sockets that documents made to one channel."""

    owner: Document
    k: int  # the owner's number for the newest
    made: int = 0  # by all documents
    owned: int = 0  # by the owner
    dropped: int = 0  # closed before they were open, and the server had not heard of them: it may never do so
    heard_of: int = 0  # of so many the server has heard
    opened: bool = False
    closed: bool = False
    sent: int = 0  # messages from the owner by its newest socket


class Documents:
    """Every document of the watched pages."""

    def __init__(self) -> None:
        self._all: dict[str, Document] = {}
        self._channels: dict[str, _Channel] = {}

    def question(
        self,
        traffic: Traffic,
        now: float,
        then: float,
        seconds: float,
        *,
        again: bool = False,
        commanded: bool = False,
    ) -> str:
        """The question to every document, as JSON (see `still` in probe.js): each finds itself by its id."""
        return json.dumps(
            {
                "now": now,
                "then": then,
                "limit": seconds * 1000,
                "leaving": traffic.leaving,
                "again": again,
                "commanded": commanded,
                "documents": {
                    document.id: {
                        "seen": document.seen,
                        "arrived": traffic.arrived.get(document.id, 0),
                        "unanswered": traffic.unanswered.get(document.id, ()),
                    }
                    for document in self._living()
                },
                "sockets": {
                    channel_id: {
                        "owner": channel.owner.id,
                        "made": channel.owned,
                        "open": known.open,
                        "closed": known.closed,
                        "frames": known.frames,
                        "older": known.older,
                    }
                    for channel_id, channel in self._channels.items()
                    if not channel.owner.gone and (known := self._known(channel_id, traffic)) is not None
                },
            }
        )

    @property
    def sockets_made(self) -> int:
        """How many sockets all documents have made, as far as they have reported."""
        return sum(channel.made for channel in self._channels.values())

    @property
    def windows_opened(self) -> int:
        """How many windows all documents have opened, as far as they have reported."""
        return sum(document.view_of.opened for document in self._all.values() if document.view_of is not None)

    def report(
        self, report: Report, page_name: str, frame: Hashable, pool: Hashable
    ) -> tuple[bool, tuple[LogEntry, ...]]:
        """Take a report; returns whether its document is new, and its new entries."""
        new = report.document not in self._all or self._all[report.document].frame is None
        document = self._all.setdefault(report.document, Document(report.document, page_name))
        document.page_name, document.frame, document.pool, document.gone = page_name, frame, pool, False
        entries = tuple(entry for entry in report.log if entry["n"] > document.seen)
        document.seen = max((document.seen, *(entry["n"] for entry in entries)))
        document.started, document.view_of = report.started, report
        document.pushed.clear()
        self._follow(document, entries)
        return new, entries

    def push(self, page_name: str, log: PushedLog) -> None:
        """Take the log that a document pushed."""
        document = self._all.setdefault(log.document, Document(log.document, page_name))
        document.pushed.update({entry["n"]: entry for entry in log.log if entry["n"] > document.seen})
        document.started = max(document.started, log.started)

    def collect_closed(self, living: Collection[str]) -> Iterator[tuple[Document, tuple[LogEntry, ...]]]:
        """The documents that are not among the `living` ids and are newly gone, or have pushed more, with their new entries."""
        for document in self._all.values():
            if document.id in living or (document.gone and not document.pushed):
                continue
            entries = document.take_pushed()
            self._follow(document, entries)
            document.gone = True
            yield document, entries

    def under_way(self, traffic: Traffic, connections: int) -> list[str]:
        """The names of what was sent and has not reached the server."""
        return [
            *self._requests_under_way(traffic, connections),
            *self._ends_under_way(traffic),
            *self._sockets_under_way(traffic),
        ]

    # ---- inside

    def _requests_under_way(self, traffic: Traffic, connections: int) -> list[str]:
        """The names of requests that were sent and have not arrived. Beyond so many `connections` the browser queues them."""
        unanswered: dict[Hashable, int] = {}
        for document in self._living():
            unanswered[document.pool] = unanswered.get(document.pool, 0) + len(traffic.unanswered.get(document.id, ()))
        return [
            f"request {number} of '{document.page_name}' was sent, but has not arrived"
            for document in self._living()
            if unanswered[document.pool] < connections
            for number in range(traffic.arrived.get(document.id, 0) + 1, document.started + 1)
        ]

    def _ends_under_way(self, traffic: Traffic) -> list[str]:
        """The names of requests that the server still answers, although their page gave them up or is gone."""
        lacks = []
        for document in self._all.values():
            unanswered = set(traffic.unanswered.get(document.id, ())) - document.outliving
            if document.gone:
                given_up, how = unanswered, "went with its document"
            else:
                given_up, how = document.given_up & unanswered, "was given up"
            lacks += [
                f"request {n} of '{document.page_name}' {how}, but the server has not noticed" for n in sorted(given_up)
            ]
        return lacks

    def _sockets_under_way(self, traffic: Traffic) -> list[str]:
        """The names of sockets of whose beginning or end the server does not know yet."""
        # Chromium opens one socket at a time to a host: while a handshake stands unanswered, the next is not sent.
        handshaking = any(not socket.open and not socket.closed for socket in traffic.sockets.values())
        lacks = []
        for channel_id, channel in self._channels.items():
            name = f"socket {channel.k} of '{channel.owner.page_name}' (channel {channel_id})"
            known = self._known(channel_id, traffic)
            if known is None:
                if not handshaking and not channel.owner.gone:
                    lacks.append(f"{name} was opened, but the server has not heard of it")
            elif known.connections > channel.made:
                continue  # the page has gone on since its report and opened a newer one: it is asked again
            elif not known.closed and self._ended(channel_id, channel):
                lacks.append(f"{name} has ended, but the server has not noticed")
            elif not known.closed and known.heard < channel.sent:
                lacks.append(f"message {channel.sent} on {name} was sent, but has not arrived")
        return lacks

    def _living(self) -> list[Document]:
        return [document for document in self._all.values() if document.frame is not None and not document.gone]

    def _known(self, channel_id: str, traffic: Traffic) -> SocketTraffic | None:
        """The server's side of the newest socket, or None while the server knows only of older ones."""
        channel, known = self._channels[channel_id], traffic.sockets.get(channel_id)
        if known is None or known.connections < channel.made - channel.dropped:
            return None
        channel.heard_of = channel.made
        return known

    def _ended(self, channel_id: str, channel: _Channel) -> bool:
        if channel.owner.gone or channel.closed:
            return channel.opened or channel.closed
        report = channel.owner.view_of
        socket = report.sockets.get(channel_id) if report else None
        return socket is not None and socket.state in ("closing", "dropped", "closed")

    def _follow(self, document: Document, entries: Collection[LogEntry]) -> None:
        for entry in entries:
            if entry["kind"] == "sent" and entry.get("keepalive"):
                document.outliving.add(entry["request"])
            if entry["kind"] == "received" and entry.get("error"):
                document.given_up.add(entry["request"])
            if entry["kind"] == "socket":
                self._made(document, entry["channel"], entry["socket"])
                continue
            for channel in self._channels.values():
                if (channel.owner, channel.k) == (document, entry.get("socket")):
                    channel.sent += entry["kind"] == "frame-sent"
                    channel.opened = channel.opened or entry["kind"] == "opened"
                    channel.closed = channel.closed or entry["kind"] == "closed"
                    unheard = not channel.opened and channel.made > channel.heard_of
                    channel.dropped += entry["kind"] == "closed" and entry["own"] and unheard

    def _made(self, document: Document, channel_id: str, k: int) -> None:
        channel = self._channels.setdefault(channel_id, _Channel(document, k))
        channel.owned = channel.owned + 1 if channel.owner is document else 1
        channel.made += 1
        channel.owner, channel.k = document, k
        channel.opened, channel.closed, channel.sent = False, False, 0
