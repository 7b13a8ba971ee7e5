"""A server to be measured, in a process of its own: prints one line of JSON when it listens, and ends with its input.

python -m tests.bench.serve mock     the mock, with rates and channels that no load reaches
python -m tests.bench.serve first    the mock as it comes, timed by whoever started this
python -m tests.bench.serve later    a second start in the same process, timed here
python -m tests.bench.serve bare     one empty answer of Starlette on the same server
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable


def mock(**settings: int | bool) -> dict[str, object]:
    """Start the mock as `python3 -m mock_server serve` does, and say where it is and what a load needs."""
    from mock_server.core.settings import Settings
    from mock_server.server import MockGenesys
    from mock_server.serving.serving import without_long_pauses

    plenty = {"requests_per_minute": 10**9, "channels_per_user": 10**4, **settings}
    genesys = MockGenesys(settings=Settings(**plenty)).start()  # type: ignore[arg-type]  # a table of figures
    without_long_pauses()
    return {"port": genesys.port, **genesys.state.aliases}


def first() -> dict[str, object]:
    from mock_server.server import MockGenesys

    genesys = MockGenesys().start()
    answer(genesys.port, genesys.state.aliases["agent_token"])
    return {"port": genesys.port}


def later() -> dict[str, object]:
    from mock_server.server import MockGenesys

    with MockGenesys() as before:
        answer(before.port, before.state.aliases["agent_token"])
    taken: list[float] = []
    for _ in range(20):
        began = time.perf_counter()
        genesys = MockGenesys().start()
        answer(genesys.port, genesys.state.aliases["agent_token"])
        taken.append(time.perf_counter() - began)
        genesys.stop()
    return {"taken": taken}


def bare() -> dict[str, object]:
    import asyncio
    import threading

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from uvicorn import Server

    from mock_server.serving.serving import config_for, listen

    async def accepted(request: Request) -> Response:
        await request.body()
        return Response(status_code=202)

    app = Starlette(routes=[Route("/{rest:path}", accepted, methods=["PATCH"])])
    listener = listen("127.0.0.1", 0)
    server = Server(config_for(app))
    run: Callable[[], None] = lambda: asyncio.run(server.serve([listener]))  # noqa: E731  # a thread wants a callable
    threading.Thread(target=run, daemon=True).start()
    return {"port": listener.getsockname()[1]}


def answer(port: int, token: str) -> None:
    """Ask who I am, and wait for the answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = f"GET /api/v2/users/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


KINDS: dict[str, Callable[[], dict[str, object]]] = {
    "mock": mock,
    "ordered": lambda: mock(event_before_response=True),
    "first": first,
    "later": later,
    "bare": bare,
}

if __name__ == "__main__":
    print(json.dumps(KINDS[sys.argv[1]]()), flush=True)
    sys.stdin.read()
