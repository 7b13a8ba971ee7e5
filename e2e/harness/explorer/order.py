"""Which of the steps that can go goes: a schedule's, or whatever else somebody chooses."""

from __future__ import annotations

from collections.abc import Callable

from .model import ModelState
from .scenarios import PERSONS
from .walk import Steps

Choose = Callable[
    [ModelState, Steps], str
]  # where it stands, and what can go, the natural one first → the step that goes


class Order:
    """Chooses these steps, then the natural order.

    Instead of a step that cannot go it chooses one of its kind (`job#1` for `job#2`), or passes it over; a `strict` one raises
    KeyError with that step.
    """

    def __init__(self, steps: Steps, strict: bool = True) -> None:
        self._wanted, self._strict = list(steps), strict

    def __call__(self, model_state: ModelState, options: Steps) -> str:
        while self._wanted:
            step = self._wanted.pop(0)
            if step in options:
                return step
            if self._strict:
                raise KeyError(step)
            if like := next((option for option in options if _alike(option, step)), None):
                return like
        return options[0]


def _alike(one: str, other: str) -> bool:
    """Whether both are parcels of one kind: where less is sent, they have other numbers."""
    kind = one.partition("#")[0]
    return "#" in one and kind == other.partition("#")[0] and kind not in PERSONS
