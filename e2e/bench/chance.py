"""Selects steps as a script with random delays plays them: each person and each message comes after a random time.

The times are virtual and nothing waits for them, so one load of the page costs the same as one of the explorer's.
"""

from __future__ import annotations

import random
from math import inf
from typing import Final

from e2e.harness.explorer.model import END, TIME, ModelState, due_of, step_of
from e2e.harness.explorer.scenarios import PERSONS, Scenario
from e2e.harness.explorer.walk import Steps

PEOPLE: Final = 2.0  # virtual seconds within which each person does the next thing
WIRE: Final = 0.5  # and within which a message arrives


class Chance:
    """Selects the possible step that comes first by random delays; one fault of the scenario comes, or none."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._random = random.Random(seed)
        self._clock = 0.0
        self._began = 0.0  # when the present virtual time of Genesys began
        self._when: dict[str, float] = {}
        faults = [step_of(words) for words in scenario.faults]
        self._faults = dict.fromkeys(faults, inf)
        if fault := self._random.choice(["", *faults]):
            self._faults[fault] = self._random.uniform(0, PEOPLE)

    def __call__(self, model_state: ModelState, options: Steps) -> str:
        """The selected step."""
        whens = {step: self._arrives(step, model_state) for step in options}
        step = min(whens, key=lambda step: whens[step])
        self._clock = max(self._clock, whens[step]) if whens[step] < inf else self._clock
        if step == TIME:
            self._began = self._clock
        return step

    def _arrives(self, step: str, model_state: ModelState) -> float:
        if step == END:
            return inf
        if step == TIME:
            due = due_of(model_state)
            return inf if due is None else self._began + due - model_state.engine.state.now
        if step in self._faults:
            return self._faults[step]
        within = PEOPLE if step.partition("#")[0] in PERSONS else WIRE
        return self._when.setdefault(step, self._clock + self._random.uniform(0, within))
