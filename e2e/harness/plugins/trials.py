"""Makes a Trial of the run's verdict from what a test found: of an exploration, of one played order, of the test's own story."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..explorer.exploration import Exploration
from ..explorer.race import Race
from ..explorer.shrinking import Counterexample
from ..promises import Doubt, Verdict, broken_of
from ..report.chart import lanes_of, steps_of
from ..report.story import last_broken, line_at, lines_of, told, written
from ..timeline.timeline import Timeline
from ..verdict import Breach, Counts, Picture, Story, Trial

Recording = tuple[tuple[Picture, ...], str]  # pictures of what the agent saw, and the path of a trace
Record = Callable[[Race], Recording]


def no_recording(race: Race) -> Recording:
    """The recording of a run that writes no report: no pictures and no trace."""
    return (), ""


def explored(found: Exploration, widget: str, seconds: float, record: Record = no_recording) -> Trial:
    """The trial of a scenario that was explored for so many real seconds. An order that breaks several promises is one story."""
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
        stories=tuple(_of_counterexample(one, record(one.race)) for one in races.values()),
        doubts=tuple(found.doubts.values()),
    )


def played(race: Race, widget: str, again: str, recording: Recording = ((), "")) -> Trial:
    """The trial of one order of a scenario that was played."""
    scenario, counts = race.scenario, counted(race.verdicts)
    stories = (_of_race(race, again, recording),) if race.broken else ()
    doubts = doubts_of(race.verdicts)
    return Trial(scenario.name, scenario.about, widget, counts, extent="1 order", stories=stories, doubts=doubts)


def of_test(
    name: str,
    widget: str,
    timeline: Timeline,
    verdicts: Iterable[Verdict],
    again: str,
    look: Callable[[Verdict], tuple[Picture, ...]] = lambda verdict: (),
) -> Trial:
    """The trial of a test's own story. `look` returns the pictures of what the agent saw where a promise broke."""
    verdicts = tuple(verdicts)
    broken = broken_of(verdicts)
    stories = (_story(name, "", again, timeline, broken, (look(broken[0]), "")),) if broken else ()
    about = name.replace("_", " ")
    counts, doubts = counted(verdicts), doubts_of(verdicts)
    return Trial(name, about, widget, counts, from_test=True, extent="1 order", stories=stories, doubts=doubts)


def counted(verdicts: Iterable[Verdict]) -> dict[str, Counts]:
    """The verdicts of one order as counts by promise."""
    return {verdict.promise: Counts(**{verdict.result: 1}) for verdict in verdicts}


def doubts_of(verdicts: Iterable[Verdict]) -> tuple[Doubt, ...]:
    """The doubts of one order, each once."""
    return tuple(dict.fromkeys(verdict.doubt for verdict in verdicts if verdict.doubt))


def _of_counterexample(counterexample: Counterexample, recording: Recording) -> Story:
    return _of_race(counterexample.race, counterexample.again, recording)


def _of_race(race: Race, again: str, recording: Recording) -> Story:
    return _story(race.scenario.name, race.schedule, again, race.timeline, race.broken, recording)


def _story(
    scenario: str, schedule: str, again: str, timeline: Timeline, broken: Iterable[Verdict], recording: Recording
) -> Story:
    first, *_ = verdicts = tuple(broken)
    lines = lines_of(timeline, first, until=last_broken(verdicts))
    steps = steps_of(timeline, lines.rows)
    breaches = tuple(
        Breach(verdict.promise, told(verdict, lines, timeline.names), line_at(lines.rows, verdict.moment))
        for verdict in verdicts
    )
    pictures, trace = recording
    lanes, text = lanes_of(steps), written(lines)
    return Story(scenario, schedule, again, breaches, text, lanes, steps, pictures, trace, lines.after)
