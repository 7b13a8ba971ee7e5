"""The journal of what happened on the server, append-only: each entry is numbered and names its cause."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal, NamedTuple

from ..core.messages import Json

EntryKind = Literal[
    "offered",  # a parcel was put on the wire
    "arrived",  # a request reached its handler
    "delivered",  # a response or frame was written to its connection
    "ran",  # a job changed the state
    "lost",  # a parcel will never be delivered
    "heard",  # a frame came from a page
    "closed",  # a socket ended
    "changed",  # an administrator, a person or a test changed something
    "moved",  # time went on
    "truth",  # what is true of a call from here on
]

Data = Mapping[str, Json]
# What makes the data of an entry when somebody reads them: the names of some plain values, or a function of frozen ones.
# The collector of garbage need not look into plain tuples of plain values, of which a thousand sockets leave a thousand
# with each event: with a mapping for each it stood still for a tenth of a second now and then.
DataMaker = tuple[str, ...] | Callable[..., Data]


class Entry(NamedTuple):
    """One thing that happened: `name` is the parcel, `cause` what led to it, `about` one line for people."""

    n: int
    kind: EntryKind
    name: str
    cause: str
    about: str
    data: Data


class Journal:
    """The entries, at most `limit` of them: of `count` that were written, `dropped` older ones are gone."""

    def __init__(self, limit: int) -> None:
        self._kept: deque[tuple[EntryKind, str, str, str, DataMaker, tuple[Any, ...]]] = deque(maxlen=limit)
        self.count = 0

    def add(
        self,
        kind: EntryKind,
        name: str = "",
        cause: str = "",
        about: str = "",
        make: DataMaker = (),
        of: tuple[Any, ...] = (),
    ) -> None:
        """Write down what happened, and what its data are made of: the names of the values `of`, or a function of them."""
        self.count += 1
        self._kept.append((kind, name, cause, about, make, of))

    @property
    def dropped(self) -> int:
        return self.count - len(self._kept)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.since(0))

    def since(self, n: int) -> tuple[Entry, ...]:
        """Return the entries after number n, oldest first (those already dropped are missing: see `dropped`)."""
        # From the end: it is asked after every step for the few that are new, of up to a hundred thousand.
        newest = tuple(islice(reversed(self._kept), max(0, self.count - n)))[::-1]
        first = self.count - len(newest) + 1
        return tuple(_entry(number, *kept) for number, kept in enumerate(newest, first))


def _entry(n: int, kind: EntryKind, name: str, cause: str, about: str, make: DataMaker, of: tuple[Any, ...]) -> Entry:
    data = make(*of) if callable(make) else dict(zip(make, of, strict=True))
    return Entry(n, kind, name, cause, about, data)
