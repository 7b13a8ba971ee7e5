"""The harness: it clicks, holds back and releases what is in flight, reads what the agent sees, and judges the story.

What tests and adapters need stands in `__all__`; it is imported when it is first asked for, so that a part without a
browser does not load Playwright.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .browser.isolation import Isolation, NotSealed
    from .plugins.conclusion import BrokenPromise
    from .promises import PROMISES, Verdict, judge
    from .session.agent import Agent, NoControl
    from .session.stage import Stage, WireControl
    from .stillness.stillness import NotStill
    from .stillness.virtual_time import VirtualTime
    from .timeline.timeline import Timeline
    from .view.description import load_widget
    from .view.reach import BadReach, Reach
    from .view.view import MUTED, MUTING, NO_CALL, NOTHING, UNMUTED, UNMUTING, View
    from .view.widget import AccessToken, CannotJudge, Control, Origins, Policy, Storage, Widget

_HOMES = {
    "AccessToken": "view.widget",
    "Agent": "session.agent",
    "BadReach": "view.reach",
    "BrokenPromise": "plugins.conclusion",
    "CannotJudge": "view.widget",
    "Control": "view.widget",
    "MUTED": "view.view",
    "MUTING": "view.view",
    "NOTHING": "view.view",
    "NO_CALL": "view.view",
    "NoControl": "session.agent",
    "NotSealed": "browser.isolation",
    "NotStill": "stillness.stillness",
    "Origins": "view.widget",
    "PROMISES": "promises",
    "Policy": "view.widget",
    "Reach": "view.reach",
    "Stage": "session.stage",
    "Storage": "view.widget",
    "Timeline": "timeline.timeline",
    "UNMUTED": "view.view",
    "UNMUTING": "view.view",
    "Verdict": "promises",
    "View": "view.view",
    "VirtualTime": "stillness.virtual_time",
    "Isolation": "browser.isolation",
    "Widget": "view.widget",
    "WireControl": "session.stage",
    "judge": "promises",
    "load_widget": "view.description",
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
    "Isolation",
    "Widget",
    "WireControl",
    "judge",
    "load_widget",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
