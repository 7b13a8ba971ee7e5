"""A regression test that `--test` has written runs wherever it is, and fails when the widget breaks the promise again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from e2e.harness.explorer.player import Player
from e2e.harness.explorer.scenarios import read_scenarios
from e2e.harness.plugins.regression_test import source
from e2e.setup.command import E2E
from e2e.setup.places import ROOT

SCENARIOS = """
[of-a-file]
agent = ["click mute"]
supervisor = ["unmute agent"]
faults = ["never_apply"]
"""
SCHEDULE = "of-a-file -supervisor#1: never_apply"
# The widget that takes the 202 for the truth.
WIDGET = """
import pytest
from e2e.harness.mutants.mutants import read_mutant
from e2e.setup.places import FIXTURES
from e2e.harness.view.adapters import reference

@pytest.fixture
def widget(genesys_pages):
    mutant = read_mutant(FIXTURES / "mutants/2xx-as-truth.mutant")
    genesys_pages.mount(f"/mutants/{mutant.name}", FIXTURES / "widget", instead=mutant.files(FIXTURES / "widget"))
    return reference.mutant(mutant.name)
"""


def run(folder: Path, *tests: str) -> str:
    """What the command prints for these tests in a folder, after its set-up; its exit code comes last."""
    settings = ["-c", str(ROOT / "pyproject.toml"), "-p", "e2e.harness.plugins.command_line", "--suite=e2e"]
    command = [sys.executable, "-P", "-m", "pytest", *settings, *E2E.without, "-p", "no:cacheprovider", *tests]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    return f"{ran.stdout}{ran.stderr}{ran.returncode}"


def test_a_written_test_plays_the_scenario_of_its_file_on_the_widget_that_is_under_test(
    player: Player, tmp_path: Path
) -> None:
    scenarios = tmp_path / "scenarios.toml"
    scenarios.write_text(SCENARIOS, encoding="utf-8")
    race = player.replay(SCHEDULE, read_scenarios(scenarios))
    folder = tmp_path / "written"
    folder.mkdir()
    for name, widget in (("right", ""), ("wrong", WIDGET)):
        (folder / f"test_{name}.py").write_text(source(name, race, scenarios, folder) + widget, encoding="utf-8")
    printed = run(tmp_path, "written/test_right.py", "written/test_wrong.py")
    assert " 1 failed, 1 passed in " in printed
    assert "BROKEN never_falsely_muted in wrong" in printed
    assert "again:  python3 -m e2e written/test_wrong.py --headed --slow\n" in printed
    assert printed.endswith("1")
