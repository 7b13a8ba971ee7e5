"""Every mutant breaks the promise that it names, which the reference widget keeps in the same order.

The order is that of the mutant's schedule, so that this is quick; with `python3 -m e2e --mutants` the explorer finds one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from e2e.harness.explorer.exploration import explore
from e2e.harness.explorer.player import Player
from e2e.harness.explorer.race import Race
from e2e.harness.explorer.scenarios import SCENARIOS, read_schedule
from e2e.harness.mutants.kills import Kill
from e2e.harness.mutants.mutants import Mutant, mutants
from e2e.harness.mutants.variants import read_variant
from e2e.harness.plugins.races import Allowed
from e2e.harness.report.story import failure
from e2e.harness.view.adapters import reference
from e2e.harness.view.widget import Widget
from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys

pytestmark = pytest.mark.judges_itself

MUTANTS: Final = mutants(FIXTURES / "mutants")
REFERENCE: Final = FIXTURES / "widget"
SOFTPHONE: Final = read_variant(FIXTURES / "variants" / "own-microphone.variant")
HUNT: Final = 200  # schedules for each mutant, unless --budget says otherwise


@pytest.fixture
def player(players: Callable[[Widget], Player]) -> Player:
    """A player for all mutants in one context: a new context costs more than the order that is played in it."""
    return players(reference.REFERENCE)


def explored_kill(player: Player, mutant: Mutant, bounds: Allowed) -> Kill:
    """The kill of a mutant whose scenario is explored until the promise breaks."""
    found = explore(player, mutant.scenario, bounds(HUNT), promise=mutant.breaks)
    counterexample = found.counterexamples.get(mutant.breaks)
    race = counterexample.race if counterexample else None
    return Kill.of(mutant, race, found.explored, found.seconds)


def played(player: Player, schedule: str, *, strict: bool = True) -> Race:
    """The race of the mutant's own schedule."""
    return player.play(*read_schedule(schedule, SCENARIOS), strict=strict).result


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_breaks_the_promise_that_it_names(
    mutant: Mutant, player: Player, genesys_pages: MockGenesys, bounds: Allowed, request: pytest.FixtureRequest
) -> None:
    genesys_pages.mount(f"/mutants/{mutant.name}", REFERENCE, instead=mutant.files(REFERENCE))
    player.use_widget(reference.mutant(mutant.name))
    if request.config.getoption("--mutants"):
        kill = explored_kill(player, mutant, bounds)
    else:
        race = played(player, mutant.schedule)
        kill = Kill.of(mutant, race)
        assert mutant.hint in failure(race.timeline, race.verdicts, (), kill.schedule)
    request.node.user_properties.append(kill.as_property())
    broken = ", ".join(kill.broken) or "no promise"
    assert not kill.survives, f"{mutant.name} broke {broken}; it was to break {mutant.breaks}, because {mutant.bug}"


# (a correct widget, a schedule) → the promises that it keeps and a mutant breaks. The reference has no own microphone.
KEPT: Final[dict[tuple[str, str], set[str]]] = {}
for one in MUTANTS:
    KEPT.setdefault((SOFTPHONE.name if one.breaks == "mic_agrees" else "", one.schedule), set()).add(one.breaks)


@pytest.mark.parametrize(
    ("variant", "schedule", "promises"),
    [pytest.param(*order, kept, id=f"{order[0] or 'reference'}-{order[1]}") for order, kept in KEPT.items()],
)
def test_a_correct_widget_keeps_it_in_the_same_order(
    variant: str, schedule: str, promises: set[str], player: Player, genesys_pages: MockGenesys
) -> None:
    """It holds rather than being untested: a promise that was not tested tells no mutant from the reference."""
    genesys_pages.mount(f"/variants/{SOFTPHONE.name}", REFERENCE, instead=SOFTPHONE.files(REFERENCE))
    player.use_widget(reference.variant(variant) if variant else reference.REFERENCE)
    race = played(player, schedule, strict=False)  # it may send less than the mutant
    assert not race.broken, race.broken[0]
    assert promises <= {verdict.promise for verdict in race.verdicts if verdict.result == "held"}
