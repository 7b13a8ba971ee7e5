"""Mutants: the reference widget with one small bug each, as a variant that says what it is for.

    bug: the caller is muted and the agent stays audible
    why: the first participant is the agent in the examples that people copy
    breaks: one_click_one_right_patch
    schedule: one-click:
    section: request

`breaks` is the promise that must be found broken: when `schedule` is played, and when its scenario is explored. A mutant may
have a `hint`: words that the printed story of it must have, because they tell a developer what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..explorer.scenarios import SCENARIOS, BadScenario, Scenario, read_schedule
from ..promises import PROMISES
from ..view.near import meant
from .variants import BadVariant, Variant, parts

SUFFIX: Final = ".mutant"
HEADER: Final = ("bug", "why", "breaks", "schedule", "section")
SECTIONS: Final = ("request", "response", "event", "connection", "page", "thread")


@dataclass(frozen=True, slots=True)
class Mutant(Variant):
    """One bug: what the agent suffers, why people write it, what reveals it."""

    bug: str
    breaks: str
    schedule: str
    section: str
    hint: str = ""

    @property
    def scenario(self) -> Scenario:
        """The built-in scenario of its schedule, whole."""
        return SCENARIOS[read_schedule(self.schedule, SCENARIOS)[0].name]


def mutants(folder: Path) -> tuple[Mutant, ...]:
    """Every mutant of a folder, by section, then by name. Raises BadVariant."""
    read = [read_mutant(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    return tuple(sorted(read, key=lambda mutant: (SECTIONS.index(mutant.section), mutant.name)))


def read_mutant(path: Path) -> Mutant:
    """One mutant file. Raises BadVariant."""
    return parsed(path.stem, path.read_text(encoding="utf-8"))


def parsed(name: str, text: str) -> Mutant:
    """The mutant that a text describes. Raises BadVariant."""
    header, edits = parts(f"mutant '{name}'", text, HEADER, ("hint",))
    _known(name, "section", header["section"], SECTIONS)
    _known(name, "breaks", header["breaks"], PROMISES)
    try:
        read_schedule(header["schedule"], SCENARIOS)
    except BadScenario as error:
        raise BadVariant(f"mutant '{name}', schedule: {error}") from error
    return Mutant(name, edits=edits, **header)


def _known(name: str, word: str, value: str, known: Sequence[str] | Mapping[str, object]) -> None:
    if value not in known:
        raise BadVariant(f"mutant '{name}', {word}: there is no '{value}'; {meant(value, known)}")
