"""What the pages say when nothing moves, or why they are not still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..probe.probe import LogEntry, Timer


class NotStill(AssertionError):
    """Something did not come within the dead man's limit; the message names it."""


class BadAdapter(AssertionError):
    """The adapter's script failed in the page."""


@dataclass(frozen=True, slots=True)
class Stillness:
    """What the pages say now that nothing moves. Pages go by the words that `Settle.name` gave them."""

    logs: Mapping[str, Sequence[tuple[str, LogEntry]]]  # page → (document, entry) since the last stillness
    views: Mapping[str, LogEntry]  # page → the fields of a View, where the widget is shown
    timers: Mapping[str, Timer | None]  # page → its earliest timer
    waiting: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # page → how long its timers were set for
    leaving: frozenset[str] = frozenset()  # pages whose next document is held on the wire
