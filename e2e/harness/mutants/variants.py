"""Variants: the reference widget with a few lines changed, as a text file that says what for.

    why: softphones hold the microphone themselves

    --- reconcile.js
    <<<<<<<
        leg: leg?.id ?? null,
    =======
        leg: leg && snapshot.participants[0].id,
    >>>>>>>

The lines above `=======` must stand in the reference's file exactly once; the lines below take their place. Lines that
begin with `#` are comments. A variant as such is correct; one with a bug is a mutant (mutants.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..view.near import closest

SUFFIX: Final = ".variant"
_BLOCK: Final = ("<<<<<<<", "=======", ">>>>>>>")
_OLD, _BETWEEN, _NEW = _BLOCK
_FILE: Final = "--- "


class BadVariant(ValueError):
    """The file of a variant or a mutant cannot be used; the message names it, the place and what is near."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Whole lines of one file, and the lines that take their place."""

    file: str
    old: str
    new: str
    line: int  # of the variant's file, where it begins


@dataclass(frozen=True, slots=True)
class Variant:
    """The edits that make it of the reference, and why people build it so."""

    name: str
    why: str
    edits: tuple[Edit, ...]

    @property
    def title(self) -> str:
        """`variant 'x'`, in messages."""
        return f"{type(self).__name__.lower()} '{self.name}'"

    def files(self, reference: Path) -> dict[str, bytes]:
        """The files that differ from those of the `reference` folder. Raises BadVariant when an edit does not fit."""
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
            raise BadVariant(f"{self.title}, line {edit.line}: no file {edit.file}; there is {there}")
        return path.read_text(encoding="utf-8")

    def _applied(self, text: str, edit: Edit) -> str:
        lines, old = text.splitlines(keepends=True), edit.old.splitlines(keepends=True)
        places = [place for place in range(len(lines)) if lines[place : place + len(old)] == old]
        if len(places) == 1:
            return "".join([*lines[: places[0]], edit.new, *lines[places[0] + len(old) :]])
        found = f"is there {len(places)} times" if places else "is not there"
        what = f"{self.title}, line {edit.line}: this must stand in {edit.file} exactly once and {found}:"
        raise BadVariant(f"{what}\n{edit.old}{'' if places else _near(text, edit.old)}".rstrip())


def read_variant(path: Path) -> Variant:
    """One variant file. Raises BadVariant."""
    header, edits = parts(f"variant '{path.stem}'", path.read_text(encoding="utf-8"), ("why",))
    return Variant(path.stem, header["why"], edits)


def parts(
    title: str, text: str, words: Sequence[str], optional: Sequence[str] = ()
) -> tuple[dict[str, str], tuple[Edit, ...]]:
    """What a file says above its edits, by these words, and the edits. Raises BadVariant, whose message begins with `title`."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith("#")]
    start = next((place for place, (_, line) in enumerate(lines) if line.startswith(_FILE)), len(lines))
    header = _header(title, lines[:start], words, optional)
    edits = tuple(_edits(title, lines[start:]))
    if not edits:
        raise BadVariant(f"{title} changes nothing: it has no '--- file' with a block of changes")
    return header, edits


def _near(text: str, old: str) -> str:
    """The lines of the file that are most like those which are not there."""
    lines = text.splitlines()
    missing = [line for line in old.splitlines() if line not in lines]
    likes = [like for line in missing if (like := closest(line, lines, 0.5))]
    shown = [f"  {lines.index(like) + 1}: {like}" for like in dict.fromkeys(likes)]
    return "near it:\n" + "\n".join(shown) if shown else "nothing there is like it"


def _header(
    title: str, lines: Sequence[tuple[int, str]], words: Sequence[str], optional: Sequence[str]
) -> dict[str, str]:
    header: dict[str, str] = {}
    for number, line in lines:
        word, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or word not in (*words, *optional) or word in header:
            known = ", ".join((*words, *optional))
            raise BadVariant(f"{title}, line {number}: '{line}' is not one of {known}, each once")
        header[word] = value.strip()
    if lacking := [word for word in (*words, *header) if not header.get(word)]:
        raise BadVariant(f"{title} does not say: {', '.join(dict.fromkeys(lacking))}")
    return header


def _edits(title: str, lines: Sequence[tuple[int, str]]) -> Iterator[Edit]:
    file, begun, texts = "", 0, [""]
    for number, line in lines:
        if begun and line in _BLOCK and (line != _BLOCK[len(texts)] or not texts[0]):
            break
        if begun and line == _NEW:
            yield Edit(file, texts[0], texts[1], begun)
            begun = 0
        elif begun and line == _BETWEEN:
            texts.append("")
        elif begun:
            texts[-1] += f"{line}\n"
        elif line == _OLD:
            begun, texts = number, [""]
        elif line.startswith(_FILE):
            file = line.removeprefix(_FILE).strip()
        elif line.strip():
            raise BadVariant(f"{title}, line {number}: '{line}' stands outside of a block")
    if begun:
        raise BadVariant(f"{title}, line {begun}: a block is {_OLD}, lines, {_BETWEEN}, lines, {_NEW}")
