"""The fixture `genesys`: one mock per test process, started again from its world for each test.

Use it without the harness by `pytest_plugins = ["mock_server.pytest_plugin"]`; choose the world with
`@pytest.mark.world("conference")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from .core.settings import checked
from .server import MockGenesys

SETTINGS: pytest.StashKey[Mapping[str, Any]] = pytest.StashKey()  # in `config.stash`: of every world of the run


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "world(name, seed=1, **settings): the starting state of the mock for this test")


@pytest.fixture(scope="session")
def genesys_server() -> Iterator[MockGenesys]:
    """The mock's server, on a free port of loopback; one per worker process."""
    with MockGenesys() as server:
        yield server


@pytest.fixture
def genesys(genesys_server: MockGenesys, request: pytest.FixtureRequest) -> MockGenesys:
    """The mock, fresh: nothing in flight, the wire open, the world that the test's `world` mark names (one_call)."""
    return fresh(genesys_server, request.node, request.config.stash.get(SETTINGS, {}))


def fresh(server: MockGenesys, item: pytest.Item, settings: Mapping[str, Any]) -> MockGenesys:
    """The server, started again from the world that a test's mark names, with these settings where the mark has no others."""
    mark = item.get_closest_marker("world")
    name: str = mark.args[0] if mark and mark.args else "one_call"
    options: dict[str, Any] = {**settings, **(mark.kwargs if mark else {})}
    seed: int = options.pop("seed", 1)
    server.reset(name, seed=seed, settings=checked(options))
    return server
