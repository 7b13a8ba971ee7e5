"""Makes an order that breaks a promise as small as it can, after playing it again until it is certain.

Smaller is: fewer things that people do and fewer faults, then fewer departures from the natural order, then fewer steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from e2e.setup.program import JUDGE

from ..promises import Verdict
from ..report.story import broken_story
from ..timeline.transcript import transcript
from .model import step_of
from .player import Player
from .race import HarnessDefect, Race
from .scenarios import Scenario
from .walk import Steps

TIMES: Final = 3  # how often a counterexample is played again before it counts
_TRIES: Final = 60  # how many plays making it smaller may cost


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A promise, the smallest order found that breaks it, and the natural order of the same scenario.

    `options` are those of the command that plays the same widget; they begin with a blank.
    """

    promise: str
    race: Race
    natural: Race
    options: str = ""

    @property
    def verdict(self) -> Verdict:
        """How the promise broke."""
        return broken(self.race, self.promise)

    @property
    def again(self) -> str:
        """The command that plays it."""
        return again(self.race.schedule, self.options)

    def __str__(self) -> str:
        race = self.race
        about = f"scenario {race.scenario.name}: {race.scenario.about}"
        parts = [
            broken_story(race.timeline, race.broken, self.verdict, about),
            "",
            *beside(self.natural.steps, race.steps),
            "",
            f"again:  {self.again}",
        ]
        return "\n".join(parts)


def again(schedule: str, options: str = "") -> str:
    """The command that plays a schedule; `options` are empty or begin with a blank."""
    return f'{JUDGE}{options} --schedule "{schedule}" --headed --slow'


def broken(race: Race, promise: str) -> Verdict:
    """The verdict by which a race broke a promise. Raises KeyError when it did not."""
    found = next((verdict for verdict in race.broken if verdict.promise == promise), None)
    if found is None:
        raise KeyError(promise)
    return found


def breaks(race: Race, promise: str) -> bool:
    """Whether a race broke a promise."""
    return any(verdict.promise == promise for verdict in race.broken)


def confirm(player: Player, race: Race, promise: str, times: int = TIMES) -> None:
    """Play a race again so many times, in fresh pages. Raises HarnessDefect when it is not the same each time."""
    first = transcript(race.timeline)
    for time in range(1, times + 1):
        again = player.play(race.scenario, race.steps, fresh=True).result
        now = transcript(again.timeline)
        if breaks(again, promise) and now == first:
            continue
        what = "the story was another" if breaks(again, promise) else f"{promise} held"
        raise HarnessDefect(
            f"a counterexample did not repeat: played again (time {time} of {times}), {what}.\n"
            f"schedule: {race.schedule}\n{_first_difference(first, now)}\n"
            "This is a defect of the harness, not a finding about the widget: please report it."
        )


def smallest(player: Player, race: Race, promise: str) -> Race:
    """The smallest race that breaks the same promise and is found by leaving out one thing at a time."""
    tries = _TRIES
    smaller = True
    while smaller:
        smaller = False
        for scenario, steps in _lesser(race):
            if tries == 0:
                return race
            tries -= 1
            tried = player.play(scenario, steps, strict=False).result
            if breaks(tried, promise) and _size(tried) < _size(race):
                race, smaller = tried, True
                break
    return race


def _size(race: Race) -> tuple[int, int, int]:
    faults = {step_of(words) for words in race.scenario.faults}
    return len(race.scenario.steps) + len(faults.intersection(race.steps)), len(race.departures), len(race.steps)


def _lesser(race: Race) -> Iterator[tuple[Scenario, Steps]]:
    """The scenarios and steps that have one thing less each."""
    scenario, steps = race.scenario, race.steps
    for line in scenario.steps:
        yield scenario.without(line), tuple(step for step in steps if step != line)
    for words in scenario.faults:
        if (fault := step_of(words)) in steps:
            yield scenario, tuple(step for step in steps if step != fault)
    for place in race.departures:
        yield scenario, steps[:place]
    for place in race.departures:
        natural = race.firsts[place]
        rest = list(steps[place:])
        if natural in rest:
            rest.remove(natural)
        yield scenario, (*steps[:place], natural, *rest)


def beside(natural: Steps, this: Steps) -> list[str]:
    """The lines that show both orders, one below the other, with the first difference marked."""
    size = max(len(natural), len(this))
    first = next((n for n in range(size) if natural[n : n + 1] != this[n : n + 1]), None)
    rows = [list(natural) + [""] * (size - len(natural)), list(this) + [""] * (size - len(this))]
    widths = [max(len(rows[0][n]), len(rows[1][n])) for n in range(size)]
    lines = [" ".join(f"{step:<{width}}" for step, width in zip(row, widths, strict=True)) for row in rows]
    orders = [f"natural order  {lines[0]}".rstrip(), f"this order     {lines[1]}".rstrip()]
    if first is None:
        return [f"in the natural order: {' '.join(this)}"]
    return [*orders, " " * (15 + sum(widths[:first]) + first) + "▲ first difference"]


def _first_difference(one: str, two: str) -> str:
    for before, now in zip(one.splitlines(), two.splitlines(), strict=False):
        if before != now:
            return f"first:  {before}\nagain:  {now}"
    return "one of them is longer" if one != two else "both stories are the same"
