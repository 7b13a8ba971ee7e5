"""What became of the mutants in a run: one line each, by which promise it was told from the reference."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from .mutants import SECTIONS, Mutant
from .promises import Verdict

PROPERTY = "hotmic_mutant"  # the user property by which a test hands its Kill to the table, across processes


@dataclass(frozen=True, slots=True)
class Kill:
    """One mutant and the promises that it broke, the one that it names first."""

    mutant: str
    section: str
    breaks: str
    story: str
    broken: tuple[str, ...]

    @classmethod
    def of(cls, mutant: Mutant, verdicts: tuple[Verdict, ...]) -> Kill:
        broken = [verdict.promise for verdict in verdicts if verdict.result == "broken"]
        broken.sort(key=lambda promise: promise != mutant.breaks)
        return cls(mutant.name, mutant.section, mutant.breaks, mutant.story, tuple(broken))

    @property
    def survives(self) -> bool:
        return self.breaks not in self.broken

    def as_property(self) -> tuple[str, str]:
        return PROPERTY, json.dumps(asdict(self))


class Kills:
    """The kills of a run, as pytest plugin: on the controller of a distributed one."""

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown
        self.rows: list[tuple[Kill, float]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                said: dict[str, Any] = json.loads(str(value))
                self.rows.append((Kill(**{**said, "broken": tuple(said["broken"])}), report.duration))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.rows and self.shown:
            terminalreporter.section("mutants")
            for line in table(self.rows):
                terminalreporter.line(line)


def table(rows: Iterable[tuple[Kill, float]]) -> list[str]:
    """mutant, section, story, seconds, killed by (the named promise first); survivors say what they should have broken."""
    ordered = sorted(rows, key=lambda row: (SECTIONS.index(row[0].section), row[0].mutant))
    cells = [("mutant", "section", "story", "seconds", "killed by")]
    for kill, seconds in ordered:
        broken = ", ".join(kill.broken)
        by = f"SURVIVES {kill.breaks}" + (f", though it breaks {broken}" if broken else "") if kill.survives else broken
        cells.append((kill.mutant, kill.section, kill.story, f"{seconds:7.2f}", by))
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = ["  ".join([*(f"{row[n]:<{widths[n]}}" for n in range(4)), row[4]]) for row in cells]
    survivors = sum(kill.survives for kill, _ in ordered)
    return [*lines, f"{len(ordered)} mutants, {survivors or 'none'} of which survived"]
