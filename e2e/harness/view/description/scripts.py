"""Writes the JavaScript of a described widget: its description and what reads a page by it, shared by five functions."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

from .values import Description, Finder

VIEW: Final = "return view();"
CONTROL: Final = "return control(event);"
FIND: Final = "return find(name);"
WORDS: Final = "return known ? unread(known) : [...texts().keys()];"
EVIDENCE: Final = "return evidence(expired);"


def shared_script(description: Description, *, own: bool = False) -> str:
    """The code that VIEW, CONTROL, FIND, WORDS and EVIDENCE call. `own`: the description says whose button is meant."""
    parts = (_question(part) for part in ("selector.js", "words.js", "evidence.js"))
    return "\n".join((looking(description, own=own), *parts))


def looking(description: Description, *, own: bool = False) -> str:
    """The code that reads a page as this description says."""
    known = {
        "mute": _finder(description.mute),
        "login": _finder(description.login),
        "frame": description.frame,
        "shortcut": description.shortcut,
        "says": description.says,
        "own": own,
        "signs": {
            state: {"kind": sign.kind, "value": sign.value, "at": sign.at, "absent": sign.absent}
            for state, sign in description.signs.items()
        },
    }
    expressions = ", ".join(
        f"{state}: (control, all) => (\n{sign.value}\n)"
        for state, sign in description.signs.items()
        if sign.kind == "js"
    )
    return f"const description = {json.dumps(known)};\nconst expressions = {{ {expressions} }};\n{_source()}"


def _finder(finder: Finder) -> dict[str, object]:
    return {"roles": finder.roles, "name": finder.name, "css": finder.css}


@cache
def _source() -> str:
    return "\n".join(_question(part) for part in ("name.js", "look.js"))


@cache
def _question(part: str) -> str:
    return (files("e2e.harness.probe") / "questions" / part).read_text(encoding="utf-8")
