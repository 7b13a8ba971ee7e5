"""All shards of one run have the same parameters, whatever the folders of their machines are called."""

import json
from pathlib import Path

from tests.inner import run_tests

SOURCE = """
import pytest
from e2e.harness.plugins.conclusion import conclude
from tests.e2e.trials import trial

@pytest.mark.parametrize("n", range(12))
def test_story(request, n): conclude(request.node, trial(f"story-{n}", never_stuck="h"), "a story")
"""
# The plugin without pytest-playwright, whose fixtures no test here asks for.
PLUGINS = ("-p", "e2e.harness.plugins.races")


def part(folder: Path, shard: str, *more: str) -> dict[str, object]:
    folder.mkdir(exist_ok=True)
    options = ("--report=report", f"--shard={shard}", *more)
    ran = run_tests(folder, SOURCE, "e2e.harness.plugins.run_verdict", *PLUGINS, *options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    verdict: dict[str, object] = json.loads((folder / "report/verdict.json").read_text(encoding="utf-8"))
    return verdict


def names(verdict: dict[str, object]) -> list[str]:
    scenarios = verdict["scenarios"]
    assert isinstance(scenarios, list)
    return [scenario["scenario"] for scenario in scenarios]


def test_each_test_is_run_in_one_part(tmp_path: Path) -> None:
    one, other = part(tmp_path / "a", "1/2"), part(tmp_path / "b", "2/2")
    assert sorted([*names(one), *names(other)]) == sorted(f"story-{n}" for n in range(12))
    assert (one["parts"], other["parts"]) == (["1/2"], ["2/2"])
    assert one["terms"] == other["terms"]


def test_the_parameters_show_what_differs(tmp_path: Path) -> None:
    parameters = part(tmp_path, "1/2", "--budget=7", "-k", "story")["terms"]
    assert isinstance(parameters, dict)
    assert (parameters["budget"], parameters["tests"].endswith("-k story"), parameters["widget"]) == (
        "7",
        True,
        "reference",
    )
