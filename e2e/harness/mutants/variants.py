"""Variants: the reference widget with a few lines changed, as a unified diff below a head that says what for.

    why: softphones hold the microphone themselves

    --- a/reconcile.js
    +++ b/reconcile.js
    @@ -46,3 +46,3 @@
       return {
    -    leg: leg?.id ?? null,
    +    leg: leg && snapshot.participants[0].id,
         state: leg ? 'connected' : ringing ? 'ringing' : mine.length ? 'ended' : 'absent',

Lines above the diff that begin with `#` are comments. A variant as such is correct; one with a bug is a mutant (mutants.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .patch import STARTS, BadPatch, FilePatch, apply_patch, parse_patch

SUFFIX: Final = ".variant"


class BadVariant(ValueError):
    """The file of a variant or a mutant cannot be used; the message names it, the line, what is expected and what is near."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The patches that make it from the reference, and why people build it so."""

    name: str
    why: str
    patches: tuple[FilePatch, ...]

    @property
    def title(self) -> str:
        """`variant 'x'`, in messages."""
        return f"{type(self).__name__.lower()} '{self.name}'"

    def files(self, reference: Path) -> dict[str, bytes]:
        """The files that differ from those of the `reference` folder, by name. Raises BadVariant when a patch does not fit."""
        texts: dict[str, str] = {}
        for patch in self.patches:
            text = texts[patch.file] if patch.file in texts else self._text(reference, patch)
            try:
                texts[patch.file] = apply_patch(text, patch)
            except BadPatch as error:
                raise BadVariant(f"{self.title}, {error}") from error
        return {file: text.encode() for file, text in texts.items()}

    def _text(self, reference: Path, patch: FilePatch) -> str:
        path = reference / patch.file
        if not path.is_file():
            there = ", ".join(sorted(file.name for file in reference.iterdir()))
            raise BadVariant(f"{self.title}, line {patch.line}: no file {patch.file}; there is {there}")
        return path.read_text(encoding="utf-8")


def read_variant(path: Path) -> Variant:
    """The variant that a file describes. Raises BadVariant."""
    head, patches = parse_file(f"variant '{path.stem}'", path.read_text(encoding="utf-8"), ("why",))
    return Variant(path.stem, head["why"], patches)


def parse_file(
    title: str, text: str, keys: Sequence[str], optional: Sequence[str] = ()
) -> tuple[dict[str, str], tuple[FilePatch, ...]]:
    """The values of a file's head by key, and its patches. Raises BadVariant, whose message begins with `title`."""
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if line.startswith(STARTS)), len(lines))
    head = _parse_head(title, lines[:start], keys, optional)
    try:
        patches = parse_patch("\n".join(lines[start:]), start + 1)
    except BadPatch as error:
        raise BadVariant(f"{title}, {error}") from error
    if not patches:
        raise BadVariant(f"{title} changes nothing: it has no '--- a/file', '+++ b/file' with a hunk of changes")
    return head, patches


def _parse_head(title: str, lines: Sequence[str], keys: Sequence[str], optional: Sequence[str]) -> dict[str, str]:
    head: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        key, colon, value = line.partition(":")
        if not line.strip() or line.startswith("#"):
            continue
        if not colon or key not in (*keys, *optional) or key in head:
            known = ", ".join((*keys, *optional))
            raise BadVariant(f"{title}, line {number}: '{line}' is not one of {known}, each once")
        head[key] = value.strip()
    if lacking := [key for key in (*keys, *head) if not head.get(key)]:
        raise BadVariant(f"{title} lacks a value for: {', '.join(dict.fromkeys(lacking))}")
    return head
