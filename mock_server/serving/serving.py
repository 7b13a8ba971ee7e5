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
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

T = TypeVar("T")

PATIENCE = 10.0  # seconds of real time after which a hung server is an error; never a pace
_BACKLOG = 2048  # connections that the system keeps until they are accepted; uvicorn's own default


class CannotListen(OSError):
    """The server cannot listen at this address; the message says why."""


class PortTaken(CannotListen):
    """The port is in use; the message names it."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on this address (port 0: any free one); raises PortTaken and CannotListen."""
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


class _WebSockets(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which can be shut down after its page has closed the socket."""

    def shutdown(self) -> None:
        """End the connection. uvicorn's own raises InvalidState when the page has closed the socket already.

        Over TLS such a connection stays until the page's end of it is gone, which may be after the server's end.
        tests/mock_server/serving/test_hosts.py shows it: test_it_ends_though_a_connection_has_not.
        """
        if self.transport.is_closing():
            self.transport.abort()
        else:
            super().shutdown()


def config_for(app: ASGIApp, tls: ssl.SSLContext | None = None) -> uvicorn.Config:
    """Return uvicorn's configuration: asyncio's own loop, and no timer that could end something by itself."""
    return uvicorn.Config(
        app,
        ssl_context_factory=None if tls is None else lambda config, usual: tls,
        loop="asyncio",
        http="httptools",
        ws=_WebSockets,
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
    """Let the collector of garbage start less often; for a process that only serves.

    An event for a thousand sockets makes a thousand tasks, which live for a turn of the loop. By default they count as a surplus
    that starts the collector several times an event, and once in a hundred events it looks through all there is: 50 ms, in which
    nobody is answered (`python3 -m tests --bench`, 1,000 sockets, p99 under 50 ms). What an event leaves makes no circles.
    """
    gc.freeze()
    _, young, old = gc.get_threshold()
    gc.set_threshold(20_000, young, old)


def require_asyncio(loop: asyncio.AbstractEventLoop) -> None:
    """Raise AssertionError for another loop than asyncio's: uvloop may write an answer before an earlier event."""
    kind = type(loop)
    assert kind.__module__.partition(".")[0] == "asyncio", f"the mock needs asyncio's own loop, not {kind.__module__}"


class Serving:
    """Serves an application from its construction until `stop`. `call` runs functions on the loop's thread.

    `add` serves another beside it, on the same loop.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._server = uvicorn.Server(config_for(app))
        self._others: dict[uvicorn.Server, Future[None]] = {}
        self._listener = listener
        self._thread = threading.Thread(target=self._run, args=(started,), name="mock-genesys", daemon=True)
        self._thread.start()
        self.loop = started.result(PATIENCE)

    def call(self, what: Callable[[], T]) -> T:
        """Run `what` on the loop's thread and return its result, when its writes have begun. Raises what it raises."""
        if threading.current_thread() is self._thread:
            return what()  # a verb of the control API: waiting for itself would never end
        done: Future[T] = Future()

        def run() -> None:
            try:
                result = what()
            except BaseException as error:
                done.set_exception(error)
            else:
                self.loop.call_soon(done.set_result, result)  # behind the tasks of its writes

        self.loop.call_soon_threadsafe(run)
        return done.result(PATIENCE)

    def wait(self) -> None:
        """Return when the thread has ended; Ctrl-C raises here, for no single wait is long enough to keep it off."""
        while self._thread.is_alive():
            self._thread.join(1.0)

    def add(self, app: ASGIApp, listener: socket.socket, tls: ssl.SSLContext) -> Callable[[], None]:
        """Serve another application over TLS, until the returned function is called, or `stop`."""
        server = uvicorn.Server(config_for(app, tls))
        self._others[server] = over = asyncio.run_coroutine_threadsafe(server.serve([listener]), self.loop)

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
                require_asyncio(runner.get_loop())
                runner.get_loop().call_soon(started.set_result, runner.get_loop())
                runner.run(self._server.serve([self._listener]))
        except BaseException as error:
            if started.done():
                raise
            self._listener.close()
            started.set_exception(error)
