"""The pytest plugin that shows progress, on the controller of a distributed run."""

from __future__ import annotations

from collections.abc import Generator
from threading import RLock
from typing import Any, Final

import pytest

from .board import Board, ScenarioProgress
from .display import TICK, Display, display_of
from .loopback import Receiver, Sender
from .reports import SEND, Send
from .ticking import Ticker

PLUGIN: Final = "hotmic-progress"
_ADDRESS: Final = "hotmic_progress"  # in a worker's input


def configure(config: pytest.Config) -> None:
    """Registers the plugin; in a worker of pytest-xdist, sends progress to the controller's."""
    workerinput = getattr(config, "workerinput", None)
    if workerinput is None:
        config.pluginmanager.register(ProgressHooks(config), PLUGIN)
    elif _ADDRESS in workerinput:
        send: Send = Sender(workerinput[_ADDRESS])
        config.stash[SEND] = send


class ProgressHooks:
    """The hooks. Progress may come in a thread of its own: the lock keeps what it writes apart from what pytest writes."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._board = Board()
        self._lock = RLock()
        self._display: Display | None = None
        self._receiver: Receiver | None = None
        config.stash[SEND] = self.note

    def note(self, progress: ScenarioProgress) -> None:
        """A scenario has come so far."""
        with self._lock:
            self._display = self._display or display_of(self._config)
            self._board.note(progress)
            self._show()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        self._receiver = self._receiver or Receiver(self.note)
        node.workerinput[_ADDRESS] = self._receiver.address

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logstart(self) -> Generator[None, None, None]:
        with self._lock:
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        with self._lock:
            yield
            if report.failed and self._display is not None:
                self._display.failed(report.nodeid)
            if report.when == "call":
                self._board.end(report.nodeid)
                self._show()

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Generator[None, Any, Any]:
        category, letter, word = yield
        hidden = self._display is not None and self._display.takes_the_place_of_letters
        return category, "" if hidden else letter, word

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Takes it away before pytest writes what comes last, however the loop ends."""
        self._display = self._display or display_of(self._config)
        ticker = Ticker(self._tick, TICK)
        try:
            return (yield)
        finally:
            ticker.close()
            if self._receiver is not None:
                self._receiver.close()
            with self._lock:
                if self._display is not None:
                    self._display.close()
                self._display = None

    def _tick(self) -> None:
        with self._lock:
            if self._display is not None:
                self._display.tick(self._board)

    def _show(self) -> None:
        if self._display is not None:
            self._display.show(self._board)
