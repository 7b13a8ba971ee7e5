"""Sockets ↔ engine: HTTP, WebSocket, CORS and mounted pages.

Writes are started in the order in which the engine made them, each as a task of its own, so that a slow reader holds back
nobody else; asyncio starts tasks in the order of their making, and a write that need not wait is done in its first step.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from urllib.parse import parse_qsl

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

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
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Hub:
    """Joins the engine to the connections that wait for its writes; lives on the event loop's thread."""

    def __init__(self, engine: Engine, pages: Pages, moved: Callable[[], None] = lambda: None) -> None:
        self.engine = engine
        self.ledger = Ledger()
        self.pages = pages
        self._moved = moved
        self._waiting: set[Exchange] = set()  # every request without an answer, those not admitted yet too
        self._exchanges: dict[str, Exchange] = {}
        self._sockets: dict[str, SocketEnd] = {}
        self._tasks: set[asyncio.Task[None]] = set()
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
            await (self._http if scope["type"] == "http" else self._socket)(scope, receive, send)
        except Exception:
            _LOG.exception("%s could not be answered", scope["path"])  # uvicorn, kept quiet, would not tell
            raise

    def perform(self, writes: Writes) -> None:
        """Start every write, in order."""
        for write in writes:
            self.ledger.wrote(write)
            exchange = self._exchanges.pop(write.to, None)
            if exchange is not None:
                self._start(exchange.finish(write.content if isinstance(write.content, Response) else None))
            elif (socket := self._sockets.get(write.to)) is not None:
                self._start(socket.write(write))
        self._moved()

    def give_up(self) -> None:
        """Break every connection that still waits, so that the server can stop or start again."""
        for exchange in self._waiting:
            if not exchange.started:
                self._start(exchange.finish(None))
        self._exchanges.clear()
        for socket in self._sockets.values():
            socket.gone.set()

    def _start(self, write: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(_unless_gone(write))
        self._tasks.add(task)
        task.add_done_callback(self._written)

    def _written(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a write failed", exc_info=error)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.pages.holds(scope["path"]):
            await self.pages(scope, receive, send)
        else:
            await self._exchange(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            return
        request = _request(scope, body)
        exchange = Exchange(send)
        self._waiting.add(exchange)
        try:
            self.ledger.admit(request.headers.get(PROBE_HEADER), lambda: self._arrive(request, exchange))
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


class Exchange:
    """One HTTP request that waits for its answer."""

    def __init__(self, send: Send) -> None:
        self.name = ""
        self.started = False
        self._send = send
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def wait(self, receive: Receive) -> None:
        """Until the answer is written, or the page has gone."""
        if not self.started:
            leaving = asyncio.ensure_future(_disconnected(receive))
            await asyncio.wait({self._done, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        if self.started:
            await self._done

    def finish(self, response: Response | None) -> Coroutine[None, None, None]:
        """The write of this answer; None breaks the connection, after a part of an answer so that no browser sends again."""
        self.started = True
        return self._finish(response or Response(200, headers={"content-length": "2"}), whole=response is not None)

    async def _finish(self, response: Response, *, whole: bool) -> None:
        try:
            await self._write(response, whole=whole)
        finally:
            self._done.set_result(None)

    async def _write(self, response: Response, *, whole: bool) -> None:
        content = response.content
        headers = {k.lower(): v for k, v in response.headers.items()}
        headers.setdefault("content-length", str(len(content)))
        if response.content_type is not None:
            headers.setdefault("content-type", response.content_type)
        raw = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]
        await self._send({"type": "http.response.start", "status": response.status, "headers": raw})
        if whole:
            await self._send({"type": "http.response.body", "body": content})


class SocketEnd:
    """The server's end of one WebSocket."""

    def __init__(self, send: Send) -> None:
        self.gone = asyncio.Event()
        self._send = send

    async def write(self, write: Write) -> None:
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


async def _unless_gone(write: Coroutine[None, None, None]) -> None:
    """A write that may come too late: a server raises an OSError when its client has gone (ASGI 2.4)."""
    with suppress(OSError):
        await write


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None when the client left before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts) if len(parts) > 1 else parts[0]


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _request(scope: Scope, body: bytes) -> Request:
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    sender = headers.get(PROBE_HEADER, "").rpartition("/")[0] or "page"
    return Request(scope["method"], scope["path"], query, headers, body, sender)
