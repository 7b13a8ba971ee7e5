"""The page's ends of HTTP and of a socket, for tests on real sockets."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import httpx
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from mock_server.core.messages import Json
from mock_server.server import MockGenesys
from mock_server.serving.hosts import Hosts

from ..door import LEG
from ..engine.play import CALLS, snapshot

WAIT = 10.0  # real seconds after which a test that hangs fails; never a pace


@contextmanager
def client(genesys: MockGenesys, person: str = "agent") -> Iterator[httpx.Client]:
    """An HTTP client that never asks twice, with a person's token."""
    with httpx.Client(base_url=genesys.origin, headers=genesys.headers(person), timeout=WAIT) as http:
        yield http


class _Mapped(httpx.HTTPTransport):
    """Every host is the one on this port, as for a browser with resolver rules."""

    def __init__(self, hosts: Hosts) -> None:
        super().__init__(verify=trusting(hosts))
        self._port = hosts.port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return super().handle_request(request)


@contextmanager
def secure_client(genesys: MockGenesys, hosts: Hosts, origin: str) -> Iterator[httpx.Client]:
    """An HTTP client of the agent for a host over TLS, which trusts the authority of this run and no other."""
    with httpx.Client(
        base_url=origin, headers=genesys.headers(), timeout=WAIT, transport=_Mapped(hosts), trust_env=False
    ) as http:
        yield http


def trusting(hosts: Hosts) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=hosts.authority)


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


class PolledSocket:
    """A socket's end without a thread: what has come is known at once, so that the order of writes can be seen.

    `hosts`: where a `wss:` address is mapped to.
    """

    def __init__(self, uri: str, hosts: Hosts | None = None) -> None:
        address = parse_uri(uri)
        self._protocol = ClientProtocol(address)
        place = (address.host, address.port) if hosts is None else ("127.0.0.1", hosts.port)
        self._line = socket.create_connection(place, timeout=WAIT)
        if hosts is not None:
            self._line = trusting(hosts).wrap_socket(self._line, server_hostname=address.host)
        self._protocol.send_request(self._protocol.connect())
        self._line.sendall(b"".join(self._protocol.data_to_send()))
        while self._protocol.state.name == "CONNECTING" and self._protocol.handshake_exc is None:
            data = self._line.recv(65_536)
            assert data, "the server ended the connection instead of answering the handshake"
            self._protocol.receive_data(data)
        if self._protocol.handshake_exc is not None:
            self.close()
            raise self._protocol.handshake_exc
        self._protocol.events_received()
        self._line.setblocking(False)

    def close(self) -> None:
        self._line.close()

    def say_goodbye(self) -> None:
        """Close the socket, and keep the connection."""
        self._protocol.send_close(1000)
        self._line.sendall(b"".join(self._protocol.data_to_send()))

    @property
    def has_come(self) -> list[Json]:
        """The messages that are here now; nothing is waited for."""
        with suppress(BlockingIOError, ssl.SSLWantReadError):
            while data := self._line.recv(65_536):
                self._protocol.receive_data(data)
        events = [e for e in self._protocol.events_received() if isinstance(e, Frame) and e.opcode is Opcode.TEXT]
        return [json.loads(bytes(event.data)) for event in events]
