"""A timeline as text that is the same whenever the same happened: ids named, ports and what differs by chance left out.

Two runs of one schedule give the same transcript, byte for byte. Not in it: how many frames were painted, where
real time decides that, and when the server noticed that a page does not wait any more, which goes by another connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from .timeline import Moment, Timeline

_ID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_PORT: Final = re.compile(r"(localhost|127\.0\.0\.1)(:|%3A)\d+")
_NUMBERS: Final = frozenset({"n"})  # of a page's entry: its own number, which differs where a document begins anew
_REAL: Final = _NUMBERS | {"painted", "frames"}  # and what real time decides, unless the harness does


def transcript(timeline: Timeline) -> str:
    """One line a moment."""
    names = _Names(timeline.names)
    hidden = _NUMBERS if timeline.exact_frames else _REAL
    return "\n".join(names.named(_line(moment, hidden)) for moment in timeline.moments if not _noticed(moment)) + "\n"


def _noticed(moment: Moment) -> bool:
    return moment.kind == "lost" and "no longer waits" in moment.about


def _line(moment: Moment, hidden: frozenset[str]) -> str:
    data = {key: value for key, value in moment.data.items() if key not in hidden}
    words = (
        f"{moment.now:.6f}",
        moment.kind,
        moment.page,
        moment.name,
        moment.about,
        json.dumps(_plain(data), sort_keys=True),
    )
    return " | ".join(words)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(_sorted(key, item)) for key, item in value.items() if key != "made"}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _sorted(key: Any, item: Any) -> Any:
    """What came to stand on the wire by different connections may stand in another order."""
    return sorted(item) if key == "in_flight" else item


class _Names:
    """Ids by the words of the world, else numbered in the order in which they come."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        self._documents: dict[str, str] = {}

    def named(self, line: str) -> str:
        line = _ID.sub(lambda found: self._word(found[0]), line)
        line = re.sub(r"\b[0-9a-f]{12}\b", lambda found: self._document(found[0]), line)
        return _PORT.sub(r"\1\2PORT", line)

    def _word(self, value: str) -> str:
        return self._words.setdefault(value, f"id-{len(self._words) + 1}")

    def _document(self, value: str) -> str:
        return self._documents.setdefault(value, f"document-{len(self._documents) + 1}")
