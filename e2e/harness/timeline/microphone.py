"""Describes a microphone that a page holds itself, as the probe last saw its track."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Microphone:
    """An audio track of getUserMedia: its source sets `muted`, not the page; `ended` names who ended it."""

    enabled: bool = True
    muted: bool = False
    ended: Literal["", "page", "source"] = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Microphone:
        """Read an entry `microphone` of the probe's log."""
        return cls(bool(entry["enabled"]), bool(entry["muted"]), entry["ended"])

    @property
    def live(self) -> bool:
        """Whether sound comes from it."""
        return self.enabled and not self.muted and not self.ended

    @property
    def lost(self) -> bool:
        """Whether it is silent and the page did not cause that: it was unplugged or switched off."""
        return self.ended == "source" or (self.muted and self.enabled and not self.ended)

    def __str__(self) -> str:
        if self.ended:
            return "stopped" if self.ended == "page" else "gone"
        if not self.enabled:
            return "disabled"
        return "switched off" if self.muted else "live"
