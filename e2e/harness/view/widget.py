"""Describes one widget to the harness: where its page is, how its controls are found, what it promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Frame, FrameLocator, Locator, Page

from mock_server.gateway.faults import MUTE

from .reach import Reach

TOKEN: Final = "{{token}}"  # in the address of a page that is given an access token there
Role = Literal["button", "switch", "checkbox", "link", "menuitem", "menuitemcheckbox"]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the pages and the API are: `http://localhost:PORT` and `http://127.0.0.1:PORT`, or as reach.Reach says.

    `site` is where a widget's own folder is, at the root. `environment` is the one of Genesys that the page is to use.
    """

    page: str
    api: str
    environment: str = "mypurecloud.de"
    site: str = "http://widget.localhost"


@dataclass(frozen=True, slots=True)
class Control:
    """Something that an agent presses, found as a screen reader finds it, or by a CSS selector.

    `name` is a part of the accessible name, or a regular expression. Of several frames it is in the first that has it;
    `frame`, the CSS selector of an iframe, says in which. Open shadow roots are looked into, closed ones cannot be.
    """

    role: Role | tuple[Role, ...] = "button"
    name: str | re.Pattern[str] = ""
    exact: bool = False
    css: str = ""
    frame: str = ""

    def locate(self, page: Page) -> Locator:
        frames = list(self._frames(page))
        if not frames:
            return self._in(page.frame_locator(self.frame))  # nothing, until there is such a frame
        found = (self._in(frame) for frame in frames[:-1])
        return next((locator for locator in found if locator.count()), self._in(frames[-1]))

    def count(self, page: Page) -> int:
        """How many there are, in all frames together."""
        return sum(self._in(frame).count() for frame in self._frames(page))

    def _frames(self, page: Page) -> Iterator[Frame]:
        for frame in page.frames:
            if not self.frame or (frame.parent_frame and frame.frame_element().evaluate(_MATCHES, self.frame)):
                yield frame

    def _in(self, frame: Frame | FrameLocator) -> Locator:
        if self.css:
            return frame.locator(f"css={self.css}").filter(visible=True)
        first, *more = (self.role,) if isinstance(self.role, str) else self.role
        locator = frame.get_by_role(first, name=self.name, exact=self.exact)
        for role in more:
            locator = locator.or_(frame.get_by_role(role, name=self.name, exact=self.exact))
        return locator.filter(visible=True) if more else locator


_MATCHES = "(element, css) => element.matches(css)"


@dataclass(frozen=True, slots=True)
class OpeningStep:
    """A press that a page asks for before it shows the call: `click` what is called so, `choose` or `type` in a field."""

    verb: Literal["click", "choose", "type", "press"]
    what: str  # an accessible name or words that can be seen; an option; a text; a key by Playwright's name
    label: str = ""  # of the field in which to choose or type

    def __str__(self) -> str:
        return f"{self.verb} '{self.what}'" + (f" in '{self.label}'" if self.label else "")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that Genesys gave the page: good for so many seconds, until `expires` (virtual seconds since 1970)."""

    value: str
    seconds: float
    expires: float


@dataclass(frozen=True, slots=True)
class Storage:
    """What the browser keeps for the page's origin: the texts of its localStorage and sessionStorage by key.

    `token` stands for TOKEN in the page's address, for a widget that is given it there.
    """

    local: Mapping[str, str] = field(default_factory=dict)
    session: Mapping[str, str] = field(default_factory=dict)
    token: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What this widget promises where correct widgets differ; promises read it."""

    request_per: Literal["gesture", "toggle"] = "toggle"  # a click while a change is pending sends a request, or none
    operations: frozenset[str] = frozenset(MUTE.split())  # by which it may mute
    patience_seconds: float = 20.0  # a click's change is confirmed, refused or given up within this time
    recovery_seconds: float = 90.0  # a lost or silent socket is noticed and replaced within this time
    renews_by_itself: bool = False  # an expired token is renewed, and no login asked for; or either
    reconnects_by_itself: bool = (
        True  # or a notice says that the socket is lost, and the button is off until the agent reloads
    )
    near_seconds: float = 20.0  # a timer that is due sooner may still change the view: the page is not at rest
    mutes_microphone: bool = True  # a mute silences the page's own microphone, too, if there is one; or Genesys alone
    storm_requests: int = 10  # more requests of one kind than this, and one for each click and event, …
    storm_window_seconds: float = 10.0  # … within this time are a storm
    gesture: Literal["click", "hold"] = "click"  # a click asks for the other state; or the button is held to talk


class CannotJudge(Exception):
    """There is nothing to judge: the widget did not load, or is not as described. The message says what to change."""


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget under test.

    `view_script` is the body of a JavaScript function of `document` that returns the fields of a View, or null where
    the widget is not (another frame, a page that has not begun). `control_script` is the body of a function of `event`
    that returns the name of the control which this trusted click or keydown operates, or "": of the Enter that makes a
    click, the click counts and not the key.

    `find_script`, if there is one, is the body of a function of `name` that returns the elements of the control of that name
    which can be seen in this document: a control is then found by it, which is quicker than a locator.

    `words_script`, if there is one, is the body of a function of `known`, a Set of texts: it returns the first text on the page
    that is not among them as {text, css}, or null; without `known` all texts. So a notice is found that no sign takes for one.

    `evidence_script`, if there is one, is the body of a function of `expired` (a token was refused) that returns what speaks for
    and against the description, as entries for the log, since it was called before: `place`, a selector of a sign that matches
    nothing, or does now; `alike`, several buttons of the kind of the one that is found; `login-like`, what may be a sign-in.

    `shared_script` is code that those five share: it stands in front of them, and runs once in each document.

    `session` says what the widget leaves in the browser when it has signed in, so that a test whose subject is something
    else can begin signed in. Without it each test signs in as an agent does.

    `remount_script`, if there is one, is the body of a function of `again` (1, 2 …) that starts the widget in a document whose
    body is as it was parsed, and returns a promise: many orders can then be played without loading the page for each.
    """

    name: str
    address: Callable[[Origins, str], str]  # (origins, conversation id) → URL of the page
    controls: Mapping[str, Control]
    view_script: str
    control_script: str
    policy: Policy = field(default_factory=Policy)
    folders: Mapping[str, Path] = field(default_factory=dict)  # path on Origins.page → a folder that is served there
    site: Path | None = None  # the folder that is served at the root of Origins.site
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the mock, in every world; a scenario's own win
    session: Callable[[AccessToken, Origins], Storage] | None = None
    reach: Reach = Reach()
    remount_script: str = ""
    shared_script: str = ""
    find_script: str = ""
    words_script: str = ""
    evidence_script: str = ""
    in_world: Callable[[Mapping[str, str]], Widget] | None = None  # ids of a world, by placeholder → the widget in it
    # States by whose sign's selector something was found in a story of this run: each story adds to it.
    matched: set[str] = field(default_factory=set, compare=False)
    imports: bool = True  # its pages may load more of their files when they want them, by import()
    opening: tuple[OpeningStep, ...] = ()  # made each time the page has been opened, before anything else

    def named(self, name: str) -> Control:
        """The control called `name`. Raises KeyError naming those that there are."""
        if name not in self.controls:
            raise KeyError(f"the widget '{self.name}' has no control '{name}'; it has {', '.join(self.controls)}")
        return self.controls[name]

    def control(self, page: Page, name: str) -> Locator:
        """The locator of the control called `name` on this page. Raises KeyError as `named` does."""
        return self.named(name).locate(page)
