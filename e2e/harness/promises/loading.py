"""The promise about what a page shows after it was loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..timeline.truth import Truth
from ..view.widget import Policy
from .context import MomentContext
from .judging import Finding, idle, warns

OPENING_SECONDS: Final = 5.0  # virtual seconds: so long an agent waits for a page to show the call


def has_opened(view: Mapping[str, Any] | None, truth: Truth) -> bool:
    """Whether a view shows the mute of the call on a button that works; during hold the button may be off."""
    return bool(view and view.get("muted") is not None and (view.get("enabled") or truth.held))


def reads_the_call(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """A page that is loaded during a call shows it by itself, within five seconds and before any event of the call.

    Not judged: a page that asks to sign in, one that says what is wrong, and one to which Genesys refused a request.
    """
    loaded: dict[str, Truth] = {}  # page → what was true when its document was loaded
    since: dict[str, float] = {}  # page → when nothing moved for the first time after that, or after a press
    for context in story:
        page, moment = context.moment.page, context.moment
        if context.news == "load":
            loaded[page] = context.truth
        if context.news == "load" or moment.kind == "gesture":  # it may be a press that the page asks for
            since.pop(page, None)
        elif context.news == "refusal":
            loaded.pop(page, None)
        if page not in loaded or moment.kind != "rest":
            continue
        began = since.setdefault(page, moment.now)
        if idle(context) and (finding := _judged(context, began, loaded[page])) is not None:
            del loaded[page]
            yield finding


def _judged(context: MomentContext, since: float, then: Truth) -> Finding | None:
    view, truth = context.view, context.truth
    if truth.leg is None or then.leg != truth.leg:
        return None
    if has_opened(view, truth):
        return Finding(context.moment.n)
    if warns(view) or context.moment.now - since < OPENING_SECONDS:
        return None
    lasted = f"{context.moment.now - since:.0f} s after it was loaded the page shows no call"
    return Finding(context.moment.n, f"{lasted}, though the agent is in one: it has to read the call when it loads")
