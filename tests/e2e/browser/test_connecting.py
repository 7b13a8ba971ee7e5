"""What a browser elsewhere is started with, and what is no address of a server."""

from pathlib import Path

import pytest

from e2e.harness.browser import connecting
from e2e.setup.browser import VARIABLE
from tests.inner import run_tests

LOCAL = {"args": ["--x"], "headless": False, "channel": "msedge", "slow_mo": 5, "executable_path": "/here/chrome"}


def test_no_path_of_this_machine_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    there = {"args": ["--x"], "headless": False, "channel": "msedge"}
    assert connecting.launch_options(LOCAL) == there
    monkeypatch.setenv(VARIABLE, "/there/chrome")
    assert connecting.launch_options(LOCAL) == {**there, "executablePath": "/there/chrome"}


SETUP = """
import pytest
from e2e.harness.browser import connecting
from e2e.harness.view.widget import CannotJudge

def test_one(page): pass
def test_two(page): pass

@pytest.fixture(scope="session")
def page(): raise CannotJudge("no browser from ws://there")
"""


def test_what_gives_no_browser_is_said_once_and_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from e2e.harness.browser import connecting\n"
        "def pytest_configure(config): config.pluginmanager.register(connecting.Stops())\n"
    )
    ran = run_tests(tmp_path, SETUP, "e2e.harness.plugins.run_verdict")
    assert ran.returncode == 2
    assert ran.stdout.count("COULD NOT JUDGE test_inner.py") == 1
    assert "Traceback" not in ran.stdout


def test_what_is_no_address_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from e2e.harness.browser import connecting\n"
        "def pytest_addoption(parser): connecting.add_option(parser)\n"
        "def pytest_configure(config): connecting.configure(config)\n"
    )
    ran = run_tests(tmp_path, "", "e2e.harness.plugins.run_verdict", "--connect=localhost:3000")
    assert ran.returncode == 4
    assert "--connect localhost:3000: the address of a Playwright server is expected" in ran.stderr
    assert "did you mean ws://localhost:3000/?" in ran.stderr
