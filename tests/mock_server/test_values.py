"""Copies of frozen values."""

import dataclasses

import pytest

from mock_server import messages, model
from mock_server.values import Once, of_the_same, replace

from .door import leg_of, world

COPIED = [
    kind
    for module in (model, messages)
    for kind in vars(module).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]


def test_a_copy_is_what_dataclasses_replace_makes() -> None:
    leg = leg_of(world())
    assert replace(leg, muted=True) == dataclasses.replace(leg, muted=True)
    assert not leg.muted


@pytest.mark.parametrize("kind", COPIED, ids=lambda kind: kind.__name__)
def test_what_is_copied_has_neither_slots_nor_a_post_init(kind: type) -> None:
    assert not hasattr(kind, "__slots__")
    assert not hasattr(kind, "__post_init__")


def test_what_is_asked_of_the_same_values_is_made_once_and_of_equal_ones_again() -> None:
    made: list[tuple[str, ...]] = []

    @of_the_same
    def joined(one: list[str], two: list[str]) -> tuple[str, ...]:
        made.append((*one, *two))
        return made[-1]

    one, two = ["a"], ["b"]
    assert joined(one, two) is joined(one, two)
    assert joined(one, ["b"]) == ("a", "b")
    assert made == [("a", "b"), ("a", "b")]


def test_a_text_is_made_once() -> None:
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "text"

    text = Once(make)
    assert made == []
    assert (text(), text(), made) == ("text", "text", [1])
