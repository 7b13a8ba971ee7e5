"""Checks that the widget can be judged: opens it once in the plainest world, before its stories are played."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error, Page

from ..promises import acts_at_both_ends, matched_signs, unmatched_signs
from ..stillness.stillness import BadAdapter, NotStill
from ..view.view import View
from ..view.widget import CannotJudge, Control
from .agent import Agent, NoControl
from .diagnosis import facts, lines
from .opening import NotOpened, arrive
from .stage import Stage


def look(stage: Stage, page: Page) -> None:
    """Open the widget on an ordinary call, signing in if it asks, and check what is there. Raises CannotJudge."""
    agent = stage.agent(page)
    try:
        arrive(stage, agent)
        _served(stage, page)
        _signed_in(stage, agent, page)
        _found(stage, agent, page)
        _try_the_button(stage, agent, page)
    except NotOpened as error:
        raise CannotJudge(_lines(stage, page, str(error), change="open")) from error
    except BadAdapter as error:
        raise CannotJudge(_lines(stage, page, f"the widget cannot be read: {error}")) from error
    except NotStill as error:
        raise CannotJudge(_lines(stage, page, f"the page does not come to rest: {error}")) from error
    except Error as error:
        why = f"the page did not load: {error.message.splitlines()[0]}"
        raise CannotJudge(_lines(stage, page, why, change="address, or folder")) from error
    if not any(entry.data.get("probe") for entry in stage.genesys.journal() if entry.kind == "arrived"):
        why = "the widget asked Genesys for nothing: it did not reach the mock"
        raise CannotJudge(_lines(stage, page, why, change="how it reaches Genesys, or how it gets its token"))


def _served(stage: Stage, page: Page) -> None:
    status = page.evaluate("performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0")
    if status >= 400:
        raise CannotJudge(_lines(stage, page, f"the page was answered {status}", change="address, or folder"))


def _signed_in(stage: Stage, agent: Agent, page: Page) -> None:
    if agent.sees.login and not stage.widget.control(page, "mute").count():
        done = "it was handed a token" if stage.widget.session else "that was pressed"
        why = f"it asks to sign in; {done}, and it asks again"
        raise CannotJudge(_lines(stage, page, why, change="[login], or [token]"))


def _found(stage: Stage, agent: Agent, page: Page) -> None:
    control = stage.widget.controls["mute"]
    count = control.count(page)
    if count != 1:
        why = f"{count} controls are its Mute button, where one should be" if count else "no Mute button was found"
        raise CannotJudge(_lines(stage, page, why, looked_for=control, change=_key(control, several=count > 1)))
    if agent.sees.muted is None:
        why = "the Mute button is there, but nothing tells muted from unmuted"
        raise CannotJudge(_lines(stage, page, why, change=_muted_sign(agent.sees)))


def _muted_sign(seen: View) -> str:
    """The line to add: the agent is unmuted now, so that the button's state tells what pressed means."""
    if seen.pressed not in ("true", "false"):
        return "[muted]"
    word = "false" if seen.pressed == "true" else "true"
    return f"[muted] pressed = {word}, if the button shows rightly that the agent is unmuted"


def _try_the_button(stage: Stage, agent: Agent, page: Page) -> None:
    """Mute and unmute: is the button held to talk, and which signs are there only then, or while a change is pending?"""
    clicked = stage.widget.policy.gesture == "click"
    if clicked or any(unmatched_signs(stage.timeline)):
        with suppress(NoControl):
            agent.click()
            agent.click()
    if clicked and acts_at_both_ends(stage.timeline):
        why = "the button acts when it is pressed and again when it is let go: it is held to talk"
        raise CannotJudge(_lines(stage, page, why, change='[mute] gesture = "hold"'))
    stage.widget.matched.update(matched_signs(stage.timeline))


def _key(control: Control, *, several: bool) -> str:
    key = "[mute] css, or frame" if control.css else "[mute] role and name, css, or frame"
    row = "for the one of the agent's own call: css = '#row-{{gcConversationId}} button', or by {{participant}}"
    return f"{key}; {row}" if several else key


def _lines(stage: Stage, page: Page, why: str, *, looked_for: Control | None = None, change: str = "") -> str:
    """Write an error: what is wrong, what was looked for, the likely causes, what there is, what to change."""
    given = {
        "at": page.url,
        "looked for": about(looked_for) if looked_for else "",
        **facts(stage, page),
        "to change": change,
    }
    return "\n".join([f"could not judge {stage.widget.name}: {why}", *lines(given)])


def about(control: Control) -> str:
    """Describe how a control is looked for."""
    if control.css:
        what = f"one that can be seen and matches {control.css}"
    else:
        roles = (control.role,) if isinstance(control.role, str) else control.role
        name = control.name if isinstance(control.name, str) else control.name.pattern
        what = f"a {' or '.join(roles)} whose name has '{name}' in it"
    return what + (f", in {control.frame}" if control.frame else "")
