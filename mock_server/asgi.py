"""Sockets ↔ engine: HTTP, WebSocket, CORS and mounted pages.

Writes are done in the order in which the engine made them, at once where the connection takes them: a task for each would
cost more than the write. One that has to wait for a slow reader goes on as a task, and holds back nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from functools import lru_cache
from types import coroutine
from typing import Any
from urllib.parse import parse_qsl

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

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
            exchange = self._exchanges.pop(write.to, None)
            if exchange is not None:
                exchange.finish(write.content if isinstance(write.content, Response) else None)
            elif (socket := self._sockets.get(write.to)) is not None:
                socket.write(write)
        self._moved()

    def give_up(self) -> None:
        """Break every connection that still waits, so that the server can stop or start again."""
        for exchange in self._waiting:
            if not exchange.started:
                exchange.finish(None)
        self._exchanges.clear()
        for socket in self._sockets.values():
            socket.gone.set()

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
        self._waiting.add(exchange)
        try:
            self.ledger.admit(request.headers.get(PROBE_HEADER), lambda: self._arrive(request, exchange))
            if not exchange.over:
                await exchange.wait(receive)
        finally:
            self._waiting.discard(exchange)
        if not exchange.started:
            self._leave(exchange)

    def _arrive(self, request: Request, exchange: Exchange) -> None:
        name = self.engine.next_request_name
        exchange.name = name
        self._exchanges[name] = exchange
        self.ledger.named(name, request.headers.get(PROBE_HEADER), navigation=request.navigation)
        self.perform(self.engine.arrive(request)[1])

    def _leave(self, exchange: Exchange) -> None:
        if self._exchanges.pop(exchange.name, None) is not None:
            self.ledger.gone(exchange.name)
            self.engine.gone(exchange.name)
            self._moved()

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        socket = SocketEnd(send)
        channel_id = scope["path"].rpartition("/")[2]
        name = self.engine.next_socket_name
        self._sockets[name] = socket
        self.ledger.connected(name, channel_id)
        self.perform(self.engine.connect(channel_id)[1])
        await self._listen(name, socket, receive)
        del self._sockets[name]

    async def _listen(self, name: str, socket: SocketEnd, receive: Receive) -> None:
        gone = asyncio.ensure_future(socket.gone.wait())
        while not gone.done():
            coming = asyncio.ensure_future(receive())
            await asyncio.wait({gone, coming}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                break
            message = coming.result()
            if message["type"] == "websocket.disconnect":
                self.engine.disconnect(name)
                self.ledger.left(name)
                self._moved()
                break
            text = message.get("text")
            self.ledger.heard(name)
            self.perform(
                self.engine.hear(
                    name, text if text is not None else message.get("bytes", b"").decode("utf-8", "replace")
                )
            )
        gone.cancel()


class Line:
    """The way to one connection: writes leave in the order in which they were put, each at once unless it has to wait.

    A write may come too late: a server raises an OSError when its client has gone (ASGI 2.4).
    """

    def __init__(self) -> None:
        self._behind: deque[Coroutine[Any, Any, None]] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, write: Coroutine[Any, Any, None]) -> None:
        if self._task is not None:
            self._behind.append(write)
            return
        try:
            waits_for = write.send(None)
        except (StopIteration, OSError):
            return
        except Exception:
            _LOG.exception("a write failed")
        else:
            self._task = asyncio.get_running_loop().create_task(self._go_on(_resumed(waits_for, write)))

    async def _go_on(self, write: Awaitable[None]) -> None:
        try:
            await _tried(write)
            while self._behind:
                await _tried(self._behind.popleft())
        finally:
            self._task = None


async def _tried(write: Awaitable[None]) -> None:
    try:
        await write
    except OSError:
        pass
    except Exception:
        _LOG.exception("a write failed")


@coroutine
def _resumed(waits_for: object, write: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
    """The rest of a write whose first step was done outside a task, and ended in waiting for this."""
    yield waits_for
    yield from write.__await__()


class Exchange:
    """One HTTP request that waits for its answer."""

    def __init__(self, send: Send, *, cross_origin: bool) -> None:
        self.name = ""
        self.started = False
        self._send = send
        self._cross_origin = cross_origin
        self._line = Line()
        self.over = False
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
        whole = response is not None
        self._line.put(self._write(response or Response(200, headers={"content-length": "2"}), whole=whole))

    async def _write(self, response: Response, *, whole: bool) -> None:
        try:
            await self._send_all(response, whole=whole)
        finally:
            self.over = True
            if self._done is not None and not self._done.done():
                self._done.set_result(None)

    async def _send_all(self, response: Response, *, whole: bool) -> None:
        content, kind = response.content, response.content_type
        raw = [(_named(name), value.encode("latin-1")) for name, value in response.headers.items()]
        if whole:
            raw.append((b"content-length", b"%d" % len(content)))
        if kind is not None:
            raw.append((b"content-type", kind.encode()))
        if self._cross_origin:
            raw += CROSS_ORIGIN
        await self._send({"type": "http.response.start", "status": response.status, "headers": raw})
        if whole:
            await self._send({"type": "http.response.body", "body": content})


class SocketEnd:
    """The server's end of one WebSocket."""

    def __init__(self, send: Send) -> None:
        self.gone = asyncio.Event()
        self._send = send
        self._line = Line()

    def write(self, write: Write) -> None:
        self._line.put(self._write(write))

    async def _write(self, write: Write) -> None:
        if write.kind in ("frame", "close"):
            # uvicorn closes by itself a socket that broke the protocol, and does not take what is written after that.
            with suppress(RuntimeError):
                await self._send_as(write)
        else:
            await self._send_as(write)

    async def _send_as(self, write: Write) -> None:
        match write.kind, write.content:
            case "open", _:
                await self._send({"type": "websocket.accept"})
            case "refuse", int(status):
                await self._send({"type": "websocket.http.response.start", "status": status, "headers": []})
                await self._send({"type": "websocket.http.response.body", "body": b""})
                self.gone.set()
            case "close", int(code):
                await self._send({"type": "websocket.close", "code": code})
            case "frame", Frame() as frame:
                await self._send({"type": "websocket.send", "text": frame.text})
            case _:
                self.gone.set()  # cut: the handler returns, and the connection ends without a close frame


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or as much as shows that it is over the limit; None when the client left before its end."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > limit or not message.get("more_body", False):
            return b"".join(parts) if len(parts) > 1 else parts[0]


@lru_cache(maxsize=64)
def _named(header: str) -> bytes:
    """A header's name as it is written."""
    return header.lower().encode("latin-1")


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _request(scope: Scope, body: bytes) -> Request:
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    asked = scope["query_string"]
    query = dict(parse_qsl(asked.decode("latin-1"), keep_blank_values=True)) if asked else {}
    sender = headers.get(PROBE_HEADER, "").rpartition("/")[0] or "page"
    return Request(scope["method"], scope["path"], query, headers, body, sender)
