"""The address of a widget's page, with the placeholders that Genesys fills in for interaction widgets.

Source: help.mypurecloud.com, "Set up a custom interaction widget integration": {{gcConversationId}}, {{gcLangTag}},
{{gcTargetEnv}}, {{gcHostOrigin}}. `gateway` is ours: the address of the mock, for a widget that takes one as a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final
from urllib.parse import quote, urlsplit

PLACEHOLDERS: Final = {
    "gcConversationId": "the id of the conversation that the agent has",
    "gcLangTag": "the agent's language, `en-us`",
    "gcTargetEnv": "the region of Genesys, `mypurecloud.com`",
    "gcHostOrigin": "the origin of the page that Genesys shows the widget in",
    "gateway": "the mock's own address, for a widget that takes it as a parameter",
}
DEFAULT: Final = (
    "index.html?conversationId={{gcConversationId}}&gcLangTag={{gcLangTag}}&gcTargetEnv={{gcTargetEnv}}"
    "&gcHostOrigin={{gcHostOrigin}}"
)
_PLACEHOLDER: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def unknown(address: str) -> list[str]:
    """What is wrong with the placeholders, a line each."""
    return [_no_placeholder(name) for name in _PLACEHOLDER.findall(address) if name not in PLACEHOLDERS]


def _no_placeholder(name: str) -> str:
    near = get_close_matches(name, PLACEHOLDERS, n=1, cutoff=0.4)
    there = f"did you mean {{{{{near[0]}}}}}?" if near else f"there is {', '.join(PLACEHOLDERS)}"
    return f"{{{{{name}}}}} is no placeholder; {there}"


def filled(address: str, values: Mapping[str, str]) -> str:
    """The address with every placeholder's value, percent-encoded. Raises KeyError for a placeholder without one."""
    return _PLACEHOLDER.sub(lambda found: quote(values[found[1]], safe=""), address)


def is_absolute(address: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(_PLACEHOLDER.sub("x", address))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def file_of(address: str) -> str:
    """The file that a relative address names."""
    path = urlsplit(_PLACEHOLDER.sub("x", address)).path
    return f"{path}index.html" if not path or path.endswith("/") else path
