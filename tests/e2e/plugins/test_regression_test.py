"""What `--test NAME` writes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from e2e.harness.explorer.race import Race
from e2e.harness.explorer.scenarios import SCENARIOS, Scenario, read_scenarios
from e2e.harness.plugins.regression_test import write_test
from e2e.harness.timeline.timeline import Timeline

FILE = '[of-a-file]\nagent = ["click mute"]\n'
BUILT_IN = '''"""Plays one order that once broke a promise."""

from e2e.harness.plugins.races import Replay


def test_late_answer(replayed: Replay) -> None:
    replayed("one-click: time")
'''


def race(scenario: Scenario) -> Race:
    return Race(scenario, ("time",), ("agent#1",), Timeline(), ())


def config(folder: Path, scenarios: Path | None = None) -> pytest.Config:
    """A command line with this --scenarios, typed in this folder."""
    invocation = SimpleNamespace(dir=folder)
    return cast(pytest.Config, SimpleNamespace(invocation_params=invocation, getoption=lambda name: scenarios))


def test_a_test_of_a_built_in_scenario_names_the_schedule(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(FILE, encoding="utf-8")
    for scenarios in (None, tmp_path / "more.toml"):
        file = write_test("late_answer", race(SCENARIOS["one-click"]), config(tmp_path, scenarios))
        assert (file, file.read_text(encoding="utf-8")) == (tmp_path / "test_late_answer.py", BUILT_IN)
        file.unlink()


def test_a_test_of_a_files_scenario_names_the_file_as_it_is_found_from_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (tmp_path / "more.toml").write_text(FILE, encoding="utf-8")
    scenarios = Path("../more.toml")
    file = write_test("late", race(read_scenarios(scenarios)["of-a-file"]), config(here, scenarios))
    text = file.read_text(encoding="utf-8")
    assert 'SCENARIOS = read_scenarios(Path(__file__).parent / "../more.toml")\n' in text
    assert 'replayed("of-a-file: time", SCENARIOS)\n' in text


def test_a_test_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = write_test("late", race(SCENARIOS["one-click"]), config(tmp_path))
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(pytest.UsageError, match="^--test late: test_late.py is there already; choose another name$"):
        write_test("late", race(SCENARIOS["one-click"]), config(tmp_path))
    assert file.read_text(encoding="utf-8") == "mine"
