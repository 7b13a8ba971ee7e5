"""A page is opened as life opens it: timers run, presses are made, and one that waits for an event is woken and judged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from e2e.harness.browser.isolation import Isolation
from e2e.harness.explorer.player import Player
from e2e.harness.report.story import failure
from e2e.harness.session import preflight
from e2e.harness.session.stage import Stage
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import CannotJudge, Widget
from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys

FOLDER = FIXTURES / "widgets/openings"
ADDRESS = "index.html?call={{gcConversationId}}&api={{gateway}}&token={{token}}&how="
STARTS = """open = ["click 'Start'"]"""
MENU = """open = ["click 'Call options'"]"""


def described(how: str, toml: str = "") -> Widget:
    return widget(parsed(f'folder = "."\naddress = "{ADDRESS}{how}"\n{toml}\n', FOLDER / "widget.toml"))


@pytest.mark.judges_itself
@pytest.mark.parametrize("story", ["one-click", "supervisor-mutes", "reload-muted", "hold"])
@pytest.mark.parametrize(
    ("how", "toml", "broken"),
    [
        ("at-once", "", set()),
        ("late-read", "", set()),
        ("late-button", "", set()),
        ("start", STARTS, set()),
        ("menu", MENU, set()),
        ("event", "", {"reads_the_call"}),
    ],
)
def test_a_page_is_judged_however_it_opens(
    how: str, toml: str, broken: set[str], story: str, players: Callable[[Widget], Player]
) -> None:
    race = players(described(how, toml)).replay(f"{story}:")
    found = {verdict.promise for verdict in race.broken}
    assert found == broken, failure(race.timeline, race.verdicts, (), "")


def test_a_page_that_is_not_started_says_so(
    genesys: MockGenesys, context: BrowserContext, isolation: Isolation
) -> None:
    stage = Stage(genesys, context, described("start"), isolation)
    with pytest.raises(CannotJudge, match="no Mute button was found"):
        preflight.look(stage, stage.new_page())


@pytest.mark.judges_itself
@pytest.mark.parametrize("how", ["menu", "late-menu"])
@pytest.mark.parametrize("story", ["one-click", "no-call"])
def test_a_menu_of_the_call_is_waited_for_and_not_asked_for_where_there_is_no_call(
    how: str, story: str, players: Callable[[Widget], Player]
) -> None:
    race = players(described(how, MENU)).replay(f"{story}:")
    assert race.broken == (), failure(race.timeline, race.verdicts, (), "")


def test_a_menu_that_a_page_in_a_call_never_shows_cannot_be_judged(
    genesys: MockGenesys, context: BrowserContext, isolation: Isolation
) -> None:
    stage = Stage(genesys, context, described("late-menu", MENU.replace("options", "menu")), isolation)
    with pytest.raises(CannotJudge) as caught:
        preflight.look(stage, stage.new_page())
    text = str(caught.value)
    assert "open: 'click 'Call menu'' cannot be done: the agent is in a call, and 5 s after" in text
    assert 'button "Call options"' in text
