"""The values that a widget.toml gives, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..reach import Reach
from ..widget import CannotJudge, OpeningStep, Policy, Role

MUTE_ROLES: tuple[Role, ...] = ("button", "switch", "checkbox", "menuitemcheckbox")
MUTE_NAME = "mut(e|ing)"  # Mute, Unmute, Muted, Muting…
LOGIN_ROLES: tuple[Role, ...] = ("button", "link")
LOGIN_NAME = (
    "sign in|log ?in|anmelden|einloggen|^connexion|se connecter|iniciar sesi[oó]n|iniciar sess[aã]o|accedi|inloggen|aanmelden"
    "|logga in|logg inn|zaloguj|oturum aç|ログイン|サインイン|登录|登錄|로그인"
)


class BadDescription(CannotJudge):
    """A description cannot be used; the message has a line for each mistake: what, where, what is near, what to do."""


@dataclass(frozen=True, slots=True)
class Finder:
    """How a control is found: by role and accessible name (a part of it, whatever its case), or by a CSS selector."""

    roles: tuple[Role, ...]
    name: str  # regular expression that Python and JavaScript read alike
    css: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign on the page by which a state is recognised. `kind` is one of the keys of SIGN, `value` the value of that key.

    `at` is the CSS selector of the element that has the attribute or class ("": the mute control).
    """

    kind: str
    value: str
    at: str = ""
    absent: bool = False  # the state is recognised by the absence of the sign


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the page keeps its access token in the browser, and in which text."""

    key: str
    store: Literal["local", "session"] = "session"
    value: str = "{{token}}"


@dataclass(frozen=True, slots=True)
class Description:
    """One widget.toml."""

    name: str
    address: str  # with placeholders; relative to `folder` if there is one
    folder: Path | None = None
    environment: str = ""  # "": that of Origins
    language: str = "en-us"
    mute: Finder = Finder(MUTE_ROLES, MUTE_NAME)
    login: Finder = Finder(LOGIN_ROLES, LOGIN_NAME)
    frame: str = ""  # CSS selector of the iframe in which the widget is; "": wherever the control is found
    reach: Reach = Reach("hosts")
    token: tuple[Kept, ...] = ()  # none: the page signs in by itself, or finds a token in its address
    shortcut: str = ""  # a key that does what a click does
    says: str = ""  # CSS selector of the text about the microphone; "": that on the control
    opening: tuple[OpeningStep, ...] = ()  # presses that the page asks for before it shows the call
    signs: Mapping[str, Sign] = field(default_factory=dict)  # by field of a View: muted, pending, enabled, alert, call
    policy: Policy = field(default_factory=Policy)
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the mock, in every world
