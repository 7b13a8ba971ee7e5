"""Tests what a file of accepted breaches means, and that every mistake in it is reported at once."""

from datetime import date
from pathlib import Path

import pytest

from e2e.harness.verdict import Acceptance, BadGate, read_gate

KNOWN = ("one-click", "supervisor-unmutes", "a_refused_mute_is_said")


def read(folder: Path, text: str) -> tuple[Acceptance, ...]:
    path = folder / "promises.toml"
    path.write_text(text, encoding="utf-8")
    return read_gate(path, KNOWN)


def test_each_table_is_one_accepted_breach(tmp_path: Path) -> None:
    text = """
    [[accept]]
    promise = "never_flickers"
    reason = "mended in 4.2"
    until = 2026-12-31

    [[accept]]
    promise = "says_why"
    scenario = "a_refused_mute_is_said[403]"
    reason = "the desktop says it"
    until = 2026-06-30
    """
    assert read(tmp_path, text) == (
        Acceptance("never_flickers", "mended in 4.2", date(2026, 12, 31)),
        Acceptance("says_why", "the desktop says it", date(2026, 6, 30), "a_refused_mute_is_said[403]"),
    )


def test_a_file_that_accepts_nothing_yet(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing is accepted\n") == ()


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    text = """
    accepts = 1
    [[accept]]
    promise = "never_flicker"
    scenario = "supervisor-unmute"
    untill = 2026-12-31
    [[accept]]
    promise = "says_why"
    reason = " "
    until = "2026-12-31"
    [[accept]]
    scenario = 7
    reason = "known"
    until = 2026-12-31T10:00:00
    """
    with pytest.raises(BadGate) as caught:
        read(tmp_path, text)
    assert str(caught.value).splitlines()[1:] == [
        "  accepts: there is no such key; did you mean 'accept'?",
        "  [[accept]] 1, promise: 'never_flicker' is not known; did you mean 'never_flickers'?",
        "  [[accept]] 1, scenario: 'supervisor-unmute' is not known; did you mean 'supervisor-unmutes'?",
        "  [[accept]] 1, untill: there is no such key; did you mean 'until'?",
        "  [[accept]] 1, reason: it is missing; text in quotes is expected: why the breach is accepted",
        "  [[accept]] 1, until: it is missing; a day such as 2026-12-31 (no quotes) is expected: the last day on which"
        " the breach is accepted",
        "  [[accept]] 2, reason: text in quotes is expected, and this one is empty",
        "  [[accept]] 2, until: a day such as 2026-12-31 (no quotes) is expected, '2026-12-31' is a text",
        "  [[accept]] 3, scenario: text in quotes is expected, 7 is a number",
        "  [[accept]] 3, until: a day such as 2026-12-31 (no quotes) is expected, 2026-12-31 10:00:00 is a time",
        "  [[accept]] 3, promise: it is missing; text in quotes is expected: the promise that may be broken",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[accept]\npromise = 'no_storm'\n",
            r"accept: a list of tables, each written \[\[accept\]\], is expected, .* is a table",
        ),
        ("accept = [1]\n", "a table is expected, 1 is a number"),
        ("accept = ", "promises.toml is no TOML: "),
        (
            2 * "[[accept]]\npromise='no_storm'\nreason='a'\nuntil=2026-01-01\n",
            "no_storm in every scenario is accepted twice",
        ),
    ],
)
def test_what_is_no_list_of_accepted_breaches(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadGate, match=says):
        read(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadGate, match="there is no file .*nowhere.toml"):
        read_gate(tmp_path / "nowhere.toml", KNOWN)
