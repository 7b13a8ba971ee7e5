"""A script with random delays, played in memory: its seed alone decides, and the earliest step is selected."""

from __future__ import annotations

from e2e.bench.chance import Chance
from e2e.harness.explorer.scenarios import SCENARIOS

from ..explorer.test_model import go, opened

TROUBLE = SCENARIOS["trouble"]


def walked(seed: int, name: str = "supervisor-mutes-and-unmutes") -> tuple[str, ...]:
    """The steps of a whole order of a scenario, with a page that answers the click with a PATCH."""
    model, model_state = opened(SCENARIOS[name])
    chance = Chance(SCENARIOS[name], seed)
    done: list[str] = []
    while options := model.options(model_state):
        done.append(chance(model_state, options))
        assert done[-1] in options
        model_state = go(model, model_state, done[-1])
    return tuple(done)


def test_the_same_seed_is_the_same_order_and_others_are_others() -> None:
    orders = {walked(seed) for seed in range(20)}
    assert len(orders) > 5
    assert walked(3) == walked(3)


def test_one_fault_comes_or_none() -> None:
    orders = [walked(seed, "trouble") for seed in range(40)]
    faults = {step.replace(" ", "-") for step in TROUBLE.faults}
    came = [faults.intersection(order) for order in orders]
    assert max(map(len, came)) == 1
    assert set().union(*came) == faults
    assert any(not some for some in came)


def test_a_message_comes_before_a_timer_that_is_further_away() -> None:
    model, model_state = opened(TROUBLE)
    chance = Chance(TROUBLE, 1)
    clicked = go(model, model_state, "agent#1")
    assert chance(clicked, ("request#3", "time")) == "request#3"
