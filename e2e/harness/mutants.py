"""Mutants: the reference widget with one small bug each, as a text file that says what it is for.

    bug: the caller is muted and the agent stays audible
    why: the first participant is the agent in the examples that people copy
    breaks: one_click_one_right_patch
    story: test_mute.test_mute
    section: request

    --- reconcile.js
    <<<<<<<
        leg: leg?.id ?? null,
    =======
        leg: leg && snapshot.participants[0].id,
    >>>>>>>

The lines above `=======` must stand in the reference's file exactly once; the lines below take their place. `breaks` is
the promise that must be found broken when `story`, a test of the suite, is played on the mutant. Lines that begin with
`#` are comments.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import pytest

from .promises import PROMISES

SUFFIX: Final = ".mutant"
HEADER: Final = ("bug", "why", "breaks", "story", "section")
SECTIONS: Final = ("request", "response", "event", "connection", "page", "thread")
_BLOCK: Final = ("<<<<<<<", "=======", ">>>>>>>")
_OLD, _BETWEEN, _NEW = _BLOCK
_FILE: Final = "--- "


class BadMutant(ValueError):
    """A mutant file cannot be used; the message names the mutant, the place and what is near."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Whole lines of one file, and the lines that take their place."""

    file: str
    old: str
    new: str
    line: int  # of the mutant file, where it begins


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug: what it is, why people write it, what reveals it, and the edits that make it."""

    name: str
    bug: str
    why: str
    breaks: str
    story: str
    section: str
    edits: tuple[Edit, ...]

    def files(self, reference: Path) -> dict[str, bytes]:
        """The files that differ from those of the `reference` folder. Raises BadMutant when an edit does not fit."""
        texts: dict[str, str] = {}
        for edit in self.edits:
            if edit.file not in texts:
                texts[edit.file] = self._text(reference, edit)
            texts[edit.file] = self._applied(texts[edit.file], edit)
        return {file: text.encode() for file, text in texts.items()}

    def _text(self, reference: Path, edit: Edit) -> str:
        path = reference / edit.file
        if not path.is_file():
            there = ", ".join(sorted(file.name for file in reference.iterdir()))
            raise BadMutant(f"mutant '{self.name}', line {edit.line}: no file {edit.file}; there is {there}")
        return path.read_text(encoding="utf-8")

    def _applied(self, text: str, edit: Edit) -> str:
        lines, old = text.splitlines(keepends=True), edit.old.splitlines(keepends=True)
        places = [place for place in range(len(lines)) if lines[place : place + len(old)] == old]
        if len(places) == 1:
            return "".join([*lines[: places[0]], edit.new, *lines[places[0] + len(old) :]])
        found = f"is there {len(places)} times" if places else "is not there"
        what = f"mutant '{self.name}', line {edit.line}: this must stand in {edit.file} exactly once and {found}:"
        raise BadMutant(f"{what}\n{edit.old}{'' if places else _near(text, edit.old)}".rstrip())


def _near(text: str, old: str) -> str:
    """The lines of the file that are most like those which are not there."""
    lines = text.splitlines()
    missing = [line for line in old.splitlines() if line not in lines]
    likes = [like for line in missing for like in get_close_matches(line, lines, n=1, cutoff=0.5)]
    shown = [f"  {lines.index(like) + 1}: {like}" for like in dict.fromkeys(likes)]
    return "near it:\n" + "\n".join(shown) if shown else "nothing there is like it"


# ---- reading


def mutants(folder: Path) -> tuple[Mutant, ...]:
    """Every mutant of a folder, by section, then by name. Raises BadMutant."""
    read = [read_mutant(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    return tuple(sorted(read, key=lambda mutant: (SECTIONS.index(mutant.section), mutant.name)))


def read_mutant(path: Path) -> Mutant:
    """One mutant file. Raises BadMutant."""
    return parsed(path.stem, path.read_text(encoding="utf-8"))


def parsed(name: str, text: str) -> Mutant:
    """The mutant that a text describes. Raises BadMutant."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith("#")]
    start = next((place for place, (_, line) in enumerate(lines) if line.startswith(_FILE)), len(lines))
    header = _header(name, lines[:start])
    edits = tuple(_edits(name, lines[start:]))
    if not edits:
        raise BadMutant(f"mutant '{name}' changes nothing: it has no '--- file' with a block of changes")
    return Mutant(name, **header, edits=edits)


def _header(name: str, lines: Sequence[tuple[int, str]]) -> dict[str, str]:
    header: dict[str, str] = {}
    for number, line in lines:
        word, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or word not in HEADER or word in header:
            raise BadMutant(f"mutant '{name}', line {number}: '{line}' is not one of {', '.join(HEADER)}, each once")
        header[word] = value.strip()
    if lacking := [word for word in HEADER if not header.get(word)]:
        raise BadMutant(f"mutant '{name}' does not say: {', '.join(lacking)}")
    _known(name, "section", header["section"], SECTIONS)
    _known(name, "breaks", header["breaks"], PROMISES)
    return header


def _known(name: str, word: str, value: str, known: Sequence[str] | Mapping[str, object]) -> None:
    if value not in known:
        near = get_close_matches(value, list(known), n=1)
        meant = f"did you mean '{near[0]}'?" if near else f"there is {', '.join(known)}"
        raise BadMutant(f"mutant '{name}', {word}: there is no '{value}'; {meant}")


def _edits(name: str, lines: Sequence[tuple[int, str]]) -> Iterator[Edit]:
    file, begun, parts = "", 0, [""]
    for number, line in lines:
        if begun and line in _BLOCK and (line != _BLOCK[len(parts)] or not parts[0]):
            break
        if begun and line == _NEW:
            yield Edit(file, parts[0], parts[1], begun)
            begun = 0
        elif begun and line == _BETWEEN:
            parts.append("")
        elif begun:
            parts[-1] += f"{line}\n"
        elif line == _OLD:
            begun, parts = number, [""]
        elif line.startswith(_FILE):
            file = line.removeprefix(_FILE).strip()
        elif line.strip():
            raise BadMutant(f"mutant '{name}', line {number}: '{line}' stands outside of a block")
    if begun:
        raise BadMutant(f"mutant '{name}', line {begun}: a block is {_OLD}, lines, {_BETWEEN}, lines, {_NEW}")


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

    Raises BadMutant.
    """
    named = _NAMED.fullmatch(mutant.story)
    if named is None:
        raise BadMutant(f"mutant '{mutant.name}', story: '{mutant.story}' is no module.test or module.test[case]")
    try:
        module = importlib.import_module(f"{package}.{named['module']}")
    except ModuleNotFoundError as error:
        raise BadMutant(f"mutant '{mutant.name}', story: there is no {package}/{named['module']}.py") from error
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
