"""Carries progress from pytest-xdist's processes to the one that shows it: pytest-xdist hands on whole tests only.

Each message is a datagram on this machine's loopback. One that is lost is followed by a newer one.
"""

from __future__ import annotations

import secrets
import socket
from contextlib import closing
from threading import Thread
from typing import Final

import msgspec

from .board import ScenarioProgress
from .reports import Send

_HOST: Final = "127.0.0.1"
_LARGEST: Final = 65536


class Receiver:
    """Calls `send`, in a thread of its own, with what the senders send that know its address."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((_HOST, 0))
        self._token = secrets.token_hex()  # other programs of this machine do not know it
        self._thread = Thread(target=self._receive, name="hotmic progress", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """For a Sender, perhaps in another process."""
        return f"{self._socket.getsockname()[1]} {self._token}"

    def close(self) -> None:
        """Ends when everything that was sent before has been received."""
        _send_to(self.address, b"")
        self._thread.join()
        self._socket.close()

    def _receive(self) -> None:
        token = self._token.encode()
        while True:
            message = self._socket.recv(_LARGEST)
            if message == token:
                return
            if message.startswith(token):
                self._send(msgspec.json.decode(message.removeprefix(token), type=ScenarioProgress))


class Sender:
    """Sends to a Receiver's address."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __call__(self, progress: ScenarioProgress) -> None:
        _send_to(self._address, msgspec.json.encode(progress))


def _send_to(address: str, message: bytes) -> None:
    port, token = address.split()
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
        sender.sendto(token.encode() + message, (_HOST, int(port)))
