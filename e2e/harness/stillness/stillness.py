"""What the pages report when nothing is under way, and the errors when they are not still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..probe.probe import LogEntry, Timer


class NotStill(AssertionError):
    """Something did not come within the limit; the message names it."""


class BadAdapter(AssertionError):
    """The adapter's script failed in the page."""


@dataclass(frozen=True, slots=True)
class Stillness:
    """What the pages report now that nothing is under way. Pages go by the names that `Settle.name` gave them."""

    logs: Mapping[str, Sequence[tuple[str, LogEntry]]]  # page → (document, entry) since the last stillness
    views: Mapping[str, LogEntry]  # page → the fields of a View, where the widget is shown
    timers: Mapping[str, Timer | None]  # page → its earliest timer
    waiting: Mapping[str, tuple[float, ...]] = field(
        default_factory=dict
    )  # page → the delays of its timers, in milliseconds
    leaving: frozenset[str] = frozenset()  # pages whose next document is held on the wire
    dues: Mapping[str, tuple[float, ...]] = field(
        default_factory=dict
    )  # page → when its timers are due, virtual milliseconds
