"""Every table and key that a widget.toml may have: what each takes, and what goes without saying.

The tables of e2e/README.md#descriptions are these, and so are the hints in error messages.
"""

from __future__ import annotations

from typing import Final, get_args

from mock_server.core.regions import ENVIRONMENTS

from ..reach import By
from ..validating import FLAG, TEXT, TEXTS, Key
from ..widget import Policy, Role
from .kinds import (
    ADDRESS,
    CHOICE,
    CLASS,
    COUNT,
    CSS,
    FOLDER,
    FOLDERS,
    JS,
    OPERATIONS,
    REGEX,
    ROLE,
    SECONDS,
    SETTINGS,
    STEPS,
)

_FEW: Final = 3  # words of a choice that a table names
ROLES: Final = get_args(Role)
BY: Final = get_args(By)


def takes(key: Key) -> str:
    """What may stand behind a key, for a table of keys: the words of a choice if they are few, else the kind."""
    if key.kind is CHOICE and len(key.choices) <= _FEW:
        return " or ".join(f"`{word}`" for word in key.choices)
    return key.kind.takes.removesuffix(" in quotes")


TOP: Final = (
    Key(
        "address",
        ADDRESS,
        "where the page is, with Genesys' placeholders; with `folder`, its file or route, and parameters",
        "`index.html` of `folder`",
    ),
    Key(
        "folder",
        FOLDER,
        "a folder to serve, from where this file is: at the root of an origin of its own, as a single-page app is served",
        "none",
    ),
    Key("name", TEXT, "what reports call the widget", "this file's"),
    Key("environment", CHOICE, "what stands for `{{gcTargetEnv}}`", "`mypurecloud.de`", ENVIRONMENTS),
    Key("language", TEXT, "what stands for `{{gcLangTag}}`", "`en-us`"),
    Key(
        "open",
        STEPS,
        "what the agent does when the page has loaded, before it shows the call: `click 'Start'`, `choose 'Line 1' in 'Line'`,"
        " `type '4711' in 'Station'`, `press 'Enter'`; what a page without a live call does not offer is passed over",
        "nothing",
    ),
    Key(
        "genesys",
        SETTINGS,
        'what your organisation does otherwise than the mock assumes: `accepted_body = "object"`, any of'
        " `hotmic settings`; a scenario's own win",
        "the mock's own",
    ),
)

MUTE: Final = (
    Key("role", ROLE, "role of the Mute button", "`button`, `switch`, `checkbox`, `menuitemcheckbox`", ROLES),
    Key("name", REGEX, "a part of its accessible name, whatever the case", "`mut(e|ing)`"),
    Key("css", CSS, "the selector that finds it, instead of role and name", "none"),
    Key("frame", CSS, "the iframe in which the widget is", "wherever the button is"),
    Key("shortcut", TEXT, "a key that does what a click does, such as `m` or `Space`", "none"),
    Key(
        "gesture",
        CHOICE,
        "a `click` toggles; or pressing it unmutes and letting it go mutes, `hold` to talk",
        "`click`",
        ("click", "hold"),
    ),
    Key("says", CSS, "the words about the microphone", "those on the button"),
)

LOGIN: Final = (
    Key("role", ROLE, "role of what an agent presses to sign in", "`button`, `link`", ROLES),
    Key(
        "name",
        REGEX,
        "a part of its accessible name",
        "`Sign in`, `Log in`, and what it is called in eleven other languages: `Anmelden`, `Se connecter`",
    ),
    Key("css", CSS, "the selector that finds it, instead of role and name", "none"),
)

REACH: Final = (
    Key(
        "by",
        CHOICE,
        "how it finds Genesys: in its `address`, by `{{gateway}}`; at Genesys' own `hosts`, which the mock answers; by the"
        " official SDK's `gateway`",
        "`address` with `{{gateway}}` in it, else `hosts`",
        BY,
    ),
    Key("environments", TEXTS, "with `hosts`: the regions that are answered, such as `mypurecloud.de`", "all"),
    Key("page", TEXT, "the origin at which `folder` is served, `https://widget.example`", "this machine's"),
    Key(
        "folders",
        FOLDERS,
        'what answers for other hosts: `"cdn.example/npm/jquery@3" = "node_modules/jquery"`',
        "none",
    ),
)

TOKEN: Final = (
    Key(
        "key",
        TEXT,
        "under this key the page keeps its access token; then stories begin signed in",
        "none",
        required=True,
    ),
    Key("store", CHOICE, "in local or in session storage", "`session`", ("local", "session")),
    Key("value", TEXT, "as this text, with `{{token}}`, `{{expires_in}}` (s), `{{expires_at}}` (ms)", "`{{token}}`"),
)

# What a table tells, and by what where it is left out. Each has one of SIGN's keys, and perhaps `at` and `absent`.
STATES: Final[dict[str, tuple[str, str]]] = {
    "muted": (
        "that the agent is muted",
        "pressed or checked, if it has such a state and a name like Mute, Stumm, Sourdine; else its name (Unmute, Muted)",
    ),
    "pending": ("that a change is not confirmed yet", "`aria-busy` on or around the button, or `muting` in its words"),
    "enabled": ("that the button can be pressed", "it is not disabled"),
    "alert": ("a refusal or another notice", "words that can be seen in an alert"),
    "call": ("that a live call is shown", "the button is there, unless it is off and the page says that no call is"),
}

SIGN: Final = (
    Key("pressed", FLAG, "the button's pressed or checked state is this (only for `muted`)"),
    Key("name", REGEX, "a part of the button's accessible name"),
    Key("attribute", TEXT, "an attribute that is there, `data-on`, or has a value, `data-state=on`"),
    Key("class", CLASS, "a class that is there"),
    Key("css", CSS, "an element that can be seen; for an alert its words are the notice"),
    Key("text", REGEX, "a part of the words that can be seen on the page"),
    Key("js", JS, "an expression that is true; `control` is the button, `all(css)` finds elements"),
)

SIGN_MORE: Final = (
    Key("at", CSS, "the element that has the attribute or class; the button by default", "the button"),
    Key("absent", FLAG, "true turns it round: the sign is that this is not so", "`false`"),
)

POLICY: Final = (
    Key(
        "request_per",
        CHOICE,
        "a click while a change is pending sends a request (gesture) or none (toggle)",
        "`toggle`",
        ("gesture", "toggle"),
    ),
    Key(
        "operations",
        OPERATIONS,
        "the operation ids by which it may mute",
        "`patchConversationsCallParticipant`, `patchConversationParticipant`",
        sorted(Policy().operations),
    ),
    Key("patience_seconds", SECONDS, "a wish is confirmed, refused or given up within this time", "20"),
    Key("recovery_seconds", SECONDS, "a lost or silent socket is noticed and made good within this time", "90"),
    Key(
        "renews_by_itself",
        FLAG,
        "an expired token is renewed without asking the agent; `false`: a login may be asked for",
        "`false`",
    ),
    Key(
        "reconnects_by_itself",
        FLAG,
        "a lost socket is made good; `false`: the page says so, and the button is dead until it is loaded again",
        "`true`",
    ),
    Key("near_seconds", SECONDS, "a timer that is due sooner may still change the view", "20"),
    Key("mutes_microphone", FLAG, "a mute silences the page's own microphone too, if it holds one", "`true`"),
    Key(
        "storm_requests",
        COUNT,
        "more requests of one kind than this, and one for each click and event, are a storm …",
        "10",
    ),
    Key("storm_window_seconds", SECONDS, "… within this time", "10"),
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
