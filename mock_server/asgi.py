"""Sockets ↔ engine: HTTP, WebSocket, CORS and mounted pages.

Writes are done in the order in which the engine made them, at once where the connection takes them: a task for each would
cost more than the write. One that has to wait for a slow reader goes on as a task, and holds back nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from functools import lru_cache, partial
from types import MappingProxyType, coroutine
from typing import Any
from urllib.parse import parse_qsl

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .control import PREFIX
from .engine import Engine, Write, Writes
from .messages import Frame, Request, Response
from .pages import Pages
from .traffic import PROBE_HEADER, Ledger

_LOG = logging.getLogger(__name__)
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
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Hub:
    """Joins the engine to the connections that wait for its writes; lives on the event loop's thread."""

    def __init__(self, engine: Engine, pages: Pages, control: ASGIApp, moved: Callable[[], None]) -> None:
        self.engine = engine
        self.ledger = Ledger()
        self.pages = pages
        self._control = control
        self._moved = moved
        self._waiting: set[Exchange] = set()  # every request without an answer, those not admitted yet too
        self._exchanges: dict[str, Exchange] = {}
        self._sockets: dict[str, SocketEnd] = {}
        self._http: ASGIApp = CORSMiddleware(
            self._dispatch,
            allow_origins=["*"],
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=7200,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["type"] != "http":
                await self._socket(scope, receive, send)
            elif scope["path"].startswith(PREFIX):
                await self._control(scope, receive, send)  # beside CORS: nothing of it is for pages of other origins
            elif scope["method"] == "OPTIONS" or self.pages.holds(scope["path"]):
                await self._http(scope, receive, send)
            else:
                await self._exchange(scope, receive, send)
        except Exception:
            _LOG.exception("%s could not be answered", scope["path"])  # uvicorn, kept quiet, would not tell
            raise

    def perform(self, writes: Writes) -> None:
        """Every write, in order."""
        for write in writes:
            self.ledger.wrote(write)
            if (socket := self._sockets.get(write.to)) is not None:
                socket.write(write)
            elif (exchange := self._exchanges.pop(write.to, None)) is not None:
                exchange.finish(write.content if isinstance(write.content, Response) else None)
        self._moved()

    def give_up(self) -> None:
        """Break every connection that still waits, so that the server can stop or start again."""
        for exchange in self._waiting:
            if not exchange.started:
                exchange.finish(None)
        self._exchanges.clear()
        for socket in self._sockets.values():
            socket.leave()

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.pages.holds(scope["path"]):
            await self.pages(scope, receive, send)
        else:
            await self._exchange(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive, self.engine.state.settings.largest_body)
        if body is None:
            return
        request = _request(scope, body)
        exchange = Exchange(send, cross_origin="origin" in request.headers)
        if PROBE_HEADER in request.headers:
            self.ledger.admit(request.headers[PROBE_HEADER], partial(self._arrive, request, exchange))
        else:
            self.ledger.comes()
            self._arrive(request, exchange)
        if not exchange.over:
            await self._wait(exchange, receive)

    async def _wait(self, exchange: Exchange, receive: Receive) -> None:
        self._waiting.add(exchange)
        try:
            await exchange.wait(receive)
        finally:
            self._waiting.discard(exchange)
        if not exchange.started:
            self._leave(exchange)

    def _arrive(self, request: Request, exchange: Exchange) -> None:
        name, writes = self.engine.arrive(request)
        exchange.name = name
        self._exchanges[name] = exchange
        self.ledger.named(name, request.headers.get(PROBE_HEADER), navigation=request.navigation)
        self.perform(writes)

    def _leave(self, exchange: Exchange) -> None:
        if self._exchanges.pop(exchange.name, None) is not None:
            self.ledger.gone(exchange.name)
            self.engine.gone(exchange.name)
            self._moved()

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        socket = SocketEnd(send)
        channel_id = scope["path"].rpartition("/")[2]
        self.ledger.comes()
        name, writes = self.engine.connect(channel_id)
        self._sockets[name] = socket
        self.ledger.connected(name, channel_id)
        self.perform(writes)
        await self._listen(name, socket, receive)
        del self._sockets[name]

    async def _listen(self, name: str, socket: SocketEnd, receive: Receive) -> None:
        while (message := await socket.heard(receive)) is not None:
            if message["type"] == "websocket.disconnect":
                self.ledger.left(name)
                self.engine.disconnect(name)
                self._moved()
                break
            text = message.get("text")
            self.ledger.heard(name)
            self.perform(
                self.engine.hear(
                    name, text if text is not None else message.get("bytes", b"").decode("utf-8", "replace")
                )
            )


class Line:
    """The way to one connection: messages leave in the order in which they were put, each at once unless it has to wait.

    A message may come too late: a server raises an OSError when its client has gone (ASGI 2.4).
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._behind: deque[tuple[Message, ...]] | None = None  # what waits for the write that has to wait, if one has
        self._task: asyncio.Task[None] | None = None

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

    def __init__(self, send: Send, *, cross_origin: bool) -> None:
        super().__init__(send)
        self.name = ""
        self.started = False
        self.over = False
        self._cross_origin = cross_origin
        self._done: asyncio.Future[None] | None = None  # only for one who waits

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
        else:
            content = response.content
            headers = [(_named(name), value.encode("latin-1")) for name, value in response.headers.items()]
            headers.append((b"content-length", b"%d" % len(content)))
            if (kind := response.content_type) is not None:
                headers.append((b"content-type", kind.encode()))
            self.put(self._head(response.status, headers), {"type": "http.response.body", "body": content})
        self.end()

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


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or as much as shows that it is over the limit; None when the client left before its end."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        if not more and not parts:
            return part
        parts.append(part)
        size += len(part)
        if size > limit or not more:
            return b"".join(parts)


@lru_cache(maxsize=64)
def _named(header: str) -> bytes:
    """A header's name as it is written."""
    return header.lower().encode("latin-1")


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@lru_cache(maxsize=64)  # a client sends the same again and again
def _read_headers(sent: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, str]:
    return MappingProxyType({key.decode("latin-1"): value.decode("latin-1") for key, value in sent})


def _request(scope: Scope, body: bytes) -> Request:
    headers = _read_headers(tuple(scope["headers"]))
    asked = scope["query_string"]
    query = dict(parse_qsl(asked.decode("latin-1"), keep_blank_values=True)) if asked else {}
    sender = headers.get(PROBE_HEADER, "").rpartition("/")[0] or "page"
    return Request(scope["method"], scope["path"], query, headers, body, sender)
