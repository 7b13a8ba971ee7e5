"""Reads what is true of the agent's call at each moment from the journal's `truth` entries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Truth:
    """The agent's own leg in one call, as Genesys holds it. `n` is the number of the journal entry that records it."""

    n: int
    leg: str | None = None  # the agent's live leg; None: the agent is not on the call yet, or no longer
    muted: bool = False
    held: bool = False
    heard: bool = False  # someone on the call hears the agent
    legs: tuple[tuple[str, str], ...] = ()  # id and state of every leg of the agent, ended ones included

    def same(self, other: Truth) -> bool:
        """Whether both have the same leg and the same mute."""
        return (self.leg, self.muted) == (other.leg, other.muted)

    def __str__(self) -> str:
        if self.leg is None:
            return "no live leg"
        return ("MUTED" if self.muted else "UNMUTED") + (", held" if self.held else "")


def truth_of(n: int, data: Mapping[str, Any], user: str) -> Truth:
    """Read the agent's truth from a `truth` entry of the journal."""
    own = [leg for leg in data["legs"] if leg["user"] == user]
    live = next((leg for leg in reversed(own) if leg["state"] == "connected"), None)
    legs = tuple((leg["id"], leg["state"]) for leg in own)
    if live is None:
        return Truth(n, legs=legs)
    others = [leg for leg in data["legs"] if leg["state"] == "connected" and leg["id"] != live["id"]]
    listening = any(not leg["held"] and not leg["confined"] for leg in others)
    heard = listening and not live["muted"] and not live["held"]
    return Truth(n, live["id"], live["muted"], live["held"], heard, legs)


class History:
    """The truths of one call, ordered by their journal entries."""

    def __init__(self, truths: Sequence[Truth]) -> None:
        self._truths = sorted(truths, key=lambda truth: truth.n)
        self._numbers = [truth.n for truth in self._truths]

    def at(self, n: int) -> Truth:
        """The truth after journal entry `n`."""
        place = bisect_right(self._numbers, n)
        return self._truths[place - 1] if place else Truth(0)

    def between(self, first: int, last: int) -> tuple[Truth, ...]:
        """Every truth that held at some time from after entry `first` to after entry `last`."""
        low, high = bisect_right(self._numbers, first), bisect_right(self._numbers, last)
        return (self.at(first), *self._truths[low:high])
