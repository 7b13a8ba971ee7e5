"""Finds out whether a page goes round and round: it polls, each round is like the one before, and nothing else is due.

A round is what happens from one due time to the next, or several of them in a row. Rounds are alike when the page logged the same
(the same requests, answered the same, and the same timers), shows the same, waits for the same, and Genesys holds the same calls.
Many rounds that are alike prove no more than a few do: between the first and the last of a long time they are passed over, as if
the machine had slept. No timer that is not part of the round is passed over, and nothing that the server does by itself but a
heartbeat, which comes as much later.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .stillness import Stillness

ALIKE: Final = 5  # so many rounds in a row, and as many at the end, are walked
_LONGEST: Final = 40  # due times in a round: a poll each second beside a heartbeat each half a minute makes 31
_DIGITS: Final = 3  # of milliseconds: seconds since 1970 are not more exact
_LEFT_OUT: Final = frozenset({"n", "document", "request", "socket", "i"})  # numbers, which grow


@dataclass(frozen=True, slots=True)
class Leap:
    """So many rounds, which take so many virtual milliseconds, can be passed over; timers that are due at `fixed` stay."""

    rounds: int
    milliseconds: float
    fixed: frozenset[float]


@dataclass(frozen=True, slots=True)
class _Step:
    """What happened up to a stillness: how long it took, what was logged and shown, and when the timers are due."""

    took: float
    content: int  # the same number for the same time, log, views and calls
    now: float
    dues: Mapping[str, frozenset[float]]


class Rounds:
    """Takes in each stillness on the way, and says whether rounds can be passed over."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._numbers: dict[Hashable, int] = {}
        self._calls: list[Mapping[str, Any]] = []  # each as it was between two changes

    def add(self, rests: Sequence[Stillness], now: float, took: float, calls: Mapping[str, Any]) -> None:
        """Take in the stillnesses at virtual time `now`, `took` milliseconds after the last; `calls`: as Genesys holds them."""
        if not self._calls or self._calls[-1] != calls:
            self._calls.append(calls)
        content = (
            round(took, _DIGITS),
            _plain(tuple(rest.logs for rest in rests)),
            _plain(rests[-1].views),
            len(self._calls),
        )
        number = self._numbers.setdefault(content, len(self._numbers))
        dues = {page: frozenset(dues) for page, dues in rests[-1].dues.items()}
        self._steps.append(_Step(took, number, now, dues))
        del self._steps[: -_LONGEST * (ALIKE + 1)]

    def leap(self, until: float) -> Leap | None:
        """The rounds that can be passed over before `until` (virtual milliseconds), with ALIKE left to walk; None: no rounds."""
        for length in range(1, _LONGEST + 1):
            if (found := self._leap(length, until)) is not None:
                self._steps.clear()
                return found
        return None

    def _leap(self, length: int, until: float) -> Leap | None:
        recent = self._steps[-length * (ALIKE + 1) :]
        if len(recent) < length * (ALIKE + 1):
            return None
        if any(
            one.content != other.content
            for one, other in zip(reversed(recent), reversed(recent[:-length]), strict=False)
        ):
            return None  # which costs less to find out than the rest
        fixed = frozenset.intersection(*(frozenset().union(*step.dues.values()) for step in recent))
        kinds = [_kind(step, fixed) for step in recent]
        took = sum(step.took for step in recent[-length:])
        if took <= 0 or any(one != other for one, other in zip(kinds, kinds[length:], strict=False)):
            return None
        now = recent[-1].now
        rounds = int((min([until, *fixed]) - now) // took) - ALIKE
        return Leap(rounds, rounds * took, fixed) if rounds >= ALIKE else None


def _kind(step: _Step, fixed: frozenset[float]) -> object:
    """When the timers that move with the rounds are due, seen from the step."""
    moving = {
        page: tuple(sorted(round(due - step.now, _DIGITS) for due in dues - fixed)) for page, dues in step.dues.items()
    }
    return tuple(sorted(moving.items()))


def _plain(value: Any) -> Hashable:
    """The same for the same, apart from numbers that grow."""
    if isinstance(value, Mapping):
        left_out = _LEFT_OUT | {"name"} if value.get("kind") == "timer" else _LEFT_OUT
        return tuple((key, _plain(item)) for key, item in sorted(value.items()) if key not in left_out)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], Mapping):
        return _plain(value[1])  # an entry of a document's log, whichever document that is
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(_plain, value))
    return value if isinstance(value, Hashable) else repr(value)
