"""The address of a widget's page, with the placeholders that Genesys fills in for interaction widgets.

Source: help.mypurecloud.com, "Set up a custom interaction widget integration": {{gcConversationId}}, {{gcLangTag}},
{{gcTargetEnv}}, {{gcHostOrigin}}. Ours are `gateway`, the
address of the mock, and `token`, for widgets that take them as parameters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from ..near import closest
from ..widget import TOKEN

PLACEHOLDERS: Final = {
    "gcConversationId": "the id of the conversation that the agent has",
    "gcLangTag": "the agent's language, `en-us`",
    "gcTargetEnv": "the region of Genesys, `mypurecloud.com`",
    "gcHostOrigin": "the origin of the page that Genesys shows the widget in",
    "gateway": "the mock's own address, for a widget that takes it as a parameter",
    "user": "the agent's own user id",
    "participant": "the id of the agent's participant in the conversation, as the story begins",
    "communication": "the id of the agent's communication in it",
    "token": "an access token, for a widget that is given it; empty where a story begins with a login",
}
IN_A_TOKEN: Final = {
    "token": "the access token",
    "expires_in": "the seconds for which it is good",
    "expires_at": "when it ends, in milliseconds since 1970",
}
OF_THE_WORLD: Final = ("gcConversationId", "user", "participant", "communication")  # in selectors, values and steps too
DEFAULT: Final = (
    "index.html?conversationId={{gcConversationId}}&gcLangTag={{gcLangTag}}&gcTargetEnv={{gcTargetEnv}}"
    "&gcHostOrigin={{gcHostOrigin}}"
)
_PLACEHOLDER: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def unknown(text: str, known: Collection[str] = PLACEHOLDERS.keys()) -> list[str]:
    """What is wrong with the placeholders in a text, a line each."""
    return [_no_placeholder(name, known) for name in names(text) if name not in known]


def names(text: str) -> list[str]:
    """The placeholders that stand in a text."""
    return _PLACEHOLDER.findall(text)


def _no_placeholder(name: str, known: Collection[str]) -> str:
    near = closest(name, known, 0.4)
    there = f"did you mean {{{{{near}}}}}?" if near else f"there is {', '.join(known)}"
    return f"{{{{{name}}}}} is no placeholder; {there}"


def filled(address: str, values: Mapping[str, str]) -> str:
    """The address with every placeholder's value, percent-encoded; a token's stays, as TOKEN. Raises KeyError for another."""
    return replaced(address, {**{name: quote(value, safe="") for name, value in values.items()}, "token": TOKEN})


def replaced(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder's value as it is."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def is_absolute(address: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(_PLACEHOLDER.sub("x", address))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def host_of(address: str) -> str:
    """The host of an absolute address, in small letters."""
    return urlsplit(_PLACEHOLDER.sub("x", address)).hostname or ""


def file_of(address: str) -> str:
    """The file that a relative address names."""
    path = urlsplit(_PLACEHOLDER.sub("x", address)).path
    return f"{path}index.html" if not path or path.endswith("/") else path
