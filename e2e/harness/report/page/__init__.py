"""Writes index.html: one page for people that needs no other file, and can be read without its script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ...promises import PROMISES
from ...verdict import Card, Counts, PromiseOutcome, RunVerdict, Story, Trial
from ...verdict.words import gate_lines
from ..swimlane import MARK, PHONE, RIBBON, Swimlane, swimlane

HERE: Final = Path(__file__).parent
SIGNS: Final[dict[PromiseOutcome, str]] = {"held": "✓", "broken": "✗", "accepted": "◐", "untested": "–"}


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise in the table of the verdict."""

    name: str
    about: str
    outcome: PromiseOutcome
    counts: Counts
    where: tuple[str, ...]
    story: str  # the id of a story that breaks it, or ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the agent saw or what Genesys held where a promise broke."""

    who: str
    words: str
    state: Literal["muted", "unmuted", ""]


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A cause as the page shows it: a card on the first screen, and its story below."""

    id: str
    promise: str
    why: str
    outcome: PromiseOutcome
    also: tuple[str, ...]
    story: Story
    sight: tuple[Sight, ...]
    desk: Swimlane | None  # None: a story that has only text
    phone: Swimlane | None


def page(verdict: RunVerdict) -> str:
    """Write the whole page."""
    cards = tuple(_drawn(verdict, card, f"story-{number}") for number, card in enumerate(verdict.cards, 1))
    return _template().render(
        verdict=verdict,
        rows=tuple(_rows(verdict, cards)),
        cards=cards,
        explored=_sorted(trial for trial in verdict.trials if not trial.from_test),
        tests=_sorted(trial for trial in verdict.trials if trial.from_test),
        orders=sum(trial.orders for trial in verdict.trials),
        others=tuple(_others(verdict)),
        gate=tuple(gate_lines(verdict)),
        promises=tuple(PROMISES),
        signs=SIGNS,
        mark_height=MARK,
        ribbon=RIBBON,
        untried=Counts(),
        css=(HERE / "page.css").read_text(encoding="utf-8"),
        script=(HERE / "page.js").read_text(encoding="utf-8"),
    )


def _drawn(verdict: RunVerdict, card: Card, name: str) -> DrawnCard:
    """What the page shows of a card."""
    story = card.story
    drawn = (swimlane(story), swimlane(story, PHONE)) if story.steps else (None, None)
    outcome = verdict.outcome(card.promise)
    return DrawnCard(name, card.promise, card.why, outcome, card.also, story, tuple(_sight(card)), *drawn)


def _sight(card: Card) -> Iterator[Sight]:
    """Yield what the agent saw and what was true at the line that broke a promise."""
    line = next(breach.line for breach in card.story.breaches if breach.promise == card.promise)
    for kind, verb, who in (("view", "sees", "the agent sees"), ("truth", "holds", "Genesys holds")):
        words = [step.words for step in card.story.steps if step.kind == kind and step.line <= line]
        if words:
            said = words[-1].partition(f"{verb} ")[2]
            yield Sight(who, said, "unmuted" if "UNMUTED" in said else "muted" if "MUTED" in said else "")


def _rows(verdict: RunVerdict, cards: tuple[DrawnCard, ...]) -> Iterator[PromiseRow]:
    stories: dict[str, str] = {}
    counts = verdict.counts
    for card in cards:
        for name in (card.promise, *card.also):
            stories.setdefault(name, card.id)
    for name in verdict.ranked:
        where = tuple(trial.scenario for trial in verdict.trials if name in trial.broken)
        about = " ".join((PROMISES[name].__doc__ or "").split("\n\n")[0].split())
        yield PromiseRow(name, about, verdict.outcome(name), counts[name], where, stories.get(name, ""))


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
