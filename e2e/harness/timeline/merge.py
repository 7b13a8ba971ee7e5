"""Merges the entries of pages and server into one order that respects the causes between them.

A page cannot receive what was not written, and the server cannot be asked what was not sent. Between these fixed points page
and server ran at the same time, and each page entry carries the span of server entries that may have come before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """An entry of one side: it comes after all causes that it `needs`, and before what needs the causes that it `gives`."""

    entry: T
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """An entry in the merged order. `source` is the page's number, or -1 for the server.

    `before` counts the server entries that surely came before it, `by` those that may have.
    """

    entry: T
    source: int
    before: int
    by: int


def merge(server: Sequence[Item[T]], pages: Sequence[Sequence[Item[T]]], given: set[str]) -> Iterator[Placed[T]]:
    """Merge all entries; where no cause decides, pages come first. `given` has the causes of earlier merges, and grows."""
    queues = [list(page) for page in pages]
    done = 0
    while done < len(server) or any(queues):
        moved = False
        for number, queue in enumerate(queues):
            while queue and queue[0].needs <= given:
                item = queue.pop(0)
                given |= item.gives
                moved = True
                yield Placed(item.entry, number, done, _reach(server, done, given))
        if done < len(server) and (server[done].needs <= given or not moved):
            item = server[done]
            given |= item.gives
            done += 1
            yield Placed(item.entry, -1, done, done)
        elif not moved:
            yield from _stranded(queues, done, given)


def _reach(server: Sequence[Item[T]], done: int, given: set[str]) -> int:
    """How many server entries may have happened without anything more from a page."""
    while done < len(server) and server[done].needs <= given:
        done += 1
    return done


def _stranded(queues: list[list[Item[T]]], done: int, given: set[str]) -> Iterator[Placed[T]]:
    """Yield the next page entry though its cause is missing: the server has no more entries, so another host caused it."""
    number, queue = next((n, q) for n, q in enumerate(queues) if q)
    item = queue.pop(0)
    given |= item.gives
    yield Placed(item.entry, number, done, done)
