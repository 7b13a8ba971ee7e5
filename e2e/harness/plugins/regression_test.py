"""Writes a test that plays one schedule, for `--test NAME`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from ..explorer.race import Race
from ..explorer.scenarios import read_scenarios

BUILT_IN: Final = '''"""Plays one order that once broke a promise."""

from e2e.harness.plugins.races import Replay


def test_{name}(replayed: Replay) -> None:
    replayed("{schedule}")
'''
OF_A_FILE: Final = '''"""Plays one order that once broke a promise."""

from pathlib import Path

from e2e.harness.explorer.scenarios import read_scenarios
from e2e.harness.plugins.races import Replay

SCENARIOS = read_scenarios(Path(__file__).parent / "{scenarios}")


def test_{name}(replayed: Replay) -> None:
    replayed("{schedule}", SCENARIOS)
'''


def write_test(name: str, race: Race, config: pytest.Config) -> Path:
    """Writes a regression test of this order into the current folder, and returns the file.

    Raises pytest.UsageError rather than write over another.
    """
    file = config.invocation_params.dir / f"test_{name}.py"
    try:
        with file.open("x", encoding="utf-8") as test:
            test.write(source(name, race, config.getoption("--scenarios"), file.parent))
    except FileExistsError as error:
        raise pytest.UsageError(f"--test {name}: {file.name} is there already; choose another name") from error
    return file


def source(name: str, race: Race, scenarios: Path | None, folder: Path) -> str:
    """Returns the test as Python. A scenario of the file `scenarios` is read from there, as found from the test's folder."""
    if scenarios is None or race.scenario.name not in read_scenarios(scenarios):
        return BUILT_IN.format(name=name, schedule=race.schedule)
    there = Path(os.path.relpath(scenarios.absolute(), folder)).as_posix()
    return OF_A_FILE.format(name=name, schedule=race.schedule, scenarios=there)
