"""The fixture `genesys`, as other projects would use it."""

from pathlib import Path

from tests.inner import run_tests

SUITE = """
import pytest

def test_one_call_by_default(genesys):
    assert not genesys.leg("agent").muted
    genesys.person("supervisor").mute()
    genesys.hold()

@pytest.mark.world("muted_call", seed=2, accepted_body="object")
def test_a_world_of_its_own(genesys):
    assert genesys.leg("agent").muted
    assert (genesys.state.seed, genesys.state.settings.accepted_body) == (2, "object")

def test_nothing_is_left_of_the_test_before(genesys):
    assert (genesys.leg("agent").muted, genesys.held, genesys.state.seed) == (False, False, 1)

@pytest.mark.world(enforce_scopes=False)
def test_settings_alone(genesys):
    assert not genesys.state.settings.enforce_scopes

def test_the_server_is_one(genesys, genesys_server):
    assert genesys is genesys_server
"""

SETTINGS = """
import pytest
from mock_server.pytest_plugin import SETTINGS

def pytest_configure(config):
    config.stash[SETTINGS] = {"accepted_body": "object", "mute_is_kept": False}
"""
OF_THE_RUN = """
import pytest

def test_of_the_run(genesys):
    assert (genesys.state.settings.accepted_body, genesys.state.settings.mute_is_kept) == ("object", False)

@pytest.mark.world("muted_call", accepted_body="empty")
def test_its_own_win(genesys):
    assert (genesys.state.settings.accepted_body, genesys.state.settings.mute_is_kept) == ("empty", False)
"""


def test_the_settings_of_a_run_are_those_of_every_world(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(SETTINGS, encoding="utf-8")
    ran = run_tests(tmp_path, OF_THE_RUN, "mock_server.pytest_plugin", "--strict-markers")
    assert (ran.returncode, ran.stdout.splitlines()[-1].partition(" in ")[0]) == (0, "2 passed"), ran.stdout


def test_each_test_has_the_mock_fresh_in_the_world_of_its_mark(tmp_path: Path) -> None:
    ran = run_tests(tmp_path, SUITE, "mock_server.pytest_plugin", "--strict-markers")
    assert (ran.returncode, ran.stdout.splitlines()[-1].partition(" in ")[0]) == (0, "5 passed"), ran.stdout
