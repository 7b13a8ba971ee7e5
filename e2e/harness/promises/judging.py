"""What the promises share: findings and their verdict, questions about a view, and wrongs that last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..view.widget import Policy
from .context import MomentContext

Result = Literal["held", "broken", "untested"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A moment (its number) at which a promise was put to the test, and what is wrong there ("" for nothing).

    It is the moment of what did the wrong: a request that the page sent, a view that the agent saw. `click` is the moment of the
    click that the wrong is about, `proven` the later one at which it was certain; 0: there is none.
    """

    moment: int
    wrong: str = ""
    click: int = 0
    proven: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the description may be at fault and not the widget (`about`), and the line that would tell."""

    about: str
    line: str

    def __str__(self) -> str:
        return f"{self.line}   ({self.about})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one promise on one story; a broken one names the moment that broke it.

    One with a doubt is untested: it would be broken, unless the description lacks a line. `click` and `proven` are its finding's.
    """

    promise: str
    result: Result
    moment: int = 0
    why: str = ""
    doubt: Doubt | None = None
    click: int = 0
    proven: int = 0

    def __str__(self) -> str:
        return f"{self.result.upper()} {self.promise}" + (f": {self.why}" if self.why else "")


Check = Callable[[tuple[MomentContext, ...], Policy], Iterable[Finding]]


def verdict(name: str, findings: Iterable[Finding]) -> Verdict:
    """Conclude a promise from its findings: broken by the wrong one that happened first, else held if there are any."""
    found = tuple(findings)
    wrong = min((one for one in found if one.wrong), key=lambda one: one.moment, default=None)
    if wrong is not None:
        return Verdict(name, "broken", wrong.moment, wrong.wrong, click=wrong.click, proven=wrong.proven)
    return Verdict(name, "held" if found else "untested")


# ---- what a view shows


def word(muted: Any) -> str:
    return "MUTED" if muted else "UNMUTED"


def asked(wanted: bool) -> str:
    """Say what a click asked for."""
    return f"the click asked for {'muted' if wanted else 'unmuted'}"


def shown(view: Mapping[str, Any] | None) -> str:
    """Describe in one or two words what a view shows of the mute."""
    if view is None or view.get("muted") is None:
        return "no mute state"
    return word(view["muted"]) + (" (pending)" if view.get("pending") else "")


def warns(view: Mapping[str, Any] | None) -> bool:
    """Whether the view shows the agent that something is wrong: a notice, or a request to sign in."""
    return bool(view and (view.get("alert") or view.get("login")))


def claims(view: Mapping[str, Any] | None) -> bool:
    """Whether the agent will believe the mute state that the view shows: it shows a call or an enabled button, too."""
    return bool(view and view.get("muted") is not None and (view.get("call") or view.get("enabled")))


def has_mute_state(view: Mapping[str, Any] | None) -> bool:
    """Whether the view shows a mute state; a disabled button beside a request to sign in shows none, whatever its text."""
    return bool(view and view.get("muted") is not None and (view.get("enabled") or not view.get("login")))


def asks_for_reload(context: MomentContext, policy: Policy) -> bool:
    """Whether a widget that leaves reconnecting to the agent says so after a lost socket: a notice, a disabled button.

    Such a view claims nothing of the mute. Even so it may not show "muted" (never_falsely_muted).
    """
    view = context.view
    if policy.reconnects_by_itself or not context.socket_lost or view is None:
        return False
    return warns(view) and not view.get("enabled") and not view.get("pending")


# ---- at rest


def idle(context: MomentContext) -> bool:
    """Whether this is a stillness with nothing in flight."""
    return context.moment.kind == "rest" and not context.moment.data["in_flight"]


def quiet(context: MomentContext, policy: Policy) -> bool:
    """Whether this is a stillness with nothing in flight and no timer near."""
    timer = context.moment.data["next_timer"] if idle(context) else 0.0
    return timer is None or timer > policy.near_seconds


def lasting(
    story: tuple[MomentContext, ...], policy: Policy, wrong: Callable[[MomentContext], str]
) -> Iterator[Finding]:
    """Judge each stillness; a wrong counts if nothing more will happen, or if it lasts longer than the widget may take.

    Where the page's newest snapshot is outdated and the view agrees with it, the page cannot know better yet: it then gets
    the time in which it has to notice a dead socket. So does a deaf page whose view claims nothing. What is wrong after that
    is another wrong, which begins there.
    """
    excuses: dict[str, str] = {}  # page → why it gets more time for what is wrong now
    since: dict[str, float] = {}
    # page → the first stillness with nothing in flight at which it was wrong as it is now: the finding names it
    first: dict[str, int] = {}
    for context in story:
        if context.moment.kind != "rest":
            continue
        page, now, reason = context.moment.page, context.moment.now, wrong(context)
        if not reason:
            since.pop(page, None)
            first.pop(page, None)
            yield Finding(context.moment.n)
            continue
        excuse = _excuse(context)
        if excuses.get(page, excuse) != excuse:
            since.pop(page, None)
            first.pop(page, None)
        excuses[page] = excuse
        lasted = now - since.setdefault(page, now)
        if not idle(context):
            since[page] = now  # what is in flight may still correct it
            continue
        began = first.setdefault(page, context.moment.n)
        if lasted >= (policy.recovery_seconds if excuse else policy.patience_seconds) or (
            not excuse and quiet(context, policy)
        ):
            yield Finding(began, reason, proven=context.moment.n)


def _excuse(context: MomentContext) -> str:
    """Why a page cannot know better yet than its view shows: it is "misled", or "deaf" and claims nothing; "" if it can."""
    if context.outdated and _agrees(context):
        return "misled"
    view = context.view
    silent = view is not None and view.get("muted") is None and not view.get("enabled") and not view.get("pending")
    return "deaf" if context.deaf and silent else ""


def _agrees(context: MomentContext) -> bool:
    """Whether the view agrees with the page's newest snapshot."""
    view, snapshot = context.view, context.snapshot
    if view is None or snapshot is None:
        return False
    return not view.get("enabled") if snapshot.leg is None else view.get("muted") == snapshot.muted
