"""Finds what a word that is not known was meant to be, for the messages about everything that a user writes."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from mock_server.core.values import closest


def like(word: str, known: Iterable[str], likeness: float = 0.6) -> list[str]:
    """At most three known words that are like `word`, the best first; `likeness` is from 0, any word, to 1, the same word."""
    return get_close_matches(word, list(known), cutoff=likeness)


def meant(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or `there is x, y, z` where no known word is like it."""
    words = list(known)
    nearest = closest(word, words)
    return f"did you mean '{nearest}'?" if nearest else f"there is {', '.join(words)}"


def near(word: str, known: Iterable[str]) -> str:
    """`not known; did you mean 'x'?`, or `not known; there is x, y, z`."""
    return f"not known; {meant(word, known)}"


__all__ = ["closest", "like", "meant", "near"]
