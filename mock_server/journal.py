"""What happened on the server, append-only: each entry is numbered and names its cause."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Literal, NamedTuple

from .messages import Json

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


class Entry(NamedTuple):
    """One thing that happened: `name` is the parcel, `cause` what led to it, `about` one line for people."""

    n: int
    kind: EntryKind
    name: str
    cause: str
    about: str
    data: Mapping[str, Json]


class Journal:
    """The entries, at most `limit` of them; `dropped` says how many older ones are gone."""

    def __init__(self, limit: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._count = 0

    def add(
        self, kind: EntryKind, name: str = "", cause: str = "", about: str = "", data: Mapping[str, Json] | None = None
    ) -> Entry:
        self._count += 1
        entry = Entry(self._count, kind, name, cause, about, data or {})
        self._entries.append(entry)
        return entry

    @property
    def dropped(self) -> int:
        return self._count - len(self._entries)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def since(self, n: int) -> tuple[Entry, ...]:
        """The entries after number n, oldest first (those already dropped are missing: see `dropped`)."""
        # From the end: it is asked after every step for the few that are new, of up to a hundred thousand.
        newest = islice(reversed(self._entries), max(0, self._count - n))
        return tuple(newest)[::-1]
