"""A value of what is in flight: parcels stand in lanes, and only the head of a lane can be taken.

http#1          request#1            (then response#1)
socket#1        event#1 event#2
jobs:<call>     job#1
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ..core.messages import Frame, Job, Request, Response
from ..core.values import replace

ParcelKind = Literal["request", "response", "job", "event", "open", "heartbeat", "pong", "system", "close"]
KINDS: tuple[ParcelKind, ...] = ("request", "response", "job", "event", "open", "heartbeat", "pong", "system", "close")


FOR_GENESYS: frozenset[ParcelKind] = frozenset(("request", "job"))  # all others go to a page


class UnknownKind(ValueError):
    """No parcel is of such a kind; the message says which kinds there are."""


class NotInFlight(LookupError):
    """Nothing of this name can be released now; the message says what can."""


def kind_named(word: str) -> ParcelKind:
    """Return the kind that a test means by `word`. Raises UnknownKind."""
    for kind in KINDS:
        if kind == word:
            return kind
    raise UnknownKind(f"'{word}' is no kind of parcel; kinds are {', '.join(KINDS)}")


class Parcel(Struct, frozen=True):
    """One thing in flight. `due` is the earliest virtual time at which it may leave (a delay fault), 0 for at once."""

    name: str
    kind: ParcelKind
    lane: str
    cause: str
    about: str
    content: Request | Response | Job | Frame | None
    due: float = 0.0
    made: int = 0  # the journal's count when it was made: what it tells of is the state of then


class Wire(Struct, frozen=True):
    """Lanes of parcels, in the order in which they were offered."""

    parcels: tuple[Parcel, ...] = ()
    later: tuple[Parcel, ...] = ()  # not in flight: what falls due by itself, in the order of their moments

    def offer(self, parcel: Parcel) -> Wire:
        """Put a parcel at the end of its lane."""
        return replace(self, parcels=(*self.parcels, parcel))

    def postpone(self, parcel: Parcel) -> Wire:
        """Keep a parcel until its moment (`due`); before that it is not in flight."""
        return replace(self, later=tuple(sorted((*self.later, parcel), key=lambda p: p.due)))

    def fallen_due(self, now: float) -> tuple[tuple[Parcel, ...], Wire]:
        """Return the postponed parcels whose moment has come, and the wire without them."""
        due = tuple(p for p in self.later if p.due <= now)
        return due, replace(self, later=self.later[len(due) :])

    @property
    def pending(self) -> tuple[Parcel, ...]:
        """The head of each lane, oldest first."""
        heads: dict[str, Parcel] = {}
        for parcel in self.parcels:
            heads.setdefault(parcel.lane, parcel)
        return tuple(heads.values())

    def take(self, name: str) -> tuple[Parcel, Wire]:
        """Remove the head called `name` (or, for a bare kind such as "event", the oldest head of that kind).

        Raises NotInFlight when no lane has such a head.
        """
        for parcel in self.pending:
            if name in (parcel.name, parcel.kind):
                return parcel, replace(self, parcels=tuple(p for p in self.parcels if p is not parcel))
        raise NotInFlight(self._why_not(name))

    def without_lane(self, lane: str) -> Wire:
        """Return the wire without the parcels of a lane that broke."""
        return replace(self, parcels=tuple(p for p in self.parcels if p.lane != lane))

    def _why_not(self, name: str) -> str:
        blocked = next((p for p in self.parcels if name in (p.name, p.kind)), None)
        if blocked is not None:
            head = next(p for p in self.pending if p.lane == blocked.lane)
            return f"{blocked.name} stands behind {head.name} in lane {head.lane}; release {head.name} first."
        now = ", ".join(p.name for p in self.pending) or "nothing"
        word = name.partition("#")[0]
        known = "" if word in KINDS else f" '{word}' is no kind of parcel; kinds are {', '.join(KINDS)}."
        return f"nothing called '{name}' is in flight. In flight now: {now}.{known}"
