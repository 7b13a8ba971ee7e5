"""A scenario in one order: opens the pages, holds everything, and lets one step after the other happen.

What a step would show to a page is known beforehand, from the rehearsal; only then are the pages asked to be still. Before each
step the real wire is compared with the rehearsed one: a difference is a defect of the harness, and is told as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from mock_server.core.settings import Settings
from mock_server.engine.wire import KINDS, kind_named
from mock_server.server import MockGenesys

from ..browser.frames import Frames
from ..browser.isolation import Isolation
from ..report.camera import Camera
from ..session.agent import Agent, NoControl
from ..session.stage import Stage
from ..stillness.stillness import Stillness
from ..timeline.canonical import canonical
from ..timeline.pictures import by_moment
from ..view.widget import Storage, Widget
from .actions import Gesture, action, fault, gesture
from .model import END, TIME, ModelState, Reaction, ScenarioModel, step_of
from .order import Choose, Order
from .race import HarnessDefect, Misfit, Race
from .scenarios import PAGES, SCENARIOS, Scenario, read_schedule
from .walk import Played, Seen, Steps

NewContext = Callable[[], BrowserContext]
MOUNTS = 50  # so often a widget is mounted in one document before it is loaded again
UNSEEN = ("request#", "job#")  # parcels whose release writes nothing to a page
EMPTY = Storage()  # as in a browser that was never here


@dataclass(frozen=True, slots=True)
class OpenedScenario:
    """A scenario at its beginning: the pages are open and still, and from now on everything is held."""

    scenario: Scenario
    stage: Stage
    agents: dict[str, Agent]
    model_state: ModelState
    documents: dict[str, str]
    began: Stillness

    def rests_as_it_began(self) -> bool:
        """Every page shows the truth, says nothing else, and waits for what it waited for at first, with as many sockets.

        Then it goes on as it would have at first, and need not be watched for longer; each scenario's first order is.
        """
        now, stage = self.stage.stillness, self.stage
        truth = stage.timeline.history().at(stage.timeline.seen_entries)
        sockets = self.model_state.engine.state.sockets
        return (
            now.waiting == self.began.waiting
            and stage.genesys.state.sockets.keys() == sockets.keys()
            and not any(socket.silent for socket in stage.genesys.state.sockets.values())
            and not stage.genesys.state.faults
            and truth.leg is not None
            and all(_plain(view, truth.muted) for view in now.views.values())
        )


@dataclass(frozen=True, slots=True)
class ReusedPage:
    """A context and its page, used for one schedule after the other: a fresh document, on a fresh world, in empty storage."""

    context: BrowserContext
    page: Page
    stage: Stage  # of the newest schedule


class Player:
    """Plays scenarios on a widget; each on a fresh world. A context is used again, unless a `fresh` one is asked for.

    It is closed when a play ends with an error. With `frames` its pages paint by command.
    """

    def __init__(
        self,
        genesys: MockGenesys,
        new_context: NewContext,
        widget: Widget,
        isolation: Isolation | None = None,
        frames: Frames | None = None,
    ) -> None:
        self.genesys, self.new_context, self.widget, self.isolation, self.frames = (
            genesys,
            new_context,
            widget,
            isolation,
            frames,
        )
        self._model: ScenarioModel | None = None
        self._reused: ReusedPage | None = None
        self._begun_with: OpenedScenario | None = None  # at its beginning, and not played yet
        self._mounts = -1  # in the present context
        self.camera: Camera | None = None  # takes pictures of what is played from now on

    def use_widget(self, widget: Widget) -> None:
        """Play this widget from now on."""
        if self._reused is not None and not self._reused.stage.can_reuse_context(widget, self.isolation):
            self.close()
        if widget != self.widget:
            self.widget, self._mounts = widget, -1  # nothing of it is loaded yet
            self._begun_with = None

    def close(self) -> None:
        """Close the context that was used again and again."""
        self._begun_with = None
        if self._reused is not None:
            self._reused.context.close()
            self._reused = None

    def model(self, scenario: Scenario) -> ScenarioModel:
        """The model of a scenario, which the explorer walks."""
        if self._model is None or self._model.scenario != scenario:
            self._model = ScenarioModel(scenario)
        return self._model

    def beginning(self, scenario: Scenario) -> ModelState:
        """Where every schedule of a scenario begins; the next one that is played goes on from here."""
        try:
            self._begun_with = self._open(scenario, fresh=False)
        except BaseException:
            self.close()
            raise
        return self._begun_with.model_state

    def play(
        self,
        scenario: Scenario,
        steps: Steps | Choose = (),
        *,
        strict: bool = True,
        fresh: bool = False,
        pictured: bool = False,
        before: Callable[[str, Stage], None] = lambda step, stage: None,
        ended: Callable[[Stage], None] = lambda stage: None,
    ) -> Played[Race]:
        """These steps, then the natural order to its end, or what is chosen each time; then every promise is judged.

        Unless `strict`, one of its kind goes instead of a step that cannot go (`job#1` for `job#2`), or none. `fresh`: in a
        context of its own. `pictured`: with a picture of all that was seen, where frames are painted by command. `before` is
        called with each step before it happens, `ended` while the pages are still open. Raises Misfit, and HarnessDefect.
        """
        if self.frames is not None:
            self.frames.pictures = {} if pictured else None
        try:
            opened = self._opened(scenario, fresh)
            choose = Order(steps, strict) if isinstance(steps, tuple) else steps
            done, firsts, seen = self._steps(scenario, opened, choose, before)
            stage = opened.stage
            stage.wire.open()
            if done == firsts or not opened.rests_as_it_began():
                stage.finish()
            ended(stage)
            pictures = by_moment(stage.timeline, self.frames and self.frames.pictures or {})
            played = Played(done, seen, Race(scenario, done, firsts, stage.timeline, stage.verdicts(), pictures))
        except BaseException:
            self.close()  # what was left in the middle is not for another schedule
            raise
        if fresh:
            self.close()
        return played

    def replay(self, schedule: str, known: Mapping[str, Scenario] = SCENARIOS) -> Race:
        """Exactly this order, as a counterexample printed it. Raises BadScenario, Misfit, HarnessDefect."""
        scenario, steps = read_schedule(schedule, known)
        return self.play(scenario, steps, fresh=True).result

    # ---- inside

    def _opened(self, scenario: Scenario, fresh: bool) -> OpenedScenario:
        begun, self._begun_with = self._begun_with, None
        if begun is None or fresh or self.camera is not None or begun.scenario != scenario:
            return self._open(scenario, fresh)
        return begun

    def _open(self, scenario: Scenario, fresh: bool) -> OpenedScenario:
        stage, page = self._begun(scenario, fresh)
        stage.camera = self.camera
        agents = {"agent": stage.agent(page)}
        kept = (stage.signed_in() if scenario.signed_in else None) or EMPTY
        self.genesys.hold(*KINDS)
        agents["agent"].open(kept=kept, again=self._may_mount(scenario))
        self._let_go(stage)
        if scenario.signed_in:
            stage.sign_in_if_asked(agents["agent"])
            self._let_go(stage)
        for person in scenario.pages[1:]:
            agents[person] = agents["agent"].another_tab()
            agents[person].open()
            self._let_go(stage)
        engine = self.genesys.copy(record=True)
        model_state = self.model(scenario).start(engine, _timer(stage), {})
        return OpenedScenario(scenario, stage, agents, model_state, {}, stage.stillness)

    def _may_mount(self, scenario: Scenario) -> bool:
        """Where the widget can be mounted again it need not be loaded; every so often it is all the same."""
        self._mounts += 1
        return bool(self.widget.remount_script and scenario.signed_in and self._mounts % MOUNTS)

    def _let_go(self, stage: Stage) -> None:
        """All that is in flight while a page opens goes one after the other: by itself it would race, each time anew."""
        while pending := self.genesys.pending:
            name = min(pending, key=_kind_and_number)
            self.genesys.release(name)
            if not name.startswith(UNSEEN):
                stage.still()

    def _begun(self, scenario: Scenario, fresh: bool) -> tuple[Stage, Page]:
        """The world of the scenario, and a page on which nothing is open, or what is open has no more to say."""
        settings = Settings(**scenario.settings)
        if fresh:
            self.close()
        if self._reused is None:
            self.genesys.reset(scenario.world, settings=settings)
            context = self.frames.new_context(self.new_context) if self.frames else self.new_context()
            stage = Stage(self.genesys, context, self.widget, self.isolation, frames=self.frames)
            self._reused = ReusedPage(context, stage.new_page(), stage)
            self._mounts = -1
            return stage, self._reused.page
        reused = self._reused
        for page in reused.context.pages:
            if page is not reused.page:
                page.close()
        reused.stage.settle.retire()
        self.genesys.reset(scenario.world, settings=settings, patient=True)
        stage = Stage(self.genesys, reused.context, self.widget, self.isolation, reused.stage, self.frames)
        self._reused = ReusedPage(reused.context, reused.page, stage)
        return stage, reused.page

    def _steps(
        self,
        scenario: Scenario,
        opened: OpenedScenario,
        choose: Choose,
        before: Callable[[str, Stage], None],
    ) -> tuple[Steps, Steps, tuple[Seen, ...]]:
        model, stage, model_state = self.model(scenario), opened.stage, opened.model_state
        done: list[str] = []
        firsts: list[str] = []
        seen: list[Seen] = []
        while options := model.options(model_state):
            self._compare(model_state, done)
            try:
                step = choose(model_state, options)
            except KeyError as error:
                raise Misfit(_misfit(scenario, done, error.args[0], options, stage)) from None
            before(step, stage)
            model_state, shown = model.take(model_state, step)
            self._do(scenario, opened, model_state, step)
            done.append(step)
            firsts.append(options[0])
            if shown is not None:
                if step.partition("#")[0] not in PAGES:
                    stage.still()
                inputs = canonical(self.genesys.inputs(), opened.documents, model_state.probes)
                reaction = Reaction(inputs, _timer(stage))
                model_state = model.react(model_state, reaction)
                seen.append((shown, reaction))
        return tuple(done), tuple(firsts), tuple(seen)

    def _do(self, scenario: Scenario, opened: OpenedScenario, after: ModelState, step: str) -> None:
        """Let one step really happen; `after` is where the rehearsal came by it."""
        person = step.partition("#")[0]
        if step == TIME:
            to = after.engine.state.now
            passed = to - self.genesys.state.now
            opened.stage.settle.move(to * 1000)
            self.genesys.advance(passed)
        elif person in PAGES and person in scenario.scripts:
            _gesture(opened.agents[person], opened.stage, gesture(scenario.line(step)))
        elif person in scenario.scripts:
            self.genesys.perform(action(person, scenario.line(step)))
        elif words := next((words for words in scenario.faults if step_of(words) == step), None):
            self.genesys.perform(fault(words))
        elif step != END:
            self.genesys.release(step)

    def _compare(self, model_state: ModelState, done: list[str]) -> None:
        real, foreseen = self.genesys.pending, tuple(parcel.name for parcel in model_state.engine.pending)
        if sorted(real) != sorted(foreseen):  # what came by different connections may stand in another order
            raise HarnessDefect(
                f"after {' '.join(done) or 'the beginning'} these were to be in flight: {', '.join(foreseen) or 'nothing'}; "
                f"there are: {', '.join(real) or 'nothing'}. This is a defect of the harness, not of the widget."
            )


def _kind_and_number(name: str) -> tuple[int, int]:
    """By this, and not by which connection was quicker, things in flight have one order."""
    kind, _, number = name.partition("#")
    return KINDS.index(kind_named(kind)), int(number)


def _gesture(agent: Agent, stage: Stage, meant: Gesture) -> None:
    try:
        match meant.verb:
            case "click":
                agent.click(meant.what)
            case "double-click":
                agent.double_click(meant.what)
            case "press":
                agent.press(meant.what, on=meant.on or None)
            case "type":
                agent.types(meant.what, meant.on)
            case _:
                agent.reload()
    except NoControl:
        stage.still()  # there is nothing to click on now, so nobody does


def _plain(view: Mapping[str, Any], muted: bool) -> bool:
    """The view shows this truth on a button that works, and nothing else."""
    odd = view["pending"] or view["alert"] or view["login"]
    return view["muted"] is muted and bool(view["enabled"] and view["call"]) and not odd


def _timer(stage: Stage) -> float | None:
    dues = [timer.due for timer in stage.stillness.timers.values() if timer is not None]
    return min(dues, default=None)


def _misfit(scenario: Scenario, done: list[str], step: str, options: Steps, stage: Stage) -> str:
    flight = "; ".join(f"{name}  {about}" for name, about in stage.genesys.in_flight) or "nothing"
    place = f"at step {len(done) + 1} of '{scenario.name}'"
    return f"{place}, '{step}' cannot go. It could be: {', '.join(options)}. In flight: {flight}."
