"""Hands over what the pages of a test asked for in vain, and lists missing files and refused sign-ins at the end of a run."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import pytest

from ..browser.blocked import as_property
from ..session.in_vain import sign_in_hints
from ..session.stage import Stage

PROPERTY: Final = "hotmic_asked_in_vain"  # the user property by which a test hands its lines to the summary
MISSING: Final = "not found: files that a page asked for"
SIGN_IN: Final = "sign-ins that Genesys refused"


class AskedInVain:
    """Collects the lines of all tests, on the controller of a distributed run."""

    def __init__(self) -> None:
        self.counted: dict[str, Counter[str]] = {MISSING: Counter(), SIGN_IN: Counter()}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Hands the lines of this test over, as a property of its report."""
        place = getattr(item, "funcargs", {}).get("place")
        if place is None or item.get_closest_marker("judges_itself"):
            return
        stage: Stage = place[0]
        if stage.blocked.refused:
            item.user_properties.append(as_property(stage.blocked.refused))
        lines = [(MISSING, line) for line in stage.missing_files] + [(SIGN_IN, hint) for hint in sign_in_hints(stage)]
        if lines:
            item.user_properties.append((PROPERTY, json.dumps(lines)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts what a test handed over."""
        if report.when != "teardown":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                for section, line in json.loads(str(value)):
                    self.counted[section][line] += 1

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Writes a section for each kind that there is."""
        for section, lines in self.counted.items():
            if lines:
                terminalreporter.section(section)
                for line, times in lines.most_common():
                    terminalreporter.line(f"{times} ×  {line}")
