"""Holds the verdict on a widget: the result of each scenario, the outcome of each promise, and the exit code.

These are values only: each test hands one Trial to the run, and what the run concludes is a function of all trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, get_args

from msgspec import Struct, structs

from ..promises import PROMISES, WORST_FIRST, Doubt
from .gate import Acceptance
from .picture import Picture, Step

PromiseOutcome = Literal["broken", "accepted", "held", "untested"]
Conclusion = Literal["held", "broken", "not judged", "unfinished"]
EXIT_CODES: Final[Mapping[Conclusion, int]] = {"held": 0, "broken": 1, "not judged": 2, "unfinished": 2}


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of orders in which a promise held, broke, or was not tried. A schedule or a test's story is one order."""

    held: int = 0
    broken: int = 0
    untested: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.held + other.held, self.broken + other.broken, self.untested + other.untested)

    @property
    def result(self) -> Literal["held", "broken", "untested"]:
        return "broken" if self.broken else "held" if self.held else "untested"

    def __str__(self) -> str:
        some = (("held", self.held), ("broken", self.broken), ("untested", self.untested))
        return ", ".join(f"{word} {count}" for word, count in some if count)


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that a story breaks: why, and at which line (0: before the first)."""

    promise: str
    why: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """One order in which promises broke.

    `schedule` is "" for a test's own story, and `again` the command that plays it. `text` is the story in three columns, and
    `steps` are its lines in `lanes`, from left to right. `trace` is the file of Playwright's trace, beside the report. Only the
    smallest story of a promise has steps and pictures.
    """

    scenario: str
    schedule: str
    again: str
    breaches: tuple[Breach, ...]
    text: str
    lanes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    pictures: tuple[Picture, ...] = ()
    trace: str = ""
    more: int = 0  # lines that follow its last one, and are left out

    @property
    def size(self) -> int:
        """The number of lines to read."""
        return self.text.count("\n") + 1

    def breaks(self, promise: str) -> bool:
        return any(breach.promise == promise for breach in self.breaches)

    def why(self, promise: str) -> str:
        """Why it breaks a promise; "" when it does not."""
        return next((breach.why for breach in self.breaches if breach.promise == promise), "")


@dataclass(frozen=True, slots=True)
class Card:
    """One cause: the worst promise that a story breaks, and the others that it breaks, too."""

    promise: str
    story: Story
    also: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        return self.story.why(self.promise)


class Trial(Struct, frozen=True, rename={"from_test": "told"}):
    """One scenario as it was tried: explored in many orders, or the one story of a test (in JSON: `told`).

    `seconds` are of real time.
    """

    scenario: str
    about: str
    widget: str
    counts: Mapping[str, Counts]  # by promise
    from_test: bool = False
    orders: int = 1
    known: int = 0  # branches that are known and not walked
    merged: int = 0  # branches that the pages cannot distinguish from others
    complete: bool = False  # nothing of it, or of this run's part of it, was left out
    extent: str = ""  # how much of it was explored, in a sentence
    seconds: float = 0.0
    stories: tuple[Story, ...] = ()
    doubts: tuple[Doubt, ...] = ()  # for each, promises are untested that may be broken, if the description is right

    @property
    def broken(self) -> tuple[str, ...]:
        """The promises that broke in it."""
        return tuple(promise for promise, counts in self.counts.items() if counts.broken)


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that failed by its own assertions, and broke no promise."""

    test: str
    why: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be judged, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """What a run concludes of a widget. `date` is the day of the run; `others` counts passed tests that judge no widget.

    `parts` names the parts of the scenarios' orders and of the tests that were tried, such as `("2/4",)`; it is empty for a run
    that was not shared out. `run_parameters` are what all parts of a run have in common. `stopped`: somebody ended it before
    all was judged.
    """

    date: date
    widget: str = "reference"
    parts: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()
    failures: tuple[Failure, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    accepts: tuple[Acceptance, ...] = ()
    others: int = 0
    run_parameters: Mapping[str, str] = field(default_factory=dict)
    stopped: bool = False

    # ---- promises

    @property
    def counts(self) -> Mapping[str, Counts]:
        """The counts of each promise over all scenarios."""
        return {name: sum((t.counts.get(name, Counts()) for t in self.trials), Counts()) for name in PROMISES}

    def outcome(self, promise: str, trial: Trial | None = None) -> PromiseOutcome:
        """The outcome of a promise in one scenario, or in all (None): broken if any breach is not accepted."""
        trials = self.trials if trial is None else (trial,)
        results = {self._outcome(promise, one) for one in trials}
        order: tuple[PromiseOutcome, ...] = ("broken", "accepted", "held")
        return next((outcome for outcome in order if outcome in results), "untested")

    def accepted(self, promise: str, scenario: str) -> Acceptance | None:
        """The acceptance that covers a breach today, if there is one."""
        return next((one for one in self.accepts if one.covers(promise, scenario) and not one.expired(self.date)), None)

    @property
    def breaches(self) -> tuple[tuple[str, Trial], ...]:
        """Each promise that broke in a scenario and is not accepted there, with that scenario's trial."""
        return tuple(
            (promise, trial)
            for promise in WORST_FIRST
            for trial in self.trials
            if self._outcome(promise, trial) == "broken"
        )

    def smallest(self, promise: str) -> Story | None:
        """The shortest story that breaks a promise.

        It prefers one that is not accepted, then one of an explored scenario, which was shrunk and played again.
        """
        return min(self._breaking(promise), key=lambda story: self._weight(promise, story), default=None)

    def _breaking(self, promise: str) -> list[Story]:
        return [story for trial in self.trials for story in trial.stories if story.breaks(promise)]

    def _weight(self, promise: str, story: Story, lacks: int = 0) -> tuple[bool, bool, int, int]:
        """What decides between stories that break a promise: the least is taken. `lacks` counts what it does not show."""
        return self.accepted(promise, story.scenario) is not None, not story.schedule, lacks, story.size

    @property
    def ranked(self) -> tuple[str, ...]:
        """The promises as a reader wants them: broken, accepted, held, untested; of these the worst first."""
        order = get_args(PromiseOutcome)
        outcomes = {name: self.outcome(name) for name in PROMISES}
        return tuple(sorted(WORST_FIRST, key=lambda name: order.index(outcomes[name])))

    @property
    def cards(self) -> tuple[Card, ...]:
        """What broke, the worst first: the smallest story of each promise that no story before it breaks, too."""
        cards: list[Card] = []
        told: set[str] = set()
        for promise in self.ranked:
            if promise in told or not (stories := self._breaking(promise)):
                continue
            led_to = [name for name in self.ranked if name not in told | {promise} and self._led_to(promise, name)]
            lacks = [sum(not story.breaks(name) for name in led_to) for story in stories]
            weights = [self._weight(promise, *pair) for pair in zip(stories, lacks, strict=True)]
            story = stories[weights.index(min(weights))]
            also = [name for name in WORST_FIRST if name != promise and (name in led_to or story.breaks(name))]
            cards.append(Card(promise, story, tuple(also)))
            told |= {promise, *led_to, *(name for name in also if self._as_bad(name, story))}
        return tuple(cards)

    def _led_to(self, promise: str, other: str) -> bool:
        """Whether a breach of one promise led to that of another: that one broke nowhere without it."""
        stories = self._breaking(other)
        together = bool(stories) and all(story.breaks(promise) for story in stories)
        return together and self.outcome(promise) == self.outcome(other)

    def _as_bad(self, promise: str, story: Story) -> bool:
        """Whether a story shows a promise broken as the run has it: an accepted breach is not all of one that counts."""
        return self.outcome(promise) == "accepted" or self.accepted(promise, story.scenario) is None

    @property
    def stories(self) -> tuple[Story, ...]:
        """The stories that a report draws, without repetition."""
        return tuple(dict.fromkeys(card.story for card in self.cards))

    def lean(self) -> RunVerdict:
        """Leave out the drawings and pictures of all but the smallest stories: the report stays small enough to send."""
        drawn = self.stories

        def bare(story: Story) -> Story:
            return story if story in drawn else replace(story, lanes=(), steps=(), pictures=())

        trials = (structs.replace(trial, stories=tuple(map(bare, trial.stories))) for trial in self.trials)
        return replace(self, trials=tuple(trials))

    @property
    def untested(self) -> tuple[str, ...]:
        return tuple(name for name, counts in self.counts.items() if counts.result == "untested")

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The lines that the description may lack, each once."""
        return tuple({doubt.line: doubt for trial in self.trials for doubt in trial.doubts}.values())

    # ---- what a gate accepts

    def met(self, acceptance: Acceptance) -> tuple[str, ...]:
        """The scenarios in which the accepted breach happened."""
        return tuple(trial.scenario for trial in self._tried(acceptance) if trial.counts[acceptance.promise].broken)

    @property
    def expired(self) -> tuple[Acceptance, ...]:
        return tuple(one for one in self.accepts if one.expired(self.date))

    @property
    def mended(self) -> tuple[Acceptance, ...]:
        """The accepted breaches that were tried and no longer happen; none where only a part of the orders was tried."""
        if self.parts:
            return ()
        return tuple(
            one
            for one in self.accepts
            if not self.met(one) and any(t.counts[one.promise].held for t in self._tried(one))
        )

    # ---- the conclusion

    @property
    def conclusion(self) -> Conclusion:
        """Unfinished if it was stopped, whatever was found; broken if a breach or a failure is certain.

        Held only if something was judged and nothing prevented judging.
        """
        if self.stopped:
            return "unfinished"
        if self.breaches or self.failures:
            return "broken"
        judged = any(counts.held for counts in self.counts.values()) or self.others
        return "not judged" if self.troubles or not judged else "held"

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.conclusion]

    # ---- inside

    def _outcome(self, promise: str, trial: Trial) -> PromiseOutcome:
        counts = trial.counts.get(promise, Counts())
        if counts.broken:
            return "accepted" if self.accepted(promise, trial.scenario) else "broken"
        return "held" if counts.held else "untested"

    def _tried(self, acceptance: Acceptance) -> Iterator[Trial]:
        for trial in self.trials:
            if acceptance.promise in trial.counts and acceptance.covers(acceptance.promise, trial.scenario):
                yield trial
