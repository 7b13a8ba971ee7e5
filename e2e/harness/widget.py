"""What an adapter says of one widget: the only place with selectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Locator, Page

Role = Literal["button", "switch", "checkbox", "link", "menuitem", "menuitemcheckbox"]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the pages and the API are: `http://localhost:PORT` and `http://127.0.0.1:PORT`."""

    page: str
    api: str


@dataclass(frozen=True, slots=True)
class Control:
    """Something that an agent presses, found as a screen reader finds it. `name` is a part of the accessible name."""

    role: Role
    name: str
    exact: bool = False

    def locate(self, page: Page) -> Locator:
        return page.get_by_role(self.role, name=self.name, exact=self.exact)


@dataclass(frozen=True, slots=True)
class Policy:
    """What this widget promises where correct widgets differ; promises read it."""

    request_per: Literal["gesture", "toggle"] = "toggle"  # a click while a change is pending sends a request, or none
    operations: frozenset[str] = frozenset({"patchConversationsCallParticipant", "patchConversationParticipant"})
    patience_seconds: float = 20.0  # a wish is confirmed, refused or given up within this time
    recovery_seconds: float = 90.0  # a lost or silent socket is noticed and made good within this time
    near_seconds: float = 20.0  # a timer that is due sooner may still change the view: the page is not at rest
    mutes_microphone: bool = (
        True  # a mute silences the page's own microphone too, if there is one; or Genesys alone does
    )
    storm_requests: int = 10  # more requests of one kind than this …
    storm_window_seconds: float = 10.0  # … within this time are a storm


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget under test.

    `view_script` is the body of a JavaScript function of `document` that returns the fields of a View, or null where
    the widget is not (another frame, a page that has not begun). `control_script` is the body of a function of `event`
    that returns the name of the control which this trusted click or keydown operates, or "": of the Enter that makes a
    click, the click counts and not the key.
    """

    name: str
    address: Callable[[Origins, str], str]  # (origins, conversation id) → URL of the page
    controls: Mapping[str, Control]
    view_script: str
    control_script: str
    policy: Policy = field(default_factory=Policy)

    def control(self, page: Page, name: str) -> Locator:
        """The control called `name`; raises KeyError naming those that there are."""
        if name not in self.controls:
            raise KeyError(f"the widget '{self.name}' has no control '{name}'; it has {', '.join(self.controls)}")
        return self.controls[name].locate(page)
