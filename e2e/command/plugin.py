"""pytest's plugin for a team's own tests, where hotmic is installed: `genesys`, `agent`, `wire`, `supervisor`, `time`, …

A run that uses none of these fixtures loads nothing of hotmic but this module. The browser is one of hotmic's own: what the
team's other tests do with pytest-playwright's `page` stays as it is. After each test with an agent every promise is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from .hiding import PACKAGES, Hidden, check

if TYPE_CHECKING:
    from playwright.sync_api import BrowserType, Page

    from e2e.harness.explorer.race import Race
    from e2e.harness.explorer.scenarios import Scenario
    from e2e.harness.plugins.team.browsers import Browsers
    from e2e.harness.session.agent import Agent
    from e2e.harness.session.stage import Stage, WireControl
    from e2e.harness.stillness.virtual_time import VirtualTime
    from e2e.harness.timeline.timeline import Timeline
    from e2e.harness.view.widget import Widget
    from mock_server.engine.people import Person
    from mock_server.server import MockGenesys

BROWSERS = "e2e.harness.plugins.team.browsers"
STORIES = "e2e.harness.plugins.team.stories"
_STAGE: pytest.StashKey[Stage] = pytest.StashKey()


def ours(module: str) -> Any:
    """A module of hotmic. Fails the test when a package of the same name hides it."""
    with explained(Hidden):
        check()
    return import_module(module)


@contextmanager
def explained(mistake: type[Exception]) -> Iterator[None]:
    """Fails the test with what a mistake says, and nothing else."""
    try:
        yield
    except mistake as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("hotmic_widget", "the widget of hotmic's fixtures: widget.toml, or pkg.module:NAME", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "world(name, seed=1, **settings): the starting state of the mock for this test")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Says why a test cannot import hotmic's packages, if another package hides them."""
    report = yield
    if report.failed and any(f"No module named '{name}." in report.longreprtext for name in PACKAGES):
        try:
            check()
        except Hidden as error:
            report.sections.append(("hotmic", str(error)))
    return report


# ---- fixtures


@pytest.fixture(scope="session")
def genesys_server() -> Iterator[MockGenesys]:
    """The mock's server, on a free port of loopback; one per worker process."""
    with ours("mock_server.server").MockGenesys() as server:
        yield server


@pytest.fixture
def genesys(genesys_server: MockGenesys, request: pytest.FixtureRequest) -> MockGenesys:
    """The mock, fresh: nothing in flight, the wire open, the world that the test's `world` mark names (one_call)."""
    settings = request.getfixturevalue("widget").settings if request.config.getini("hotmic_widget") else {}
    server: MockGenesys = ours("mock_server.pytest_plugin").fresh(genesys_server, request.node, settings)
    return server


@pytest.fixture(scope="session")
def hotmic_browsers(
    genesys_server: MockGenesys,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    pytestconfig: pytest.Config,
) -> Iterator[Browsers]:
    """The browsers of hotmic's own, started as pytest-playwright's options say."""
    team = ours(BROWSERS)
    given = (browser_type.launch, browser_type_launch_args, browser_context_args)
    with explained(team.NoWidget), team.started(pytestconfig, genesys_server, *given) as browsers:
        yield browsers


@pytest.fixture
def widget(pytestconfig: pytest.Config) -> Widget:
    """The widget under test: that of the setting `hotmic_widget`; override this fixture to try another."""
    team = ours(BROWSERS)
    with explained(team.NoWidget):
        found: Widget = team.widget(pytestconfig)
    return found


@pytest.fixture
def hotmic_story(
    hotmic_browsers: Browsers, genesys: MockGenesys, widget: Widget, request: pytest.FixtureRequest
) -> Iterator[tuple[Stage, Page]]:
    """Where the test's story is played."""
    with ours(STORIES).story(hotmic_browsers, genesys, widget) as (stage, page):
        request.node.stash[_STAGE] = stage
        yield stage, page


@pytest.fixture
def arriving_agent(hotmic_story: tuple[Stage, Page]) -> Agent:
    """The agent before the widget is opened, never signed in: `arriving_agent.open()` begins with a login."""
    stage, page = hotmic_story
    return stage.agent(page)


@pytest.fixture
def agent(arriving_agent: Agent, hotmic_story: tuple[Stage, Page]) -> Agent:
    """The agent at the opened widget, looking at the world's call; signed in before, if the widget says how it keeps that."""
    ours("e2e.harness.session.opening").arrive(hotmic_story[0], arriving_agent)
    return arriving_agent


@pytest.fixture
def wire(hotmic_story: tuple[Stage, Page]) -> WireControl:
    """What is in flight; open unless held."""
    return hotmic_story[0].wire


@pytest.fixture
def time(hotmic_story: tuple[Stage, Page]) -> VirtualTime:
    """Virtual time, of server and pages together: `time.advance(3600)`."""
    return hotmic_story[0].time


@pytest.fixture
def timeline(hotmic_story: tuple[Stage, Page]) -> Timeline:
    """What has happened so far."""
    return hotmic_story[0].timeline


@pytest.fixture
def supervisor(hotmic_story: tuple[Stage, Page]) -> Person:
    """Someone who may act on every leg."""
    return hotmic_story[0].person("supervisor")


@pytest.fixture
def desk_phone(hotmic_story: tuple[Stage, Page]) -> Person:
    """The agent's own desk phone."""
    return hotmic_story[0].person("desk_phone")


@pytest.fixture
def second_tab(hotmic_story: tuple[Stage, Page]) -> Person:
    """The same agent elsewhere, with another token."""
    return hotmic_story[0].person("second_tab")


@pytest.fixture
def colleague(hotmic_story: tuple[Stage, Page]) -> Person:
    """The other agent of a conference."""
    return hotmic_story[0].person("colleague")


@pytest.fixture
def replayed(
    hotmic_browsers: Browsers, genesys_server: MockGenesys, widget: Widget, request: pytest.FixtureRequest
) -> Callable[..., Race]:
    """Plays and judges one schedule, as a counterexample printed it: `replayed("one-click: agent#1")`."""

    def replayed(schedule: str, known: Mapping[str, Scenario] | None = None) -> Race:
        scenarios = ours("e2e.harness.explorer.scenarios").SCENARIOS if known is None else known
        replay = ours(STORIES).replay
        race: Race = replay(request.node, hotmic_browsers, genesys_server, widget, schedule, scenarios)
        return race

    return replayed


# ---- judging


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """`assert agent.sees == MUTED` fails in the words of the story."""
    views = all(type(side).__module__ == "e2e.harness.view.view" for side in (left, right))
    return [f"{left} == {right}", f"the agent sees {left}", f"it should be  {right}"] if views and op == "==" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge every promise on the test's timeline, besides the test's own assertions."""
    stage = item.stash.get(_STAGE, None)
    try:
        yield
    except Exception:
        if stage is not None:
            item.add_report_section("call", "hotmic", ours(STORIES).told(item, stage))
        raise
    if stage is not None:
        ours(STORIES).judge(item, stage)
