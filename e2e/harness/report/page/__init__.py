"""Writes index.html: one page for people that needs no other file, and can be read without its script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ...promises import PROMISES
from ...verdict import Counts, PromiseOutcome, RunVerdict, Story, Trial
from ...verdict.words import gate_lines
from ..swimlane import MARK, RIBBON, ROW, swimlane

HERE: Final = Path(__file__).parent
_FIRST: Final[tuple[PromiseOutcome, ...]] = ("broken", "accepted", "held", "untested")
SIGNS: Final[dict[PromiseOutcome, str]] = {"held": "✓", "broken": "✗", "accepted": "◐", "untested": "–"}


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise in the table of the verdict."""

    name: str
    about: str
    outcome: PromiseOutcome
    counts: Counts
    where: tuple[str, ...]
    story: str  # the id of its smallest story, or ""


def page(verdict: RunVerdict) -> str:
    """Write the whole page."""
    stories = {story: f"story-{number}" for number, story in enumerate(verdict.stories, 1)}
    return _template().render(
        verdict=verdict,
        rows=tuple(sorted(_rows(verdict, stories), key=lambda row: _FIRST.index(row.outcome))),
        stories={name: story for story, name in stories.items()},
        swimlanes={name: swimlane(story) for story, name in stories.items() if story.steps},
        explored=_sorted(trial for trial in verdict.trials if not trial.from_test),
        tests=_sorted(trial for trial in verdict.trials if trial.from_test),
        orders=sum(trial.orders for trial in verdict.trials),
        others=tuple(_others(verdict)),
        gate=tuple(gate_lines(verdict)),
        promises=tuple(PROMISES),
        signs=SIGNS,
        row_height=ROW,
        mark_height=MARK,
        ribbon=RIBBON,
        untried=Counts(),
        css=(HERE / "page.css").read_text(encoding="utf-8"),
        script=(HERE / "page.js").read_text(encoding="utf-8"),
    )


def _rows(verdict: RunVerdict, stories: dict[Story, str]) -> Iterator[PromiseRow]:
    for name, counts in verdict.counts.items():
        where = tuple(trial.scenario for trial in verdict.trials if name in trial.broken)
        story = verdict.smallest(name)
        about = " ".join((PROMISES[name].__doc__ or "").split("\n\n")[0].split())
        yield PromiseRow(name, about, verdict.outcome(name), counts, where, stories[story] if story else "")


def _others(verdict: RunVerdict) -> Iterator[Story]:
    """Yield the stories that are not drawn."""
    drawn = verdict.stories
    yield from (story for trial in verdict.trials for story in trial.stories if story not in drawn)


def _sorted(trials: Iterator[Trial]) -> tuple[Trial, ...]:
    """Sort by scenario, the trials in which a promise broke first."""
    return tuple(sorted(trials, key=lambda trial: (not trial.broken, trial.scenario)))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")
