"""What pages asked for in vain is counted over all tests of a run, a section for each kind."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from e2e.harness.plugins.asked_in_vain import MISSING, PROPERTY, SIGN_IN, AskedInVain

NO_FILE = "no file app.js in dist, which is served at /"
NO_GUID = "a client id is a GUID; this page sent 'my-app'"


class Terminal:
    """Takes what is written down."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def section(self, title: str) -> None:
        self.lines.append(f"== {title}")

    def line(self, text: str) -> None:
        self.lines.append(text)


def report(*lines: tuple[str, str], when: str = "teardown") -> Any:
    return SimpleNamespace(when=when, user_properties=[("other", "x"), (PROPERTY, json.dumps(lines))])


def written(*reports: Any) -> list[str]:
    plugin, terminal = AskedInVain(), Terminal()
    for one in reports:
        plugin.pytest_runtest_logreport(one)
    plugin.pytest_terminal_summary(terminal)
    return terminal.lines


def test_the_most_asked_for_comes_first() -> None:
    once, twice = report((MISSING, "no file a.png")), report((MISSING, NO_FILE), (SIGN_IN, NO_GUID))
    assert written(once, twice, twice) == [
        f"== {MISSING}",
        f"2 ×  {NO_FILE}",
        "1 ×  no file a.png",
        f"== {SIGN_IN}",
        f"2 ×  {NO_GUID}",
    ]


def test_a_test_is_counted_once_and_nothing_says_nothing() -> None:
    assert written(report((MISSING, NO_FILE), when="call")) == []
    assert written() == []
