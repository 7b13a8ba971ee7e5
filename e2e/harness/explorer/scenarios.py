"""Reads scenarios: short stories that lead into trouble, each with a world, scripts of people, faults and a horizon.

    supervisor-unmutes:  agent  clicks mute            Genesys  one_call
                         supervisor  unmutes agent     within 30 s

A scenario says what each person does, and in which order; the explorer chooses when, and what is in flight then. The built-in
scenarios are in scenarios.toml, those of a team in a file like it, with one table for each:

    [muted-by-a-robot]
    about = "an auto-mute robot and the agent want the opposite"
    agent = ["click mute"]
    supervisor = ["mute agent", "unmute agent"]
    faults = ["lose_response"]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ..view import validating
from ..view.near import near
from ..view.validating import FLAG, NUMBER, TABLE, TEXT, TEXTS, WHOLE, Key, Table

PAGES: Final = ("agent", "tab_2")  # those who use a page of the widget
OTHERS: Final = ("supervisor", "desk_phone", "second_tab", "colleague", "administrator", "network")
PERSONS: Final = (*PAGES, *OTHERS)


class BadScenario(ValueError):
    """A scenario cannot be used; the message names it, what is wrong, and what is near."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `scripts`: person → what this person does, in order; `faults`: those of which at most `budget` happen.

    Within `horizon` virtual seconds time is a step like others. `settings` are those of the mock.
    """

    name: str
    about: str
    scripts: Mapping[str, tuple[str, ...]]
    world: str = "one_call"
    faults: tuple[str, ...] = ()
    budget: int = 1
    horizon: float = 20.0
    settings: Mapping[str, Any] = field(default_factory=dict)
    signed_in: bool = True  # the page is opened with a token; otherwise it signs in first

    def without(self, step: str) -> Scenario:
        """The scenario without one line of a script, `supervisor#2`; the others keep their numbers. Raises BadScenario."""
        person, _, number = step.partition("#")
        lines = self.scripts.get(person, ())
        if not number.isdecimal() or not 1 <= int(number) <= len(lines):
            there = [f"{who}#{n}" for who, some in self.scripts.items() for n in range(1, len(some) + 1)]
            raise BadScenario(f"'{self.name}' has no step '{step}' to leave out; it has {', '.join(there)}")
        left = (*lines[: int(number) - 1], "", *lines[int(number) :])
        return replace(self, scripts={**self.scripts, person: left})

    def line(self, step: str) -> str:
        """The line of a script that is a step: of `supervisor#2`, the second line of the supervisor's script."""
        person, _, number = step.partition("#")
        return self.scripts[person][int(number) - 1]

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of all people, by their names in a schedule, without those that are left out."""
        return tuple(f"{who}#{n}" for who, lines in self.scripts.items() for n, line in enumerate(lines, 1) if line)

    @property
    def pages(self) -> tuple[str, ...]:
        """The people who have a page open at the beginning."""
        return tuple(person for person in PAGES if person == "agent" or person in self.scripts)


# ---- files of them


KEYS: Final = (
    Key("about", TEXT, "what it is about, in a line"),
    Key("world", TEXT, "the world in which it begins"),
    *(Key(person, TEXTS, "what this person does, in order") for person in PERSONS),
    Key("faults", TEXTS, "what may happen besides"),
    Key("budget", WHOLE, "how many of the faults happen at most"),
    Key("horizon", NUMBER, "for so many virtual seconds time is a step like others"),
    Key("settings", TABLE, "settings of the mock"),
    Key("signed_in", FLAG, "the page is opened with a token"),
)


def read_scenarios(path: Path) -> Mapping[str, Scenario]:
    """The scenarios of a TOML file, by name. Raises BadScenario, which lists every mistake of the file."""
    tables = validating.load(path, BadScenario)
    mistakes = [mistake for name, table in tables.items() for mistake in _mistakes(name, table)]
    if not tables:
        mistakes.append("it has no table, and each scenario is one")
    if mistakes:
        raise BadScenario(validating.listed(path, mistakes))
    return {name: _read(name, table) for name, table in tables.items()}


def _mistakes(name: str, table: Any) -> list[str]:
    if wrong := TABLE.mistake(table):
        return [f"{name}: {wrong}; a scenario is [{name}] with what each person does"]
    _, mistakes = validating.check(table, KEYS, f"[{name}] ")
    if not any(person in table for person in PERSONS):
        mistakes.append(f"[{name}] has nobody who does anything; people are {', '.join(PERSONS)}")
    return mistakes


def _read(name: str, table: Table) -> Scenario:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    scripts: dict[str, tuple[str, ...]] = {person: values.pop(person) for person in PERSONS if person in values}
    return Scenario(name, values.pop("about", name), scripts, **values)


def scenario_named(name: str, known: Mapping[str, Scenario]) -> Scenario:
    """The scenario of this name. Raises BadScenario, which names one that is near."""
    if name not in known:
        raise BadScenario(f"scenario '{name}' is {near(name, known)}")
    return known[name]


def read_schedule(text: str, known: Mapping[str, Scenario]) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario and the steps of a schedule, `name -supervisor#2: agent#1 request#8 …`. Raises BadScenario."""
    head, colon, steps = text.partition(":")
    name, *dropped = head.split() or [""]
    if not colon:
        raise BadScenario(
            f"'{text}' is no schedule: it is a scenario's name, a colon, and steps, such as 'one-click: agent#1'"
        )
    scenario = scenario_named(name, known)
    for word in dropped:
        if not word.startswith("-"):
            raise BadScenario(f"'{word}' before the colon of a schedule: what is left out begins with '-', as -{word}")
        scenario = scenario.without(word[1:])
    return scenario, tuple(steps.split())


SCENARIOS: Final = read_scenarios(Path(__file__).with_suffix(".toml"))  # the built-in ones
