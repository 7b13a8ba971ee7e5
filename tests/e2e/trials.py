"""Trials and verdicts made by hand."""

from datetime import date
from typing import Any

from e2e.harness.verdict import Acceptance, Breach, Counts, RunVerdict, Story, Trial

TODAY = date(2026, 6, 1)
RESULTS = {"h": Counts(held=3), "b": Counts(held=2, broken=1), "u": Counts(untested=3)}


def trial(scenario: str = "one-click", *, text: str = "1 clicks mute", **promises: str) -> Trial:
    """A scenario of three orders, in which promises held, broke or were untested: `never_stuck="b"`."""
    broken = tuple(Breach(promise, "why") for promise, result in promises.items() if result == "b")
    again = f'python3 -m e2e --schedule "{scenario}:"'
    stories = (Story(scenario, f"{scenario}: agent#1", again, broken, text),) if broken else ()
    counts = {promise: RESULTS[result] for promise, result in promises.items()}
    return Trial(scenario, "the agent mutes", "acme", counts, orders=3, extent="3 orders", stories=stories)


def verdict(*trials: Trial, accepts: tuple[Acceptance, ...] = (), **more: Any) -> RunVerdict:
    return RunVerdict(TODAY, "acme", trials=trials, accepts=accepts, **more)


def accept(promise: str, scenario: str = "", until: date = TODAY) -> Acceptance:
    return Acceptance(promise, "known", until, scenario)
