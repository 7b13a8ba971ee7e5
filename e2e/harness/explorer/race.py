"""Holds what one played order of a scenario led to: its timeline, its verdicts, and the schedule that plays it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..promises import Verdict, broken_of
from ..timeline.timeline import Timeline
from .scenarios import Scenario
from .walk import Steps


class Misfit(AssertionError):
    """A schedule does not fit: its next step is not possible. The message says where, and what is possible."""


class HarnessDefect(AssertionError):
    """The browser does not do what the model foresees, or a play does not repeat: no finding of the run can be trusted."""


@dataclass(frozen=True, slots=True)
class Race:
    """What one schedule led to."""

    scenario: Scenario
    steps: Steps
    firsts: Steps  # the natural step in the place of each
    timeline: Timeline
    verdicts: tuple[Verdict, ...]
    pictures: Mapping[int, bytes] = field(
        default_factory=dict
    )  # number of a moment → what the agent saw from then on, as PNG

    @property
    def departures(self) -> tuple[int, ...]:
        """The indexes of the steps that are not the natural ones."""
        return tuple(n for n, (step, first) in enumerate(zip(self.steps, self.firsts, strict=True)) if step != first)

    @property
    def schedule(self) -> str:
        """The text that plays it again: the steps up to the last departure, since the natural order follows."""
        dropped = [f"-{step}" for step in _all_steps(self.scenario) if step not in self.scenario.steps]
        steps = self.steps[: max(self.departures, default=-1) + 1]
        return " ".join([self.scenario.name, *dropped]) + ":" + "".join(f" {step}" for step in steps)

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The verdicts on the promises that broke."""
        return broken_of(self.verdicts)


def _all_steps(scenario: Scenario) -> list[str]:
    return [f"{who}#{n}" for who, lines in scenario.scripts.items() for n in range(1, len(lines) + 1)]
