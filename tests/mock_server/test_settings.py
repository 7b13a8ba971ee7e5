"""Every assumption is a named setting that says what it is."""

from dataclasses import fields

import pytest

from mock_server.settings import Settings, described


def test_each_setting_is_described_with_its_default_and_values() -> None:
    table = {name: (default, values, about) for name, default, values, about in described()}
    assert list(table) == [field.name for field in fields(Settings)]
    assert table["accepted_body"] == ("empty", "empty | object", "assumed: the bytes of the 202; 'object' is `{}`")
    assert table["enforce_scopes"][1] == "True | False"
    assert table["heartbeat_seconds"] == ("30.0", "", "seconds between two heartbeats of a socket")
    assert all(about.strip() for _, _, about in table.values())


def test_every_unknown_of_the_reference_is_covered_by_a_setting() -> None:
    entries = {field.metadata["entry"] for field in fields(Settings) if field.metadata.get("entry")}
    assert entries == set(range(1, 21))


@pytest.mark.parametrize("seconds", [299.0, 172_801.0])
def test_a_token_has_a_life_within_bounds(seconds: float) -> None:
    with pytest.raises(ValueError, match="access_token_seconds is 300 to 172800"):
        Settings(access_token_seconds=seconds)
