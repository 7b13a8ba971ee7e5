"""Proposes what to write where no Mute button was found: the lines by which a page is signed in to, or opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from e2e.setup.program import HOTMIC

from .concluding import Draft
from .writing import value, written

_MOST: Final = 4  # controls for which lines are proposed


def to_try(draft: Draft, controls: Iterable[tuple[str, str]], *, signed_in: bool) -> Iterator[str]:
    """Lines to print: a widget.toml as far as it is known, and what may be added, for each (role, name) that can be pressed.

    A page that has asked Genesys for something is signed in: then a press can only open something.
    """
    named = [(role, name) for role, name in dict.fromkeys(controls) if name][:_MOST]
    if not named:
        return
    yield f"  to try       write this into widget.toml, with one of the last lines, and run `{HOTMIC} describe widget.toml`:"
    keys = {table: found for table, found in draft.keys.items() if table in ("", "reach") or table in draft.given}
    known = [line for line in written(Draft({"": keys.pop("", {})}), "").splitlines() if line and line[0] != "#"]
    yield from (f"    {line}" for line in known)
    for role, name in named:
        if not signed_in and role in ("button", "link") and "login" not in draft.given:
            yield f"    login = {value({'name': name})}"
    for _, name in named:
        step = f"click '{name}'"
        yield f"    open = {value([step])}"
    yield from (f"    {line}" for line in written(Draft(keys), "").splitlines()[1:] if line)
