"""What a word that is not known was meant to be, for the messages of everything a user writes."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(word: str, known: Iterable[str]) -> str:
    """`not known; did you mean 'x'?`, or what there is."""
    words = list(known)
    like = get_close_matches(word, words, n=1)
    return f"not known; did you mean '{like[0]}'?" if like else f"not known; there is {', '.join(words)}"
