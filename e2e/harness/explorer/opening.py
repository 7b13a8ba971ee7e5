"""Opens a scenario in the browser: a new world, pages on which the widget is still, and everything on the wire held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from mock_server.core.settings import checked
from mock_server.engine.wire import KINDS, kind_named
from mock_server.server import MockGenesys

from ..browser.frames import Frames, Pictures
from ..browser.isolation import Isolation
from ..report.camera import Camera
from ..session.agent import Agent
from ..session.opening import finish_opening
from ..session.stage import Stage
from ..stillness.stillness import Stillness
from ..view.widget import Storage, Widget
from .model import ModelState, ScenarioModel
from .scenarios import Scenario

NewContext = Callable[[], BrowserContext]
MOUNTS = 50  # how often a widget is mounted in one document before the page is loaded again
UNSEEN = ("request#", "job#")  # parcels whose release writes nothing to a page
EMPTY = Storage()  # that of a browser which has never visited the widget


@dataclass(frozen=True, slots=True)
class OpenedScenario:
    """A scenario at its beginning: the pages are open and still, and from now on everything is held."""

    scenario: Scenario
    stage: Stage
    agents: dict[str, Agent]
    model_state: ModelState
    documents: dict[str, str]
    stillness: Stillness

    def is_as_at_first(self) -> bool:
        """Whether every page shows the truth and nothing else, and waits for the same things, with as many sockets.

        What follows is then the same as at the beginning and need not be watched again: each scenario's first order is.
        """
        now, stage = self.stage.stillness, self.stage
        truth = stage.timeline.history().at(stage.timeline.seen_entries)
        sockets = self.model_state.engine.state.sockets
        return (
            now.waiting == self.stillness.waiting
            and stage.genesys.state.sockets.keys() == sockets.keys()
            and not any(socket.silent for socket in stage.genesys.state.sockets.values())
            and not stage.genesys.state.faults
            and truth.leg is not None
            and all(_shows_only(view, truth.muted) for view in now.views.values())
        )


@dataclass(frozen=True, slots=True)
class _ReusedPage:
    """A context and its page that play one schedule after the other, each in a new document, a new world and empty storage."""

    context: BrowserContext
    page: Page
    stage: Stage  # of the newest schedule


@dataclass(frozen=True, slots=True)
class Opening:
    """How the pages of a play are opened."""

    new_context: NewContext
    frames: Frames | None
    fresh: bool = False
    camera: Camera | None = None

    def taking_pictures(self) -> AbstractContextManager[Pictures]:
        """Take a picture of each frame that is painted by command, where a camera asks for pictures."""
        if self.camera is None or self.frames is None:
            return nullcontext(Pictures())
        return self.frames.taking_pictures()


class Opener:
    """Opens scenarios on a widget, each in a new world. One context serves all that do not ask for a fresh one."""

    def __init__(self, genesys: MockGenesys, widget: Widget, isolation: Isolation | None = None) -> None:
        self.genesys, self.widget, self._isolation = genesys, widget, isolation
        self._reused: _ReusedPage | None = None
        self._mounts = -1  # of the widget in the present document

    def use_widget(self, widget: Widget) -> None:
        """Open this widget from now on, in another context where it cannot be opened in the present one."""
        if self._reused is not None and not self._reused.stage.can_reuse_context(widget, self._isolation):
            self.close()
        if widget != self.widget:
            self.widget, self._mounts = widget, -1

    def close(self) -> None:
        """Close the context that is used again and again."""
        if self._reused is not None:
            self._reused.context.close()
            self._reused = None

    def open(self, model: ScenarioModel, opening: Opening) -> OpenedScenario:
        """Open the pages of the model's scenario. Raises what a page raises; then `close` is to be called."""
        scenario = model.scenario
        stage, page = self._new_stage(scenario, opening)
        stage.camera = opening.camera
        agents = {"agent": stage.agent(page)}
        kept = (stage.signed_in() if scenario.signed_in else None) or EMPTY
        self.genesys.hold(*KINDS)
        agents["agent"].open(kept=kept, again=self._can_remount(scenario))
        self._release_all(stage)
        if scenario.signed_in:
            stage.sign_in_if_asked(agents["agent"])
            self._release_all(stage)
            finish_opening(stage, agents["agent"], lambda: self._release_all(stage))
        for person in scenario.pages[1:]:
            agents[person] = agents["agent"].another_tab()
            agents[person].open()
            self._release_all(stage)
            finish_opening(stage, agents[person], lambda: self._release_all(stage))
        engine = self.genesys.copy(record=True)
        model_state = model.start(engine, next_timer(stage), {})
        return OpenedScenario(scenario, stage, agents, model_state, {}, stage.stillness)

    def _can_remount(self, scenario: Scenario) -> bool:
        """Whether the widget is mounted again instead of loaded: where it says how, and MOUNTS - 1 times in a row."""
        self._mounts += 1
        return bool(self.widget.remount_script and scenario.signed_in and self._mounts % MOUNTS)

    def _release_all(self, stage: Stage) -> None:
        """Release what is in flight while a page opens in one order: by itself it would come in another one each time."""
        while pending := self.genesys.pending:
            name = min(pending, key=_kind_and_number)
            self.genesys.release(name)
            if not name.startswith(UNSEEN):
                stage.still()

    def _new_stage(self, scenario: Scenario, opening: Opening) -> tuple[Stage, Page]:
        """Begin the scenario's world; the page of the new stage is empty, or a retired document is still open in it."""
        settings = checked({**self.widget.settings, **scenario.settings})
        if opening.fresh:
            self.close()
        if self._reused is None:
            self.genesys.reset(scenario.world, settings=settings)
            frames = opening.frames
            context = frames.new_context(opening.new_context) if frames else opening.new_context()
            stage = Stage(self.genesys, context, self.widget, self._isolation, frames=frames)
            self._reused = _ReusedPage(context, stage.new_page(), stage)
            self._mounts = -1
            return stage, self._reused.page
        reused = self._reused
        for page in reused.context.pages:
            if page is not reused.page:
                page.close()
        reused.stage.settle.retire()
        self.genesys.reset(scenario.world, settings=settings, patient=True)
        stage = Stage(self.genesys, reused.context, self.widget, self._isolation, reused.stage, opening.frames)
        self._reused = _ReusedPage(reused.context, reused.page, stage)
        return stage, reused.page


def next_timer(stage: Stage) -> float | None:
    """When the first timer of any page is due, in virtual milliseconds."""
    dues = [timer.due for timer in stage.stillness.timers.values() if timer is not None]
    return min(dues, default=None)


def _kind_and_number(name: str) -> tuple[int, int]:
    """The sort key by which parcels have one order, whichever connection is quicker."""
    kind, _, number = name.partition("#")
    return KINDS.index(kind_named(kind)), int(number)


def _shows_only(view: Mapping[str, Any], muted: bool) -> bool:
    """Whether the view shows this truth on a button that works, and nothing else."""
    odd = view["pending"] or view["alert"] or view["login"]
    return view["muted"] is muted and bool(view["enabled"] and view["call"]) and not odd
