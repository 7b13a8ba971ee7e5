"""Throws so many requests and frames at a mock, with good requests in between, and looks at what is left."""

from __future__ import annotations

import gc
import logging
import socket
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from mock_server.core.model import State
from mock_server.core.settings import Settings
from mock_server.core.values import replace
from mock_server.server import MockGenesys
from tests.clients.events import EventSocket, listening

from .throws import FRAMES, LEG, REQUESTS, Words, cut_upload, request

PATIENCE = 10.0  # seconds of real time after which an answer that does not come is a hang
TOLERANCE = 1_500_000  # bytes that may be in use more than before; caches fill, and Python keeps what it may need again
LARGEST = 100_000  # bytes of a body here, so that one over the limit is cheap
GOOD_EVERY = 10


@dataclass
class FuzzReport:
    """What was thrown, what came back, and every promise that was broken."""

    thrown: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    grown: int = 0

    def __str__(self) -> str:
        answers = ", ".join(f"{status} {count}×" for status, count in sorted(self.statuses.items()))
        lines = [f"{self.thrown} thrown; answers: {answers}; memory {self.grown / 1000:+,.0f} kB", *self.broken]
        return "\n".join(lines)


def run(count: int, seed: int = 1) -> FuzzReport:
    """`count` throws, after a tenth as many to warm up; the same seed throws the same."""
    report = FuzzReport()
    settings = Settings(requests_per_minute=10**9, journal_limit=400, largest_body=LARGEST)
    with _complaints(report.broken), MockGenesys(settings=settings) as genesys, listening(genesys, TOPIC) as socket:
        thrower = _Thrower(genesys, socket, Random(seed), report)
        tracemalloc.start()
        thrower.throw(max(count // 10, 100))
        before, remembered = _memory(), _kept(genesys.state)
        thrower.throw(count)
        report.grown = _memory() - before
        tracemalloc.stop()
        thrower.look_back(remembered)
    if report.grown > TOLERANCE:
        report.broken.append(f"{report.grown:,} bytes are in use more than before")
    return report


TOPIC = "v2.users.{agent}.conversations.calls"


class _Thrower:
    """Keeps a bystander's socket open all the while: nothing that is thrown may reach or close it."""

    def __init__(self, genesys: MockGenesys, bystander: EventSocket, rng: Random, report: FuzzReport) -> None:
        self.genesys, self.bystander, self.rng, self.report = genesys, bystander, rng, report
        made = genesys.person("agent").request("POST", "/api/v2/notifications/channels").body
        assert isinstance(made, dict)
        self.words: Words = {**genesys.state.aliases, "channel": str(made["id"])}
        self.muted = False

    def throw(self, count: int) -> None:
        for number in range(count):
            if number % GOOD_EVERY == 0:
                self._good()
            kind = self.rng.randrange(16)
            if kind < 10:
                self._exchange(self.rng.choice(REQUESTS)(self.rng, self.words))
            elif kind == 10:
                self._exchange(request("PATCH", LEG, b"[" + b" " * LARGEST, self.words), want=413)
            elif kind == 11:
                self._exchange(cut_upload(self.rng, self.words), half=True)
            elif kind == 12:
                self._slowly(request("PATCH", LEG, self.rng.choice((b"{}}", b'{"muted": 2}')), self.words))
            else:
                self._frames()
            self.report.thrown += 1

    def look_back(self, remembered: State) -> None:
        if _kept(self.genesys.state) != remembered:
            self.report.broken.append("the state is another than before")
        if self.genesys.in_flight:
            self.report.broken.append(f"in flight is {self.genesys.in_flight}")

    def _good(self) -> None:
        """Mute, unmute: each is answered and done, and its event comes, at once, whatever was thrown before."""
        self.muted = not self.muted
        body = b'{"muted": true}' if self.muted else b'{"muted": false}'
        self._exchange(request("PATCH", LEG, body, self.words), want=202)
        events = self.bystander.until_pong()
        if len(events) != 1 or self.genesys.leg().muted is not self.muted:
            self.report.broken.append(f"a good mute had {len(events)} events, and muted is {self.genesys.leg().muted}")

    def _exchange(self, data: bytes, *, want: int | None = None, half: bool = False) -> None:
        with self._connection() as connection:
            connection.sendall(data)
            if half or b"connection: close" not in data:  # the server would wait for the rest
                connection.shutdown(socket.SHUT_WR)
            status = _status(_all_of(connection))
        self._judge(status, data, want, half)

    def _slowly(self, data: bytes) -> None:
        """Byte by byte, each a packet of its own."""
        with self._connection() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(len(data)):
                connection.sendall(data[at : at + 1])
            self._judge(_status(connection.recv(65536)), data, 400, False)

    def _judge(self, status: int | None, data: bytes, want: int | None, half: bool) -> None:
        if status is not None:
            self.report.statuses[status] = self.report.statuses.get(status, 0) + 1
        if (status is not None and status >= 500) or (want is not None and status != want):
            self.report.broken.append(f"{status} was the answer to {data[:300]!r}, expected {want or 'no 5xx'}")
        if half and status is not None and status < 400:
            self.report.broken.append(f"half a request was done: {data!r}")

    def _frames(self) -> None:
        """A socket of another channel, a few frames, and an end without a word."""
        made = self.genesys.person("second_tab").request("POST", "/api/v2/notifications/channels").body
        assert isinstance(made, dict)
        with self._connection() as connection:
            connection.sendall(_handshake(str(made["id"])))
            if not connection.recv(4096).startswith(b"HTTP/1.1 101"):
                self.report.broken.append("a new channel's socket was refused")
            try:
                for _ in range(self.rng.randrange(1, 4)):
                    connection.sendall(self.rng.choice(FRAMES)(self.rng, self.words))
                connection.shutdown(socket.SHUT_WR)
                _all_of(connection)
            except TimeoutError:
                raise
            except OSError:
                pass  # the server may be gone after a broken frame

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.genesys.port), PATIENCE) as connection:
            yield connection


@contextmanager
def _complaints(broken: list[str]) -> Iterator[None]:
    """Every warning of the mock and of asyncio while this lasts is a broken promise."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            broken.append(f"{record.name}: {self.format(record)}"[:2000])

    handler = Handler(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("mock_server", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def _memory() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _kept(state: State) -> State:
    """What nothing that was thrown may change. Channels, codes and tokens may be asked for; counts only count."""
    return replace(state, rates={}, channels={}, sockets={}, codes={}, serial=0)


def _all_of(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection. Raises TimeoutError."""
    received = b""
    while data := connection.recv(65536):
        received += data
    return received


def _status(answer: bytes) -> int | None:
    """The status of an answer; None when there is none: the connection ended."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def _handshake(channel: str) -> bytes:
    key = b64encode(b"sixteen bytes it").decode()
    return (
        f"GET /channels/{channel} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        f"sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n\r\n"
    ).encode()
