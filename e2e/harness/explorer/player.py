"""Plays a scenario in the browser in one order: opens the pages, holds everything on the wire, and takes step after step.

The model says beforehand what a step shows to a page; only after such a step does the player wait until the pages are still.
Before each step it compares what is in flight with what the model has in flight: a difference is a defect of the harness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from mock_server.server import MockGenesys

from ..browser.frames import Frames
from ..browser.isolation import Isolation
from ..report.camera import Camera
from ..session.agent import Agent, NoControl
from ..session.stage import Stage
from ..timeline.canonical import canonical
from ..timeline.pictures import by_moment
from ..view.widget import Widget
from .actions import Gesture, action, fault, gesture
from .model import END, TIME, ModelState, Reaction, ScenarioModel, step_of
from .opening import NewContext, OpenedScenario, Opener, Opening, next_timer
from .order import Choose, Order
from .race import HarnessDefect, Misfit, Race
from .scenarios import PAGES, SCENARIOS, Scenario, read_schedule
from .walk import Played, Seen, Steps

BeforeStep = Callable[[str, Stage], None]  # is called with each step before it is taken
AtEnd = Callable[[Stage], None]  # is called when a play has come to its end and the pages are still open


class Player:
    """Plays scenarios on a widget, each in a new world. One context serves all plays that do not ask for a fresh one.

    That context is closed when a play ends with an error. `frames` paint the pages by command; without them pages paint in
    their own time.
    """

    def __init__(
        self,
        genesys: MockGenesys,
        new_context: NewContext,
        widget: Widget,
        isolation: Isolation | None = None,
        frames: Frames | None = None,
    ) -> None:
        self.genesys, self.new_context, self.frames = genesys, new_context, frames
        self._opener = Opener(genesys, widget, isolation)
        self._model: ScenarioModel | None = None
        self._opened: OpenedScenario | None = None  # by `beginning`, and not played yet

    @property
    def widget(self) -> Widget:
        """The widget that is played."""
        return self._opener.widget

    def use_widget(self, widget: Widget) -> None:
        """Play this widget from now on."""
        self._opened = None
        self._opener.use_widget(widget)

    def close(self) -> None:
        """Close the context that is used again and again."""
        self._opened = None
        self._opener.close()

    def model(self, scenario: Scenario) -> ScenarioModel:
        """The model of a scenario, which the explorer walks."""
        if self._model is None or self._model.scenario != scenario:
            self._model = ScenarioModel(scenario)
        return self._model

    def beginning(self, scenario: Scenario) -> ModelState:
        """Open the scenario and return the state in which all its schedules begin; the next play starts from there."""
        with self._closing_on_error():
            self._opened = self._open(scenario, Opening(self.new_context, self.frames))
        return self._opened.model_state

    def play(
        self,
        scenario: Scenario,
        steps: Steps | Choose = (),
        *,
        strict: bool = True,
        fresh: bool = False,
        new_context: NewContext | None = None,
        by_command: bool = True,
        camera: Camera | None = None,
        before: BeforeStep = lambda step, stage: None,
        ended: AtEnd = lambda stage: None,
    ) -> Played[Race]:
        """Play these steps and then the natural order to its end, or what is chosen each time; then judge every promise.

        Unless `strict`, a step that is not possible is replaced by one of its kind (`job#1` for `job#2`) or left out. `fresh`
        plays in a context that no other play uses, `new_context` in the one that it opens, and so does a play whose pages are
        not to paint `by_command`. `camera` takes pictures of what the agent sees; the frames that are painted by command then
        become the pictures of the race. Raises Misfit and HarnessDefect.
        """
        fresh = fresh or new_context is not None or not by_command
        frames = self.frames if by_command else None
        opening = Opening(new_context or self.new_context, frames, fresh, camera)
        choose = Order(steps, strict) if isinstance(steps, tuple) else steps
        with self._closing_on_error(), opening.taking_pictures() as pictures:
            opened = self._at_beginning(scenario, opening)
            done, firsts, seen = self._steps(scenario, opened, choose, before)
            stage = opened.stage
            stage.wire.open()
            if done == firsts or not opened.is_as_at_first():
                stage.finish()
            ended(stage)
            shown = by_moment(stage.timeline, pictures)
            race = Race(scenario, done, firsts, stage.timeline, stage.verdicts(), shown)
        if fresh:
            self.close()
        return Played(done, seen, race)

    def replay(self, schedule: str, known: Mapping[str, Scenario] = SCENARIOS) -> Race:
        """Play exactly this order, as a counterexample prints it. Raises BadScenario, Misfit and HarnessDefect."""
        scenario, steps = read_schedule(schedule, known)
        return self.play(scenario, steps, fresh=True).result

    # ---- inside

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        """Close the context on an error: what is left of a play that was broken off is not for another one."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _at_beginning(self, scenario: Scenario, opening: Opening) -> OpenedScenario:
        """The opened scenario: the one that `beginning` has opened, unless it is to be opened in another way."""
        opened, self._opened = self._opened, None
        if opened is None or opening.fresh or opening.camera is not None or opened.scenario != scenario:
            return self._open(scenario, opening)
        return opened

    def _open(self, scenario: Scenario, opening: Opening) -> OpenedScenario:
        return self._opener.open(self.model(scenario), opening)

    def _steps(
        self,
        scenario: Scenario,
        opened: OpenedScenario,
        choose: Choose,
        before: BeforeStep,
    ) -> tuple[Steps, Steps, tuple[Seen, ...]]:
        """Take step after step to the end: the steps, the natural ones in their places, and what the pages saw and did."""
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
            self._perform(scenario, opened, model_state, step)
            done.append(step)
            firsts.append(options[0])
            if shown is not None:
                if step.partition("#")[0] not in PAGES:
                    stage.still()
                inputs = canonical(self.genesys.inputs(), opened.documents, model_state.probes)
                reaction = Reaction(inputs, next_timer(stage))
                model_state = model.react(model_state, reaction)
                seen.append((shown, reaction))
        return tuple(done), tuple(firsts), tuple(seen)

    def _perform(self, scenario: Scenario, opened: OpenedScenario, after: ModelState, step: str) -> None:
        """Take one step in the browser and in the mock; `after` is the model's state after it."""
        person = step.partition("#")[0]
        if step == TIME:
            to = after.engine.state.now
            passed = to - self.genesys.state.now
            opened.stage.settle.move(to * 1000)
            self.genesys.advance(passed)
        elif person in PAGES and person in scenario.scripts:
            _make(gesture(scenario.line(step)), opened.agents[person], opened.stage)
        elif person in scenario.scripts:
            self.genesys.perform(action(person, scenario.line(step)))
        elif text := next((text for text in scenario.faults if step_of(text) == step), None):
            self.genesys.perform(fault(text))
        elif step != END:
            self.genesys.release(step)

    def _compare(self, model_state: ModelState, done: list[str]) -> None:
        """Raise HarnessDefect when something else is in flight than in the model."""
        real, foreseen = self.genesys.pending, tuple(parcel.name for parcel in model_state.engine.pending)
        if sorted(real) != sorted(foreseen):  # what comes by different connections may come in another order
            raise HarnessDefect(
                f"after {' '.join(done) or 'the beginning'} these were to be in flight: {', '.join(foreseen) or 'nothing'}; "
                f"there are: {', '.join(real) or 'nothing'}. This is a defect of the harness, not of the widget."
            )


def _make(gesture: Gesture, agent: Agent, stage: Stage) -> None:
    """Make a gesture at the page."""
    try:
        match gesture.verb:
            case "click":
                agent.click(gesture.what)
            case "double-click":
                agent.double_click(gesture.what)
            case "press":
                agent.press(gesture.what, on=gesture.on or None)
            case "type":
                agent.types(gesture.what, gesture.on)
            case _:
                agent.reload()
    except NoControl:
        stage.still()  # there is nothing to click on now, so the agent does nothing


def _misfit(scenario: Scenario, done: list[str], step: str, options: Steps, stage: Stage) -> str:
    flight = "; ".join(f"{name}  {about}" for name, about in stage.genesys.in_flight) or "nothing"
    place = f"at step {len(done) + 1} of '{scenario.name}'"
    return f"{place}, '{step}' is not possible. Possible are: {', '.join(options)}. In flight: {flight}."
