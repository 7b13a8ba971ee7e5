"""Doubt before accusing: where a line of the description is missing, a promise is untested with that line, and never broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from e2e.harness import Reach
from e2e.harness.explorer.player import Player
from e2e.harness.promises import Verdict
from e2e.harness.report.story import failure
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import Origins, Widget
from e2e.setup.places import FIXTURES

Players = Callable[[Widget], Player]


def described(name: str, *, without: str) -> Widget:
    """A widget of fixtures/widgets, described without the lines that begin so."""
    file = FIXTURES / "widgets" / name / "widget.toml"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(without)]
    return widget(parsed("\n".join(kept), file))


def opening(how: str, toml: str = "") -> Widget:
    """The widget of fixtures/widgets/openings."""
    address = f"index.html?call={{{{gcConversationId}}}}&api={{{{gateway}}}}&token={{{{token}}}}&how={how}"
    return widget(parsed(f'folder = "."\naddress = "{address}"\n{toml}\n', FIXTURES / "widgets/openings/widget.toml"))


def with_bug(given: Widget, bug: str) -> Widget:
    """The widget with a bug switched on by its address."""

    def address(origins: Origins, call: str) -> str:
        before, _, after = given.address(origins, call).partition("#")
        return f"{before}&bug={bug}#{after}"

    return replace(given, address=address)


def verdicts(players: Players, given: Widget, schedule: str) -> dict[str, Verdict]:
    race = players(given).replay(schedule)
    print(failure(race.timeline, race.verdicts, (), ""))  # shown when the test fails
    return {verdict.promise: verdict for verdict in race.verdicts}


@pytest.mark.judges_itself
def test_a_toast_without_a_role_is_a_doubt_with_the_line_that_reads_it(players: Players) -> None:
    found = verdicts(players, described("shadow-element", without="alert"), "trouble: refuse-403")
    assert [verdict.promise for verdict in found.values() if verdict.result == "broken"] == []
    doubt = found["says_why"].doubt
    assert doubt is not None
    assert (found["says_why"].result, doubt.line) == ("untested", '[alert] css = ".toast"')
    assert "after a refusal the page shows “" in doubt.about


@pytest.mark.judges_itself
def test_the_described_toast_leaves_no_doubt(players: Players) -> None:
    found = verdicts(players, described("shadow-element", without="#"), "trouble: refuse-403")
    assert found["says_why"].result == "held"
    assert {verdict.doubt for verdict in found.values()} == {None}


@pytest.mark.judges_itself
def test_a_false_mute_is_broken_whatever_words_may_be_the_notice(players: Players) -> None:
    given = with_bug(described("shadow-element", without="alert"), "optimistic-never-reverted")
    found = verdicts(players, given, "trouble: refuse-403")
    assert found["never_falsely_muted"].result == "broken"
    assert found["says_why"].doubt is not None


@pytest.mark.judges_itself
def test_a_key_that_mutes_and_is_not_declared_is_a_doubt(players: Players) -> None:
    found = verdicts(players, opening("key"), "keyboard:")
    assert [verdict.promise for verdict in found.values() if verdict.result == "broken"] == []
    doubt = found["one_click_one_right_patch"].doubt
    assert doubt is not None
    assert doubt.line == '[mute] shortcut = "m"'


@pytest.mark.judges_itself
def test_a_declared_key_leaves_no_doubt(players: Players) -> None:
    found = verdicts(players, opening("key", 'mute = { shortcut = "m" }'), "keyboard:")
    assert found["one_click_one_right_patch"].result == "held"
    assert {verdict.doubt for verdict in found.values()} == {None}


@pytest.mark.judges_itself
def test_a_button_that_is_held_to_talk_and_not_described_so_is_a_doubt(players: Players) -> None:
    found = verdicts(players, opening("hold"), "one-click:")
    assert [verdict.promise for verdict in found.values() if verdict.result == "broken"] == []
    doubt = found["one_click_one_right_patch"].doubt
    assert doubt is not None
    assert doubt.line == '[mute] gesture = "hold"'


@pytest.mark.judges_itself
@pytest.mark.parametrize("schedule", ["one-click:", "unmute:", "trouble: refuse-403"])
def test_a_button_that_is_held_to_talk_and_described_so_is_judged(players: Players, schedule: str) -> None:
    found = verdicts(players, opening("hold", 'mute = { gesture = "hold" }'), schedule)
    assert found["one_click_one_right_patch"].result == "held"
    assert [verdict for verdict in found.values() if verdict.doubt or verdict.result == "broken"] == []


@pytest.mark.judges_itself
@pytest.mark.parametrize("schedule", ["one-click:", "unmute:", "trouble: refuse-403"])
def test_a_button_that_acts_when_it_is_pressed_is_judged_without_a_line(players: Players, schedule: str) -> None:
    found = verdicts(players, opening("press"), schedule)
    assert found["one_click_one_right_patch"].result == "held"
    assert [verdict for verdict in found.values() if verdict.doubt or verdict.result == "broken"] == []


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    ("sign", "line"),
    [
        ("muted = { class = 'on', at = '.mute-box' }", '[muted] at = ".mute"'),
        ("muted = { css = 'button.mutd[aria-pressed=true]' }", '[muted] css = ".mute"'),
        ("enabled = { attribute = 'aria-disabled=false', at = '#mute' }", '[enabled] at = ".mute"'),
    ],
)
def test_a_sign_whose_selector_matches_nothing_is_a_doubt(players: Players, sign: str, line: str) -> None:
    found = verdicts(players, opening("at-once", sign), "supervisor-mutes:")
    assert [verdict.promise for verdict in found.values() if verdict.result == "broken"] == []
    assert {str(verdict.doubt.line) for verdict in found.values() if verdict.doubt} == {line}


@pytest.mark.judges_itself
def test_a_sign_that_is_there_only_sometimes_is_no_doubt(players: Players) -> None:
    sign = "muted = { css = 'button.mute[aria-pressed=true]' }\npending = { css = '.mute[aria-busy=true]' }"
    found = verdicts(players, opening("at-once", sign), "one-click:")
    assert [verdict for verdict in found.values() if verdict.doubt or verdict.result == "broken"] == []


@pytest.mark.judges_itself
@pytest.mark.parametrize("reach", [pytest.param(Reach("hosts"), id="hosts")], indirect=True)
def test_a_sign_in_by_another_name_is_a_doubt(players: Players) -> None:
    file = FIXTURES / "widgets/toolbar-two-languages/widget.toml"
    text = file.read_text(encoding="utf-8").replace('login = { css = "#login" }', 'login = { name = "^sign in$" }')
    found = verdicts(players, widget(parsed(text, file)), "token-expires: administrator#1")
    assert [verdict.promise for verdict in found.values() if verdict.result == "broken"] == []
    doubt = found["renews_or_asks"].doubt
    assert doubt is not None
    assert (doubt.line, "“Anmelden”" in doubt.about) == ('[login] css = "#login"', True)
