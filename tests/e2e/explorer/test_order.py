"""A schedule's steps as choices: exactly these, or as near as it goes."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.harness.explorer.order import Order

NOWHERE: Any = None  # a schedule does not look where it stands


def test_its_steps_go_then_the_natural_order() -> None:
    order = Order(("b#1",))
    assert [order(NOWHERE, ("a#1", "b#1")), order(NOWHERE, ("a#1", "c#1"))] == ["b#1", "a#1"]


def test_a_strict_one_names_the_step_that_cannot_go() -> None:
    with pytest.raises(KeyError, match="job#2"):
        Order(("job#2",))(NOWHERE, ("job#1",))


def test_a_lenient_one_takes_another_of_its_kind_or_none() -> None:
    order = Order(("job#2", "event#7", "supervisor#1", "never_apply", "job#3"), strict=False)
    assert order(NOWHERE, ("response#6", "job#1")) == "job#1"
    assert order(NOWHERE, ("response#6", "supervisor#2", "never_apply")) == "never_apply"
    assert order(NOWHERE, ("response#6", "supervisor#2")) == "response#6"
