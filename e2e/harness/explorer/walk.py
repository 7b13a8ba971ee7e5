"""Explores the orders that a page can tell apart, each once, those nearest to the natural order first; needs no browser itself.

A `Model` plays Genesys and the people in memory. The page is learned: a tree of what it was shown, in order, and of how it
reacted. Only a step that the page was never shown at this place of the tree needs a browser.

    options  a b c          the model gives the possible steps, the natural one first
    take a                  the model gives the state after a step, and what the page sees of it (None: nothing)
    known?                  the page was shown the same before, after the same: its reaction is known
    play a …                otherwise the schedule is played in the browser, to its natural end, and the reactions are learned

Two schedules that leave page and Genesys in the same state have the same futures, and are followed only once: orders that
differ only in what the page cannot see meet in one state, and cost no browser. Whatever the page can tell apart is at another
place of the tree, so it is never skipped. Nor is an order skipped in which the page sees nothing new but that ends in another
state: no page is shown that an accepted change never comes. tests/e2e/explorer/test_walk.py compares this with brute force.
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
Seen = tuple[Hashable, Any]  # what the page was shown, and how it reacted
END: Final = ""  # in the place of a step: the order is known to its end and has yet to be played


class Model(Protocol[S]):
    """What is played without a page: pure functions of a state."""

    def options(self, state: S) -> Steps:
        """The names of the possible steps, the natural one first; none at the end."""

    def take(self, state: S, step: str) -> tuple[S, Hashable | None]:
        """The state after a step, and what the page sees of it, or None."""

    def react(self, state: S, reaction: Any) -> S:
        """The state after the page has reacted to what it saw."""

    def key(self, state: S) -> Hashable:
        """All that decides the future, apart from what the page knows."""

    def outcome(self, state: S) -> Hashable:
        """What is true at the end, whether the page knows it or not."""


@dataclass(frozen=True, slots=True)
class Played(Generic[T]):
    """A schedule that was played in the browser: its steps, what the page was shown and did, and the result."""

    steps: Steps
    seen: tuple[Seen, ...]
    result: T


Play = Callable[[Steps], Played[T]]  # plays these steps, and then the natural order to its end


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `k` of `n` of a schedule space, k from 1."""

    k: int = 1
    n: int = 1

    def owns(self, *keys: Hashable) -> bool:
        """Whether the schedules with these keys belong to this part; they belong to exactly one."""
        digest = hashlib.blake2b(repr(keys).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.n == self.k - 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far to explore. `departures`: how often a schedule may leave the natural order (None: any number of times).

    With a `seed`, schedules with more departures are drawn at random afterwards. `enough` ends the exploration; it gets the
    number of schedules that were played.
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
    """How far a schedule has come. `trunk`: how many things the page was shown as in the natural order; None after others."""

    steps: Steps
    state: S
    page: _Page
    trunk: int | None
    departures: int


class Unsteady(AssertionError):
    """The page reacted differently to the same things in the same order: something else than the order decides."""


class Explorer(Generic[S, T]):
    """Iterates over the schedules that are played; its attributes then give how far it came."""

    def __init__(self, model: Model[S], start: S, play: Play[T], bounds: Bounds | None = None) -> None:
        self.model, self.play, self.bounds = model, play, bounds or Bounds()
        self.explored = 0
        self.merged = 0  # branches that led to a known state, which was found without a browser
        self.stopped = False  # `enough` ended it
        self._root = _Page(0)
        self._pages = 1
        self._start = _Place((), start, self._root, 0, 0)
        self._trunk: tuple[Hashable, ...] = ()
        self._seen: set[Hashable] = set()
        self._ends: set[Hashable] = set()
        self._open: list[tuple[int, int, _Place[S], str]] = []  # a heap of (departures, age, place, step to take there)
        self._ages = 0
        self._beyond: list[tuple[_Place[S], str]] = []
        self._random = random.Random(bounds.seed if bounds else None)

    @property
    def branches(self) -> int:
        """How many branches are known and not explored."""
        return len(self._open) + len(self._beyond)

    @property
    def complete(self) -> bool:
        """Whether every order was explored: no bound left any out."""
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
                taken = self._taken_after_play(place, step, 1)
            yield from self._walk(taken, played=unknown)

    # ---- inside

    def _walk(self, place: _Place[S], *, played: bool) -> Iterator[Played[T]]:
        """Follow the natural order to a known state or to the end, and push every other possible step.

        `played`: whether this is the schedule that was played last.
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
                    yield result  # every part plays the natural order to know it, and only the first part yields it
                taken, played = self._taken_after_play(place, options[0], 0), True
            place = taken
        yield from self._end(place, played=played)

    def _end(self, place: _Place[S], *, played: bool) -> Iterator[Played[T]]:
        """Play a schedule that is known to its end, if its outcome is new: the page may not have been shown that."""
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
        """The place after a step; None when the reaction of the page is not known."""
        state, shown = self.model.take(place.state, step)
        steps, departures = (*place.steps, step), place.departures + departure
        if shown is None:
            return _Place(steps, state, place.page, place.trunk, departures)
        if shown not in place.page.after:
            return None
        reaction, page = place.page.after[shown]
        trunk = place.trunk + 1 if place.trunk is not None and self._on_trunk(place.trunk, shown) else None
        return _Place(steps, self.model.react(state, reaction), page, trunk, departures)

    def _taken_after_play(self, place: _Place[S], step: str, departure: int) -> _Place[S]:
        taken = self._taken(place, step, departure)
        if taken is None:
            steps = " ".join((*place.steps, step))
            raise Unsteady(f"the page was shown something else than the model foresaw, at the last of: {steps}")
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
        """Whether this part follows a step: where it leaves the natural order, what the page is shown first decides."""
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
