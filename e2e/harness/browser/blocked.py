"""Records the requests of a browser context to hosts that are not on this machine, and why each was refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, WebSocket

from ..view.reach import why_refused
from .isolation import NOT_FOUND, Isolation

PROPERTY: Final = "hotmic_refused"  # the user property in which a test passes its refusals to the summary


@dataclass(frozen=True, slots=True)
class BlockedRequest:
    """A request of a page that was refused."""

    what: str  # method, or "socket", and the address without query and fragment
    host: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} is refused: {self.why}"


class BlockedRequests:
    """Records what one browser context is refused, from before its first page on."""

    def __init__(self, context: BrowserContext, isolation: Isolation) -> None:
        self._isolation = isolation
        self._refused: list[BlockedRequest] = []
        self._reported = 0
        context.on("requestfailed", self._failed)
        context.on("page", self._opened)

    def begin_anew(self) -> None:
        """Forget what was refused so far: it belongs to another story."""
        self._refused, self._reported = [], 0

    @property
    def refused(self) -> tuple[BlockedRequest, ...]:
        """Everything refused so far."""
        return tuple(self._refused)

    def news(self) -> tuple[BlockedRequest, ...]:
        """What was refused since the last call."""
        before, self._reported = self._reported, len(self._refused)
        return tuple(self._refused[before:])

    # ---- Playwright's events

    def _failed(self, request: Request) -> None:
        if request.failure == NOT_FOUND and not self._isolation.stays(request.url):
            self._refuse(request.method, request.url)

    def _opened(self, page: Page) -> None:
        page.on("websocket", self._dialled)

    def _dialled(self, socket: WebSocket) -> None:
        if not self._isolation.stays(socket.url):
            self._refuse("socket", socket.url)

    def _refuse(self, how: str, url: str) -> None:
        host = urlsplit(url).hostname or ""
        self._refused.append(BlockedRequest(f"{how} {_shown(url)}", host, why_refused(self._isolation.reach, host)))


def _shown(url: str) -> str:
    """The address without query and fragment, which may hold a token, cut off after 120 characters."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"[:120]


class Refusals:
    """Counts what was refused in a run, as a pytest plugin; in a distributed run, on the controller."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str]] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "teardown":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                self.counted.update((str(host), str(why)) for host, why in json.loads(str(value)))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.counted:
            terminalreporter.section("refused: asked for by a page, and not on this machine")
            for line in summary(self.counted):
                terminalreporter.line(line)


def as_property(refused: Iterable[BlockedRequest]) -> tuple[str, str]:
    """The user property in which a test passes its refusals to the summary, across processes."""
    return PROPERTY, json.dumps([[one.host, one.why] for one in refused])


def summary(counted: Counter[tuple[str, str]]) -> list[str]:
    """A line for each refused (host, why), the most asked for first."""
    return [f"{host}  {times} ×  {why}" for (host, why), times in counted.most_common()]
