"""Writes a timeline as text that is the same whenever the same happened.

Two runs of one schedule give the same transcript, byte for byte. Ids are replaced by names, and what differs by chance is left
out: ports, the number of painted frames where real time decides it, and when the server noticed that a page no longer waits,
since it learns that over another connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from .timeline import Moment, Timeline

_ID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_PORT: Final = re.compile(r"(localhost|127\.0\.0\.1)(:|%3A)\d+")
_NUMBERS: Final = frozenset({"n"})  # the number of a page's entry, which differs where a document begins anew
_REAL: Final = _NUMBERS | {"painted", "frames"}  # decided by real time, unless the harness decides it


def transcript(timeline: Timeline) -> str:
    """Write one line for each moment."""
    names = _Names(timeline.names)
    hidden = _NUMBERS if timeline.exact_frames else _REAL
    told = (moment for moment in timeline.moments if not (_notices_absence(moment) or _is_empty_frame(moment)))
    lines = [names.named(_line(moment, hidden)) for moment in told]
    return "\n".join(lines) + "\n"


def _notices_absence(moment: Moment) -> bool:
    """Whether the server noticed here that a page no longer waits for an answer."""
    return moment.kind == "lost" and "no longer waits" in moment.about


def _is_empty_frame(moment: Moment) -> bool:
    """Whether this is the empty document that an iframe has until its page comes: it is met only when asked soon enough."""
    return moment.kind == "load" and not moment.data.get("top", True) and moment.data.get("url") == "about:blank"


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
    """Sort what is in flight: over different connections it may have arrived in another order."""
    return sorted(item) if key == "in_flight" else item


class _Names:
    """Replaces ids by the world's names for them, else by numbers in the order in which they occur."""

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
