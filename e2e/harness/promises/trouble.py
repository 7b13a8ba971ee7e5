"""Promises about what a widget does when something goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..view.widget import Policy
from .context import MomentContext, Wish, loses_socket
from .judging import Finding, asked, asks_for_reload, claims, idle, lasting, quiet, shown, warns


def says_why(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """A refusal (401, 403, 404, 409, 429, 5xx, no answer) of what the agent asked for is visible to the agent.

    And a mute that was accepted and done is not shown as a refusal.
    """
    for start, context in enumerate(story):
        wish = context.wish
        if context.moment.kind == "received" and wish and wish.answered_at == context.moment.n:
            accepted = wish.answer.startswith("2")
            if accepted and _failed_unseen(story[:start], wish):
                continue  # a notice that comes now may be of that
            wrong = _false_notice(story[start:], wish) if accepted else _missing_reason(story[start:], wish)
            if wrong is not None:
                yield Finding(context.moment.n, wrong, wish.gesture)


def _missing_reason(later: tuple[MomentContext, ...], wish: Wish) -> str | None:
    """What the agent was not shown before the next click, "" if nothing; None when the story ends too early to judge."""
    wrong: str | None = None
    if wish.ended == "confirmed":
        return ""  # it came true before the answer: nothing was lost, whatever somebody does later
    for context in later:
        if context.moment.page != wish.page:
            continue
        if context.moment.kind == "gesture" and context.wish and context.wish.gesture == context.moment.n:
            break
        if context.snapshot and (context.snapshot.leg is None or context.snapshot.muted == wish.wanted):
            return ""  # it came true all the same
        if context.moment.kind not in ("view", "rest"):
            continue
        if warns(context.view) or (context.view and context.view.get("call") is False):
            return ""
        if idle(context) and context.view and not context.view.get("pending"):
            done = context.truth.muted == wish.wanted or context.truth.leg is None
            answered = f"{asked(wish.wanted)}; the request was answered {wish.answer}"
            wrong = "" if done else f"{answered}, and the agent was shown no reason"
    return wrong


def _failed_unseen(earlier: tuple[MomentContext, ...], wish: Wish) -> bool:
    """Whether the wish before this one was answered and never came true, and the agent was shown no notice since."""
    true: set[bool] = set()
    for context in reversed(earlier):
        if context.moment.page != wish.page:
            continue
        if context.view and context.view.get("alert"):
            return False
        true.add(context.truth.muted)
        before = context.wish
        if before and before.gesture != wish.gesture:
            return before.answer != "" and before.ended != "confirmed" and before.wanted not in true
    return False


def _false_notice(later: tuple[MomentContext, ...], wish: Wish) -> str | None:
    """A notice whose only cause is a 2xx, and that is still shown when the wish has come true; None if there is none."""
    appeared = False
    for context in later[1:]:
        if context.moment.page != wish.page:
            continue
        if context.moment.kind not in ("view", "rest"):
            if context.news in ("refusal", "gesture", "load") or (context.news and not appeared):
                return None
            continue
        alert = bool(context.view and context.view.get("alert"))
        if not appeared and alert and context.before and context.before.get("alert"):
            return None
        if not alert and (appeared or context.moment.kind == "rest"):
            return None
        appeared = alert
        if appeared and context.view and idle(context) and context.truth.muted == wish.wanted:
            return (
                f"the request was answered {wish.answer} and done, and the agent reads “{context.view.get('notice')}”"
            )
    return None


def never_stuck(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """While the call lives, the view does not stay pending at rest, and the button does not stay disabled."""

    def wrong(context: MomentContext) -> str:
        view, truth, snapshot = context.view, context.truth, context.snapshot
        if view is None or truth.leg is None or view.get("login") or (view.get("alert") and _excused(context)):
            return ""
        if snapshot is not None and snapshot.leg is None:
            return ""  # as its newest snapshot says: survives_the_socket judges whether the page should know better
        if asks_for_reload(context, policy) or (snapshot is None and not claims(view)):
            return ""  # what shows no call at all is judged by reads_the_call
        if view.get("pending"):
            return f"the view is still pending ({shown(view)}) and nothing is in flight"
        if view.get("enabled") or truth.held:
            return ""  # a widget may disable the button during hold
        return "the mute button is dead while the call lives"

    return lasting(story, policy, wrong)


def _excused(context: MomentContext) -> bool:
    """Whether the page can do nothing about it: Genesys asked it to wait, or has not sent it the state of the call."""
    return context.rate_limited or context.snapshot is None


def renews_or_asks(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """An expired token is renewed or a login asked for, once; the wish is not lost silently.

    By policy it is renewed without asking; if that is refused, asking is right. A login does not count as one if it will be
    refused each time because of what the page itself asks for.
    """
    for start, context in enumerate(story):
        moment, wrong = context.moment, None
        if moment.kind == "received" and moment.data.get("status") == 401:
            wrong = _after_401(story[start:], moment.page, policy)
        elif context.news == "load" and _SIGNED_IN.search(str(moment.data["url"])):
            wrong = _after_sign_in(story[start:], moment.page, policy)
        elif context.news == "load" and (refused := _NEVER_LET_IN.search(str(moment.data["url"]))):
            wrong = (
                f"the sign-in was refused ({refused[1]}), and will be each time: the page asks for what there is not"
            )
        if wrong is not None:
            yield Finding(moment.n, wrong)


_RENEWALS = frozenset({"getOauthAuthorize", "postOauthToken"})  # as a hidden iframe asks for it
_SIGNED_IN = re.compile(r"[?&#](code|access_token)=")  # the address to which a login returns, RFC 6749 4.1.2 and 4.2.2

# The refusals that are the page's own doing, RFC 6749 4.1.2.1; the others are the user's or the server's.
_NEVER_LET_IN = re.compile(
    r"[?&#]error=(invalid_request|unauthorized_client|unsupported_response_type|invalid_scope)\b"
)


def _after_401(later: tuple[MomentContext, ...], page: str, policy: Policy) -> str | None:
    outcome: str | None = None
    asked = later[0].view is not None and later[0].view.get("login")  # after another 401: this one tells nothing new
    tried = not policy.renews_by_itself or bool(asked)
    for context in later:
        moment = context.moment
        tried = tried or (moment.kind == "arrived" and moment.data.get("operation") in _RENEWALS)
        if moment.page != page:
            continue
        tried = tried or (moment.kind == "sent" and "/oauth/" in str(moment.data["url"]))
        if moment.kind in ("view", "rest") and context.view and context.view.get("login"):
            return (
                "" if tried else "the token had expired (401), and the agent is asked to sign in; it was to be renewed"
            )
        if moment.kind in ("leaving", "load") and context.replaces:
            return ""
        if moment.kind == "received" and str(moment.data.get("status", "")).startswith("2"):
            return ""
        if idle(context):
            outcome = "the token had expired (401); it was not renewed, and no login was asked for"
    return outcome


def _after_sign_in(later: tuple[MomentContext, ...], page: str, policy: Policy) -> str | None:
    """How an agent who has just signed in is asked again though nothing was refused; None when it cannot be judged."""
    outcome: str | None = None
    for context in later[1:]:
        moment = context.moment
        if moment.page != page:
            continue
        if context.news in ("refusal", "load") or (moment.kind == "leaving" and context.replaces):
            break
        if moment.kind == "rest" and quiet(context, policy):
            login = context.view is not None and context.view.get("login")
            outcome = (
                "the agent had just signed in and is asked to sign in again, though nothing was refused"
                if login
                else ""
            )
            if login:
                break
    return outcome


def survives_the_socket(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """After a lost, silent or closing socket the page learns what is true again: reconnected, re-subscribed, re-read.

    By policy it may leave that to the agent: it shows that the connection is lost, and disables its button.
    """
    lost_at: float | None = None
    behind: dict[str, float] = {}  # page → since when its newest snapshot is no longer true
    for context in story:
        moment, view = context.moment, context.view
        if loses_socket(context.moment):
            lost_at = moment.now if lost_at is None else lost_at
        if moment.kind != "rest" or lost_at is None or view is None or view.get("login") or context.snapshot is None:
            continue
        if not context.outdated:
            behind.pop(moment.page, None)
        since = max(lost_at, behind.setdefault(moment.page, moment.now)) if context.outdated else lost_at
        if not idle(context) or moment.now - since < policy.recovery_seconds:
            continue
        wrong = (
            context.outdated
            and not asks_for_reload(context, policy)
            and (context.truth.leg is None or view.get("muted") != context.truth.muted)
        )
        lasted = f"{moment.now - lost_at:.0f} s after the socket was lost"
        yield Finding(
            moment.n, f"{lasted} the view shows {shown(view)}; Genesys holds {context.truth}" if wrong else ""
        )


def quiet_page(story: tuple[MomentContext, ...], policy: Policy) -> Iterator[Finding]:
    """The page throws no error and leaves no rejection unhandled."""
    for context in story:
        data = context.moment.data
        if context.moment.kind == "error":
            yield Finding(context.moment.n, f"page error: {data.get('message')}")
        elif context.moment.kind == "rejection":
            yield Finding(context.moment.n, f"unhandled rejection: {data.get('reason')}")
        elif context.moment.kind == "load":
            yield Finding(context.moment.n)
