"""What a test found, as a Trial of the run's verdict: a scenario explored, one order played, a test's own story."""

from __future__ import annotations

from collections.abc import Iterable

from .counterexample import Counterexample
from .exploration import Exploration
from .promises import Verdict
from .races import Race
from .story import story
from .timeline import Timeline
from .verdict import Breach, Counts, Story, Trial


def explored(found: Exploration, widget: str, seconds: float) -> Trial:
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
        stories=tuple(_of_counterexample(one) for one in races.values()),
    )


def played(race: Race, widget: str, again: str) -> Trial:
    """One order of a scenario."""
    stories = (_of_race(race, race.broken[0], again),) if race.broken else ()
    return Trial(
        race.scenario.name, race.scenario.about, widget, counted(race.verdicts), extent="1 order", stories=stories
    )


def told(name: str, about: str, widget: str, timeline: Timeline, verdicts: Iterable[Verdict], again: str) -> Trial:
    """A test's own story."""
    verdicts = tuple(verdicts)
    broken = [verdict for verdict in verdicts if verdict.result == "broken"]
    stories = (Story(name, "", again, _breaches(broken), story(timeline, broken[0])),) if broken else ()
    return Trial(name, about, widget, counted(verdicts), told=True, extent="1 order", stories=stories)


def counted(verdicts: Iterable[Verdict]) -> dict[str, Counts]:
    """The verdicts of one order as counts."""
    return {verdict.promise: Counts(**{verdict.result: 1}) for verdict in verdicts}


def _of_counterexample(counterexample: Counterexample) -> Story:
    return _of_race(counterexample.race, counterexample.verdict, counterexample.again)


def _of_race(race: Race, verdict: Verdict, again: str) -> Story:
    return Story(race.scenario.name, race.schedule, again, _breaches(race.broken), story(race.timeline, verdict))


def _breaches(broken: Iterable[Verdict]) -> tuple[Breach, ...]:
    return tuple(Breach(verdict.promise, verdict.why) for verdict in broken)
