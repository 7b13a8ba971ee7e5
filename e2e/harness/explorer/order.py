"""Selects the next step of a play: that of a schedule, or the one that another chooser selects."""

from __future__ import annotations

from collections.abc import Callable

from .model import ModelState
from .scenarios import PERSONS
from .walk import Steps

# The model's state and the possible steps, the natural one first → the selected step.
Choose = Callable[[ModelState, Steps], str]


class Order:
    """Selects these steps, one after the other, and then the natural order.

    A step that is not possible raises KeyError with that step. Unless `strict`, it is replaced by a possible step of its kind
    (`job#1` for `job#2`) or left out.
    """

    def __init__(self, steps: Steps, strict: bool = True) -> None:
        self._left, self._strict = list(steps), strict

    def __call__(self, model_state: ModelState, options: Steps) -> str:
        while self._left:
            step = self._left.pop(0)
            if step in options:
                return step
            if self._strict:
                raise KeyError(step)
            if like := next((option for option in options if _alike(option, step)), None):
                return like
        return options[0]


def _alike(one: str, other: str) -> bool:
    """Whether both are parcels of one kind: where a page sends less, its parcels have other numbers."""
    kind = one.partition("#")[0]
    return "#" in one and kind == other.partition("#")[0] and kind not in PERSONS
