"""Walks the orders that a page can tell apart, each once, the nearest to the natural one first; knows nothing of browsers.

Genesys and the people are a `Model`, which can be played in memory. The page is learned: a tree of what it was shown, in
order, and of what it did upon it. Only a step that the page was never shown in this place needs a browser.

    options  a b c          the model says what can go next, the natural one first
    take a                  the model says what becomes of it, and what the page would see (None: nothing)
    known?                  the page was shown the same before, after the same: what it does then is known
    play a …                else the schedule is played for real, to its natural end, and teaches what the page does

Two schedules that leave page and Genesys the same have the same futures, and are walked on once: orders that differ only in
what the page cannot see meet here, and cost no browser. Whatever the page can tell apart has another place in the tree, so it
is never skipped; nor is an order in which the page is shown nothing new, and that yet leads elsewhere: an accepted change that
never comes is told by nobody (tests/e2e/explorer/test_walk.py walks small models by brute force and compares).
"""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

S = TypeVar("S")
T = TypeVar("T")
Steps = tuple[str, ...]
Seen = tuple[Hashable, Any]  # what the page was shown, and what it did upon it
END: Final = ""  # instead of a step: an order that is known to its end, and was to be played


class Model(Protocol[S]):
    """What can be played without a page: pure functions of a state."""

    def options(self, state: S) -> Steps:
        """What can go next, by name, the natural one first; nothing at the end."""

    def take(self, state: S, step: str) -> tuple[S, Hashable | None]:
        """The state after a step, and what the page sees of it: None for nothing."""

    def react(self, state: S, reaction: Any) -> S:
        """The state after the page did something."""

    def key(self, state: S) -> Hashable:
        """What decides the future, apart from what the page knows."""

    def outcome(self, state: S) -> Hashable:
        """What is true at the end, whether or not the page was told."""


@dataclass(frozen=True, slots=True)
class Played(Generic[T]):
    """A schedule that was really played: every step, what the page was shown and did, and what came of it."""

    steps: Steps
    seen: tuple[Seen, ...]
    result: T


Play = Callable[[Steps], Played[T]]  # plays these steps, then the natural order to its end


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `k` of `n` of a schedule space, k from 1."""

    k: int = 1
    n: int = 1

    def owns(self, *words: Hashable) -> bool:
        """Whether what begins with these words is this part's; every other part says no."""
        digest = hashlib.blake2b(repr(words).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.n == self.k - 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far to go. `departures`: so often a schedule may leave the natural order (None: as often as it likes).

    With a `seed`, what lies beyond is drawn at random while `enough` says no. `enough` is asked with the number of
    schedules played.
    """

    departures: int | None = None
    enough: Callable[[int], bool] = lambda played: False
    seed: int | None = None
    shard: Shard = Shard()


@dataclass(slots=True)
class _Page:
    """A place in the tree of what the page was shown."""

    number: int
    after: dict[Hashable, tuple[Any, _Page]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place(Generic[S]):
    """Where a schedule has come to. `trunk`: so many things were shown as in the natural order; None off it."""

    steps: Steps
    state: S
    page: _Page
    trunk: int | None
    departures: int


class Unsteady(AssertionError):
    """The page did something else when it was shown the same after the same: the order is not all that decides."""


class Explorer(Generic[S, T]):
    """Iterate it for the schedules that are played; then ask it how far it came."""

    def __init__(self, model: Model[S], start: S, play: Play[T], bounds: Bounds | None = None) -> None:
        self.model, self.play, self.bounds = model, play, bounds or Bounds()
        self.explored = 0
        self.merged = 0  # branches that led to where another had been, found out without a browser
        self.stopped = False  # the budget was used up
        self._root = _Page(0)
        self._pages = 1
        self._start = _Place((), start, self._root, 0, 0)
        self._trunk: tuple[Hashable, ...] = ()
        self._seen: set[Hashable] = set()
        self._ends: set[Hashable] = set()
        self._open: list[tuple[int, int, _Place[S], str]] = []  # a heap: (departures, age, place, step to take there)
        self._ages = 0
        self._beyond: list[tuple[_Place[S], str]] = []
        self._random = random.Random(bounds.seed if bounds else None)

    @property
    def branches(self) -> int:
        """How many branches are known and not walked."""
        return len(self._open) + len(self._beyond)

    @property
    def complete(self) -> bool:
        """Every order was explored: nothing was left out by a bound."""
        return not self.stopped and not self.branches

    def __iter__(self) -> Iterator[Played[T]]:
        yield from self._walk(self._start, played=False)
        while not self.stopped and (branch := self._next()) is not None:
            place, step = branch
            if not self._mine(place, step):
                continue
            if unknown := (taken := self._taken(place, step, 1)) is None:
                if self._enough():
                    self._push(place, step)
                    return
                yield self._play((*place.steps, step))
                taken = self._taken_for_sure(place, step, 1)
            yield from self._walk(taken, played=unknown)

    # ---- inside

    def _walk(self, place: _Place[S], *, played: bool) -> Iterator[Played[T]]:
        """On in the natural order, to where it was before or to the end; what could go instead stays open.

        `played`: so was the schedule that was last played for real.
        """
        while options := self.model.options(place.state):
            key = (place.page.number, self.model.key(place.state))
            if key in self._seen:
                self.merged += 1
                return
            self._seen.add(key)
            for other in options[1:]:
                self._push(place, other)
            if not self._mine(place, options[0]):
                return
            if (taken := self._taken(place, options[0], 0)) is None:
                if self._enough():
                    self._push(place, options[0])
                    return
                result = self._play((*place.steps, options[0]))
                if self.explored > 1 or self.bounds.shard.k == 1:
                    yield result  # every part plays the natural order, to know it; the first part has it
                taken, played = self._taken_for_sure(place, options[0], 0), True
            place = taken
        yield from self._end(place, played=played)

    def _end(self, place: _Place[S], *, played: bool) -> Iterator[Played[T]]:
        """At the end nothing more can come. What was true then, the page may never have been told."""
        outcome = self.model.outcome(place.state)
        if (end := (place.page.number, outcome)) in self._ends:
            self.merged += 1
            return
        if played or (place.trunk is not None and not self.bounds.shard.owns(place.trunk, outcome)):
            self._ends.add(end)
        elif self._enough():
            self._push(place, END)
        else:
            self._ends.add(end)
            yield self._play(place.steps)

    def _taken(self, place: _Place[S], step: str, departure: int) -> _Place[S] | None:
        """The place after a step; None where only the page itself can say."""
        state, shown = self.model.take(place.state, step)
        steps, departures = (*place.steps, step), place.departures + departure
        if shown is None:
            return _Place(steps, state, place.page, place.trunk, departures)
        if shown not in place.page.after:
            return None
        reaction, page = place.page.after[shown]
        trunk = place.trunk + 1 if place.trunk is not None and self._on_trunk(place.trunk, shown) else None
        return _Place(steps, self.model.react(state, reaction), page, trunk, departures)

    def _taken_for_sure(self, place: _Place[S], step: str, departure: int) -> _Place[S]:
        taken = self._taken(place, step, departure)
        if taken is None:
            said = " ".join((*place.steps, step))
            raise Unsteady(f"the page was shown something else than the model foresaw, at the last of: {said}")
        return taken

    def _play(self, steps: Steps) -> Played[T]:
        played = self.play(steps)
        self.explored += 1
        page = self._root
        for count, (shown, reaction) in enumerate(played.seen, 1):
            known, after = page.after.setdefault(shown, (reaction, _Page(self._pages)))
            if known != reaction:
                raise Unsteady(f"shown the same {count} things, the page did {reaction}; before, it did {known}")
            self._pages = max(self._pages, after.number + 1)
            page = after
        if self.explored == 1:
            self._trunk = tuple(shown for shown, _ in played.seen)
        return played

    def _on_trunk(self, depth: int, shown: Hashable) -> bool:
        return depth < len(self._trunk) and self._trunk[depth] == shown

    def _mine(self, place: _Place[S], step: str) -> bool:
        """Whether this part of the space walks on here: where the trunk is left, the leaf that is left for decides."""
        if self.bounds.shard.n == 1 or place.trunk is None or not self.explored:
            return True
        _, shown = self.model.take(place.state, step)
        return shown is None or self._on_trunk(place.trunk, shown) or self.bounds.shard.owns(place.trunk, shown)

    def _enough(self) -> bool:
        self.stopped = self.stopped or (self.explored > 0 and self.bounds.enough(self.explored))
        return self.stopped

    def _push(self, place: _Place[S], step: str) -> None:
        limit, departures = self.bounds.departures, place.departures + 1
        if limit is not None and departures > limit:
            self._beyond.append((place, step))
            return
        self._ages += 1
        heapq.heappush(self._open, (departures, self._ages, place, step))

    def _next(self) -> tuple[_Place[S], str] | None:
        if self._open:
            return heapq.heappop(self._open)[2:]
        if self._beyond and self.bounds.seed is not None:
            place = self._random.randrange(len(self._beyond))
            self._beyond[place], self._beyond[-1] = self._beyond[-1], self._beyond[place]
            return self._beyond.pop()
        return None
