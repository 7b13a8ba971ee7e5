"""What a test found, as a Trial of the run's verdict: a scenario explored, one order played, a test's own story."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..promises import Verdict
from ..report.chart import lanes_of, steps_of
from ..report.story import line_at, lines_of, named, story
from ..timeline.timeline import Timeline
from ..verdict import Breach, Counts, Picture, Story, Trial
from .exploration import Exploration
from .race import Race
from .shrinking import Counterexample

Seen = tuple[tuple[Picture, ...], str]  # pictures of what the agent saw, and the path of a trace
Witness = Callable[[Race], Seen]


def nobody(race: Race) -> Seen:
    """Without a report nobody looks on."""
    return (), ""


def explored(found: Exploration, widget: str, seconds: float, witness: Witness = nobody) -> Trial:
    """A scenario that was explored for so many real seconds. One order that breaks several promises is one story."""
    races = {counterexample.race.schedule: counterexample for counterexample in found.counterexamples.values()}
    return Trial(
        scenario=found.scenario.name,
        about=found.scenario.about,
        widget=widget,
        counts={promise: Counts(**counts) for promise, counts in found.counts.items()},
        orders=found.explored,
        known=found.known,
        merged=found.merged,
        complete=found.complete,
        extent=found.extent,
        seconds=round(seconds, 3),
        stories=tuple(_of_counterexample(one, witness(one.race)) for one in races.values()),
    )


def played(race: Race, widget: str, again: str, seen: Seen = ((), "")) -> Trial:
    """One order of a scenario."""
    scenario, counts = race.scenario, counted(race.verdicts)
    stories = (_of_race(race, again, seen),) if race.broken else ()
    return Trial(scenario.name, scenario.about, widget, counts, extent="1 order", stories=stories)


def told(
    name: str,
    widget: str,
    timeline: Timeline,
    verdicts: Iterable[Verdict],
    again: str,
    look: Callable[[Verdict], tuple[Picture, ...]] = lambda verdict: (),
) -> Trial:
    """A test's own story. `look` gives the pictures of what the agent saw where a promise broke."""
    verdicts = tuple(verdicts)
    broken = [verdict for verdict in verdicts if verdict.result == "broken"]
    stories = (_story(name, "", again, timeline, broken, (look(broken[0]), "")),) if broken else ()
    about = name.replace("_", " ")
    return Trial(name, about, widget, counted(verdicts), from_test=True, extent="1 order", stories=stories)


def counted(verdicts: Iterable[Verdict]) -> dict[str, Counts]:
    """The verdicts of one order as counts."""
    return {verdict.promise: Counts(**{verdict.result: 1}) for verdict in verdicts}


def _of_counterexample(counterexample: Counterexample, seen: Seen) -> Story:
    return _of_race(counterexample.race, counterexample.again, seen)


def _of_race(race: Race, again: str, seen: Seen) -> Story:
    return _story(race.scenario.name, race.schedule, again, race.timeline, race.broken, seen)


def _story(
    scenario: str, schedule: str, again: str, timeline: Timeline, broken: Iterable[Verdict], seen: Seen
) -> Story:
    first, *_ = verdicts = tuple(broken)
    lines, _ = lines_of(timeline, first)
    steps = steps_of(timeline, lines)
    breaches = tuple(
        Breach(verdict.promise, named(verdict.why, timeline.names), line_at(lines, verdict.moment))
        for verdict in verdicts
    )
    pictures, trace = seen
    return Story(scenario, schedule, again, breaches, story(timeline, first), lanes_of(steps), steps, pictures, trace)
