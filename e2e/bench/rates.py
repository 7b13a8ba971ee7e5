"""Measures how many schedules a second the explorer plays on the reference widget, and where the time goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from e2e.harness.explorer.race import Race
from e2e.harness.explorer.scenarios import SCENARIOS
from e2e.harness.explorer.walk import Bounds, Explorer, Played, Steps
from e2e.harness.stillness.settle import Stopwatch

from .stand import Timed, cpu_seconds

NAMES: Final = ("one-click", "supervisor-unmutes", "trouble", "call-ends", "socket-lost", "transfer-and-back")
ORDERS: Final = 40  # of each
WARM: Final = 5  # plays before anything is measured
GROUPS: Final = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """How many steps one order has, and how many real seconds it took."""

    steps: int
    seconds: float


def rates(player: Timed) -> Iterator[str]:
    """The lines of the report."""
    for _ in range(WARM):
        player.play(SCENARIOS[NAMES[0]])
    player.seconds.clear()
    spent, watch = cpu_seconds(), Stopwatch()
    costs = [cost for name in NAMES for cost in _explored(player, name)]
    yield f"{len(costs)} orders of {len(NAMES)} scenarios, in one process"
    whole = watch.seconds
    rate = len(costs) / whole
    yield f"  {rate:6.1f} schedules a second of real time"
    if spent is not None and (after := cpu_seconds()) is not None:
        core = (after - spent) / len(costs)
        yield f"  {1 / core:6.1f} schedules a second and core: one costs {core * 1000:.0f} ms of all processes together"
    yield from _split(player, sum(cost.seconds for cost in costs), whole)
    yield from _growth(costs)


def _explored(player: Timed, name: str) -> list[Cost]:
    scenario = SCENARIOS[name]
    costs: list[Cost] = []

    def play(steps: Steps) -> Played[Race]:
        watch = Stopwatch()
        played = player.play(scenario, steps)
        costs.append(Cost(len(played.steps), watch.seconds))
        return played

    loading = player.seconds["loading"]
    start = player.beginning(scenario)
    player.seconds["loading"] = loading  # of plays alone
    for _ in Explorer(player.model(scenario), start, play, Bounds(enough=lambda count: count >= ORDERS)):
        pass
    return costs


def _split(player: Timed, plays: float, whole: float) -> Iterator[str]:
    loading, steps = player.seconds["loading"], player.seconds["steps"]
    parts = {
        "loading": loading,
        "steps": steps,
        "rest and judging": plays - loading - steps,
        "choosing": whole - plays,
    }
    yield "  of the time: " + ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in parts.items())


def _growth(costs: list[Cost]) -> Iterator[str]:
    ordered = sorted(costs, key=lambda cost: cost.steps)
    size = -(-len(ordered) // GROUPS)
    for group in (ordered[place : place + size] for place in range(0, len(ordered), size)):
        low, high = group[0].steps, group[-1].steps
        each = sum(cost.seconds for cost in group) / len(group)
        yield f"  orders of {low:3} to {high:3} steps: {each * 1000:4.0f} ms each"
