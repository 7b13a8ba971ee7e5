"""Reads from a TOML file which broken promises a team accepts: each by name, with a reason and a last day.

[[accept]]
promise = "never_flickers"
scenario = "supervisor-unmutes"  # left out: in every scenario
reason = "the button flashes once; mended in 4.2, ticket 123"
until = 2026-12-31
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ..promises import PROMISES
from ..view import validating
from ..view.near import near
from ..view.validating import DAY, TABLE, TEXT, Key, Kind

ACCEPT: Final = Kind("a list of tables, each written [[accept]],", (list,))


class BadGate(ValueError):
    """A file of accepted breaches cannot be used; the message lists every mistake in it."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A known breach that is accepted up to and including the day `until`; `scenario` "" stands for every scenario.

    A test's parameters can be left out: `a_refused_mute_is_said` stands for each `a_refused_mute_is_said[…]`.
    """

    promise: str
    reason: str
    until: date
    scenario: str = ""

    def covers(self, promise: str, scenario: str) -> bool:
        return promise == self.promise and self.scenario in ("", scenario, scenario.partition("[")[0])

    def expired(self, today: date) -> bool:
        return today > self.until

    def __str__(self) -> str:
        return f"{self.promise} in {self.scenario or 'every scenario'}, until {self.until}: {self.reason}"


def read_gate(path: Path, scenarios: Collection[str]) -> tuple[Acceptance, ...]:
    """Read the accepted breaches of a file; `scenarios` are the known names. Raises BadGate, with every mistake in it."""
    table, mistakes = validating.check(validating.load(path, BadGate), [Key("accept", ACCEPT)])
    accepts = []
    for number, entry in enumerate(table.get("accept", []), 1):
        found = _mistakes(entry, scenarios, f"[[accept]] {number}")
        accepts += [] if found else [Acceptance(**entry)]
        mistakes += found
    mistakes += _twice(accepts)
    if mistakes:
        raise BadGate(validating.listed(path, mistakes))
    return tuple(accepts)


def _mistakes(entry: Any, scenarios: Collection[str], at: str) -> list[str]:
    if wrong := TABLE.mistake(entry):
        return [f"{at}: {wrong}"]
    return validating.check(entry, _keys(scenarios), f"{at}, ")[1]


def _keys(scenarios: Collection[str]) -> tuple[Key, ...]:
    def wrong(name: str) -> str:
        known = not name or name in scenarios or name.partition("[")[0] in scenarios  # a test's parameters may be there
        return "" if known else f"'{name}' is {near(name, scenarios)}"

    return (
        Key("promise", TEXT, "the promise that may be broken", choices=PROMISES.keys(), required=True),
        Key("scenario", Kind(TEXT.takes, TEXT.types, wrong=wrong, may_be_empty=True), "where, or everywhere"),
        Key("reason", TEXT, "why the breach is accepted", required=True),
        Key("until", DAY, "the last day on which the breach is accepted", required=True),
    )


def _twice(accepts: Collection[Acceptance]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    mistakes = []
    for one in accepts:
        if (one.promise, one.scenario) in seen:
            mistakes.append(f"{one.promise} in {one.scenario or 'every scenario'} is accepted twice")
        seen.add((one.promise, one.scenario))
    return mistakes
