"""A browser that runs elsewhere: Playwright's server starts it, `--connect ws://HOST:PORT/` says where that is."""

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

SECONDS: Final = 30  # until somebody has answered, and started a browser
Launch = Callable[..., Browser]


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(CONNECT.name, **CONNECT.arguments)


def configure(config: pytest.Config) -> None:
    """Raises pytest.UsageError for what is no such address."""
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
    """What Playwright's `connect` is given. `slow_mo`: milliseconds that each of its operations waits."""
    return {"endpoint": server, "timeout": 1000 * SECONDS, "slow_mo": slow_mo}


def launch_options(local: dict[str, Any]) -> dict[str, Any]:
    """What a server starts the browser with: no path of this machine. One that the user named is a path over there."""
    there = {name: value for name, value in local.items() if name in ("args", "headless", "channel")}
    named = os.environ.get(VARIABLE)
    return {**there, "executablePath": named} if named else there


def connecting(launch: Launch, server: str) -> Launch:
    """The same launch; raises CannotJudge where the server gives no browser: who was asked, what it said, what to do."""

    def connect(**given: Any) -> Browser:
        try:
            return launch(**given)
        except Error as error:
            said = error.message.splitlines()[0].removeprefix("BrowserType.connect: ")
            raise CannotJudge(f"no browser from {server}: {said}; {_advice(error.message)}") from error

    return connect


def _advice(said: str) -> str:
    if "xecutable" in said and os.environ.get(VARIABLE):
        return "a path is taken only by a server that was started with --unsafe"
    if "xecutable" in said:
        return f"install one there (`playwright install chromium`), or name it, by its path over there: {VARIABLE}=PATH"
    if "ECONN" in said or "ENOTFOUND" in said:
        return "nobody answers; start it: `playwright run-server --host 127.0.0.1 --port 3000 --unsafe`"
    return "`playwright run-server --unsafe`, in the version that is pinned here, gives one"


class Stops:
    """What could not be judged is said once, without a traceback, and ends the run."""

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
