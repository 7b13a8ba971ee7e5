"""Plays a test's story in a page, and judges it when the test has ended well."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Page

from mock_server.server import MockGenesys

from ...browser.frames import Frames
from ...explorer.player import Player
from ...explorer.race import Race
from ...explorer.scenarios import Scenario
from ...report.story import broken_story, failure
from ...session.stage import Stage
from ...view.widget import Widget
from ..conclusion import BrokenPromise, LeftOver, masked
from .browsers import Browsers


@contextmanager
def story(browsers: Browsers, genesys: MockGenesys, widget: Widget) -> Iterator[tuple[Stage, Page]]:
    """A stage in the world that Genesys is in, and an empty page."""
    opened = browsers.of(widget.reach)
    with opened.page.story(genesys, widget, opened.isolation) as (stage, page):
        stage.spoiled = True  # until the test has come to a good end
        yield stage, page


def replay(
    item: pytest.Item,
    browsers: Browsers,
    genesys: MockGenesys,
    widget: Widget,
    schedule: str,
    known: Mapping[str, Scenario],
) -> Race:
    """Play one schedule of a scenario that is known, and judge it. Raises BrokenPromise, BadScenario and Misfit."""
    opened = browsers.of(widget.reach)
    player = Player(genesys, opened.new_context, widget, opened.isolation, Frames.of(opened.browser))
    with closing(player):
        race = player.replay(schedule, known)
    if race.broken:
        text = f"{broken_story(race.timeline, race.broken)}\n\nagain:  {again(item)}"
        raise BrokenPromise(masked(text, genesys.state.secrets))
    return race


def judge(item: pytest.Item, stage: Stage) -> None:
    """Let time pass until a widget must have come to rest, and judge every promise. Raises BrokenPromise and LeftOver."""
    stage.finish()
    left_over = stage.left_over()
    if any(verdict.result == "broken" for verdict in stage.verdicts()):
        raise BrokenPromise("\n".join([told(item, stage), *left_over]))
    if left_over:
        raise LeftOver("\n".join([told(item, stage), *left_over]))
    stage.spoiled = False


def told(item: pytest.Item, stage: Stage) -> str:
    """The story so far, with what is broken in it; no secret stands in it whole."""
    held = stage.genesys.in_flight if stage.genesys.held else ()
    return masked(failure(stage.timeline, stage.verdicts(), held, again(item)), stage.genesys.state.secrets)


def again(item: pytest.Item) -> str:
    """The command that runs a test again, to watch it."""
    return f"pytest {shlex.quote(item.nodeid)} --headed --slowmo 500"
