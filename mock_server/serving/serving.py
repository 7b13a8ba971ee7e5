"""uvicorn on a listening socket, in a thread of its own, on asyncio's own event loop."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp, Send
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

T = TypeVar("T")

PATIENCE = 10.0  # seconds of real time after which a hung server is an error; never a pace
_BACKLOG = 2048  # connections that the system keeps until they are accepted; uvicorn's own default


class CannotListen(OSError):
    """There can be no server at this address; the message says why."""


class PortTaken(CannotListen):
    """The port is in use; the message names it."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on this address (port 0: any free one); raises PortTaken and CannotListen."""
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # at once: two that only bind may share a port until the first listens
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            taken = f"port {port} of {host} is taken; give another with --port, or 0 for any free one"
            raise PortTaken(taken) from error
        why = getattr(error, "strerror", None) or error
        raise CannotListen(f"cannot listen on port {port} of {host}: {why}") from error
    return listener


@lru_cache(maxsize=16)
def _framed(text: str) -> bytes:
    """A message of the server as it is on the wire, where it is the same to everybody (RFC 6455, 5.1: no mask)."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def write_whole(send: Send, status: int, lines: bytes, content: bytes) -> bool:
    """Write an answer at one go, where uvicorn looks through each header and writes twice; False: it must go that way.

    That is so where more is to be done than to write: for a slow reader, for one who has gone or shall go, for HEAD; and
    where `send` is not uvicorn's own.
    """
    cycle = getattr(send, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle) or cycle.scope["method"] == "HEAD" or not cycle.keep_alive:
        return False
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused or status not in STATUS_LINE:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[status], lines, content))
    cycle.message_event.set()
    cycle.on_response()
    return True


class _Socket(WebSocketsSansIOProtocol):
    """uvicorn's protocol, but for two things."""

    async def send(self, message: ASGISendEvent) -> None:
        """An event for a thousand sockets is framed once: to do it for each took as long as the system takes to send it."""
        text = message.get("text")
        if text is None or self.conn.state is not State.OPEN or self.disconnected or not self.writable.is_set():
            await super().send(message)
        else:
            self.transport.write(_framed(text))

    def shutdown(self) -> None:
        """At the server's end uvicorn's would close once more what its page has closed, and fail.

        Over TLS such a connection is there for as long as its peer takes to say that it has ended, too.
        """
        if self.transport.is_closing():
            self.transport.abort()
        else:
            super().shutdown()


def config_for(app: ASGIApp, tls: ssl.SSLContext | None = None) -> uvicorn.Config:
    """How uvicorn runs the mock: asyncio's own loop, no timer of its own that could end something by itself."""
    return uvicorn.Config(
        app,
        ssl_context_factory=None if tls is None else lambda config, usual: tls,
        loop="asyncio",
        http="httptools",
        ws=_Socket,
        interface="asgi3",
        lifespan="off",
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        timeout_keep_alive=86_400,
        timeout_graceful_shutdown=1,
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=False,
    )


def without_long_pauses() -> None:
    """For a process that only serves: its collector of garbage looks through all there is a tenth as often as by default.

    With a thousand sockets that takes a tenth of a second, in which nobody is answered, and it finds what has ended
    connections left behind, no more: what a request or an event leaves makes no circles. What is there now it never
    looks at again.
    """
    gc.freeze()
    youngest, young, _ = gc.get_threshold()
    gc.set_threshold(youngest, young, 100)


def require_asyncio(loop: asyncio.AbstractEventLoop) -> None:
    """Raises AssertionError for another loop: uvloop may write an answer before an event that was queued earlier."""
    kind = type(loop)
    assert kind.__module__.partition(".")[0] == "asyncio", f"the mock needs asyncio's own loop, not {kind.__module__}"


class _Server(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        require_asyncio(asyncio.get_running_loop())
        await super().startup(sockets)
        self._on_started()


class Serving:
    """An application that is being served, from the making of this until `stop`. `call` is the door between threads.

    `add` serves another beside it, on the same loop.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._server = _Server(config_for(app), lambda: started.set_result(asyncio.get_running_loop()))
        self._others: dict[_Server, Future[None]] = {}
        self._listener = listener
        self._thread = threading.Thread(target=self._run, args=(started,), name="mock-genesys", daemon=True)
        self._thread.start()
        self.loop = started.result(PATIENCE)

    def call(self, what: Callable[[], T]) -> T:
        """The result of `what`, done on the loop's thread; raises what it raises."""
        if threading.current_thread() is self._thread:
            return what()  # a verb of the control API: waiting for itself would never end
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(what())
            except BaseException as error:
                done.set_exception(error)

        self.loop.call_soon_threadsafe(run)
        return done.result(PATIENCE)

    def wait(self) -> None:
        """Until the thread ends; Ctrl-C raises here, for no wait is long enough to keep it off."""
        while self._thread.is_alive():
            self._thread.join(1.0)

    def add(self, app: ASGIApp, listener: socket.socket, tls: ssl.SSLContext) -> Callable[[], None]:
        """Serve another application over TLS, until what is returned is called, or `stop`."""
        started: Future[None] = Future()
        server = _Server(config_for(app, tls), lambda: started.set_result(None))
        self._others[server] = over = asyncio.run_coroutine_threadsafe(server.serve([listener]), self.loop)
        started.result(PATIENCE)

        def end() -> None:
            server.should_exit = True
            over.result(PATIENCE)
            self._others.pop(server, None)

        return end

    def stop(self) -> None:
        """End every connection and the thread."""
        for server in self._others:
            server.should_exit = True
        for over in self._others.values():
            over.result(PATIENCE)
        self._others.clear()
        self._server.should_exit = True
        self._thread.join(PATIENCE)

    def _run(self, started: Future[asyncio.AbstractEventLoop]) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
                runner.run(self._server.serve([self._listener]))
        except BaseException as error:
            if started.done():
                raise
            self._listener.close()
            started.set_exception(error)
