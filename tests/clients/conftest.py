"""Clients meet the mock as it is by default, whatever the test before set."""

import pytest

from mock_server.core.settings import Settings
from mock_server.server import MockGenesys


@pytest.fixture(autouse=True)
def usual_settings(genesys_server: MockGenesys) -> None:
    """No setting is left from another test of this process."""
    genesys_server.reset("one_call", settings=Settings())
