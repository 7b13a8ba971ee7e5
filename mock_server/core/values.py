"""Tools for values: a copy with some fields changed, a text that is made once, rounded moments, words that are near."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from operator import is_not
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from dataclasses import replace  # so that the type checker knows the fields
else:
    from msgspec.structs import replace

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Once:
    """A text that is made when it is first asked for, and kept."""

    __slots__ = ("_make", "_of", "_text")

    def __init__(self, make: Callable[[*Ts], str], *of: *Ts) -> None:
        self._make: Callable[..., str] = make
        self._of = of
        self._text: str | None = None

    def __call__(self) -> str:
        if self._text is None:
            self._text = self._make(*self._of)
        return self._text


def cache_last_call(make: Callable[[*Ts], T]) -> Callable[[*Ts], T]:
    """Keep the last result of `make`, and return it when the arguments are the very same again: they are frozen."""
    last: tuple[tuple[object, ...], T] | None = None  # one tuple, because engines in other threads ask too

    @wraps(make)
    def made(*of: *Ts) -> T:
        nonlocal last
        known = last
        if known is None or any(map(is_not, known[0], of)):
            last = known = of, make(*of)
        return known[1]

    return made


def moment(seconds: float) -> float:
    """Round a moment of virtual time to the microsecond, so that two steps of 0.1 s end where one of 0.2 s does."""
    return round(seconds, 6)


def closest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return the known word that reads most like this one, or "" when none is as near as `likeness` (0 to 1)."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=likeness)), "")


def near(word: str, known: Iterable[str]) -> str:
    """Return the end of an error about an unknown word: `; did you mean 'refuse'?`, or all the words that there are."""
    names = list(known)
    match = closest(word, names)
    return f"; did you mean '{match}'?" if match else f"; there is {', '.join(names) or 'none'}"


__all__ = ["Once", "cache_last_call", "moment", "near", "closest", "replace"]
