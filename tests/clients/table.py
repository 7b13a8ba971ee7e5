"""Operations × clients: each cell is what the mock answered to that client, just now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from mock_server.gateway.gateway import OPERATIONS
from mock_server.server import MockGenesys

from .cases import CASES, SIGN_IN, CaseCall, arrived, staged
from .declared import sdk_version
from .node_sdk import node
from .python_sdk import PythonSdk, snake

NO = "–"
IN_BROWSER = "yes"  # e2e/selftest/test_clients.py drives every case in one page
CLIENTS = ("Python", "Node.js", "Chromium")


def markdown(driven: Iterable[tuple[str, ...]]) -> str:
    """The rows as a table with today's date, to be put in a text as it is."""
    when = datetime.now(UTC).date().isoformat()
    python, js = version("PureCloudPlatformClientV2"), sdk_version()
    lines = [
        f"As of {when}. A number is the status of the mock's answer to that client; {NO}: it has no method for that.",
        "",
        f"| operation | request | Python SDK {python} | JavaScript SDK {js} in Node.js | … in Chromium |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in driven),
    ]
    return "\n".join(lines)


def rows() -> Iterator[tuple[str, ...]]:
    """A row an operation: its id, its request, and a cell a client."""
    with MockGenesys() as genesys, node() as js:
        for operation, route in sorted(OPERATIONS.items(), key=lambda item: (item[1].path, item[1].method)):
            request = f"{route.method} {route.path.removeprefix('/api/v2')}"
            if operation in SIGN_IN:
                yield (f"`{operation}`", request, *(SIGN_IN[operation].get(client, NO) for client in CLIENTS))
                continue
            case = CASES[operation]
            python = _answer(genesys, operation, lambda asked: PythonSdk(genesys, case.person).call(asked))  # noqa: B023  # called at once
            node_js = _answer(genesys, operation, lambda asked: js.call(genesys, asked, case.person))  # noqa: B023  # called at once
            yield (f"`{operation}`", request, f"{python} `{snake(operation)}`", node_js, IN_BROWSER)


def _answer(genesys: MockGenesys, operation: str, drive: Callable[[CaseCall], object]) -> str:
    drive(staged(CASES[operation], genesys))
    return next(str(status) for name, status in reversed(arrived(genesys)) if name == operation)
