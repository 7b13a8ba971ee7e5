"""A microphone that a page holds itself, as the probe saw its track last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Microphone:
    """An audio track of getUserMedia: `muted` is its source's word, not the page's; `ended` says by whom it is over."""

    enabled: bool = True
    muted: bool = False
    ended: Literal["", "page", "source"] = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Microphone:
        """From an entry `microphone` of the probe's log."""
        return cls(bool(entry["enabled"]), bool(entry["muted"]), entry["ended"])

    @property
    def live(self) -> bool:
        """Sound comes from it."""
        return self.enabled and not self.muted and not self.ended

    @property
    def lost(self) -> bool:
        """No sound comes from it, and that is not the page's doing: it was unplugged or switched off."""
        return self.ended == "source" or (self.muted and self.enabled and not self.ended)

    def __str__(self) -> str:
        if self.ended:
            return "stopped" if self.ended == "page" else "gone"
        if not self.enabled:
            return "disabled"
        return "switched off" if self.muted else "live"
