"""Three small widgets in other styles, each judged by its page of TOML: correct as they are, found out with a bug switched on.

Here they play a few stories; `python3 -m e2e --widget fixtures/widgets/react-iframe` plays all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from e2e.harness.agent import NoControl
from e2e.harness.description import load_widget
from e2e.harness.mutants import Mutant, story_of
from e2e.harness.plugin import FIXTURES
from e2e.harness.stage import Stage
from e2e.harness.steps import without_assertions
from e2e.harness.story import failure
from e2e.harness.widget import Widget
from mock_server.wire import NotInFlight

pytestmark = pytest.mark.about_hotmic

FOLDER = FIXTURES / "widgets"
LATE = "test_reconciliation.test_a_late_response_does_not_undo_a_newer_event"
NEVER = "test_reconciliation.test_a_202_that_never_applies_is_not_believed"
FORBIDDEN = "test_forbidden.test_forbidden_by_permission"
# widget → its bug of the catalogue, and the story in which it never_falsely_muted is broken
BUGS = {
    "jquery-class": ("2xx-as-truth", NEVER),
    "react-iframe": ("late-response-clobbers-event", LATE),
    "shadow-element": ("optimistic-never-reverted", FORBIDDEN),
}
# Where designs differ most.
STORIES = (
    LATE,
    NEVER,
    FORBIDDEN,
    "test_mute.test_the_right_leg_is_muted_in_each_world[transfer_back]",
    "test_mute.test_a_double_click_is_one_wish",
    "test_reconciliation.test_a_call_that_ends_while_the_request_is_in_flight",
    "test_forbidden.test_no_answer_and_not_done[cut]",
    "test_lost_connection.test_a_cut_socket_is_replaced_and_the_gap_is_read",
    "test_token_expiry.test_the_token_expired_before_the_click",
)


def tried(name: str, story: str, bug: str = "") -> Mutant:
    """A widget with its bug, or with none, as a mutant that plays a story."""
    return Mutant(name, edits=(), bug=bug, why="", breaks="never_falsely_muted", story=story, section="response")


def cases(*mutants: Mutant) -> list[Any]:
    """The parameters of a test: the mutant, with the marks of its story, and how its widget reaches Genesys."""
    return [
        pytest.param(one, load_widget(str(FOLDER / one.name)).reach, id=_id(one), marks=story_of(one).marks)
        for one in mutants
    ]


def _id(mutant: Mutant) -> str:
    return f"{mutant.name}-{mutant.bug or mutant.story.rpartition('.')[2].removeprefix('test_')}"


@pytest.fixture
def widget(mutant: Mutant) -> Widget:
    """The widget as its TOML describes it, with its bug switched on by its address."""
    given = load_widget(str(FOLDER / mutant.name))
    switch = f"&bug={mutant.bug}#" if mutant.bug else "#"
    return replace(given, address=lambda origins, call: switch.join(_halves(given.address(origins, call))))


def _halves(address: str) -> tuple[str, str]:
    before, _, after = address.partition("#")
    return before, after


def played(mutant: Mutant, stage: Stage, request: pytest.FixtureRequest) -> str:
    """The promises that its story breaks, and the story; "" when all hold."""
    story = story_of(mutant)
    wanted = [name for name in story.function.__annotations__ if name not in (*story.arguments, "return")]
    try:
        without_assertions(story.function)(
            **story.arguments, **{name: request.getfixturevalue(name) for name in wanted}
        )
    except (NoControl, NotInFlight):
        pass
    stage.wire.open()
    stage.finish()
    verdicts = stage.verdicts()
    broken = any(verdict.result == "broken" for verdict in verdicts)
    return failure(stage.timeline, verdicts, (), "") if broken else ""


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    ("mutant", "reach"),
    cases(*(tried(name, story) for name in BUGS for story in STORIES)),
    indirect=["reach"],
)
def test_a_correct_widget_of_another_style_breaks_no_promise(
    mutant: Mutant, stage: Stage, request: pytest.FixtureRequest
) -> None:
    broken = played(mutant, stage, request)
    assert not broken, broken


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    ("mutant", "reach"),
    cases(*(tried(name, story, bug) for name, (bug, story) in BUGS.items())),
    indirect=["reach"],
)
def test_its_bug_is_found(mutant: Mutant, stage: Stage, request: pytest.FixtureRequest) -> None:
    assert f"BROKEN {mutant.breaks}" in played(mutant, stage, request)


def test_each_is_described_in_fewer_than_fifteen_lines() -> None:
    for name in BUGS:
        lines = (FOLDER / name / "widget.toml").read_text(encoding="utf-8").splitlines()
        assert len([line for line in lines if line.strip()]) < 15
