"""Parses unified diffs and applies them strictly: every unchanged and removed line must be in the file as the diff has it.

A hunk applies at the line that its header names, or else at the only place that has its lines, as with `git apply`: lines
that were added further up do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from unidiff.errors import UnidiffParseError
from unidiff.patch import PatchedFile, PatchSet

from ..view.near import closest

STARTS: Final = ("--- ", "diff --git ")  # the first line of a diff begins with one of these
_OUTSIDE: Final = (*STARTS, "+++ ", "index ", "@@ ", "#")  # and a line outside of a hunk with one of these
_FORMAT: Final = "A hunk is '@@ -line,count +line,count @@' and that many lines, each after ' ', '-' or '+'."


class BadPatch(ValueError):
    """A diff cannot be parsed or does not fit a file; the message begins with the number of the diff's line."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Consecutive lines of a file, and the lines that replace them; each ends with its line break."""

    start: int  # the line of the file that the first of `old` is, from 1, by the hunk's header
    old: tuple[str, ...]
    new: tuple[str, ...]
    numbers: tuple[int, ...]  # the diff's line that each of `old` is on


@dataclass(frozen=True, slots=True)
class FilePatch:
    """The hunks of one file, from the top of the file to its end."""

    file: str  # its path, relative to the folder that is patched
    line: int  # the diff's line that names it
    hunks: tuple[Hunk, ...]


def parse_patch(text: str, first: int = 1) -> tuple[FilePatch, ...]:
    """The patches of a unified diff, in its order. `first` is the number of its first line. Raises BadPatch."""
    lines = text.removesuffix("\n").split("\n")
    read = 0

    def counted() -> Iterator[str]:
        nonlocal read
        for line in lines:
            read += 1
            yield f"{line}\n"

    try:
        parsed = PatchSet(counted())
    except UnidiffParseError as error:
        raise BadPatch(f"line {first + read - 1}: {str(error).strip()}. {_FORMAT}") from error
    _check_that_nothing_is_ignored(parsed, lines, first)
    return tuple(_file_patch(file, first - 1) for file in parsed if file)


def apply_patch(text: str, patch: FilePatch) -> str:
    """The text of a file after its patch. Raises BadPatch when a hunk does not fit."""
    *whole, last = text.split("\n")
    lines = [f"{line}\n" for line in whole] + [last] * bool(last)
    patched: list[str] = []
    end = 0  # of the hunk before
    for hunk in patch.hunks:
        place = _place(patch.file, lines, hunk, end)
        patched += [*lines[end:place], *hunk.new]
        end = place + len(hunk.old)
    return "".join([*patched, *lines[end:]])


def _check_that_nothing_is_ignored(parsed: PatchSet, lines: Sequence[str], first: int) -> None:
    """The library passes over what it takes for remarks between hunks: a count that is too small would lose lines."""
    content = [line for file in parsed for hunk in file for line in hunk]
    inside = {line.diff_line_no for line in content if line.is_context or line.is_added or line.is_removed}
    for number, line in enumerate(lines, 1):
        if line.startswith("\\") and number not in inside:
            raise BadPatch(
                f"line {first + number - 1}: '{line}': a file ends with a line break before and after a patch"
            )
        if line.strip() and number not in inside and not line.startswith(_OUTSIDE):
            raise BadPatch(f"line {first + number - 1}: '{line}' is outside of a hunk. {_FORMAT}")


def _file_patch(file: PatchedFile, before: int) -> FilePatch:
    line = before + (file.diff_line_no or 0)
    if file.is_rename or not file.is_modified_file:
        raise BadPatch(
            f"line {line}: {file.path} would be added, removed or renamed; a patch changes files that are there"
        )
    hunks = []
    for hunk in file:
        old = list(hunk.source_lines())
        if not old:
            raise BadPatch(
                f"line {line}: a hunk for {file.path} has no line of that file, so that its place is not sure"
            )
        numbers = tuple(before + (line.diff_line_no or 0) for line in old)
        new = tuple(line.value for line in hunk.target_lines())
        hunks.append(Hunk(hunk.source_start, tuple(line.value for line in old), new, numbers))
    return FilePatch(file.path, line, tuple(hunks))


def _place(file: str, lines: Sequence[str], hunk: Hunk, end: int) -> int:
    """The index of the line that the hunk applies at, not above `end`. Raises BadPatch."""
    size = len(hunk.old)
    fits = [place for place in range(end, len(lines) - size + 1) if tuple(lines[place : place + size]) == hunk.old]
    if hunk.start - 1 in fits:
        return hunk.start - 1
    if len(fits) == 1:
        return fits[0]
    if not fits:
        raise BadPatch(_mismatch(file, lines, hunk, end))
    places = ", ".join(str(place + 1) for place in fits)
    raise BadPatch(
        f"line {hunk.numbers[0]}: this hunk fits {file} at lines {places}, and not at line {hunk.start}, which it names"
    )


def _mismatch(file: str, lines: Sequence[str], hunk: Hunk, end: int) -> str:
    """The first line that differs where most lines of the hunk are the same, what is there, and what is near."""

    def likeness(place: int) -> tuple[int, int]:
        same = sum(one == other for one, other in zip(hunk.old, lines[place:], strict=False))
        return same, -abs(place - hunk.start + 1)

    best = max(range(end, len(lines)), key=likeness, default=end)
    there = [*lines[best : best + len(hunk.old)], *[""] * len(hunk.old)]
    at = next(index for index, line in enumerate(hunk.old) if line != there[index])
    expected, found = hunk.old[at].rstrip("\n"), there[at].rstrip("\n")
    is_there = f"and it is\n{found}" if there[at] else "and the file has no such line"
    known = [line.rstrip("\n") for line in lines]
    like = closest(expected, known, 0.5)
    near = f"near it, line {known.index(like) + 1}:\n{like}" if like else f"no line of {file} is like it"
    message = f"line {hunk.numbers[at]}: expected line {best + at + 1} of {file} to be\n{expected}\n{is_there}"
    return message if like and like == found else f"{message}\n{near}"
