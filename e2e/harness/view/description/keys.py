"""Every table and key that a widget.toml may have: what each takes, and what goes without saying.

The README's tables are these, and so are the hints in error messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from mock_server.core.regions import ENVIRONMENTS

from ..reach import By
from ..widget import Role

KeyKind = Literal[
    "text",
    "address",
    "folder",
    "role",
    "regex",
    "css",
    "word",
    "flag",
    "js",
    "number",
    "whole",
    "choice",
    "texts",
    "folders",
]

TAKES: Final[dict[str, str]] = {
    "text": "text in quotes",
    "address": "an address in quotes",
    "folder": "a folder in quotes",
    "role": "a role in quotes",
    "regex": "a regular expression in quotes",
    "css": "a CSS selector in quotes",
    "word": "one word in quotes",
    "flag": "true or false",
    "js": "a JavaScript expression in quotes",
    "number": "a number",
    "whole": "a whole number",
    "choice": "one of a few words in quotes",
    "texts": "a list of texts in quotes",
    "folders": "a table of folders by host",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it takes, what it says, what goes without saying, and (for a choice) the words there are."""

    name: str
    kind: KeyKind
    about: str
    default: str = ""
    choices: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """For a table of keys: what may stand there."""
        few = len(self.choices) <= _FEW
        words = " or ".join(f"`{word}`" for word in self.choices)
        return words if self.choices and few else TAKES[self.kind].removesuffix(" in quotes")


_FEW: Final = 3  # words of a choice that a table names
ROLES: Final = get_args(Role)
BY: Final = get_args(By)

TOP: Final = (
    Key(
        "address",
        "address",
        "where the page is, with Genesys' placeholders; with `folder`, its file and parameters",
        "`index.html` of `folder`",
    ),
    Key("folder", "folder", "a folder to serve, from where this file is", "none"),
    Key("name", "text", "what reports call the widget", "this file's"),
    Key("environment", "choice", "what stands for `{{gcTargetEnv}}`", "`mypurecloud.de`", ENVIRONMENTS),
    Key("language", "text", "what stands for `{{gcLangTag}}`", "`en-us`"),
)

MUTE: Final = (
    Key("role", "role", "role of the Mute button", "`button`, `switch`, `checkbox`, `menuitemcheckbox`", ROLES),
    Key("name", "regex", "a part of its accessible name, whatever the case", "`mut(e|ing)`"),
    Key("css", "css", "the selector that finds it, instead of role and name", "none"),
    Key("frame", "css", "the iframe in which the widget is", "wherever the button is"),
    Key("shortcut", "text", "a key that does what a click does, such as `m`", "none"),
    Key("says", "css", "the words about the microphone", "those on the button"),
)

LOGIN: Final = (
    Key("role", "role", "role of what an agent presses to sign in", "`button`, `link`", ROLES),
    Key("name", "regex", "a part of its accessible name", "`sign in|log ?in`"),
    Key("css", "css", "the selector that finds it, instead of role and name", "none"),
)

REACH: Final = (
    Key(
        "by",
        "choice",
        "how it finds Genesys: in its `address`, by `{{gateway}}`; at Genesys' own `hosts`, which the mock answers; by the"
        " official SDK's `gateway`",
        "`address` with `{{gateway}}` in it, else `hosts`",
        BY,
    ),
    Key("environments", "texts", "with `hosts`: the regions that are answered, such as `mypurecloud.de`", "all"),
    Key("page", "text", "the origin at which `folder` is served, `https://widget.example`", "this machine's"),
    Key(
        "folders",
        "folders",
        'what answers for other hosts: `"cdn.example/npm/jquery@3" = "node_modules/jquery"`',
        "none",
    ),
)

TOKEN: Final = (
    Key("key", "text", "under this key the page keeps its access token; then stories begin signed in", "none"),
    Key("store", "choice", "in local or in session storage", "`session`", ("local", "session")),
    Key("value", "text", "as this text, with `{{token}}`, `{{expires_in}}` (s), `{{expires_at}}` (ms)", "`{{token}}`"),
)

# What a table tells, and by what where it is left out. Each has one of SIGN's keys, and perhaps `at` and `absent`.
STATES: Final[dict[str, tuple[str, str]]] = {
    "muted": (
        "that the agent is muted",
        "pressed or checked, if the button has such a state; else its name (Unmute, Muted)",
    ),
    "pending": ("that a change is not confirmed yet", "`aria-busy` on or around the button, or `muting` in its words"),
    "enabled": ("that the button can be pressed", "it is not disabled"),
    "alert": ("a refusal or another notice", "words that can be seen in an alert"),
    "call": ("that a live call is shown", "the button is there, unless it is off and the page says that no call is"),
}

SIGN: Final = (
    Key("pressed", "flag", "the button's pressed or checked state is this (only for `muted`)"),
    Key("name", "regex", "a part of the button's accessible name"),
    Key("attribute", "text", "an attribute that is there, `data-on`, or has a value, `data-state=on`"),
    Key("class", "word", "a class that is there"),
    Key("css", "css", "an element that can be seen; for an alert its words are the notice"),
    Key("text", "regex", "a part of the words that can be seen on the page"),
    Key("js", "js", "an expression that is true; `control` is the button, `all(css)` finds elements"),
)

SIGN_MORE: Final = (
    Key("at", "css", "the element that has the attribute or class; the button unless told", "the button"),
    Key("absent", "flag", "true turns it round: the sign is that this is not so", "`false`"),
)

POLICY: Final = (
    Key(
        "request_per",
        "choice",
        "a click while a change is pending sends a request (gesture) or none (toggle)",
        "`toggle`",
        ("gesture", "toggle"),
    ),
    Key(
        "operations",
        "texts",
        "the operation ids by which it may mute",
        "`patchConversationsCallParticipant`, `patchConversationParticipant`",
    ),
    Key("patience_seconds", "number", "a wish is confirmed, refused or given up within this time", "20"),
    Key("recovery_seconds", "number", "a lost or silent socket is noticed and made good within this time", "90"),
    Key(
        "renews_by_itself",
        "flag",
        "an expired token is renewed without asking the agent; `false`: a login may be asked for",
        "`false`",
    ),
    Key(
        "reconnects_by_itself",
        "flag",
        "a lost socket is made good; `false`: the agent is told, and the button is dead until the page is loaded again",
        "`true`",
    ),
    Key("near_seconds", "number", "a timer that is due sooner may still change the view", "20"),
    Key("mutes_microphone", "flag", "a mute silences the page's own microphone too, if it holds one", "`true`"),
    Key(
        "storm_requests",
        "whole",
        "more requests of one kind than this, and one for each click and event, are a storm …",
        "10",
    ),
    Key("storm_window_seconds", "number", "… within this time", "10"),
)

TABLES: Final[dict[str, tuple[Key, ...]]] = {
    "": TOP,
    "mute": MUTE,
    "login": LOGIN,
    "reach": REACH,
    "token": TOKEN,
    "muted": (*SIGN, *SIGN_MORE),
    **dict.fromkeys([state for state in STATES if state != "muted"], (*SIGN[1:], *SIGN_MORE)),
    "policy": POLICY,
}
