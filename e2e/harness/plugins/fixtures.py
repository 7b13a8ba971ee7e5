"""The harness as pytest fixtures, on pytest-playwright: `agent`, `wire`, `genesys`, `supervisor`, `time`, `timeline`.

After each test that has an agent, time passes until a widget must have come to rest, and every promise is judged.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.setup import browser as browsers
from e2e.setup.options import MUTANTS
from e2e.setup.places import REFERENCE as REFERENCE_FOLDER
from e2e.setup.places import SDK_BUNDLES
from e2e.setup.program import JUDGE
from mock_server.core.settings import checked
from mock_server.engine.people import Person
from mock_server.server import MockGenesys

from ..browser import connecting, cores
from ..browser.blocked import Refusals
from ..browser.frames import ARGUMENTS as FRAMES
from ..browser.isolation import Isolation
from ..browser.launching import arguments
from ..mutants.kills import Kills
from ..promises import Verdict
from ..report.camera import Camera
from ..report.story import failure
from ..session import preflight
from ..session.agent import Agent
from ..session.opening import arrive
from ..session.reuse import SharedPage
from ..session.stage import Stage, WireControl
from ..stillness.virtual_time import VirtualTime
from ..timeline.timeline import Timeline
from ..verdict import Trial
from ..view.adapters.reference import REFERENCE
from ..view.reach import Reach
from ..view.view import View
from ..view.widget import Widget
from . import trials, under_test
from .asked_in_vain import AskedInVain
from .conclusion import LeftOver, conclude, hand_over, report_folder, trial_name

pytest_plugins = ["mock_server.pytest_plugin", "e2e.harness.plugins.run_verdict", "e2e.harness.plugins.races"]
_STAGE: pytest.StashKey[Stage] = pytest.StashKey()


# ---- the browser


@pytest.fixture(scope="session")
def reach(request: pytest.FixtureRequest) -> Reach:
    """How the widgets of this run reach Genesys. A module whose widget does it otherwise gives this fixture a parameter."""
    widget = under_test.named_widget(request.config)
    given: Reach = getattr(request, "param", widget.reach if widget else Reach())
    return given


@pytest.fixture(scope="session")
def isolation(reach: Reach, genesys_pages: MockGenesys) -> Iterator[Isolation]:
    """The way of this run's browser to the mock."""
    isolation = Isolation.opened(reach, genesys_pages)
    yield isolation
    isolation.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], isolation: Isolation, pytestconfig: pytest.Config
) -> dict[str, Any]:
    """pytest-playwright's own, with the browser that the set-up found, unless --browser-channel chose one."""
    frames = FRAMES if browser_type_launch_args.get("headless") is not False else []
    own = browser_type_launch_args.get("args", [])
    launch = {**browser_type_launch_args, "args": [*own, *arguments(isolation), *frames]}
    if connecting.server_of(pytestconfig):
        return connecting.launch_options(launch)
    if "channel" not in launch and pytestconfig.getoption("--browser", default=[]) in ([], ["chromium"]):
        launch["executable_path"] = str(browsers.found(headed=launch.get("headless") is False))
    return launch


@pytest.fixture(scope="session")
def connect_options(pytestconfig: pytest.Config) -> dict[str, Any] | None:
    """Where the browser of `--connect` is, for pytest-playwright; None: it is started here."""
    server = connecting.server_of(pytestconfig)
    return connecting.options(server, pytestconfig.getoption("--slowmo") or 0) if server else None


@pytest.fixture(scope="session")
def launch_browser(launch_browser: connecting.Launch, pytestconfig: pytest.Config) -> connecting.Launch:
    """pytest-playwright's own; raises CannotJudge where `--connect` gives no browser."""
    server = connecting.server_of(pytestconfig)
    return connecting.connecting(launch_browser, server) if server else launch_browser


@pytest.fixture(scope="session")
def browser(browser: Browser, isolation: Isolation) -> Browser:
    """pytest-playwright's own, proven to let nothing leave this machine."""
    isolation.prove(browser)
    return browser


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one reach come one after the other, for each needs a browser of its own; those of the run's own reach last."""
    order = {reach: place for place, reach in enumerate(dict.fromkeys(map(_reach_of, items)))}
    items.sort(key=lambda item: (_reach_of(item) == "", order[_reach_of(item)]))


def _reach_of(item: pytest.Item) -> str:
    """Which reach its parameters name; "" when they name none."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("reach", "")) if callspec else ""


# ---- the stage


@pytest.fixture(scope="session")
def genesys_pages(genesys_server: MockGenesys) -> MockGenesys:
    """The mock with the reference widget and the SDK mounted."""
    genesys_server.mount("/widget", REFERENCE_FOLDER, immutable=True)
    genesys_server.mount("/sdk", SDK_BUNDLES, immutable=True)
    return genesys_server


@pytest.fixture
def widget(pytestconfig: pytest.Config) -> Widget:
    """The widget under test: that of `--widget`, or the reference; override this fixture to try another."""
    return under_test.named_widget(pytestconfig) or REFERENCE


@pytest.fixture
def mute_operation(widget: Widget) -> str:
    """The ids of the operations by which this widget may mute, for faults: of those it uses nobody knows which before it does."""
    return " ".join(sorted(widget.policy.operations, key=lambda operation: "Call" not in operation))


@pytest.fixture(scope="session")
def judgeable(
    browser: Browser,
    browser_context_args: dict[str, Any],
    genesys_pages: MockGenesys,
    isolation: Isolation,
    pytestconfig: pytest.Config,
) -> None:
    """Raises CannotJudge when the widget of `--widget` does not load, or is not what it was described to be."""
    widget = under_test.named_widget(pytestconfig)
    if widget is not None:
        genesys_pages.reset("one_call", settings=checked(widget.settings))
        with browser.new_context(**browser_context_args) as context:
            preflight.look(Stage(genesys_pages, context, widget, isolation), context.new_page())


@pytest.fixture(scope="session")
def shared_page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[SharedPage]:
    """The page in which one test after the other tells its story."""
    shared_page = SharedPage(lambda: browser.new_context(**browser_context_args))
    yield shared_page
    shared_page.close()


def _wants_its_own_page(request: pytest.FixtureRequest, config: pytest.Config) -> bool:
    """Whether the test takes Playwright's page or context in hand, or something is recorded of them."""
    asked = {"page", "context", "new_context"} & set(request.fixturenames)
    recorded = any(config.getoption(option) != "off" for option in ("--tracing", "--video", "--screenshot"))
    return bool(asked) or recorded or request.node.get_closest_marker("browser_context_args") is not None


@pytest.fixture
def place(
    judgeable: None,
    genesys: MockGenesys,
    isolation: Isolation,
    widget: Widget,
    shared_page: SharedPage,
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
) -> Iterator[tuple[Stage, Page]]:
    """Where the test's story is played: in the shared page, or in pytest-playwright's `page` if the test uses that."""
    if _wants_its_own_page(request, pytestconfig):
        context: BrowserContext = request.getfixturevalue("context")
        stage = Stage(genesys, context, widget, isolation)
        story: AbstractContextManager[tuple[Stage, Page]] = nullcontext((stage, request.getfixturevalue("page")))
    else:
        story = shared_page.story(genesys, widget, isolation)
    with story as (stage, page):
        request.node.stash[_STAGE] = stage
        stage.camera = None if report_folder(pytestconfig) is None else Camera()
        stage.spoiled = True  # until the test has come to a good end
        yield stage, page


@pytest.fixture
def stage(place: tuple[Stage, Page]) -> Stage:
    """What the other fixtures share."""
    return place[0]


@pytest.fixture
def arriving_agent(place: tuple[Stage, Page]) -> Agent:
    """The agent before the widget is opened, never signed in: `arriving_agent.open()` begins with a login."""
    stage, page = place
    return stage.agent(page)


@pytest.fixture
def agent(arriving_agent: Agent, stage: Stage) -> Agent:
    """The agent at the opened widget, looking at the world's call; signed in before, if the widget says how it keeps that."""
    arrive(stage, arriving_agent)
    return arriving_agent


@pytest.fixture
def wire(stage: Stage) -> WireControl:
    """What is in flight; open unless held."""
    return stage.wire


@pytest.fixture
def time(stage: Stage) -> VirtualTime:
    """Virtual time, of server and pages together: `time.advance(3600)`."""
    return stage.time


@pytest.fixture
def timeline(stage: Stage) -> Timeline:
    """What has happened so far."""
    return stage.timeline


@pytest.fixture
def supervisor(stage: Stage) -> Person:
    """Someone who may act on every leg."""
    return stage.person("supervisor")


@pytest.fixture
def desk_phone(stage: Stage) -> Person:
    """The agent's own desk phone."""
    return stage.person("desk_phone")


@pytest.fixture
def second_tab(stage: Stage) -> Person:
    """The same agent elsewhere, with another token."""
    return stage.person("second_tab")


@pytest.fixture
def colleague(stage: Stage) -> Person:
    """The other agent of a conference."""
    return stage.person("colleague")


# ---- judging


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """`assert agent.sees == MUTED` fails in the words of the story."""
    if isinstance(left, View) and isinstance(right, View) and op == "==":
        return [f"{left} == {right}", f"the agent sees {left}", f"it should be  {right}"]
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge every promise on the test's timeline, besides the test's own assertions."""
    try:
        yield
    except Exception:
        stage = item.stash.get(_STAGE, None)
        if stage is not None:
            _show_story(item, stage)
        raise
    stage = item.stash.get(_STAGE, None)
    if stage is None:
        return
    if not item.get_closest_marker("judges_itself"):
        _judge(item, stage)
    stage.spoiled = False


def _judge(item: pytest.Item, stage: Stage) -> None:
    as_story = under_test.is_story(item)
    if as_story:
        stage.wire.open()
    stage.finish()
    verdicts, left_over = stage.verdicts(), () if as_story else stage.left_over()
    fails = left_over or any(verdict.result == "broken" for verdict in verdicts)
    text = "\n".join([_story(item, stage, verdicts), *left_over]) if fails else ""
    conclude(item, _trial(item, stage, verdicts), text, stage.genesys.state.secrets)
    if left_over:
        raise LeftOver(text)


def _show_story(item: pytest.Item, stage: Stage) -> None:
    """Shows the story so far of a test that ended early, and hands over what is broken in it already."""
    verdicts = stage.verdicts()
    item.add_report_section("call", "hotmic", _story(item, stage, verdicts))
    if broken := [verdict for verdict in verdicts if verdict.result == "broken"]:
        hand_over(item, _trial(item, stage, broken), stage.genesys.state.secrets)


def _trial(item: pytest.Item, stage: Stage, verdicts: Sequence[Verdict]) -> Trial:
    look = stage.pictures
    return trials.of_test(trial_name(item), stage.widget.name, stage.timeline, verdicts, _again(item), look)


def _story(item: pytest.Item, stage: Stage, verdicts: Sequence[Verdict]) -> str:
    held = stage.genesys.in_flight if stage.genesys.held else ()
    return failure(stage.timeline, verdicts, held, _again(item))


def _again(item: pytest.Item) -> str:
    return f'{JUDGE}{under_test.again(item.config)} -k "{item.name}" --headed --slowmo 500'


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(MUTANTS.name, **MUTANTS.arguments)
    under_test.add_option(parser)
    connecting.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    cores.keep_to_a_share(config)
    config.addinivalue_line("markers", "plays_schedule: run with --schedule, and only then")
    config.addinivalue_line("markers", "judges_itself: the test itself judges the promises on its timeline")
    under_test.configure(config)
    connecting.configure(config)
    if under_test.named_widget(config) or connecting.server_of(config):
        config.pluginmanager.register(connecting.Stops(), "hotmic-stops")
    config.pluginmanager.register(Refusals(), "hotmic-refusals")
    config.pluginmanager.register(AskedInVain(), "hotmic-asked-in-vain")
    config.pluginmanager.register(Kills(shown=config.getoption("--mutants")), "hotmic-kills")
