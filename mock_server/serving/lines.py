"""The way from the server to one connection, and its end: an HTTP request's answer, a WebSocket's frames.

A message leaves at once where the connection takes it: a task for each would cost more than the write. One that has to wait
for a slow reader goes on as a task, and holds back nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import lru_cache
from types import coroutine
from typing import Any

from starlette.types import Message, Receive, Send

from ..core.messages import Frame, Response
from ..engine.engine import Write

_LOG = logging.getLogger(__name__)
# How a server takes an answer whole: its status, its header lines as they are on the wire, and its body. It says whether it
# could write it; if not, the answer goes as messages of ASGI.
WriteWhole = Callable[[Send, int, bytes, bytes], bool]
EXPOSED = (
    "inin-correlation-id",
    "inin-ratelimit-count",
    "inin-ratelimit-allowed",
    "inin-ratelimit-reset",
    "retry-after",
)
# What CORS asks of an ordinary answer; the middleware adds the same to pages and answers the preflights.
CROSS_ORIGIN = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
    (b"vary", b"Origin"),
)


class Line:
    """The way to one connection: messages leave in the order in which they were put, each at once unless it has to wait.

    A message may come too late: a server raises an OSError when its client has gone (ASGI 2.4).
    """

    _behind: deque[tuple[Message, ...]] | None = None  # what waits for the write that has to wait, if one has
    _task: asyncio.Task[None] | None = None

    def __init__(self, send: Send) -> None:
        self._send = send

    def put(self, *messages: Message) -> None:
        """Messages that belong together: when one fails, the others behind it are not written."""
        if self._behind is not None:
            self._behind.append(messages)
            return
        for number, message in enumerate(messages):
            write: Any = self._send(
                message
            )  # a coroutine of the server: it is not told from another awaitable by its type
            try:
                waits_for = write.send(None)
            except StopIteration:
                continue
            except Exception as error:
                _failed(message, error)
                return
            begun, self._behind = _resumed(waits_for, write), deque()
            rest = self._go_on(begun, messages[number:], self._behind)
            self._task = asyncio.get_running_loop().create_task(rest)
            return

    def end(self) -> None:
        """When all that was put is written, or has failed, that is all."""
        if self._behind is not None:
            self._behind.append(())
        else:
            self._ended()

    def _ended(self) -> None:
        """Nothing more will be written."""

    async def _go_on(
        self, begun: Awaitable[None], first: tuple[Message, ...], behind: deque[tuple[Message, ...]]
    ) -> None:
        try:
            await self._write(first, begun)
            while behind:
                messages = behind.popleft()
                if messages:
                    await self._write(messages)
                else:
                    self._ended()
        finally:
            self._behind = self._task = None

    async def _write(self, messages: tuple[Message, ...], begun: Awaitable[None] | None = None) -> None:
        """`begun` is the write of the first message, when it was begun already."""
        for message in messages:
            try:
                await (begun or self._send(message))
            except Exception as error:
                _failed(message, error)
                return
            begun = None


def _failed(message: Message, error: Exception) -> None:
    """Tell of it, unless the message only came too late.

    uvicorn closes by itself a socket that broke the protocol, and does not take what is written after that.
    """
    late = (OSError, RuntimeError) if message["type"] in ("websocket.send", "websocket.close") else OSError
    if not isinstance(error, late):
        _LOG.error("a write failed", exc_info=error)


@coroutine
def _resumed(waits_for: object, write: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
    """The rest of a write whose first step was done outside a task, and ended in waiting for this."""
    yield waits_for
    yield from write.__await__()


class Exchange(Line):  # it has no line, nor a line it: a circle would be left to the garbage collector with each answer
    """One HTTP request that waits for its answer."""

    name = ""
    started = False
    over = False
    _done: asyncio.Future[None] | None = None  # only for one who waits

    def __init__(self, send: Send, write_whole: WriteWhole, *, cross_origin: bool) -> None:
        super().__init__(send)
        self._write_whole = write_whole
        self._cross_origin = cross_origin

    async def wait(self, receive: Receive) -> None:
        """Until the answer is written, or the page has gone."""
        self._done = asyncio.get_running_loop().create_future()
        if not self.started:
            leaving = asyncio.ensure_future(_disconnected(receive))
            await asyncio.wait({self._done, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        if self.started:
            await self._done

    def finish(self, response: Response | None) -> None:
        """Write this answer; None breaks the connection, after a part of an answer so that no browser sends again."""
        self.started = True
        if response is None:
            self.put(self._head(200, [(b"content-length", b"2")]))
        elif self._written_whole(response):
            self._ended()
            return
        else:
            content = response.content
            headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers.items()]
            headers.append((b"content-length", b"%d" % len(content)))
            if (kind := response.content_type) is not None:
                headers.append((b"content-type", kind.encode()))
            self.put(self._head(response.status, headers), {"type": "http.response.body", "body": content})
        self.end()

    def _written_whole(self, response: Response) -> bool:
        """Whether the server took the answer whole. What would be no header line is left to it, to refuse it."""
        values = response.headers.values()
        if not "".join(values).isprintable():
            return False
        content = response.content
        lines = _lines(self._cross_origin, response.content_type, *response.headers) % (*values, len(content))
        return self._write_whole(self._send, response.status, lines.encode("latin-1"), content)

    def _head(self, status: int, headers: list[tuple[bytes, bytes]]) -> Message:
        if self._cross_origin:
            headers += CROSS_ORIGIN
        return {"type": "http.response.start", "status": status, "headers": headers}

    def _ended(self) -> None:
        self.over = True
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


class SocketEnd(Line):
    """The server's end of one WebSocket."""

    def __init__(self, send: Send) -> None:
        super().__init__(send)
        self._over = False
        self._listener: asyncio.Task[Any] | None = None  # who waits for the page, while that is so

    async def heard(self, receive: Receive) -> Message | None:
        """The next message of the page; None when the connection is to end.

        The end breaks the wait off, as a timeout does: a task for each of the two would make a thousand sockets three
        thousand tasks, which the collector of garbage goes through again and again.
        """
        if self._over:
            return None
        self._listener = task = asyncio.current_task()
        try:
            return await receive()
        except asyncio.CancelledError:
            if not self._over or task is None or task.uncancel():
                raise
            return None
        finally:
            self._listener = None

    def leave(self) -> None:
        """Let the handler of this connection return, which ends the connection."""
        self._over = True
        if self._listener is not None:
            self._listener.cancel()

    def write(self, write: Write) -> None:
        match write.kind, write.content:
            case "frame", Frame() as frame:
                self.put({"type": "websocket.send", "text": frame.text})
            case "open", _:
                self.put({"type": "websocket.accept"})
            case "refuse", int(status):
                self.put(
                    {"type": "websocket.http.response.start", "status": status, "headers": []},
                    {"type": "websocket.http.response.body", "body": b""},
                )
                self.end()
            case "close", int(code):
                self.put({"type": "websocket.close", "code": code})
            case _:
                self.end()  # cut: the handler returns, and the connection ends without a close frame

    def _ended(self) -> None:
        self.leave()


@lru_cache(maxsize=256)  # most answers have the same headers
def _lines(cross_origin: bool, kind: str | None, *names: str) -> str:
    """The header lines of an answer, with places for the values of `names` and for the length of its content."""
    lines = [f"{name.lower()}: %s" for name in names] + ["content-length: %d"]
    if kind is not None:
        lines.append(f"content-type: {kind}")
    if cross_origin:
        lines += [f"{name.decode()}: {value.decode()}" for name, value in CROSS_ORIGIN]
    return "".join([f"{line}\r\n" for line in lines])


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
