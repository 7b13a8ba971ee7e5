"""The harness: it clicks, holds back and releases what is in flight, reads what the agent sees, and judges the story.

What tests and adapters need stands in `__all__`; it is imported when it is first asked for, so that a part without a
browser does not load Playwright.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agent import Agent, NoControl
    from .clock import VirtualTime
    from .conclusion import BrokenPromise
    from .promises import PROMISES, Verdict, judge
    from .reach import BadReach, Reach
    from .stage import Stage, Wire
    from .stillness import NotStill
    from .timeline import Timeline
    from .view import MUTED, MUTING, NO_CALL, NOTHING, UNMUTED, UNMUTING, View
    from .way import NotSealed, Way
    from .widget import AccessToken, CannotJudge, Control, Origins, Policy, Storage, Widget

_HOMES = {
    "AccessToken": "widget",
    "Agent": "agent",
    "BadReach": "reach",
    "BrokenPromise": "conclusion",
    "CannotJudge": "widget",
    "Control": "widget",
    "MUTED": "view",
    "MUTING": "view",
    "NOTHING": "view",
    "NO_CALL": "view",
    "NoControl": "agent",
    "NotSealed": "way",
    "NotStill": "stillness",
    "Origins": "widget",
    "PROMISES": "promises",
    "Policy": "widget",
    "Reach": "reach",
    "Stage": "stage",
    "Storage": "widget",
    "Timeline": "timeline",
    "UNMUTED": "view",
    "UNMUTING": "view",
    "Verdict": "promises",
    "View": "view",
    "VirtualTime": "clock",
    "Way": "way",
    "Widget": "widget",
    "Wire": "stage",
    "judge": "promises",
}

__all__ = [
    "MUTED",
    "MUTING",
    "NOTHING",
    "NO_CALL",
    "PROMISES",
    "UNMUTED",
    "UNMUTING",
    "AccessToken",
    "Agent",
    "BadReach",
    "BrokenPromise",
    "CannotJudge",
    "Control",
    "NoControl",
    "NotSealed",
    "NotStill",
    "Origins",
    "Policy",
    "Reach",
    "Stage",
    "Storage",
    "Timeline",
    "Verdict",
    "View",
    "VirtualTime",
    "Way",
    "Widget",
    "Wire",
    "judge",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
