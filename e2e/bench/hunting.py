"""Counts the loads of the page after which explorer and random delays find each mutant that no natural order reveals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from e2e.harness.explorer.shrinking import breaks
from e2e.harness.explorer.walk import Bounds, Explorer
from e2e.harness.mutants.mutants import Mutant, mutants
from e2e.harness.stillness.settle import Stopwatch
from e2e.harness.view.adapters import reference

from .chance import Chance
from .stand import FIXTURES, WIDGET, Timed

LOADS: Final = 30  # of the page, for each
SEED: Final = 4


def hunts(player: Timed) -> Iterator[str]:
    """The lines of the report: one for each mutant, then one for all."""
    yield f"loads of the page until the promise breaks, {LOADS} at most: the explorer's, and a script's with random delays"
    ours, theirs, missed, races = 0, 0, 0, 0
    for mutant in mutants(FIXTURES / "mutants"):
        player.genesys.mount(f"/mutants/{mutant.name}", WIDGET, instead=mutant.files(WIDGET))
        player.use_widget(reference.mutant(mutant.name))
        watch = Stopwatch()
        found = _by_exploring(player, mutant)
        seconds = watch.seconds
        if found == 1:
            continue  # its bug shows in the natural order, so that any script finds it
        watch = Stopwatch()
        drawn = _by_chance(player, mutant)
        figures = f"{found or '—':>4} in {seconds:5.1f} s   {drawn or '—':>4} in {watch.seconds:5.1f} s"
        yield f"  {mutant.name:<34} {figures}"
        ours, theirs = ours + (found or LOADS), theirs + (drawn or LOADS)
        missed, races = missed + (drawn is None), races + 1
    yield f"  {races} mutants: {ours} loads by exploring, {theirs} at random, which missed {missed}"


def _by_exploring(player: Timed, mutant: Mutant) -> int | None:
    scenario = mutant.scenario
    start = player.beginning(scenario)
    bounds = Bounds(enough=lambda count: count >= LOADS)
    explorer = Explorer(player.model(scenario), start, lambda steps: player.play(scenario, steps), bounds)
    return next((explorer.explored for played in explorer if breaks(played.result, mutant.breaks)), None)


def _by_chance(player: Timed, mutant: Mutant) -> int | None:
    scenario = mutant.scenario
    for load in range(1, LOADS + 1):
        played = player.play(scenario, Chance(scenario, SEED * LOADS + load))
        if breaks(played.result, mutant.breaks):
            return load
    return None
