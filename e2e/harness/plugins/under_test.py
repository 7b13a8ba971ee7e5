"""Lets the widget of `--widget` play the suite's stories instead of the reference: then the promises alone judge."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Final

import pytest

from e2e.setup.options import WIDGET
from e2e.setup.program import widget_words
from mock_server.engine.wire import NotInFlight

from ..session.agent import NoControl
from ..view.description import BadDescription, load_widget
from ..view.widget import Widget
from .conclusion import about_hotmic
from .story_steps import without_assertions

SUITE: Final = Path(__file__).resolve().parents[2]
_WIDGET: pytest.StashKey[Widget] = pytest.StashKey()


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(WIDGET.name, **WIDGET.arguments)


def configure(config: pytest.Config) -> None:
    """Load the widget that was named, and let it play the suite. Raises pytest.UsageError for a bad description."""
    named = config.getoption(WIDGET.name)
    if not named:
        return
    try:
        config.stash[_WIDGET] = load_widget(named)
    except BadDescription as error:
        raise pytest.UsageError(str(error)) from error
    from mock_server.pytest_plugin import SETTINGS  # here, for pytest must be the first to import its plugins

    config.stash[SETTINGS] = config.stash[_WIDGET].settings
    config.pluginmanager.register(Playing(), "hotmic-widget")


def named_widget(config: pytest.Config) -> Widget | None:
    """Returns the widget of `--widget`, or None."""
    return config.stash.get(_WIDGET, None)


def is_story(item: pytest.Item) -> bool:
    """Whether the item is a test of hotmic's own suite that is played as a story, without its assertions."""
    ours = item.path.is_relative_to(SUITE) and not item.get_closest_marker("judges_itself")
    return ours and named_widget(item.config) is not None


def again(config: pytest.Config) -> str:
    """Returns the words of the command line by which a story is played on the same widget again, a blank before them."""
    return widget_words(config.getoption(WIDGET.name, default=None))


class Playing:
    """The hooks of a run with `--widget`."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        left_out = [item for item in items if about_hotmic(item)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        if not is_story(pyfuncitem):
            return None
        arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
        try:
            without_assertions(pyfuncitem.obj)(**arguments)
        except (NoControl, NotInFlight) as ended:
            pyfuncitem.add_report_section("call", "hotmic", f"the story ended here for this widget: {ended}")
        return True
