"""Counts, by page, what has crossed so far: the server's half of stillness.

The probe numbers the requests of each document and sends the number along; requests are admitted in that order, so that the
names on the wire follow the order in which the page sent, whatever connection was quicker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from ..core.values import replace
from .engine import Write

PROBE_HEADER = "x-hotmic"
_CHANNELS_KEPT = 1_000


class SocketTraffic(Struct, frozen=True):
    """The newest connection to a channel: how many there were, its state, the messages written to it and heard from it.

    `older`: the messages written to each earlier one that is open still, the oldest first.
    """

    connections: int = 0
    open: bool = False
    closed: bool = False
    frames: int = 0
    heard: int = 0
    older: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """The counts at one moment. `version` grows with all that crosses, `noticeable` with what a page can notice of it."""

    version: int
    noticeable: int
    arrived: Mapping[str, int]  # document → its requests 1..n were admitted
    unanswered: Mapping[str, tuple[int, ...]]  # document → admitted, nothing written: held, or lost for ever
    sockets: Mapping[str, SocketTraffic]  # channel id
    leaving: int  # navigations that stand unanswered


@dataclass(slots=True)
class _Document:
    arrived: int = 0
    waiting: dict[int, Callable[[], None]] = field(default_factory=dict)
    abandoned: set[int] = field(default_factory=set)
    unanswered: set[int] = field(default_factory=set)


class Ledger:
    """Keeps the counts; lives on the event loop's thread. A count is changed before the engine is."""

    def __init__(self) -> None:
        self.version = 0
        self._noticeable = 0
        self._documents: dict[str, _Document] = {}
        self._requests: dict[str, tuple[str, int]] = {}
        self._navigations: set[str] = set()
        self._sockets: dict[str, SocketTraffic] = {}
        self._channels: dict[str, str] = {}
        self._newest: dict[str, str] = {}  # channel → socket
        self._older: dict[str, dict[str, int]] = {}  # channel → earlier sockets that are open → messages written

    def admit(self, probe: str | None, arrive: Callable[[], None]) -> None:
        """Let a request in when all earlier ones of its document are in; `probe` is the probe's header or None."""
        document, number = _parse(probe)
        if not document:
            arrive()
            return
        page = self._documents.setdefault(document, _Document())
        if number <= page.arrived:
            arrive()
            return
        page.waiting[number] = arrive
        self._let_in(page)

    def invalidate_snapshot(self) -> None:
        """Make earlier snapshots old: something comes that no probe has numbered, and that has no name yet."""
        self.version += 1

    def abandon(self, document: str, numbers: Iterable[int]) -> None:
        """Note that the page gave these requests up before they arrived: later ones need not wait for them."""
        page = self._documents.setdefault(document, _Document())
        page.abandoned.update(numbers)
        self._let_in(page)

    def named(self, request: str, probe: str | None, *, navigation: bool) -> None:
        """Note the name of a request; from now on it is unanswered until something is written."""
        self.version += 1
        document, number = _parse(probe) if probe is not None else ("", 0)
        if document:
            self._requests[request] = (document, number)
            self._documents[document].unanswered.add(number)
        elif navigation:
            self._navigations.add(request)

    def connected(self, socket: str, channel_id: str) -> None:
        self.version += 1
        before, former = self._sockets.get(channel_id, SocketTraffic()), self._newest.get(channel_id, "")
        if before.open:
            self._older.setdefault(channel_id, {})[former] = before.frames
        else:
            self._channels.pop(former, None)
        self._sockets[channel_id] = SocketTraffic(before.connections + 1, older=self._frames_of_older(channel_id))
        self._newest[channel_id], self._channels[socket] = socket, channel_id
        self._forget_one()

    def _frames_of_older(self, channel_id: str) -> tuple[int, ...]:
        return tuple(self._older.get(channel_id, {}).values())

    def _forget_one(self) -> None:
        """Forget the oldest channel whose socket is closed: a mock that runs for days does not grow with each."""
        if len(self._sockets) <= _CHANNELS_KEPT:
            return
        closed = next(
            (channel for channel, socket in self._sockets.items() if socket.closed and not socket.older), None
        )
        if closed is not None:
            del self._sockets[closed]
            self._channels.pop(self._newest.pop(closed), None)

    def wrote(self, write: Write) -> None:
        """Count something that is being written now."""
        self.version += 1
        self._noticeable += 1
        if write.kind == "response" or (write.kind == "cut" and write.to.startswith("request#")):
            self._settle(write.to)
        elif (channel := self._channels.get(write.to)) is None:
            return
        elif self._newest[channel] == write.to:
            self._sockets[channel] = _after(self._sockets[channel], write)
        elif write.kind == "frame":
            self._older[channel][write.to] += 1
            self._count_older(channel)
        else:
            self._end_older(channel, write.to)

    def _end_older(self, channel_id: str, socket: str) -> None:
        del self._channels[socket], self._older[channel_id][socket]
        self._count_older(channel_id)

    def _count_older(self, channel_id: str) -> None:
        self._sockets[channel_id] = replace(self._sockets[channel_id], older=self._frames_of_older(channel_id))

    def gone(self, request: str) -> None:
        """Note that the page no longer waits for this request."""
        self.version += 1
        self._settle(request)

    def _settle(self, request: str) -> None:
        """Note that there will be no further write to this request."""
        self._navigations.discard(request)
        if (known := self._requests.pop(request, None)) is not None:
            self._documents[known[0]].unanswered.discard(known[1])

    def heard(self, socket: str) -> None:
        """Count a message of the page."""
        self.version += 1
        if (channel := self._channels.get(socket)) is not None and self._newest[channel] == socket:
            self._sockets[channel] = replace(self._sockets[channel], heard=self._sockets[channel].heard + 1)

    def left(self, socket: str) -> None:
        """Note that the page closed this socket by itself, and notices its end."""
        self.version += 1
        self._noticeable += 1
        if (channel := self._channels.get(socket)) is None:
            return
        if self._newest[channel] == socket:
            self._sockets[channel] = replace(self._sockets[channel], open=False, closed=True)
        else:
            self._end_older(channel, socket)

    def snapshot(self) -> Traffic:
        return Traffic(
            self.version,
            self._noticeable,
            {name: page.arrived for name, page in self._documents.items()},
            {name: tuple(sorted(page.unanswered)) for name, page in self._documents.items() if page.unanswered},
            dict(self._sockets),
            len(self._navigations),
        )

    def _let_in(self, page: _Document) -> None:
        while (number := page.arrived + 1) in page.waiting or number in page.abandoned:
            page.arrived = number
            self.version += 1
            if (arrive := page.waiting.pop(number, None)) is not None:
                arrive()


def _parse(probe: str | None) -> tuple[str, int]:
    if probe is None:
        return "", 0
    document, _, number = probe.rpartition("/")
    return (document, int(number)) if document and number.isdecimal() else ("", 0)


def _after(socket: SocketTraffic, write: Write) -> SocketTraffic:
    match write.kind:
        case "open":
            return replace(socket, open=True)
        case "frame":
            return replace(socket, frames=socket.frames + 1)
        case _:  # refuse, close, cut
            return replace(socket, open=False, closed=True)
