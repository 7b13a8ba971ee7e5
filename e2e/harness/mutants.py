"""Mutants: the reference widget with one small bug each, as a variant that says what it is for.

    bug: the caller is muted and the agent stays audible
    why: the first participant is the agent in the examples that people copy
    breaks: one_click_one_right_patch
    story: test_mute.test_mute
    section: request

`breaks` is the promise that must be found broken when `story`, a test of the suite, is played on the mutant. A mutant may
have a `hint`: words that the printed story of it must have, because they tell a developer what would be right.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import pytest

from .promises import PROMISES
from .variants import BadVariant, Variant, parts

SUFFIX: Final = ".mutant"
HEADER: Final = ("bug", "why", "breaks", "story", "section")
SECTIONS: Final = ("request", "response", "event", "connection", "page", "thread")


@dataclass(frozen=True, slots=True)
class Mutant(Variant):
    """One bug: what the agent suffers, why people write it, what reveals it."""

    bug: str
    breaks: str
    story: str
    section: str
    hint: str = ""


# ---- reading


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
    return Mutant(name, edits=edits, **header)


def _known(name: str, word: str, value: str, known: Sequence[str] | Mapping[str, object]) -> None:
    if value not in known:
        near = get_close_matches(value, list(known), n=1)
        meant = f"did you mean '{near[0]}'?" if near else f"there is {', '.join(known)}"
        raise BadVariant(f"mutant '{name}', {word}: there is no '{value}'; {meant}")


# ---- stories


@dataclass(frozen=True, slots=True)
class Story:
    """A test of the suite that is played on a mutant: the function, its parameters, and the marks that count for it."""

    function: FunctionType
    arguments: Mapping[str, Any]
    marks: tuple[pytest.Mark, ...]


_NAMED = re.compile(r"(?P<module>\w+)\.(?P<test>\w+)(\[(?P<case>.+)\])?")


def story_of(mutant: Mutant, package: str = "e2e") -> Story:
    """The test that the mutant names: `test_mute.test_mute`, or a case of it, `test_mute.test_key[Enter]`.

    Raises BadVariant.
    """
    named = _NAMED.fullmatch(mutant.story)
    if named is None:
        raise BadVariant(f"mutant '{mutant.name}', story: '{mutant.story}' is no module.test or module.test[case]")
    try:
        module = importlib.import_module(f"{package}.{named['module']}")
    except ModuleNotFoundError as error:
        raise BadVariant(f"mutant '{mutant.name}', story: there is no {package}/{named['module']}.py") from error
    tests = {word: value for word, value in vars(module).items() if word.startswith("test_")}
    _known(mutant.name, "story", named["test"], tests)
    function = tests[named["test"]]
    marks: tuple[pytest.Mark, ...] = tuple(getattr(function, "pytestmark", ()))
    cases = _cases(marks)
    others = tuple(mark for mark in marks if mark.name != "parametrize")
    if not cases and not named["case"]:
        return Story(function, {}, others)
    _known(mutant.name, "story's case", named["case"] or "", cases)
    arguments, more = cases[named["case"]]
    return Story(function, arguments, (*others, *more))


Case = tuple[dict[str, Any], tuple[pytest.Mark, ...]]


def _cases(marks: Sequence[pytest.Mark]) -> dict[str, Case]:
    """The cases of a test by pytest's id, as far as the suite has such: one name, plain values or pytest.param."""
    cases: dict[str, Case] = {}
    for name, items in (mark.args for mark in marks if mark.name == "parametrize"):
        for item in items:
            given = item if isinstance(item, _PARAM) else pytest.param(item)
            own = tuple(mark.mark if isinstance(mark, pytest.MarkDecorator) else mark for mark in given.marks)
            cases[str(given.id or given.values[0])] = {name: given.values[0]}, own
    return cases


_PARAM = type(pytest.param())
