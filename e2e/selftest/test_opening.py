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
