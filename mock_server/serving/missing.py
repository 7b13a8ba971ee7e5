"""Notes the files that were asked for and are not there, each with what is near: a wrong base path, an older build."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from ..core.values import closest

_UNASKED: Final = "favicon.ico"  # a browser asks for it by itself
_MOST_FILES: Final = 5_000  # of a folder that are looked at
_MOST: Final = 100  # that are noted
_MOST_ABOVE: Final = 3  # folders around the one that is served that are looked into


class Missing:
    """What was asked for in vain: a line each, in the order in which it was first asked for. Any thread may read it."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()

    def note(self, name: str, folder: Path, prefix: str = "/") -> str:
        """Note that `folder`, which is served at `prefix`, has no file `name`; returns the line about it."""
        return self.add(f"no file {name} in {folder.name}, which is served at {prefix}{_near(name, folder)}", name)

    def add(self, line: str, path: str) -> str:
        """Note a line about a path; returns it."""
        if line not in self.lines and not path.endswith(_UNASKED) and len(self.lines) < _MOST:
            self.lines = (*self.lines, line)
        return line

    def clear(self) -> None:
        """Forget what was noted."""
        self.lines = ()


def _near(name: str, folder: Path) -> str:
    for above in folder.parents[:_MOST_ABOVE]:  # a page that asks for ../node_modules, say
        if (above / name).is_file():
            here = folder.relative_to(above).as_posix()
            return f"; it is in {above.name}: is that the folder to serve, with {here}/ in front of the address?"
    there = list(islice(_files(folder), _MOST_FILES))
    same = [file for file in there if f"/{name}".endswith(f"/{file}")]
    if same:
        there_is = max(same, key=len)
        return f"; {there_is} is there: was the page built for the path /{name.removesuffix(there_is)}?"
    named = [file for file in there if Path(file).name == Path(name).name]
    near = next(iter(named), "") or closest(name, there)
    return f"; near it is {near}" if near else ""


def _files(folder: Path) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "node_modules" and not name.startswith("."))
        yield from ((Path(here) / name).relative_to(folder).as_posix() for name in sorted(names))
