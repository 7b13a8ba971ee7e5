"""Says what there is of a page that cannot be judged or described: a line each, the most likely cause first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from playwright.sync_api import Error, Page

from ..browser.blocked import BlockedRequest
from ..view.near import closest
from .in_vain import refused_frames, sign_in_hints
from .stage import Stage

_PRESSED = re.compile(
    r'^\s*- (button|switch|checkbox|link|menuitem|menuitemcheckbox) "((?:[^"\\]|\\.)*)"', re.MULTILINE
)
# What the button may be called, in English.
_LIKE: Final = ("mute", "unmute", "muted", "microphone", "mic", "mic on", "mic off")
_MOST: Final = 12  # names that a line lists
_FEW: Final = 3  # long texts that a line lists


def facts(stage: Stage, page: Page) -> Mapping[str, str]:
    """What may be the cause, by a word or two each; only what there is."""
    names = [] if page.is_closed() else list(controls_on(page))
    found = {
        "refused": _some(map(_served_by, stage.blocked.refused)),
        "not found": _some(stage.missing_files),
        "no operation": _some(_unknown_operations(stage)),
        "sign-in": _some(sign_in_hints(stage)),
        "page error": _some(
            str(moment.data.get("message")) for moment in stage.timeline.moments if moment.kind == "error"
        ),
        "console": "" if page.is_closed() else _some(_console_errors(page)),
        "asked": ", ".join(dict.fromkeys(_asked(stage))) or "Genesys for nothing",
        "on the page": _listed([f'{role} "{name}"' for role, name in names]) or "nothing that can be pressed",
        "near": ", ".join(f'{role} "{name}"' for role, name in names if closest(name.lower(), _LIKE)),
        "frames": "" if page.is_closed() else _some(refused_frames(stage, page)),
    }
    return {word: text for word, text in found.items() if text}


def lines(given: Mapping[str, str]) -> list[str]:
    """The facts as indented lines."""
    return [f"  {word:<12} {text}" for word, text in given.items() if text]


def controls_on(page: Page) -> Iterator[tuple[str, str]]:
    """Yield the role and accessible name of each control that can be pressed on a page and in its frames."""
    for frame in page.frames:
        try:
            tree = frame.locator("body").aria_snapshot()
        except Error:
            continue  # the frame is gone, or has no body
        for role, name in _PRESSED.findall(tree):
            yield role, name.replace('\\"', '"')


def _served_by(refused: BlockedRequest) -> str:
    """A refused request, with the line that would serve it if a folder can."""
    line = (
        f': [reach.folders] "{refused.host}" = "FOLDER"' if refused.why.endswith("a folder can answer for it") else ""
    )
    return f"{refused}{line}"


def _some(texts: Iterator[str] | tuple[str, ...]) -> str:
    return "; ".join(list(dict.fromkeys(texts))[:_FEW])


def _listed(texts: list[str]) -> str:
    return ", ".join(texts[:_MOST]) + (" …" if len(texts) > _MOST else "")


def _unknown_operations(stage: Stage) -> Iterator[str]:
    """What the page asked Genesys for and what is none of its operations, with the nearest."""
    for entry in stage.genesys.journal():
        if entry.kind == "arrived" and entry.data.get("probe") and not entry.data.get("operation"):
            hints = entry.data.get("hints") or ()
            near = "; ".join(map(str, hints)) if isinstance(hints, (tuple, list)) else ""
            yield f"{entry.data['method']} {entry.data['path']}" + (f": {near}" if near else "")


def _asked(stage: Stage) -> Iterator[str]:
    for entry in stage.genesys.journal():
        if entry.kind == "arrived" and entry.data.get("probe") and entry.data.get("operation"):
            yield str(entry.data["operation"])


def _console_errors(page: Page) -> Iterator[str]:
    """The errors that the page wrote to the console itself; what the browser writes of a request stands elsewhere."""
    for message in page.console_messages():
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            yield message.text.splitlines()[0]
