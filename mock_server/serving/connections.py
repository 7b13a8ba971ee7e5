"""The server's side of one connection, in messages of ASGI: an HTTP request that waits for its answer, a WebSocket.

asyncio runs what is scheduled in the order of scheduling: an answer and a write that the engine made one after the other begin in
that order, whatever their connections. A slow reader keeps back only what is written to it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from starlette.types import Message, Receive, Send

from ..core.messages import Frame, Response
from ..engine.engine import Write

_LOG = logging.getLogger(__name__)


class PageLeft(Exception):
    """The page has gone before its request was answered."""


class Exchange:
    """One HTTP request that waits for its answer."""

    name = ""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._response: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
        self._watch: asyncio.Task[None] | None = None

    def answer(self, response: Response | None) -> None:
        """Let `response` return this; None is to break the connection."""
        if not self._response.done():
            self._response.set_result(response)

    def fail(self, error: Exception) -> None:
        """Let `response` raise this."""
        if not self._response.done():
            self._response.set_exception(error)

    def watch_page(self) -> None:
        """Notice from now on that the page leaves, unless the answer is there."""
        if not self._response.done():
            self._watch = asyncio.create_task(self._notice_leaving())

    async def response(self) -> Response | None:
        """The answer, when it is there. Raises PageLeft, and what `fail` was given."""
        try:
            return await self._response
        finally:
            if self._watch is not None:
                self._watch.cancel()

    async def _notice_leaving(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.fail(PageLeft())


async def write_response(response: Response | None, send: Send) -> None:
    """Write an answer; None writes a part of one, after which no browser sends its request again."""
    if response is None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        return
    content = response.content
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", b"%d" % len(content)))
    if (kind := response.content_type) is not None:
        headers.append((b"content-type", kind.encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


class SocketEnd:
    """The server's end of one WebSocket. Messages are written in the order in which they were put, each by a task."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._newest: asyncio.Task[None] | None = None
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def write(self, write: Write) -> None:
        match write.kind, write.content:
            case "frame", Frame() as frame:
                self.put({"type": "websocket.send", "text": frame.text})
            case "open", _:
                self.put({"type": "websocket.accept"})
            case "refuse", int(status):
                start: Message = {"type": "websocket.http.response.start", "status": status, "headers": []}
                self.put(start, {"type": "websocket.http.response.body", "body": b""}, last=True)
            case "close", int(code):
                self.put({"type": "websocket.close", "code": code})
            case _:
                self.put(last=True)  # cut: the handler returns, and the connection ends without a close frame

    def put(self, *messages: Message, last: bool = False) -> None:
        """Write messages that belong together: when one fails, those behind it are not written. The `last` end the socket."""
        self._newest = asyncio.create_task(self._put(self._newest, messages, last))

    def end(self) -> None:
        """Let `attend` return now, whatever is still to be written."""
        if not self._over.done():
            self._over.set_result(None)

    async def attend(self, listening: Coroutine[Any, Any, None]) -> None:
        """Run what listens to the page until it returns, or until the socket is to end."""
        listener = asyncio.create_task(listening)
        try:
            await asyncio.wait({listener, self._over}, return_when=asyncio.FIRST_COMPLETED)
            if listener.done():
                listener.result()
        finally:
            listener.cancel()

    async def _put(self, before: asyncio.Task[None] | None, messages: tuple[Message, ...], last: bool) -> None:
        if before is not None and not before.done():
            await asyncio.wait({before})
        for message in messages:
            try:
                await self._send(message)
            except Exception as error:
                _log_unless_late(message, error)
                break
        if last:
            self.end()


def _log_unless_late(message: Message, error: Exception) -> None:
    """Log a failed write, unless its page has gone: a server raises an OSError then (ASGI 2.4).

    uvicorn closes by itself a socket that broke the protocol, and refuses with a RuntimeError what is written after that.
    """
    late = (OSError, RuntimeError) if message["type"] in ("websocket.send", "websocket.close") else OSError
    if not isinstance(error, late):
        _LOG.error("a write failed", exc_info=error)
