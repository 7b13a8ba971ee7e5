"""What the keys of a widget.toml take, and what can be wrong with it."""

from __future__ import annotations

import re
from typing import Any, Final

from ..validating import NUMBER, WHOLE, Kind
from ..widget import OpeningStep, Policy
from . import address


def _wrong_number(value: float) -> str:
    return "" if value > 0 else f"more than 0 is expected, not {value}"


def _wrong_address(value: str) -> str:
    return "; ".join(address.unknown(value))


def _wrong_selector(value: str) -> str:
    return "; ".join(address.unknown(value, address.OF_THE_WORLD))


def _wrong_class(value: str) -> str:
    return "" if re.fullmatch(r"[^\s.#]+", value) else f"one word without a dot is expected, not '{value}'"


def _wrong_regex(value: str) -> str:
    if re.fullmatch(r"/.+/[a-z]*", value):
        return (
            f"a regular expression stands without slashes, and its case never counts: '{value[1 : value.rfind('/')]}'"
        )
    if "(?P" in value or re.search(r"\(\?[aiLmsux-]+[:)]|\\[AZ]", value):
        return f"'{value}' is Python's own; only what JavaScript reads alike can be used"
    try:
        re.compile(value)
    except re.error as error:
        return f"'{value}' is no regular expression: {error}"
    return ""


def _wrong_operations(value: list[Any]) -> str:
    return "" if value else f"one operation id or more is expected: {', '.join(sorted(Policy().operations))}"


ADDRESS: Final = Kind("an address in quotes", (str,), wrong=_wrong_address)
FOLDER: Final = Kind("a folder in quotes", (str,))
FOLDERS: Final = Kind("a table of folders by host", (dict,), str)
ROLE: Final = Kind("a role in quotes", (str,))
REGEX: Final = Kind("a regular expression in quotes", (str,), wrong=_wrong_regex)
CSS: Final = Kind("a CSS selector in quotes", (str,), wrong=_wrong_selector)
CLASS: Final = Kind("one word in quotes", (str,), wrong=_wrong_class)
CHOICE: Final = Kind("one of a few words in quotes", (str,))
OPERATIONS: Final = Kind("a list of texts in quotes", (list,), str, wrong=_wrong_operations)
JS: Final = Kind("a JavaScript expression in quotes", (str,))  # reading.py has it read by Node.js
SETTINGS: Final = Kind("a table of settings", (dict,))  # genesys.py knows which
COUNT: Final = Kind(WHOLE.takes, WHOLE.types, wrong=_wrong_number)
SECONDS: Final = Kind(NUMBER.takes, NUMBER.types, wrong=_wrong_number)


# ---- what the agent does before the page shows the call

_STEP: Final = re.compile(r"""(?P<verb>click|choose|type|press) '(?P<what>[^']+)'(?: in '(?P<label>[^']+)')?""")


def opening_step(text: str) -> OpeningStep:
    """The step that a text says, which `STEPS` has found right."""
    found = _STEP.fullmatch(text.strip())
    assert found is not None, text
    return OpeningStep(found["verb"], found["what"], found["label"] or "")  # type: ignore[arg-type]  # one of the four


def _wrong_steps(steps: list[str]) -> str:
    for step in steps:
        found = _STEP.fullmatch(step.strip())
        if found is None:
            return f"'{step}' is no step; {_STEPS}"
        if (found["verb"] in ("choose", "type")) != (found["label"] is not None):
            return f"'{step}': choose and type say in which field, click and press do not; {_STEPS}"
    return ""


_STEPS: Final = "a step is click 'NAME', choose 'OPTION' in 'LABEL', type 'TEXT' in 'LABEL' or press 'KEY'"
STEPS: Final = Kind("a list of steps", (list,), str, _wrong_steps)
