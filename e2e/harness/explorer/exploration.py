"""Explores a scenario: counts the orders, judges every promise in each, and makes counterexamples small."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from ..promises import PROMISES, Doubt
from ..promises.judging import Result
from ..stillness.settle import Stopwatch
from .model import ModelState
from .player import Player
from .race import Race
from .scenarios import Scenario
from .shrinking import Counterexample, confirm, smallest
from .walk import Bounds, Explorer, Played, Steps


@dataclass(slots=True)
class Exploration:
    """What an exploration has found so far. `counts`: promise → in how many schedules it held, broke or was untested."""

    scenario: Scenario
    explored: int = 0
    known: int = 0  # branches that are known and not explored
    merged: int = 0  # branches that the pages cannot tell from others
    complete: bool = False  # every order of it, or of the part that is to be explored, was explored
    shared: bool = False  # only a part of it is to be explored
    bound: str = ""  # what ended it early
    seconds: float = 0.0  # real ones, without those of repeating and shrinking
    counts: dict[str, dict[Result, int]] = field(
        default_factory=lambda: {name: {"held": 0, "broken": 0, "untested": 0} for name in PROMISES}
    )
    doubts: dict[str, Doubt] = field(default_factory=dict)  # by the line to add
    counterexamples: dict[str, Counterexample] = field(default_factory=dict)  # by promise

    @property
    def extent(self) -> str:
        """How much of the scenario was explored, in words: "all" only when it was all."""
        orders = f"{self.explored} order" + ("" if self.explored == 1 else "s")
        if self.complete and not self.shared:
            return f"all {orders} within {self.scenario.horizon:g} s"
        return f"{orders} explored, {self.known} branches known and not walked ({self.bound})"


Progress = Callable[[Exploration], None]


def explore(
    player: Player,
    scenario: Scenario,
    bounds: Bounds,
    *,
    thorough: bool = False,
    accepted: Collection[str] = (),
    options: str = "",
    promise: str = "",
    progress: Progress = lambda exploration: None,
) -> Exploration:
    """Explore a scenario until a promise breaks that is not `accepted`; `thorough`: to the bounds, whatever breaks.

    The first counterexample of each promise, or only of `promise`, is played again and made smaller. `options` are those of
    the command that plays it, and `progress` gets the exploration after each schedule. Raises HarnessDefect, Unsteady and what
    a play raises.
    """
    seen: list[Race] = []
    watch, aside = Stopwatch(), 0.0

    def play(steps: Steps) -> Played[Race]:
        played = player.play(scenario, steps)
        seen[:] = seen or [played.result]  # the first is the natural order, which every part plays
        return played

    found = Exploration(scenario)
    explorer = Explorer(player.model(scenario), player.beginning(scenario), play, bounds)
    for played in explorer:
        race = played.result
        _count(found, race)
        for verdict in race.broken:
            if verdict.promise not in found.counterexamples and promise in ("", verdict.promise):
                began = watch.seconds
                small = _confirmed_and_small(player, race, verdict.promise)
                aside += watch.seconds - began
                for also in small.broken:
                    found.counterexamples.setdefault(
                        also.promise, Counterexample(also.promise, small, seen[0], options)
                    )
        _update_extent(found, explorer, bounds)
        found.seconds = watch.seconds - aside
        progress(found)
        if not thorough and found.counterexamples.keys() - set(accepted):
            found.bound = "a promise broke"
            return found
    _update_extent(found, explorer, bounds)
    return found


def _count(found: Exploration, race: Race) -> None:
    found.explored += 1
    for verdict in race.verdicts:
        found.counts[verdict.promise][verdict.result] += 1
        if verdict.doubt:
            found.doubts.setdefault(verdict.doubt.line, verdict.doubt)


def _update_extent(found: Exploration, explorer: Explorer[ModelState, Race], bounds: Bounds) -> None:
    found.known, found.merged = explorer.branches, explorer.merged
    found.complete, found.shared = explorer.complete, bounds.shard.n > 1
    if explorer.stopped:
        found.bound = "bounded by --budget"
    elif bounds.shard.n > 1 and explorer.complete:
        found.bound = f"part {bounds.shard.k} of {bounds.shard.n} of them, whole"
    else:
        found.bound = f"bounded by --departures {bounds.departures}"


def _confirmed_and_small(player: Player, race: Race, promise: str) -> Race:
    confirm(player, race, promise)
    small = smallest(player, race, promise)
    if small is not race:
        confirm(player, small, promise)
    return small
