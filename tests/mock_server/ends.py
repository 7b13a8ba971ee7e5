"""The page's ends of HTTP and of a socket, for tests on real sockets."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import select
from threading import Thread

import httpx
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from mock_server.messages import Json
from mock_server.server import MockGenesys

from .door import LEG
from .play import CALLS, snapshot

WAIT = 10.0  # real seconds after which a test that hangs fails; never a pace


@contextmanager
def client(genesys: MockGenesys, person: str = "agent") -> Iterator[httpx.Client]:
    """An HTTP client that never asks twice, with a person's token."""
    with httpx.Client(base_url=genesys.origin, headers=genesys.headers(person), timeout=WAIT) as http:
        yield http


def leg(genesys: MockGenesys) -> str:
    """The path of the agent's leg."""
    return LEG.format(**genesys.state.aliases)


def patch(genesys: MockGenesys, http: httpx.Client, body: Json) -> httpx.Response:
    return http.patch(leg(genesys), json=body)


def channel(genesys: MockGenesys, http: httpx.Client) -> str:
    """The address of the socket of a new channel, subscribed to the agent's calls."""
    made = http.post("/api/v2/notifications/channels").json()
    topics = [{"id": CALLS.format(**genesys.state.aliases)}]
    http.post(f"/api/v2/notifications/channels/{made['id']}/subscriptions", json=topics).raise_for_status()
    return str(made["connectUri"])


def dial(uri: str) -> ClientConnection:
    return connect(uri, compression=None, proxy=None, open_timeout=WAIT, ping_interval=None)


def heard(genesys: MockGenesys, page: ClientConnection) -> str:
    """What the next event says of the agent's leg."""
    return snapshot(genesys.state, str(page.recv(WAIT)))


def meanwhile(what: Callable[[], object]) -> Thread:
    """Do something that waits, on a thread of its own; `join` it."""
    thread = Thread(target=what, daemon=True)
    thread.start()
    return thread


class Ear:
    """A socket's end without a thread: what has come is known at once, so that the order of writes can be seen."""

    def __init__(self, uri: str) -> None:
        address = parse_uri(uri)
        self._protocol = ClientProtocol(address)
        self._line = socket.create_connection((address.host, address.port), timeout=WAIT)
        self._protocol.send_request(self._protocol.connect())
        self._line.sendall(b"".join(self._protocol.data_to_send()))
        while self._protocol.state.name == "CONNECTING":
            data = self._line.recv(65_536)
            assert data, "the server ended the connection instead of answering the handshake"
            self._protocol.receive_data(data)
            assert self._protocol.handshake_exc is None, self._protocol.handshake_exc
        self._protocol.events_received()

    def close(self) -> None:
        self._line.close()

    @property
    def has_come(self) -> list[Json]:
        """The messages that are here now; nothing is waited for."""
        while select([self._line], [], [], 0)[0]:
            data = self._line.recv(65_536)
            if not data:
                break
            self._protocol.receive_data(data)
        events = [e for e in self._protocol.events_received() if isinstance(e, Frame) and e.opcode is Opcode.TEXT]
        return [json.loads(bytes(event.data)) for event in events]
