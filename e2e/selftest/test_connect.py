"""A browser that runs elsewhere, started by Playwright's own server: judged by, or refused with a reason."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType

from e2e.harness.browser import connecting
from e2e.harness.browser.isolation import Isolation, NotSealed
from e2e.harness.view.widget import CannotJudge
from e2e.setup import browser as browsers

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def playwright_server(*options: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Playwright's own server on a port of loopback; its address."""
    command = [sys.executable, "-m", "playwright", "run-server", "--host", "127.0.0.1", "--port", "0", *options]
    environ = {**os.environ, **(env or {})}
    # A group of its own: the command starts Node.js, which a SIGTERM does not end once it has started a browser.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, start_new_session=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def connected(browser_type: BrowserType, server: str, local: dict[str, Any]) -> Browser:
    headers = {"x-playwright-launch-options": json.dumps(connecting.launch_options(local))}
    return connecting.connecting(browser_type.connect, server)(**connecting.options(server), headers=headers)


def test_a_browser_of_playwrights_server_judges_a_widget() -> None:
    test = "e2e/suite/test_mute.py::test_mute"
    with playwright_server("--unsafe") as server:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test, "--connect", server]
        environ = {**os.environ, browsers.VARIABLE: str(browsers.found(headed=False))}
        ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "held (" in ran.stdout


def test_a_server_that_takes_no_arguments_gives_a_browser_that_is_not_sealed(
    browser_type: BrowserType, isolation: Isolation, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    """As Playwright's server has browsers of its own here: in a folder that it looks in."""
    dry_run = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium-headless-shell"]
    own = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    printed = subprocess.run(dry_run, env={**os.environ, **own}, capture_output=True, text=True, check=True).stdout
    folder = next(
        line.split()[-1] for line in printed.splitlines() if "Install location" in line and "headless" in line
    )
    shell = Path(folder, "chrome-headless-shell-linux64", "chrome-headless-shell")
    shell.parent.mkdir(parents=True)
    shell.symlink_to(browsers.found(headed=False))
    with playwright_server(env=own) as server:
        browser = connected(browser_type, server, browser_type_launch_args)
        with pytest.raises(NotSealed, match="finds nobody.localhost, .* `playwright run-server --unsafe`"):
            isolation.prove(browser)
        browser.close()


def test_where_nobody_answers_it_is_said_what_to_start(browser_type: BrowserType) -> None:
    with pytest.raises(CannotJudge, match=r"no browser from ws://127.0.0.1:1/: .* start it: `playwright run-server"):
        connected(browser_type, "ws://127.0.0.1:1/", {})


def test_a_path_is_taken_only_when_it_is_allowed(
    browser_type: BrowserType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(browsers.VARIABLE, raising=False)  # a user's own
    with playwright_server(env={"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}) as server:
        with pytest.raises(CannotJudge, match="name it, by its path over there: HOTMIC_BROWSER=PATH"):
            connected(browser_type, server, {})
        monkeypatch.setenv(browsers.VARIABLE, "/over/there/chrome")
        with pytest.raises(CannotJudge, match="a path is taken only by a server that was started with --unsafe"):
            connected(browser_type, server, {})
