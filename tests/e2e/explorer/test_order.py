"""Selecting the steps of a schedule: exactly these, or the nearest that are possible."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.harness.explorer.order import Order

ANY_STATE: Any = None  # a schedule does not look at the state


def test_its_steps_are_selected_and_then_the_natural_order() -> None:
    order = Order(("b#1",))
    assert [order(ANY_STATE, ("a#1", "b#1")), order(ANY_STATE, ("a#1", "c#1"))] == ["b#1", "a#1"]


def test_a_strict_order_names_the_step_that_is_not_possible() -> None:
    with pytest.raises(KeyError, match="job#2"):
        Order(("job#2",))(ANY_STATE, ("job#1",))


def test_a_lenient_order_selects_another_step_of_its_kind_or_leaves_it_out() -> None:
    order = Order(("job#2", "event#7", "supervisor#1", "never_apply", "job#3"), strict=False)
    assert order(ANY_STATE, ("response#6", "job#1")) == "job#1"
    assert order(ANY_STATE, ("response#6", "supervisor#2", "never_apply")) == "never_apply"
    assert order(ANY_STATE, ("response#6", "supervisor#2")) == "response#6"
