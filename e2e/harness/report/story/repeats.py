"""Finds the rounds of a list that are alike and follow one another, such as those of a poll in a story."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

LONGEST = 24  # items of a round: a request has three lines
FEWEST = 3  # rounds that are called repeats


@dataclass(frozen=True, slots=True)
class Repeats:
    """From `start` on, a round of `length` items comes `rounds` times in a row."""

    start: int
    length: int
    rounds: int

    @property
    def end(self) -> int:
        return self.start + self.length * self.rounds


def repeats(items: Sequence[Hashable]) -> Iterator[Repeats]:
    """Yield the repeats in a list, from its beginning on; none overlaps another, and the shortest round counts."""
    start = 0
    while start < len(items):
        found = next((found for found in _from(items, start) if found.rounds >= FEWEST), None)
        if found is not None:
            yield found
        start = found.end if found is not None else start + 1


def _from(items: Sequence[Hashable], start: int) -> Iterator[Repeats]:
    for length in range(1, LONGEST + 1):
        first, rounds = items[start : start + length], 1
        while items[(place := start + length * rounds) : place + length] == first:
            rounds += 1
        yield Repeats(start, length, rounds)
