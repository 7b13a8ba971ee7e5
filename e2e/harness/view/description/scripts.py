"""Writes the four JavaScript function bodies of a described widget: name.js and look.js with its description."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from .values import Description, Finder


def view_script(description: Description) -> str:
    """The body of a function of `document` that reads the fields of a View."""
    return f"{looking(description)}\nreturn view();"


def control_script(description: Description) -> str:
    """The body of a function of `event` that says which control it operates."""
    return f"{looking(description)}\nreturn control(event);"


def find_script(description: Description) -> str:
    """The body of a function of `name` that finds the elements of the control of that name."""
    return f"{looking(description)}\nreturn find(name);"


def words_script(description: Description) -> str:
    """The body of a function of `known`: the texts on the page that it lacks (the first, with its selector); null: all texts."""
    more = "\n".join(_question(part) for part in ("selector.js", "words.js"))
    return f"{looking(description)}\n{more}\nreturn known ? unread(known) : [...texts().keys()];"


def looking(description: Description) -> str:
    known = {
        "mute": _finder(description.mute),
        "login": _finder(description.login),
        "frame": description.frame,
        "shortcut": description.shortcut,
        "says": description.says,
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
