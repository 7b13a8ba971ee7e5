"""Connects to a browser that runs elsewhere, started by the Playwright server that `--connect ws://HOST:PORT/` names."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Error

from e2e.setup.browser import VARIABLE, elsewhere
from e2e.setup.options import CONNECT
from e2e.setup.steps import SetupError

from ..view.widget import CannotJudge
from .isolation import NotSealed

SECONDS: Final = 30  # in which the server answers and starts a browser
Launch = Callable[..., Browser]


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(CONNECT.name, **CONNECT.arguments)


def configure(config: pytest.Config) -> None:
    """Check the address of `--connect`. Raises pytest.UsageError."""
    named = config.getoption(CONNECT.name)
    if named:
        try:
            elsewhere(named)
        except SetupError as error:
            raise pytest.UsageError(str(error)) from error


def server_of(config: pytest.Config) -> str:
    """The address of `--connect`, or ""."""
    return str(config.getoption(CONNECT.name) or "")


def options(server: str, slow_mo: float = 0) -> dict[str, Any]:
    """The arguments for Playwright's `connect`. `slow_mo`: milliseconds that each of its operations waits."""
    return {"endpoint": server, "timeout": 1000 * SECONDS, "slow_mo": slow_mo}


def launch_options(local: dict[str, Any]) -> dict[str, Any]:
    """The options with which a server starts the browser: no path of this machine, but a path there if the user named one."""
    there = {name: value for name, value in local.items() if name in ("args", "headless", "channel")}
    named = os.environ.get(VARIABLE)
    return {**there, "executablePath": named} if named else there


def connecting(launch: Launch, server: str) -> Launch:
    """Wrap a launch so that it raises CannotJudge if the server gives no browser; the message has its reason and what to do."""

    def connect(**given: Any) -> Browser:
        try:
            return launch(**given)
        except Error as error:
            message = error.message.splitlines()[0].removeprefix("BrowserType.connect: ")
            raise CannotJudge(f"no browser from {server}: {message}; {_advice(error.message)}") from error

    return connect


def _advice(message: str) -> str:
    if "xecutable" in message and os.environ.get(VARIABLE):
        return "a path is taken only by a server that was started with --unsafe"
    if "xecutable" in message:
        return f"install one there (`playwright install chromium`), or name it, by its path over there: {VARIABLE}=PATH"
    if "ECONN" in message or "ENOTFOUND" in message:
        return "nobody answers; start it: `playwright run-server --host 127.0.0.1 --port 3000 --unsafe`"
    return "`playwright run-server --unsafe`, in the version that is pinned here, gives one"


class Stops:
    """Ends the run when nothing can be judged, and reports that once, without a traceback."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report: pytest.TestReport = yield
        if (
            call.excinfo is not None
            and call.when == "setup"
            and isinstance(call.excinfo.value, (CannotJudge, NotSealed))
        ):
            report.longrepr = str(call.excinfo.value)
            item.session.shouldstop = "could not judge"
        return report
