"""Mutants: the reference widget with one small bug each, as a variant whose head says what the bug is and what reveals it.

    bug: the caller is muted and the agent stays audible
    why: the first participant is the agent in the examples that people copy
    breaks: one_click_one_right_patch
    schedule: one-click:
    section: request

`breaks` is the promise that must be found broken: when `schedule` is played, and when its scenario is explored. A mutant may
have a `hint`: text that the printed story must contain, because it tells a developer what would be right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..explorer.scenarios import SCENARIOS, BadScenario, Scenario, read_schedule
from ..promises import PROMISES
from ..view.near import near
from .variants import BadVariant, Variant, parse_file

SUFFIX: Final = ".mutant"
KEYS: Final = ("bug", "why", "breaks", "schedule", "section")
SECTIONS: Final = ("request", "response", "event", "connection", "page", "thread")


@dataclass(frozen=True, slots=True)
class Mutant(Variant):
    """One bug: what the agent suffers from it, the promise that it breaks, and a schedule that reveals it."""

    bug: str
    breaks: str
    schedule: str
    section: str
    hint: str = ""

    @property
    def scenario(self) -> Scenario:
        """The built-in scenario of its schedule, with every step."""
        return SCENARIOS[read_schedule(self.schedule, SCENARIOS)[0].name]


def mutants(folder: Path) -> tuple[Mutant, ...]:
    """The mutants of a folder, sorted by section, then by name. Raises BadVariant."""
    read = [read_mutant(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    return tuple(sorted(read, key=lambda mutant: (SECTIONS.index(mutant.section), mutant.name)))


def read_mutant(path: Path) -> Mutant:
    """The mutant that a file describes. Raises BadVariant."""
    return parse_mutant(path.stem, path.read_text(encoding="utf-8"))


def parse_mutant(name: str, text: str) -> Mutant:
    """The mutant that the text of a file describes. Raises BadVariant."""
    head, patches = parse_file(f"mutant '{name}'", text, KEYS, ("hint",))
    _check_known(name, "section", head["section"], SECTIONS)
    _check_known(name, "breaks", head["breaks"], PROMISES)
    try:
        read_schedule(head["schedule"], SCENARIOS)
    except BadScenario as error:
        raise BadVariant(f"mutant '{name}', schedule: {error}") from error
    return Mutant(name, patches=patches, **head)


def _check_known(name: str, key: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise BadVariant(f"mutant '{name}', {key}: '{value}' is {near(value, known)}")
