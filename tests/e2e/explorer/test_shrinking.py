"""A counterexample is made smaller as long as the same promise breaks, and repeats or is a defect of the harness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from e2e.harness.explorer.race import HarnessDefect, Race
from e2e.harness.explorer.scenarios import SCENARIOS, Scenario
from e2e.harness.explorer.shrinking import Counterexample, beside, confirm, smallest
from e2e.harness.explorer.walk import Played, Steps
from e2e.harness.promises import Verdict
from e2e.harness.timeline.timeline import Timeline

HOT = "never_falsely_muted"
STORY = Scenario(
    "story", "", {"agent": ("click mute",), "supervisor": ("unmute agent", "hold agent")}, faults=("never_apply",)
)


def race(scenario: Scenario, steps: Steps, firsts: Steps, *broken: str, note: str = "") -> Race:
    timeline = Timeline()
    timeline.note(note)
    return Race(scenario, steps, firsts, timeline, tuple(Verdict(name, "broken", 1, "why") for name in broken))


class FakePlayer:
    """Stands in for a Player: a rule decides whether a play breaks the promise, and plays are counted."""

    def __init__(
        self, breaks: Callable[[Scenario, Steps], bool], natural: Steps, note: Callable[[int], str] = str
    ) -> None:
        self.breaks, self.natural, self.note = breaks, natural, note
        self.plays = 0

    def play(self, scenario: Scenario, steps: Steps = (), **options: Any) -> Played[Race]:
        self.plays += 1
        there = [step for step in self.natural if step in scenario.steps or "#" not in step or step[0] in "rje"]
        done = [step for step in steps if step in there or step in map(str, scenario.faults)]
        done += [step for step in there if step not in done]
        firsts = []
        left = list(there)
        for step in done:
            firsts.append(left[0] if left else step)
            if step in left:
                left.remove(step)
        broken = (HOT,) if self.breaks(scenario, tuple(done)) else ()
        made = race(scenario, tuple(done), tuple(firsts), *broken, note=self.note(self.plays))
        return Played(made.steps, (), made)


NATURAL = ("agent#1", "request#6", "response#6", "job#1", "event#1", "supervisor#1", "supervisor#2")


def test_what_does_not_matter_is_left_out() -> None:
    def breaks(scenario: Scenario, steps: Steps) -> bool:
        return "agent#1" in steps and steps.index("event#1") < steps.index("response#6")

    player: Any = FakePlayer(breaks, NATURAL)
    wide = ("never_apply", "supervisor#2", "agent#1", "request#6", "job#1", "event#1", "supervisor#1", "response#6")
    found = player.play(STORY, wide).result
    small = smallest(player, found, HOT)
    assert small.scenario.steps == ("agent#1",)
    assert small.steps == ("agent#1", "request#6", "job#1", "event#1", "response#6")
    assert len(small.departures) == 2


def test_what_matters_stays() -> None:
    player: Any = FakePlayer(lambda scenario, steps: "never_apply" in steps and "supervisor#1" in steps, NATURAL)
    found = player.play(STORY, ("never_apply", "agent#1")).result
    small = smallest(player, found, HOT)
    assert small.scenario.steps == ("supervisor#1",)
    assert "never_apply" in small.steps


def test_making_it_smaller_comes_to_an_end() -> None:
    player: Any = FakePlayer(lambda scenario, steps: True, NATURAL)
    found = player.play(STORY, tuple(reversed(NATURAL))).result
    assert smallest(player, found, HOT).steps
    assert player.plays <= 61


def test_one_that_repeats_is_played_three_times() -> None:
    player: Any = FakePlayer(lambda scenario, steps: True, NATURAL, note=lambda play: "the same")
    found = player.play(STORY).result
    confirm(player, found, HOT)
    assert player.plays == 4


def test_one_that_holds_when_it_is_played_again_is_a_defect_of_the_harness() -> None:
    luck = iter([True, True, False])
    player: Any = FakePlayer(lambda scenario, steps: next(luck), NATURAL, note=lambda play: "the same")
    found = player.play(STORY).result
    with pytest.raises(HarnessDefect, match=f"time 2 of 3.*{HOT} held"):
        confirm(player, found, HOT)


def test_one_whose_story_is_another_is_a_defect_of_the_harness() -> None:
    player: Any = FakePlayer(lambda scenario, steps: True, NATURAL, note=lambda play: f"play {play}")
    found = player.play(STORY).result
    with pytest.raises(HarnessDefect, match="the story was another") as error:
        confirm(player, found, HOT)
    assert "play 1" in str(error.value)
    assert "play 2" in str(error.value)


def test_both_orders_are_printed_one_below_the_other() -> None:
    assert beside(("a#1", "b#10", "c#1"), ("a#1", "c#1", "b#10")) == [
        "natural order  a#1 b#10 c#1",
        "this order     a#1 c#1  b#10",
        "                   ▲ first difference",
    ]
    assert beside(("a#1",), ("a#1",)) == ["in the natural order: a#1"]
    assert beside(("a#1", "b#1"), ("a#1",))[2].endswith("▲ first difference")


def test_a_schedule_ends_at_the_last_departure() -> None:
    made = race(
        SCENARIOS["one-click"], ("agent#1", "job#1", "response#6"), ("agent#1", "response#6", "response#6"), HOT
    )
    assert made.schedule == "one-click: agent#1 job#1"
    assert race(SCENARIOS["one-click"], ("agent#1",), ("agent#1",)).schedule == "one-click:"
    dropped = STORY.without("supervisor#1")
    assert race(dropped, ("agent#1",), ("agent#1",)).schedule == "story -supervisor#1:"


def test_a_counterexample_prints_the_story_both_orders_and_the_command() -> None:
    natural = race(STORY, ("agent#1", "response#6"), ("agent#1", "response#6"))
    this = race(STORY, ("response#6", "agent#1"), ("agent#1", "agent#1"), HOT, note="clicks mute")
    text = str(Counterexample(HOT, this, natural))
    assert text.startswith(f"BROKEN {HOT}: why")
    assert "clicks mute" in text
    assert "first difference" in text
    assert text.endswith('again:  python3 -m e2e --schedule "story: response#6" --headed --slow')
