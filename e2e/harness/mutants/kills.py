"""Tabulates the mutants of a run: the promise that killed each, the scenario, and the smallest schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import pytest

from ..explorer.race import Race
from .mutants import SECTIONS, Mutant

PROPERTY = "hotmic_mutant"  # the user property in which a test passes its Kill to the table, across processes


@dataclass(frozen=True, slots=True)
class Kill:
    """One mutant and the promises that it broke: the one that it names comes first.

    Its scenario was explored for so many `schedules` and real `seconds`; `schedule` is the smallest order that was found.
    """

    mutant: str
    section: str
    breaks: str
    scenario: str
    broken: tuple[str, ...] = ()
    schedules: int = 0
    seconds: float = 0.0
    schedule: str = ""

    @classmethod
    def of(cls, mutant: Mutant, race: Race | None, schedules: int = 1, seconds: float = 0.0) -> Kill:
        """The kill of a mutant by a race; None: no race broke the promise."""
        broken = [verdict.promise for verdict in race.broken] if race else []
        broken.sort(key=lambda promise: promise != mutant.breaks)
        schedule = race.schedule if race else ""
        scenario = mutant.scenario.name
        return cls(mutant.name, mutant.section, mutant.breaks, scenario, tuple(broken), schedules, seconds, schedule)

    @property
    def survives(self) -> bool:
        """Whether the promise that the mutant names did not break."""
        return self.breaks not in self.broken

    def as_property(self) -> tuple[str, str]:
        """The kill as a user property of a test: a name and JSON."""
        return PROPERTY, msgspec.json.encode(self).decode()


class Kills:
    """A pytest plugin that collects the kills of a run and prints their table; in a distributed run, that of the controller."""

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown
        self.rows: list[Kill] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            kills = [value for name, value in report.user_properties if name == PROPERTY]
            self.rows += [msgspec.json.decode(str(value), type=Kill) for value in kills]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.rows and self.shown:
            terminalreporter.section("mutants")
            for line in table(self.rows, datetime.now(UTC).date()):
                terminalreporter.line(line)


def table(kills: Iterable[Kill], when: date) -> list[str]:
    """The lines of a Markdown table with a row for each mutant, by section and name, below a line that counts survivors."""
    ordered = sorted(kills, key=lambda kill: (SECTIONS.index(kill.section), kill.mutant))
    rows = [COLUMNS, *map(_cells, ordered)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [f"| {' | '.join(f'{cell:<{width}}' for cell, width in zip(row, widths, strict=True))} |" for row in rows]
    survivors = sum(kill.survives for kill in ordered)
    return [
        f"As of {when.isoformat()}: {len(ordered)} mutants, {survivors or 'none'} of which survived.",
        "",
        lines[0],
        f"|{'|'.join('-' * (width + 2) for width in widths)}|",
        *lines[1:],
    ]


COLUMNS: Final = ("mutant", "killed by", "scenario", "schedules", "seconds", "smallest schedule")


def _cells(kill: Kill) -> tuple[str, ...]:
    by = f"SURVIVES {kill.breaks}" if kill.survives else kill.breaks
    if kill.survives and kill.broken:
        by += f", though it breaks {', '.join(kill.broken)}"
    schedule = f"`{kill.schedule}`" if kill.schedule else "none"
    return f"`{kill.mutant}`", by, kill.scenario, f"{kill.schedules:9}", f"{kill.seconds:7.1f}", schedule
