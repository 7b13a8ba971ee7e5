"""The same order gives the same story, byte for byte; the parts of a space are the whole; a counterexample's command plays it.

Played are orders of one scenario that was once unsteady and of one drawn by a seed; with `--thorough` 200 orders of all.
"""

from __future__ import annotations

import random
import shlex
from collections.abc import Hashable
from dataclasses import replace
from typing import Final

import pytest

from e2e.harness.explorer.exploration import explore
from e2e.harness.explorer.player import Player
from e2e.harness.explorer.race import Race
from e2e.harness.explorer.scenarios import SCENARIOS, Scenario, read_schedule
from e2e.harness.explorer.shrinking import Counterexample, breaks, smallest
from e2e.harness.explorer.walk import Bounds, Explorer, Played, Shard
from e2e.harness.mutants.mutants import read_mutant
from e2e.harness.timeline.transcript import transcript
from e2e.harness.view.adapters import reference
from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys

pytestmark = pytest.mark.judges_itself

SEED: Final = 2026
ALL: Final = -(-200 // len(SCENARIOS))  # orders of each scenario, with --thorough
FEW: Final = 2  # of two scenarios
HOT: Final = "never_falsely_muted"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "drawn" in metafunc.fixturenames:
        thorough = metafunc.config.getoption("--thorough")
        few = ("socket-closes", *random.Random(SEED).sample(list(SCENARIOS), 1))
        metafunc.parametrize("drawn", SCENARIOS if thorough else few)


def orders(player: Player, scenario: Scenario, bounds: Bounds) -> list[Played[Race]]:
    """The orders of a scenario that the explorer plays."""
    return list(
        Explorer(
            player.model(scenario),
            player.beginning(scenario),
            lambda steps: player.play(scenario, steps),
            bounds,
        )
    )


def test_an_order_that_is_played_again_is_the_same_story(
    drawn: str, player: Player, pytestconfig: pytest.Config
) -> None:
    """Once in the same context, once in a fresh one: the natural order, then orders that a seed draws."""
    scenario = SCENARIOS[drawn]
    most = ALL if pytestconfig.getoption("--thorough") else FEW
    for played in orders(player, scenario, Bounds(0, lambda count: count >= most, SEED)):
        first = transcript(played.result.timeline)
        for fresh in (False, True):
            assert transcript(player.play(scenario, played.steps, fresh=fresh).result.timeline) == first


# ---- parts of a space

SMALL: Final = replace(SCENARIOS["click-and-click-again"], horizon=1.0)


def test_the_parts_of_a_scenario_are_the_whole_and_nothing_is_in_two(player: Player) -> None:
    def explored(shard: Shard) -> list[Hashable]:
        """What the page is shown in each order, and what is true at its end."""
        return [
            (tuple(shown for shown, _ in played.seen), str(played.result.timeline.history().at(10**9)))
            for played in orders(player, SMALL, Bounds(shard=shard))
        ]

    whole = explored(Shard())
    parts = [one for k in (1, 2, 3) for one in explored(Shard(k, 3))]
    assert len(whole) > 8
    assert len(parts) == len(set(parts)) == len(whole)
    assert set(parts) == set(whole)


# ---- counterexamples


@pytest.fixture
def late(player: Player, genesys_pages: MockGenesys) -> Player:
    """A player of a mutant that believes an answer which comes after a newer event."""
    mutant = read_mutant(FIXTURES / "mutants" / "late-response-clobbers-event.mutant")
    genesys_pages.mount(f"/mutants/{mutant.name}", FIXTURES / "widget", instead=mutant.files(FIXTURES / "widget"))
    player.use_widget(reference.mutant(mutant.name))
    return player


def test_the_line_of_a_counterexample_plays_it_again(late: Player) -> None:
    found = explore(late, SCENARIOS["supervisor-unmutes"], Bounds(), promise=HOT)
    printed = str(found.counterexamples[HOT])
    words = shlex.split(printed.splitlines()[-1].removeprefix("again:"))
    race = late.replay(words[words.index("--schedule") + 1])
    assert breaks(race, HOT)
    assert str(Counterexample(HOT, race, found.counterexamples[HOT].natural)) == printed


def test_what_matters_of_an_order_is_left(late: Player) -> None:
    """The supervisor's first action and its order do not matter, nor when the event of the agent's own mute comes."""
    wide = "agent#1 request#6 job#1 supervisor#1 event#1 job#2 event#2 supervisor#2 job#3 event#3"
    race = late.play(*read_schedule(f"supervisor-mutes-and-unmutes: {wide}", SCENARIOS)).result
    assert breaks(race, HOT)
    small = smallest(late, race, HOT)
    assert small.schedule == "supervisor-mutes-and-unmutes -supervisor#1: agent#1 request#6 job#1"
