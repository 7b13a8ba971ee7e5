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


def test_each_test_has_the_mock_fresh_in_the_world_of_its_mark(tmp_path: Path) -> None:
    ran = run_tests(tmp_path, SUITE, "mock_server.pytest_plugin", "--strict-markers")
    assert (ran.returncode, ran.stdout.splitlines()[-1].partition(" in ")[0]) == (0, "5 passed"), ran.stdout
