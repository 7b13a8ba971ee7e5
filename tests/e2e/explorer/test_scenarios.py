"""Scenarios as data: a file is read as a whole or refused, and the text of a schedule describes exactly one order."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.harness.explorer.scenarios import SCENARIOS, BadScenario, Scenario, read_scenarios, read_schedule

ROBOT = """
[muted-by-a-robot]
about = "an auto-mute robot and the agent want the opposite"
world = "muted_call"
agent = ["click mute"]
supervisor = ["mute agent", "unmute agent"]
faults = ["lose_response"]
horizon = 5
settings = { event_topic_case = "upper" }
signed_in = false
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "scenarios.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_team_adds_its_own_in_a_few_lines(tmp_path: Path) -> None:
    assert read_scenarios(written(tmp_path, ROBOT)) == {
        "muted-by-a-robot": Scenario(
            "muted-by-a-robot",
            "an auto-mute robot and the agent want the opposite",
            {"agent": ("click mute",), "supervisor": ("mute agent", "unmute agent")},
            "muted_call",
            faults=("lose_response",),
            horizon=5,
            settings={"event_topic_case": "upper"},
            signed_in=False,
        )
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it has no table, and each scenario is one"),
        ("x = 3", "x: a table is expected, 3 is a number; a scenario is [x] with what each person does"),
        ("[x]\nagnt = ['click mute']", "[x] agnt: there is no such key; did you mean 'agent'?"),
        ("[x]\nabout = 'nothing'", "[x] has nobody who does anything; people are agent, tab_2, supervisor"),
        ("[x]\nagent = 'click mute'", "[x] agent: a list of texts in quotes is expected, 'click mute' is a text"),
        ("[x]\nagent = [1]", "[x] agent: a list of texts in quotes is expected, [1] is a list"),
        ("[x]\nagent = ['reload']\nhorizon = true", "[x] horizon: a number is expected, true is true or false"),
        ("[x]\nagent = ['reload']\nsigned_in = 1", "[x] signed_in: true or false is expected, 1 is a number"),
        ("x", "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadScenario) as error:
        read_scenarios(written(tmp_path, text))
    assert message in str(error.value)


def test_one_message_lists_every_mistake_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadScenario) as error:
        read_scenarios(written(tmp_path, "[x]\nagnt = []\nbudget = 'two'\n[y]\nagent = 3"))
    assert [name in str(error.value) for name in ("agnt", "budget", "[y] agent")] == [True, True, True]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadScenario, match="there is no file"):
        read_scenarios(tmp_path / "none.toml")


def test_a_schedule_is_a_scenario_what_is_left_out_and_steps() -> None:
    scenario, steps = read_schedule("supervisor-mutes-and-unmutes -supervisor#1: agent#1 request#6", SCENARIOS)
    assert steps == ("agent#1", "request#6")
    assert scenario.steps == ("agent#1", "supervisor#2")
    assert scenario.line("supervisor#2") == "unmute agent"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one-click", "'one-click' is no schedule"),
        (":", "scenario '' is not known"),
        ("one-clik: agent#1", "did you mean 'one-click'?"),
        ("one-click agent#1: request#6", "'agent#1' before the colon"),
        ("one-click -agent#2:", "'one-click' has no step 'agent#2' to leave out; it has agent#1"),
        ("one-click -agent:", "has no step 'agent' to leave out"),
    ],
)
def test_a_line_that_is_no_schedule_says_why(text: str, message: str) -> None:
    with pytest.raises(BadScenario) as error:
        read_schedule(text, SCENARIOS)
    assert message in str(error.value)
