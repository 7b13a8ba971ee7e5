"""Races as pytest fixtures and options: `scenario`, `player`, `explored`; `--budget`, `--schedule` and what belongs to them."""

from __future__ import annotations

import keyword
import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest
from msgspec import structs
from playwright.sync_api import Browser, BrowserContext

from e2e.setup.options import BUDGET, OWN_BUDGET, RACES
from e2e.setup.program import JUDGE
from mock_server.server import MockGenesys

from ..browser.frames import Frames
from ..browser.isolation import Isolation
from ..explorer.actions import check
from ..explorer.exploration import Exploration, explore
from ..explorer.player import Player
from ..explorer.race import Race
from ..explorer.recording import record
from ..explorer.scenarios import SCENARIOS, BadScenario, Scenario, read_scenarios, read_schedule
from ..explorer.shrinking import again
from ..explorer.walk import Bounds, Shard
from ..report.story import broken_story
from ..session.stage import Stage
from ..stillness.settle import Stopwatch
from ..view.widget import Widget
from . import trials, under_test
from .conclusion import SCENARIOS as NAMES
from .conclusion import accepted, conclude, report_folder, trial_name
from .progress import hooks as progress
from .progress.reports import ProgressReports
from .regression_test import write_test

STORY = "hotmic_story"  # the user property by which a schedule that broke nothing is shown all the same


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hotmic races")
    for option in RACES:
        group.addoption(option.name, **option.arguments)


def pytest_configure(config: pytest.Config) -> None:
    try:
        config.stash[_PLAYERS] = []
        config.stash[_KNOWN] = known = scenarios_of(config.getoption("--scenarios"))
        config.stash[NAMES] = tuple(known)
        config.stash[_BOUNDS] = bounds_of(config)
        if schedule := config.getoption("--schedule"):
            read_schedule(schedule, known)
        elif config.getoption("--pause") or config.getoption("--test"):
            raise BadScenario("--pause and --test say what to do with a --schedule, and none was given")
        if (name := config.getoption("--test")) and not (name.isidentifier() and not keyword.iskeyword(name)):
            raise BadScenario(f"--test {name}: a test's name is letters, digits and underscores, such as 'late_answer'")
    except (BadScenario, LookupError) as error:
        raise pytest.UsageError(str(error)) from error
    config.pluginmanager.register(PlayedStories(), "hotmic-shown")
    progress.configure(config)


_KNOWN = pytest.StashKey[Mapping[str, Scenario]]()
_PLAYERS = pytest.StashKey[list[Player]]()  # at most one
_BOUNDS = pytest.StashKey["Allowed"]()


def _again(config: pytest.Config) -> str:
    """Returns the options by which a schedule is read and played on the same widget again, as they were typed."""
    file = config.getoption("--scenarios")
    return under_test.again(config) + (f" --scenarios {shlex.quote(str(file))}" if file else "")


def scenarios_of(path: Path | None) -> Mapping[str, Scenario]:
    """The built-in scenarios and those of a file. Raises BadScenario, worlds.UnknownWorld."""
    known = {**SCENARIOS, **(read_scenarios(path) if path else {})}
    for scenario in known.values():
        check(scenario)
    return known


class Allowed(Protocol):
    """What the options allow, for one scenario each time: `usual` schedules where they do not say how many."""

    def __call__(self, usual: int | None = None) -> Bounds: ...


def budget_of(config: pytest.Config, usual: int | None = None) -> tuple[int, bool]:
    """What `--budget` allows a scenario: so many schedules, or seconds if the second is true. Raises BadScenario."""
    usual = usual or (BUDGET if under_test.named_widget(config) else OWN_BUDGET)
    budget = str(config.getoption("--budget") or usual)
    number = budget.removesuffix("s")
    if not number.isdecimal() or int(number) == 0:
        raise BadScenario(f"--budget {budget}: it is a number of schedules, such as 200, or of seconds, such as 60s")
    return int(number), budget.endswith("s")


def bounds_of(config: pytest.Config) -> Allowed:
    """Returns what the options allow. Raises BadScenario."""
    budget_of(config)  # a mistake in it is reported before anything is played
    shard = shard_of(config)
    departures, seed = config.getoption("--departures"), config.getoption("--seed")
    if seed is not None and departures is None:
        raise BadScenario("--seed draws beyond --departures N, and no bound was given")

    def bounds(usual: int | None = None) -> Bounds:
        most, in_seconds = budget_of(config, usual)
        enough = _by_clock(most) if in_seconds else lambda played: played >= most
        return Bounds(departures, enough, seed, shard)

    return bounds


def share_of(config: pytest.Config, watch: Stopwatch) -> Callable[[Exploration], float]:
    """How much of --budget is used up, for a scenario that was begun with this watch."""
    most, in_seconds = budget_of(config)
    return lambda found: (watch.seconds if in_seconds else found.explored) / most


def shard_of(config: pytest.Config) -> Shard:
    """The part of `--shard`. Raises BadScenario."""
    k, slash, n = str(config.getoption("--shard")).partition("/")
    if not (slash and k.isdecimal() and n.isdecimal() and 1 <= int(k) <= int(n)):
        raise BadScenario(f"--shard {k}{slash}{n}: it is K/N, part K of N, such as 1/4")
    return Shard(int(k), int(n))


def _by_clock(seconds: int) -> Callable[[int], bool]:
    watch = Stopwatch()
    return lambda played: watch.seconds >= seconds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scenario" in metafunc.fixturenames:
        known = metafunc.config.stash[_KNOWN]
        metafunc.parametrize("scenario", known.values(), ids=list(known))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --schedule nothing else is run; without, there is nothing to play. Of the other tests each is run in one part."""
    playing, shard = bool(config.getoption("--schedule")), shard_of(config)
    kept = [item for item in items if (item.get_closest_marker("plays_schedule") is not None) == playing]
    mine = [item for item in kept if playing or _explores(item) or shard.owns(item.nodeid)]
    if playing or mine != kept:
        config.hook.pytest_deselected(items=[item for item in items if item not in mine])
    items[:] = mine


def _explores(item: pytest.Item) -> bool:
    """Whether the test explores a scenario, of which every part has its share."""
    return "explored" in getattr(item, "fixturenames", ())


# ---- fixtures


@pytest.fixture(scope="session")
def frames(browser: Browser) -> Frames | None:
    """Frames by command, where the browser has them."""
    return Frames.of(browser)


@pytest.fixture(scope="session")
def players(
    judgeable: None,
    pytestconfig: pytest.Config,
    genesys_pages: MockGenesys,
    browser: Browser,
    browser_context_args: dict[str, Any],
    isolation: Isolation,
    frames: Frames | None,
) -> Iterator[Callable[[Widget], Player]]:
    """Gives the player for a widget. There is one for all tests of a browser: a context costs as much as an order."""
    kept = pytestconfig.stash[_PLAYERS]

    def player_of(widget: Widget) -> Player:
        if not kept:
            kept.append(
                Player(genesys_pages, lambda: browser.new_context(**browser_context_args), widget, isolation, frames)
            )
        kept[0].use_widget(widget)
        return kept[0]

    yield player_of
    kept.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """A page that another test finds open would go on in its world."""
    if nextitem is None or "players" not in getattr(nextitem, "fixturenames", ()):
        for player in item.config.stash[_PLAYERS]:
            player.close()


@pytest.fixture
def player(players: Callable[[Widget], Player], widget: Widget) -> Player:
    """Plays scenarios on the widget under test: `player.replay("one-click: agent#1 …")`."""
    return players(widget)


@pytest.fixture
def bounds(pytestconfig: pytest.Config) -> Allowed:
    """How far the command line allows to explore: `bounds()`."""
    return pytestconfig.stash[_BOUNDS]


@pytest.fixture
def explored(
    player: Player, bounds: Allowed, pytestconfig: pytest.Config, request: pytest.FixtureRequest
) -> Callable[[Scenario], Exploration]:
    """Explores a scenario within the bounds of the command line. Raises BrokenPromise with each counterexample."""

    def explored(scenario: Scenario) -> Exploration:
        watch = Stopwatch()
        thorough = bool(pytestconfig.getoption("--thorough"))
        passes, on = accepted(pytestconfig, scenario.name), _again(pytestconfig)
        reports = ProgressReports(request.node, share_of(pytestconfig, watch))
        found = explore(player, scenario, bounds(), thorough=thorough, accepted=passes, options=on, progress=reports)
        reports.send(found)
        stories = {
            counterexample.race.schedule: str(counterexample) for counterexample in found.counterexamples.values()
        }
        folder = report_folder(pytestconfig)
        recording = trials.no_recording if folder is None else partial(record, player, folder)
        trial = trials.explored(found, player.widget.name, watch.seconds, recording)
        text = "\n\n".join([*stories.values(), f"{scenario.name}: {found.extent}"])
        conclude(request.node, trial, text, player.genesys.state.secrets)
        return found

    return explored


@pytest.fixture
def played(
    player: Player,
    pytestconfig: pytest.Config,
    new_context: Callable[..., BrowserContext],
    request: pytest.FixtureRequest,
) -> Callable[[], Race]:
    """Plays the order of --schedule, in a context of pytest-playwright's: its trace and screenshots are kept.

    Raises BrokenPromise with the story when a promise broke; else the run shows it at its end.
    """

    def played() -> Race:
        schedule = str(pytestconfig.getoption("--schedule"))
        scenario, steps = read_schedule(schedule, pytestconfig.stash[_KNOWN])
        # Playwright's own pictures need frames that come by themselves.
        by_command = all(pytestconfig.getoption(option) == "off" for option in ("--tracing", "--video", "--screenshot"))
        before = _pauses(pytestconfig) if pytestconfig.getoption("--pause") else lambda step, stage: None
        race = player.play(scenario, steps, new_context=new_context, by_command=by_command, before=before).result
        lines = [broken_story(race.timeline, race.broken), "", f"played:  {' '.join(race.steps)}"]
        if name := pytestconfig.getoption("--test"):
            file = write_test(name, race, pytestconfig).name
            lines.append(f"written: {file}, which plays it: {JUDGE}{under_test.again(pytestconfig)} {file}")
        trial = trials.played(race, player.widget.name, again(race.schedule, _again(pytestconfig)))
        conclude(request.node, trial, "\n".join(lines), player.genesys.state.secrets)
        request.node.user_properties.append((STORY, "\n".join(lines)))
        return race

    return played


class Replay(Protocol):
    """Plays one schedule. Raises BrokenPromise with the story when a promise broke, BadScenario and Misfit."""

    def __call__(self, schedule: str, known: Mapping[str, Scenario] = SCENARIOS) -> Race: ...


@pytest.fixture
def replayed(player: Player, pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Replay:
    """Plays and judges one schedule, as a counterexample printed it, in a test of its own: `replayed("one-click: agent#1")`."""

    def replayed(schedule: str, known: Mapping[str, Scenario] = SCENARIOS) -> Race:
        race = player.replay(schedule, known)
        file = os.path.relpath(request.path, pytestconfig.invocation_params.dir)
        command = f"{JUDGE}{under_test.again(pytestconfig)} {shlex.quote(file)} --headed --slow"
        trial = trials.played(race, player.widget.name, command)
        text = broken_story(race.timeline, race.broken)
        named = structs.replace(trial, scenario=trial_name(request.node))
        conclude(request.node, named, f"{text}\n\nagain:  {command}", player.genesys.state.secrets)
        return race

    return replayed


def _pauses(config: pytest.Config) -> Callable[[str, Stage], None]:
    capture = config.pluginmanager.getplugin("capturemanager")

    def before(step: str, stage: Stage) -> None:
        flight = ", ".join(f"{name} ({about})" for name, about in stage.genesys.in_flight) or "nothing"
        capture.suspend_global_capture(in_=True)
        try:
            input(f"next: {step}   in flight: {flight}   [Enter] ")
        except EOFError as error:
            raise pytest.UsageError("--pause waits for Enter before each step, and nobody is at a terminal") from error
        finally:
            capture.resume_global_capture()

    return before


class PlayedStories:
    """The schedules that were played and broke nothing; on the controller of a distributed run."""

    def __init__(self) -> None:
        self.stories: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.stories += [str(value) for name, value in report.user_properties if name == STORY]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for text in self.stories:
            terminalreporter.section("no promise was broken")
            terminalreporter.line(text)
