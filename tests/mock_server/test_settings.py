"""Every assumption is a named setting that says what it is."""

from dataclasses import fields

from mock_server.settings import Settings, described


def test_each_setting_is_described_with_its_default_and_values() -> None:
    table = {name: (default, values, about) for name, default, values, about in described()}
    assert list(table) == [field.name for field in fields(Settings)]
    assert table["accepted_body"] == ("empty", "empty | object", "assumed: the bytes of the 202; 'object' is `{}`")
    assert table["enforce_scopes"][1] == "True | False"
    assert table["heartbeat_seconds"] == ("30.0", "", "seconds between two heartbeats of a socket")
    assert all(about.strip() for _, _, about in table.values())


def test_an_assumption_names_its_entry_in_the_reference_once() -> None:
    entries = [field.metadata["entry"] for field in fields(Settings) if field.metadata.get("entry")]
    assert all(1 <= entry <= 18 for entry in entries)
