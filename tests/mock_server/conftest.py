"""A mock on real sockets, shared by the tests that need one; each starts it again from its world."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def quiet_loop(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No task of the server ends with an exception that nobody hears of, and none of its answers fails."""
    yield
    for name in ("asyncio", "mock_server.serving.asgi", "mock_server.serving.connections"):
        assert [r.getMessage() for r in caplog.records if r.name == name and r.levelno >= logging.WARNING] == []
