"""The workflows can be read, their commands are known, and what they ask for is declared."""

import re
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it brings no types

from e2e.harness.report import FILES
from e2e.setup.command import E2E, TESTS
from tests.readme import wrong_command
from tests.test_readme import DOCUMENTS, MOCK_COMMANDS, pytest_options

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = {path.stem: path for path in (ROOT / ".github/workflows").glob("*.yml")}
SHELL = ("cat", "bash")


def read(text: str) -> dict[str, Any]:
    # `on` without quotes is true in YAML 1.1, and the key that GitHub reads.
    workflow: dict[Any, Any] = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in workflow.items()}


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", [])


def commands(workflow: dict[str, Any]) -> Iterator[list[str]]:
    """The commands of its steps, a line each; what GitHub or the shell puts in stands as it is."""
    for step in steps(workflow):
        for line in step.get("run", "").splitlines():
            if not line.startswith("${{"):
                yield shlex.split(re.sub(r"\$\{(\w+):\+([^}]*)\}", r"\2", line))


@pytest.fixture(params=WORKFLOWS)
def workflow(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(WORKFLOWS[str(request.param)].read_text(encoding="utf-8"))


def test_each_is_one_that_runs_steps(workflow: dict[str, Any]) -> None:
    assert {"name", "on", "permissions", "jobs"} <= set(workflow)
    for job in workflow["jobs"].values():
        assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
    assert all(("run" in step) != ("uses" in step) for step in steps(workflow))


def test_every_command_is_one_that_exists(workflow: dict[str, Any]) -> None:
    options = pytest_options()
    for words in commands(workflow):
        if words[0] in SHELL:
            ours = [Path(ROOT, word) for word in words[1:] if word.startswith(".")]
            assert all(path.is_file() and path.stat().st_mode & stat.S_IRUSR for path in ours), words
        else:
            assert wrong_command(words, (E2E, TESTS), MOCK_COMMANDS, options) == ""


def test_the_gate_judges_parts_and_merges_them() -> None:
    text = WORKFLOWS["gate"].read_text(encoding="utf-8")
    install, judge, again, merge, publish = commands(read(text))
    assert install == again == ["python3", "-m", "pip", "install", "$HOTMIC"]
    assert (judge[:3], merge[:2]) == (["hotmic", "judge", "$WIDGET"], ["hotmic", "merge"])
    assert publish[1] == f"report/{FILES[2]}"
    part = next(step for step in steps(read(text)) if step.get("uses", "").startswith("actions/upload"))
    assert judge[judge.index("--report") + 1] == part["with"]["path"]


def test_each_input_that_is_used_is_declared_and_the_readme_names_it() -> None:
    text = WORKFLOWS["gate"].read_text(encoding="utf-8")
    inputs = read(text)["on"]["workflow_call"]["inputs"]
    assert set(re.findall(r"inputs\.(\w+)", text)) == set(inputs)
    (caller,) = DOCUMENTS["README.md"].of_kind("yaml")
    job = read(caller.text)["jobs"]["hotmic"]
    assert job["uses"].endswith(f"/.github/workflows/{WORKFLOWS['gate'].name}@main")
    assert set(job["with"]) <= set(inputs)
    assert {name for name, one in inputs.items() if one.get("required")} <= set(job["with"])


def test_an_option_that_is_none_is_found() -> None:
    workflow = read("on: push\njobs: {a: {steps: [{run: 'python3 -m e2e --gaet x'}]}}")
    assert "--gaet" in wrong_command(next(commands(workflow)), (E2E, TESTS), MOCK_COMMANDS, set())
