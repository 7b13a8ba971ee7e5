"""Explores the orders of what people do, what is in flight and what falls due: none of them may break a promise."""

from collections.abc import Callable

import pytest

from e2e.harness.explorer.exploration import Exploration
from e2e.harness.explorer.race import Race
from e2e.harness.explorer.scenarios import Scenario


@pytest.mark.judges_itself
def test_no_order_breaks_a_promise(scenario: Scenario, explored: Callable[[Scenario], Exploration]) -> None:
    explored(scenario)


@pytest.mark.plays_schedule
@pytest.mark.judges_itself
def test_the_schedule(played: Callable[[], Race]) -> None:
    played()
