"""Plays a test's story in a page, and judges it when the test has ended well."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from mock_server.server import MockGenesys

from ...report.story import failure
from ...session.stage import Stage
from ...view.widget import Widget
from ..conclusion import BrokenPromise, LeftOver
from .browsers import Browsers


@contextmanager
def story(browsers: Browsers, genesys: MockGenesys, widget: Widget) -> Iterator[tuple[Stage, Page]]:
    """A stage in the world that Genesys is in, and an empty page."""
    opened = browsers.of(widget.reach)
    with opened.page.story(genesys, widget, opened.isolation) as (stage, page):
        stage.spoiled = True  # until the test has come to a good end
        yield stage, page


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
    again = f"pytest {shlex.quote(item.nodeid)} --headed --slowmo 500"
    text = failure(stage.timeline, stage.verdicts(), held, again)
    for secret in stage.genesys.state.secrets:
        text = text.replace(secret, f"{secret[:4]}…")
    return text
