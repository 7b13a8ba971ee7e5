"""Starts browsers for a team's own tests: one for each way in which their widgets reach Genesys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from e2e.setup import browser as browsers
from e2e.setup.steps import SetupError
from mock_server.core.settings import checked
from mock_server.server import MockGenesys

from ...browser.frames import ARGUMENTS as FRAMES
from ...browser.isolation import Isolation
from ...browser.launching import arguments
from ...session import preflight
from ...session.reuse import SharedPage
from ...session.stage import Stage
from ...view.description import BadDescription, load_widget
from ...view.reach import Reach
from ...view.widget import CannotJudge, Widget

INI = "hotmic_widget"
NO_WIDGET = f"""no widget is named. Any one of these names it:
    in pytest's settings:   {INI} = "widget.toml"
    on the command line:    -o {INI}=widget.toml
    as a fixture:           @pytest.fixture
                            def widget() -> Widget: …"""
_NAMED = pytest.StashKey[Widget | None]()


class NoWidget(Exception):
    """The tests do not say which widget they are about, or it cannot be had. The message says what to do."""


def named_widget(config: pytest.Config) -> Widget | None:
    """The widget that pytest's settings name, None when they name none. Raises NoWidget for a bad description."""
    if _NAMED not in config.stash:
        named = str(config.getini(INI))
        here = config.inipath.parent if config.inipath else config.rootpath
        try:
            config.stash[_NAMED] = load_widget(named, here) if named else None
        except BadDescription as error:
            raise NoWidget(str(error)) from error
    return config.stash[_NAMED]


def widget(config: pytest.Config) -> Widget:
    """The widget under test. Raises NoWidget."""
    found = named_widget(config)
    if found is None:
        raise NoWidget(NO_WIDGET)
    return found


@dataclass(frozen=True)
class Opened:
    """A browser that is running, and the page in which one test after the other tells its story."""

    browser: Browser
    isolation: Isolation
    page: SharedPage
    new_context: Callable[[], BrowserContext]

    def close(self) -> None:
        self.page.close()
        self.browser.close()
        self.isolation.close()


class Browsers:
    """The browsers of a run. `launch` starts one with the options of Playwright's `launch`, to which `given` belong.

    `context` are the options of each context.
    """

    def __init__(
        self,
        genesys: MockGenesys,
        launch: Callable[..., Browser],
        given: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> None:
        self._genesys, self._launch = genesys, launch
        self._given, self._context = given, context
        self._opened: dict[str, Opened] = {}

    def of(self, reach: Reach) -> Opened:
        """The browser for this reach. Raises SetupError, NotSealed, CannotJudge."""
        if str(reach) not in self._opened:
            isolation = Isolation.opened(reach, self._genesys)
            browser = self._launch(**self._options(isolation))
            isolation.prove(browser)
            new_context = partial(browser.new_context, **self._context)
            self._opened[str(reach)] = Opened(browser, isolation, SharedPage(new_context), new_context)
        return self._opened[str(reach)]

    def look_at(self, widget: Widget) -> None:
        """Open the widget once in the plainest world. Raises CannotJudge when it is not what it was described to be."""
        self._genesys.reset("one_call", settings=checked(widget.settings))
        opened = self.of(widget.reach)
        with opened.new_context() as context:
            preflight.look(Stage(self._genesys, context, widget, opened.isolation), context.new_page())

    def close(self) -> None:
        for opened in self._opened.values():
            opened.close()

    def _options(self, isolation: Isolation) -> dict[str, Any]:
        headed = self._given.get("headless") is False
        own = [*self._given.get("args", []), *arguments(isolation), *([] if headed else FRAMES)]
        executable = {} if "channel" in self._given else {"executable_path": str(browsers.there_is(headed))}
        return {**self._given, "args": own, **executable}


@contextmanager
def started(
    config: pytest.Config,
    genesys: MockGenesys,
    launch: Callable[..., Browser],
    given: Mapping[str, Any],
    context: Mapping[str, Any],
) -> Iterator[Browsers]:
    """The browsers of a run, in which the widget that the settings name has been looked at. Raises NoWidget."""
    running = Browsers(genesys, launch, given, context)
    try:
        if (named := named_widget(config)) is not None:
            running.look_at(named)
        yield running
    except (CannotJudge, SetupError) as error:
        raise NoWidget(str(error)) from error
    finally:
        running.close()
