"""A client that costs little beside the server it measures: raw sockets, requests made beforehand."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from typing import Any

from e2e.setup.places import ROOT

SERVE = (sys.executable, "-m", "tests.bench.serve")


@dataclass(frozen=True)
class Served:
    """A server in a process of its own, and the words of its world."""

    process: subprocess.Popen[str]
    words: Mapping[str, Any]

    @property
    def port(self) -> int:
        return int(self.words["port"])

    @property
    def megabytes(self) -> float:
        """What of it is in memory now (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def mute(self, muted: bool) -> bytes:
        """The request that mutes, as bytes. A bare server gets the same bytes, with made-up ids."""
        ids = {word: self.words.get(word, "0" * 36) for word in ("call", "agent_leg", "agent_token")}
        body = json.dumps({"muted": muted}).encode()
        head = (
            f"PATCH /api/v2/conversations/calls/{ids['call']}/participants/{ids['agent_leg']} HTTP/1.1\r\n"
            f"host: 127.0.0.1:{self.port}\r\nauthorization: Bearer {ids['agent_token']}\r\n"
            f"content-type: application/json\r\naccept: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@contextmanager
def served(kind: str) -> Iterator[Served]:
    """A server of one of the kinds of `tests.bench.serve`."""
    with subprocess.Popen(
        [*SERVE, kind], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Served(process, json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


# ---- requests a second


async def rate(server: Served, requests: int, connections: int = 8) -> float:
    """Answers a second, each connection sending its next request when it has the answer to the one before."""
    each = requests // connections
    began = time.perf_counter()
    await asyncio.gather(*(_ask(server, each) for _ in range(connections)))
    return each * connections / (time.perf_counter() - began)


async def _ask(server: Served, requests: int) -> None:
    loop = asyncio.get_running_loop()
    asked = (server.mute(True), server.mute(False))
    transport, asker = await loop.create_connection(lambda: _Asker(asked, requests), "127.0.0.1", server.port)
    await asker.done
    transport.close()


class _Asker(asyncio.Protocol):
    """Sends the next request when the answer to the one before is whole; answers of 202 have no body."""

    def __init__(self, asked: Sequence[bytes], left: int) -> None:
        self.asked, self.left = asked, left
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.asked[0])

    def data_received(self, data: bytes) -> None:
        assert data.startswith(b"HTTP/1.1 202") and data.endswith(b"\r\n\r\n"), data
        self.left -= 1
        if self.left:
            self.transport.write(self.asked[self.left % 2])
        elif not self.done.done():
            self.done.set_result(None)


# ---- from a PATCH to its event


def latencies(server: Served, sockets: int, rounds: int) -> list[float]:
    """Seconds from the sending of a PATCH to its event, at each of so many sockets, in so many rounds.

    The reader must not be what is measured: it asks the system directly which sockets have something, and stamps each
    when it has read it, in a third of the time that an event loop of Python takes.
    """
    taken: list[float] = []
    with ExitStack() as open_ones, DefaultSelector() as selector:
        patch = open_ones.enter_context(_connected(server))
        selector.register(patch, EVENT_READ)
        for _ in range(sockets):
            listener = open_ones.enter_context(_listening(server))
            selector.register(listener, EVENT_READ, bytearray())
        for number in range(rounds):
            taken += _round(patch, server.mute(number % 2 == 0), selector, sockets)
    return taken


def _round(patch: socket.socket, request: bytes, selector: BaseSelector, sockets: int) -> list[float]:
    """Send the request and read its answer and its event at each socket."""
    taken: list[float] = []
    answered = False
    began = time.perf_counter()
    patch.sendall(request)
    while len(taken) < sockets or not answered:
        for key, _ in selector.select():
            connection: socket.socket = key.fileobj  # type: ignore[assignment]  # only sockets were registered
            received = connection.recv(65536)
            moment = time.perf_counter()
            assert received, "the server closed a connection"
            if key.data is None:
                answered = True
            elif _whole(key.data, received):
                taken.append(moment - began)
    return taken


def _whole(before: bytearray, received: bytes) -> bool:
    """Whether a frame is complete with these bytes; what came before them is kept in `before`."""
    before += received
    length = frame_length(before)
    if not length or len(before) < length:
        return False
    del before[:length]
    return True


async def rate_heard(server: Served, requests: int) -> float:
    """The same rate while a socket receives the event of every mute."""
    loop = asyncio.get_running_loop()
    with _listening(server) as listener:
        loop.add_reader(listener, listener.recv, 65536)
        try:
            return await rate(server, requests)
        finally:
            loop.remove_reader(listener)


def _listening(server: Served) -> socket.socket:
    """A WebSocket on a new channel that is subscribed to the agent's calls, after its handshake."""
    listener = _connected(server)
    listener.sendall(handshake(channel(server)))
    answer = listener.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101") and answer.endswith(b"\r\n\r\n"), answer
    return listener


def _connected(server: Served) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


# ---- who comes first


def overtakings(server: Served, calls: int) -> int:
    """How often an answer was there and the event, written before it, was not. The mock writes the event first."""
    found = 0
    with _listening(server) as listener, _connected(server) as patch:
        for number in range(calls):
            patch.sendall(server.mute(number % 2 == 0))
            assert patch.recv(4096).startswith(b"HTTP/1.1 202")
            listener.setblocking(False)
            try:
                heard = listener.recv(65536)
            except BlockingIOError:
                found += 1
                heard = b""
            listener.setblocking(True)
            while not heard or len(heard) < frame_length(heard):
                heard += listener.recv(65536)
    return found


# ---- small words


def channel(server: Served) -> str:
    """The path of a new channel that is subscribed to the agent's calls."""
    made = _post(server, "/api/v2/notifications/channels", None)
    topic = f"v2.users.{server.words['agent']}.conversations.calls"
    _post(server, f"/api/v2/notifications/channels/{made['id']}/subscriptions", [{"id": topic}])
    return f"/channels/{made['id']}"


def handshake(path: str) -> bytes:
    key = b64encode(b"sixteen bytes it").decode()
    lines = (
        f"GET {path} HTTP/1.1",
        "host: x",
        "connection: Upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        f"sec-websocket-key: {key}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frame_length(data: bytes | bytearray) -> int:
    """The whole length of the server's frame that begins here (RFC 6455, 5.2), 0 when its head is not all there."""
    if len(data) < 4:
        return 0
    size = data[1] & 127
    if size < 126:
        return 2 + size
    return 4 + int.from_bytes(data[2:4], "big") if size == 126 else 10 + int.from_bytes(data[2:10], "big")


def _post(server: Served, path: str, body: object) -> dict[str, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {server.words['agent_token']}\r\n"
        f"content-type: application/json\r\nconnection: close\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + content)
        received = b""
        while data := connection.recv(65536):
            received += data
    answer: dict[str, Any] = json.loads(received.partition(b"\r\n\r\n")[2])
    return answer
