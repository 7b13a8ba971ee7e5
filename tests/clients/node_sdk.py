"""The official JavaScript SDK in Node.js: one process, driven by lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.setup.places import SDK
from e2e.setup.sdk import node_executable
from mock_server.core.messages import Json
from mock_server.server import MockGenesys

from .cases import CaseCall
from .declared import methods

SCRIPT = Path(__file__).with_name("sdk.cjs")
PACKAGE = SDK / "node_modules" / "purecloud-platform-client-v2"


@dataclass(frozen=True)
class SdkOutcome:
    """How a promise of the SDK ended: with a result ("undefined" for none), or with a rejection of some kind."""

    result: Json = None
    rejection: Any = None
    kind: str = ""
    error: bool = False  # whether the rejection is an Error

    @property
    def fulfilled(self) -> bool:
        return not self.kind


class NodeSdk:
    """The process; `person` is whose token it has, None: whichever it got by signing in."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, genesys: MockGenesys, asked: CaseCall, person: str | None = "agent", **more: Json) -> SdkOutcome:
        """Carry out an operation by the SDK's method for it."""
        order: dict[str, Json] = {"operation": asked.operation, "arguments": positional(asked), **more}
        if person is not None:
            order["token"] = genesys.state.aliases.get(f"{person}_token", "")
        return self._tell(genesys, order)

    def sign_in(self, genesys: MockGenesys, login: str, *arguments: Json) -> SdkOutcome:
        """One of the SDK's login methods."""
        return self._tell(genesys, {"login": login, "arguments": list(arguments), "extended": False})

    def _tell(self, genesys: MockGenesys, order: Mapping[str, Json]) -> SdkOutcome:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"port": genesys.port, **order}) + "\n")
        self._process.stdin.flush()
        return SdkOutcome(**json.loads(self._process.stdout.readline()))


def positional(asked: CaseCall) -> list[Json]:
    """The arguments of the SDK's method in its own order: names of the path, a body, then the rest as options."""
    parameters = methods()[asked.operation].parameters
    options: dict[str, Json] = dict(asked.query)
    if asked.body is not None and "body" not in parameters:
        options["body"] = asked.body
    known: dict[str, Json] = {**asked.path, "body": asked.body, "opts": options}
    return [known[name] for name in parameters]


@contextmanager
def node() -> Iterator[NodeSdk]:
    """Node.js with the SDK, away from its user's configuration file."""
    command = [str(node_executable()), str(SCRIPT), str(PACKAGE)]
    environ = {**os.environ, "HOME": str(SCRIPT.parent), "NO_PROXY": "127.0.0.1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environ
    ) as process:
        try:
            yield NodeSdk(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
