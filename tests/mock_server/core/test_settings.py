"""Every assumption is a named setting that says what it is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import mock_server
from mock_server.core.settings import BadSetting, Settings, checked, described
from tests.readme import tables

PROTOCOL = Path(mock_server.__file__).with_name("PROTOCOL.md")


def test_each_setting_is_described_with_its_default_and_values() -> None:
    table = {name: (default, values, about) for name, default, values, about in described()}
    assert list(table) == [field.name for field in fields(Settings)]
    assert table["accepted_body"] == ("empty", "empty | object", "assumed: the bytes of the 202; 'object' is `{}`")
    assert table["enforce_scopes"][1] == "True | False"
    assert table["heartbeat_seconds"] == ("30.0", "", "seconds between two heartbeats of a socket")
    assert all(about.strip() for _, _, about in table.values())


def test_protocol_md_lists_each_assumption_once_under_what_nobody_knows() -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    rows = next(rows for header, rows in tables(text) if header == ("what nobody outside Genesys knows", "settings"))
    listed = [name for _, names in rows for name in re.findall(r"\w+", names)]
    assert sorted(listed) == sorted(field.name for field in fields(Settings) if field.metadata.get("assumed"))


@pytest.mark.parametrize("seconds", [299.0, 172_801.0])
def test_a_token_has_a_life_within_bounds(seconds: float) -> None:
    with pytest.raises(ValueError, match="access_token_seconds is 300 to 172800"):
        Settings(access_token_seconds=seconds)


def test_settings_by_name_are_checked() -> None:
    assert checked({}) == Settings()
    given = {"enforce_scopes": False, "foreign_leg_status": 403, "heartbeat_seconds": 5, "event_version": "3"}
    assert checked(given) == Settings(
        enforce_scopes=False, foreign_leg_status=403, heartbeat_seconds=5, event_version="3"
    )


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("enforce_scope", True, "no setting is called 'enforce_scope'; did you mean 'enforce_scopes'? ("),
        ("enforce_scopes", "no", "the setting 'enforce_scopes' is true or false, not 'no'"),
        ("accepted_body", "none", "the setting 'accepted_body' is 'empty' or 'object', not 'none'"),
        ("foreign_leg_status", 404, "the setting 'foreign_leg_status' is 400 or 403, not 404"),
        ("channels_per_user", True, "the setting 'channels_per_user' is a whole number, not True"),
        ("channels_per_user", 1.5, "the setting 'channels_per_user' is a whole number, not 1.5"),
        ("heartbeat_seconds", False, "the setting 'heartbeat_seconds' is a number, not False"),
        ("event_version", 2, "the setting 'event_version' is a text, not 2"),
        ("access_token_seconds", 1, "access_token_seconds is 300 to 172800, not 1"),
    ],
)
def test_a_wrong_setting_is_told_with_what_it_can_be(name: str, value: object, error: str) -> None:
    with pytest.raises(BadSetting) as raised:
        checked({name: value})
    assert str(raised.value).startswith(error)
