"""Sends how far a test has come with its scenario, not too often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from ...explorer.exploration import Exploration
from ...stillness.settle import Stopwatch
from .board import ScenarioProgress

OFTEN: Final = 0.5  # real seconds between two reports of a scenario
Send = Callable[[ScenarioProgress], None]
SEND: Final = pytest.StashKey[Send]()  # how this process shows it; without it nothing is shown


class ProgressReports:
    """The progress of one test's exploration. `share` says how much of its budget is used."""

    def __init__(self, item: pytest.Item, share: Callable[[Exploration], float]) -> None:
        self._item, self._share = item, share
        self._total = sum("explored" in getattr(one, "fixturenames", ()) for one in item.session.items)
        self._watch: Stopwatch | None = None
        self._broken: tuple[str, ...] = ()

    def __call__(self, found: Exploration) -> None:
        """Sends the progress after an order, when some time has passed or a promise broke."""
        broken = tuple(found.counterexamples)
        if self._watch is None or self._watch.seconds >= OFTEN or broken != self._broken:
            self.send(found)

    def send(self, found: Exploration) -> None:
        """Sends the progress at once."""
        self._watch, self._broken = Stopwatch(), tuple(found.counterexamples)
        share, scenario = min(1.0, self._share(found)), found.scenario.name
        send = self._item.config.stash.get(SEND, None)
        if send is not None:
            send(
                ScenarioProgress(
                    self._item.nodeid, scenario, found.explored, found.known, self._broken, share, self._total
                )
            )
