"""Joins what each page logged with what the server journaled: two orders and the causes between them give one order.

A page cannot receive what was not written, and the server cannot be asked what was not sent; between those fixed points page and
server ran side by side, and each page entry carries the span of server entries that may have come before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """An entry of one side: it can stand only after all that it `needs`, and lets follow what needs what it `gives`."""

    entry: T
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """An entry at its place. `source` is the page's number, or -1 for the server.

    `before` counts the server entries that surely came before it, `by` those that may have.
    """

    entry: T
    source: int
    before: int
    by: int


def merge(server: Sequence[Item[T]], pages: Sequence[Sequence[Item[T]]], given: set[str]) -> Iterator[Placed[T]]:
    """One order of all entries, pages first where nothing decides; `given` is what earlier merges gave, and is added to."""
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
    """How far the server may have been without anything more from a page."""
    while done < len(server) and server[done].needs <= given:
        done += 1
    return done


def _stranded(queues: list[list[Item[T]]], done: int, given: set[str]) -> Iterator[Placed[T]]:
    """The server has no more to say: what still waits for it came from somewhere else (another host), and is let through."""
    number, queue = next((n, q) for n, q in enumerate(queues) if q)
    item = queue.pop(0)
    given |= item.gives
    yield Placed(item.entry, number, done, done)
