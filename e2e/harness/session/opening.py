"""Opens a page as life opens it: short timers go off, and the agent makes the presses that the description asks for.

A page that shows no Mute button then, though the agent is in a call, is woken as in life: by an event, when a supervisor mutes.
That it did not read the call is a breach (promise reads_the_call); the story goes on from there.

A press may be one that a page offers only while it shows a call: without a live call it is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..promises.judging import warns
from ..promises.loading import OPENING_SECONDS, has_opened
from ..timeline.truth import Truth
from ..view.widget import CannotJudge, OpeningStep
from .agent import Agent
from .stage import Stage

Release = Callable[[], None]  # lets everything go that the opening has put on the wire, if it is held


class NotOpened(CannotJudge):
    """The page does not offer a press that its description asks for, though the agent is in a call."""


def arrive(stage: Stage, agent: Agent) -> None:
    """Open the widget, signed in: with a token in storage if the widget says how it keeps one, else by its own sign-in."""
    agent.open(kept=stage.signed_in())
    stage.sign_in_if_asked(agent)
    finish_opening(stage, agent)


def finish_opening(stage: Stage, agent: Agent, release: Release = lambda: None) -> None:
    """Make the presses that the description asks for, let time pass until the page has opened, wake it if need be.

    Raises NotOpened.
    """
    press_what_is_asked_for(stage, agent, release)
    _let_time_pass(stage, agent, release)
    if _must_be_woken(stage, agent):
        _wake(stage, release)


def press_what_is_asked_for(stage: Stage, agent: Agent, release: Release = lambda: None) -> None:
    """Make the presses that the description asks for. Raises NotOpened."""
    for step in stage.widget.opening:
        _make(step, stage, agent, release)


def _make(step: OpeningStep, stage: Stage, agent: Agent, release: Release) -> None:
    """Make a press as soon as the page offers it; pass over one that a page without a live call, or one that warns, does not."""

    def settled() -> bool:
        return agent.is_offered(step) or _truth(stage).leg is None or warns(_view(stage, agent))

    _run_timers(stage, release, settled, stage.settle.now + OPENING_SECONDS * 1000)
    if agent.is_offered(step):
        agent.do(step)
        release()
    elif not settled():
        raise NotOpened(
            f"open: '{step}' cannot be done: the agent is in a call, and {OPENING_SECONDS:g} s after the page was loaded "
            f"nothing called '{step.label or step.what}' can be seen on it"
        )


def _run_timers(stage: Stage, release: Release, done: Callable[[], bool], end: float) -> None:
    """Run the timers that are due until `end` (virtual milliseconds), one moment after the other, until it is done."""
    while not done() and (due := _next_timer(stage)) is not None and due <= end:
        stage.time.advance(max(0.0, due - stage.settle.now) / 1000)
        release()


def _let_time_pass(stage: Stage, agent: Agent, release: Release) -> None:
    """Let OPENING_SECONDS pass at most, while the page has not opened."""
    end = stage.settle.now + OPENING_SECONDS * 1000
    _run_timers(stage, release, lambda: _has_opened(stage, agent), end)
    if _must_be_woken(stage, agent) and stage.settle.now < end:
        stage.time.advance((end - stage.settle.now) / 1000)
        release()


def _next_timer(stage: Stage) -> float | None:
    """When the next timer of a page is due, in virtual milliseconds."""
    return min((timer.due for timer in stage.stillness.timers.values() if timer is not None), default=None)


def _view(stage: Stage, agent: Agent) -> Mapping[str, Any] | None:
    return stage.stillness.views.get(agent.word)


def _truth(stage: Stage) -> Truth:
    return stage.timeline.history().at(stage.timeline.seen_entries)


def _has_opened(stage: Stage, agent: Agent) -> bool:
    """Whether the page shows the call, or asks to sign in; without a call it has no more to show than it shows."""
    view, truth = _view(stage, agent), _truth(stage)
    return truth.leg is None or has_opened(view, truth) or bool(view and view.get("login"))


def _must_be_woken(stage: Stage, agent: Agent) -> bool:
    view = _view(stage, agent)
    return not _has_opened(stage, agent) and (view is None or view.get("muted") is None)


def _wake(stage: Stage, release: Release) -> None:
    """A supervisor changes the agent's mute, and changes it back: each leads to an event."""
    supervisor = stage.person("supervisor")
    for act in (supervisor.unmute, supervisor.mute) if _truth(stage).muted else (supervisor.mute, supervisor.unmute):
        act("agent")
        stage.still()
        release()
