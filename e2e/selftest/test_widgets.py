"""Small widgets in other styles, each judged by its page of TOML: correct as they are, three found out with a bug switched on.

Here they play a few stories; `python3 -m e2e --widget fixtures/widgets/react-iframe` plays all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import FunctionType
from typing import Any

import pytest

from e2e.harness.explorer.player import Player
from e2e.harness.plugins.story_steps import without_assertions
from e2e.harness.report.story import failure
from e2e.harness.session.agent import NoControl
from e2e.harness.session.stage import Stage
from e2e.harness.view.description import load_widget
from e2e.harness.view.widget import Widget
from e2e.setup.places import FIXTURES
from e2e.suite import test_forbidden, test_lost_connection, test_mute, test_reconciliation, test_token_expiry
from mock_server.engine.wire import NotInFlight

FOLDER = FIXTURES / "widgets"


@dataclass(frozen=True)
class Story:
    """A test of the suite that is played on another widget: what it is given besides fixtures, and its world."""

    test: Callable[..., None]
    given: Mapping[str, str] = field(default_factory=dict)
    world: str = "one_call"


LATE = Story(test_reconciliation.test_a_late_response_does_not_undo_a_newer_event)
NEVER = Story(test_reconciliation.test_a_202_that_never_applies_is_not_believed)
FORBIDDEN = Story(test_forbidden.test_forbidden_by_permission)
UNANSWERED = Story(test_forbidden.test_no_answer_and_not_done, {"how": "cut"})
CUT = Story(test_lost_connection.test_a_cut_socket_is_replaced_and_the_gap_is_read)
EXPIRED = Story(test_token_expiry.test_the_token_expired_before_the_click)
# widget → its bug of the catalogue, and the story in which never_falsely_muted is broken
BUGS = {
    "jquery-class": ("2xx-as-truth", NEVER),
    "react-iframe": ("late-response-clobbers-event", LATE),
    "shadow-element": ("optimistic-never-reverted", FORBIDDEN),
}
CORRECT = (  # have no bug to switch on
    "vue-queue",
    "plain-poller",
    "hash-router",
    "toolbar-two-languages",
)
# Where designs differ most.
STORIES = (
    LATE,
    NEVER,
    FORBIDDEN,
    Story(test_mute.test_the_right_leg_is_muted_in_each_world, {"world": "transfer_back"}, "transfer_back"),
    Story(test_mute.test_a_double_click_is_one_wish),
    Story(test_reconciliation.test_a_call_that_ends_while_the_request_is_in_flight),
    UNANSWERED,
    CUT,
    EXPIRED,
)
# These play only what is peculiar to them.
FEW = {
    "react-optimistic": (NEVER, UNANSWERED, CUT),
    "lit-worker": (LATE, CUT, EXPIRED),
    "solid-frame": (LATE, FORBIDDEN, EXPIRED),
    "hold-to-talk": (LATE, FORBIDDEN, Story(test_mute.test_the_button_works_by_keyboard, {"key": "Space"})),
}


def case(name: str, story: Story, bug: str = "") -> Any:
    """The parameters of a test: the widget, its bug, the story, and how the widget reaches Genesys."""
    label = f"{name}-{bug or story.test.__name__.removeprefix('test_')}"
    reach = load_widget(str(FOLDER / name)).reach
    return pytest.param(name, bug, story, reach, id=label, marks=pytest.mark.world(story.world))


@pytest.fixture
def widget(name: str, bug: str) -> Widget:
    """The widget as its TOML describes it, with its bug switched on by its address."""
    given = load_widget(str(FOLDER / name))
    switch = f"&bug={bug}#" if bug else "#"
    return replace(given, address=lambda origins, call: switch.join(_halves(given.address(origins, call))))


def _halves(address: str) -> tuple[str, str]:
    before, _, after = address.partition("#")
    return before, after


def played(story: Story, stage: Stage, request: pytest.FixtureRequest) -> str:
    """The promises that the story breaks, and how it went; "" when all hold."""
    assert isinstance(story.test, FunctionType)
    wanted = [name for name in story.test.__annotations__ if name not in (*story.given, "return")]
    try:
        without_assertions(story.test)(**story.given, **{name: request.getfixturevalue(name) for name in wanted})
    except (NoControl, NotInFlight):
        pass
    stage.wire.open()
    stage.finish()
    verdicts = stage.verdicts()
    broken = any(verdict.result == "broken" for verdict in verdicts)
    return failure(stage.timeline, verdicts, (), "") if broken else ""


NAMES = ("name", "bug", "story", "reach")
# Of the session: where not every parameter is a fixture's, pytest counts all as the test's own, and starts a browser for each.
played_by = partial(pytest.mark.parametrize, NAMES, indirect=["reach"], scope="session")


@pytest.mark.judges_itself
@played_by([case(name, story) for name in (*BUGS, *CORRECT, *FEW) for story in FEW.get(name, STORIES)])
def test_a_correct_widget_of_another_style_breaks_no_promise(
    story: Story, stage: Stage, request: pytest.FixtureRequest
) -> None:
    broken = played(story, stage, request)
    assert not broken, broken


@pytest.mark.judges_itself
@played_by([case(name, story, bug) for name, (bug, story) in BUGS.items()])
def test_its_bug_is_found(story: Story, stage: Stage, request: pytest.FixtureRequest) -> None:
    assert "BROKEN never_falsely_muted" in played(story, stage, request)


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    ("name", "bug", "reach"),
    [pytest.param("jquery-class", "2xx-as-truth", load_widget(str(FOLDER / "jquery-class")).reach, id="jquery-class")],
    indirect=["reach"],
    scope="session",
)
def test_a_fault_of_a_scenario_is_met_by_whichever_operation_mutes(
    widget: Widget, players: Callable[[Widget], Player]
) -> None:
    """This one mutes by that of all media, where the reference takes that of calls."""
    race = players(widget).replay("trouble: never_apply")
    assert "never_falsely_muted" in {verdict.promise for verdict in race.broken}
