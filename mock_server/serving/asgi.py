"""Joins HTTP and WebSocket connections to the engine, with CORS and mounted pages. Writes keep the engine's order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from urllib.parse import parse_qsl

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..control import PREFIX
from ..core.messages import Request, Response
from ..engine.engine import Engine, Writes
from ..engine.traffic import PROBE_HEADER, Ledger
from .connections import Exchange, PageLeft, SocketEnd, write_response
from .pages import SITE_HOST, Pages, host_of

_LOG = logging.getLogger(__name__)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
EXPOSED = (
    "inin-correlation-id",
    "inin-ratelimit-count",
    "inin-ratelimit-allowed",
    "inin-ratelimit-reset",
    "retry-after",
)


class Hub:
    """Joins the engine to the connections that wait for its writes; lives on the event loop's thread."""

    def __init__(self, engine: Engine, pages: Pages, site: Pages, control: ASGIApp, moved: Callable[[], None]) -> None:
        self.engine = engine
        self.ledger = Ledger()
        self.pages, self.site = pages, site
        self._control = control
        self._moved = moved
        self._waiting: set[Exchange] = set()  # every request without an answer, those not admitted yet too
        self._exchanges: dict[str, Exchange] = {}
        self._sockets: dict[str, SocketEnd] = {}
        self._cross_origin: ASGIApp = CORSMiddleware(
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
            elif any(name == b"origin" for name, _ in scope["headers"]):
                await self._cross_origin(scope, receive, send)
            else:  # CORS adds nothing here, and takes 4 µs of the 70 that the mute answer takes
                await self._dispatch(scope, receive, send)
        except Exception:
            _LOG.exception("%s could not be answered", scope["path"])  # uvicorn's own log is off
            raise

    def perform(self, writes: Writes) -> None:
        """Begin every write, in order; the loop does them before what is scheduled from here on."""
        for write in writes:
            self.ledger.wrote(write)
            if (socket := self._sockets.get(write.to)) is not None:
                socket.write(write)
            elif (exchange := self._exchanges.pop(write.to, None)) is not None:
                exchange.answer(write.content if isinstance(write.content, Response) else None)
        self._moved()

    def give_up(self) -> None:
        """Break every connection that still waits, so that the server can stop or start again."""
        for exchange in self._waiting:
            exchange.answer(None)
        self._exchanges.clear()
        for socket in self._sockets.values():
            socket.end()

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if host_of(scope) == SITE_HOST:
            await self.site(scope, receive, send)
        elif self.pages.holds(scope["path"]):
            await self.pages(scope, receive, send)
        else:
            await self._exchange(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        if message.get("more_body"):  # most come whole
            message = await _rest(message, receive, self.engine.state.settings.largest_body)
        if message["type"] == "http.disconnect":
            return
        request = _request(scope, message.get("body", b""))
        exchange = Exchange(receive)
        self._waiting.add(exchange)
        # Not now, but when this waits: answered before, it would overtake what the engine wrote before the answer.
        asyncio.get_running_loop().call_soon(self._admit, request, exchange)
        try:
            response = await exchange.response()
        except PageLeft:
            self._leave(exchange)
            return
        finally:
            self._waiting.discard(exchange)
        await write_response(response, send)

    def _admit(self, request: Request, exchange: Exchange) -> None:
        probe = request.headers.get(PROBE_HEADER)
        if probe is not None:
            self.ledger.admit(probe, partial(self._arrive, request, exchange, probe))
        else:
            self.ledger.invalidate_snapshot()
            self._arrive(request, exchange)
        exchange.watch_page()

    def _arrive(self, request: Request, exchange: Exchange, probe: str | None = None) -> None:
        try:
            name, writes = self.engine.arrive(request)
            exchange.name = name
            self._exchanges[name] = exchange
            if probe is not None or request.navigation:
                self.ledger.named(name, probe, navigation=request.navigation)
            self.perform(writes)
        except Exception as error:
            exchange.fail(error)

    def _leave(self, exchange: Exchange) -> None:
        if self._exchanges.pop(exchange.name, None) is not None:
            self.ledger.gone(exchange.name)
            self.engine.gone(exchange.name)
            self._moved()

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        socket = SocketEnd(send)
        channel_id = scope["path"].rpartition("/")[2]
        self.ledger.invalidate_snapshot()
        name, writes = self.engine.connect(channel_id)
        self._sockets[name] = socket
        self.ledger.connected(name, channel_id)
        self.perform(writes)
        await socket.attend(self._listen(name, receive))
        del self._sockets[name]

    async def _listen(self, name: str, receive: Receive) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            text = message.get("text")
            if text is None:
                text = message.get("bytes", b"").decode("utf-8", "replace")
            self.ledger.heard(name)
            self.perform(self.engine.hear(name, text))
        self.ledger.left(name)
        self.engine.disconnect(name)
        self._moved()


async def _rest(message: Message, receive: Receive, limit: int) -> Message:
    """Return a message with the body, or with as much as shows that it is over the limit; the last one, if the client left."""
    body = bytearray()
    while message["type"] != "http.disconnect":
        body += message.get("body", b"")
        if len(body) > limit or not message.get("more_body"):
            return {**message, "body": bytes(body)}
        message = await receive()
    return message


@lru_cache(maxsize=64)  # a client sends the same again and again
def _read_headers(sent: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, str]:
    return {key.decode("latin-1"): value.decode("latin-1") for key, value in sent}


def _request(scope: Scope, body: bytes) -> Request:
    headers = _read_headers(tuple(scope["headers"]))
    asked = scope["query_string"]
    query = dict(parse_qsl(asked.decode("latin-1"), keep_blank_values=True)) if asked else {}
    sender = headers.get(PROBE_HEADER, "").rpartition("/")[0] or "page"
    return Request(scope["method"], scope["path"], query, headers, body, sender)
