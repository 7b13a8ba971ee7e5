"""What promises are made of: findings become a verdict; what a view says; a wrong that lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..view.widget import Policy
from .context import MomentContext

Result = Literal["held", "broken", "untested"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a premise came up (a moment's number), and what is wrong there ("" for nothing)."""

    moment: int
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise judged on one story; a broken one names the moment that broke it."""

    promise: str
    result: Result
    moment: int = 0
    why: str = ""

    def __str__(self) -> str:
        return f"{self.result.upper()} {self.promise}" + (f": {self.why}" if self.why else "")


Check = Callable[[tuple[MomentContext, ...], Policy], Iterable[Finding]]


def verdict(name: str, findings: Iterable[Finding]) -> Verdict:
    """Broken by the first finding that is wrong, held when there were findings, else untested."""
    last: Finding | None = None
    for last in findings:
        if last.wrong:
            return Verdict(name, "broken", last.moment, last.wrong)
    return Verdict(name, "held" if last else "untested")


# ---- what a view says


def word(muted: Any) -> str:
    return "MUTED" if muted else "UNMUTED"


def shown(view: Mapping[str, Any] | None) -> str:
    """One word or two for what a view says of the mute."""
    if view is None or view.get("muted") is None:
        return "no mute state"
    return word(view["muted"]) + (" (pending)" if view.get("pending") else "")


def speaks(view: Mapping[str, Any] | None) -> bool:
    """The view tells the agent that something is wrong: a notice, a login asked for."""
    return bool(view and (view.get("alert") or view.get("login")))


def claims(view: Mapping[str, Any] | None) -> bool:
    """The view speaks of a call, or offers a button: what it says of the mute will be believed."""
    return bool(view and view.get("muted") is not None and (view.get("call") or view.get("enabled")))


def says_something(view: Mapping[str, Any] | None) -> bool:
    """The view has a mute state; a dead button of one who is asked to sign in has none, whatever is written on it."""
    return bool(view and view.get("muted") is not None and (view.get("enabled") or not view.get("login")))


def resigned(context: MomentContext, policy: Policy) -> bool:
    """The socket is lost, this widget leaves it to the agent to reload, and says so: a notice beside a dead button.

    Nothing of the mute is claimed then; "muted" may not be read all the same (never_falsely_muted).
    """
    view = context.view
    if policy.reconnects_by_itself or not context.deaf or view is None:
        return False
    return speaks(view) and not view.get("enabled") and not view.get("pending")


# ---- at rest


def idle(context: MomentContext) -> bool:
    """A stillness with nothing in flight."""
    return context.moment.kind == "rest" and not context.moment.data["in_flight"]


def quiet(context: MomentContext, policy: Policy) -> bool:
    """An idle stillness with no timer near."""
    timer = context.moment.data["next_timer"] if idle(context) else 0.0
    return timer is None or timer > policy.near_seconds


def lasting(
    story: tuple[MomentContext, ...], policy: Policy, wrong: Callable[[MomentContext], str]
) -> Iterator[Finding]:
    """Findings at stillnesses: a wrong that is at rest, or lasts longer than the widget may take to mend it, counts.

    A view that agrees with all that the page was told has had no chance to know better: it is given the time in which a
    dead socket is to be noticed.
    """
    since: dict[str, float] = {}
    first: dict[str, int] = {}  # page → the stillness at which its present wrong began: what the finding points at
    for context in story:
        if context.moment.kind != "rest":
            continue
        page, now, reason = context.moment.page, context.moment.now, wrong(context)
        if not reason:
            since.pop(page, None)
            first.pop(page, None)
            yield Finding(context.moment.n)
            continue
        began = first.setdefault(page, context.moment.n)
        lasted = now - since.setdefault(page, now)
        misled = context.ignorant and _agrees(context)
        if not idle(context):
            since[page] = now  # what is on its way may still mend it
        elif lasted >= (policy.recovery_seconds if misled else policy.patience_seconds):
            yield Finding(began, reason)
        elif not misled and quiet(context, policy):
            yield Finding(began, reason)


def _agrees(context: MomentContext) -> bool:
    """The view is what the page was told."""
    view, told = context.view, context.told
    if view is None or told is None:
        return False
    return not view.get("enabled") if told.leg is None else view.get("muted") == told.muted
