"""No order of what people do, what is in flight and what time brings breaks a promise, as far as it was explored."""

from collections.abc import Callable

import pytest

from e2e.harness.exploration import Exploration
from e2e.harness.plugin import BrokenPromise
from e2e.harness.race_plugin import STORY
from e2e.harness.races import Race
from e2e.harness.scenarios import Scenario
from e2e.harness.story import story


@pytest.mark.judges_itself
def test_no_order_breaks_a_promise(scenario: Scenario, explored: Callable[[Scenario], Exploration]) -> None:
    found = explored(scenario)
    told = {counterexample.race.schedule: str(counterexample) for counterexample in found.counterexamples.values()}
    if told:
        raise BrokenPromise("\n\n".join([*told.values(), f"{scenario.name}: {found.extent}"]))


@pytest.mark.plays_schedule
@pytest.mark.judges_itself
def test_the_schedule(played: Callable[[], Race], request: pytest.FixtureRequest) -> None:
    race = played()
    verdict = race.broken[0] if race.broken else None
    told = "\n".join([*map(str, race.broken), story(race.timeline, verdict), "", f"played:  {' '.join(race.steps)}"])
    if race.broken:
        raise BrokenPromise(told)
    request.node.user_properties.append((STORY, told))
