"""A harness in another language: the Playwright Test example, in JavaScript, drives the mock by its control API."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from e2e.harness.mutants.mutants import mutants
from e2e.setup.places import FIXTURES, PLAYWRIGHT_TEST
from e2e.setup.sdk import PLAYWRIGHT_CLI, node_executable
from mock_server.control import PREFIX
from mock_server.server import MockGenesys

BELIEVER = "2xx-as-truth"  # says muted as soon as Genesys has accepted
PATIENCE = 300  # seconds of real time after which a run that hangs is an error; never a pace


@pytest.fixture
def executable(browser_type_launch_args: dict[str, Any]) -> str:
    """The path of the browser that this run uses."""
    path = browser_type_launch_args.get("executable_path")
    if path is None:
        pytest.skip("the example takes a browser by its path, and this run has one by its name")
    return str(path)


def played(folder: Path, executable: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The example, run by Playwright Test."""
    command = [str(node_executable()), str(PLAYWRIGHT_CLI), "test", "--reporter=line", "--output", str(folder)]
    plain = {
        "HOTMIC_BROWSER": executable,
        "NO_COLOR": "1",
        "FORCE_COLOR": "0",
        "HOTMIC_CONTROL": "",
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.run(
        command,
        cwd=PLAYWRIGHT_TEST,
        env={**os.environ, **plain, **environ},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


def test_the_example_passes_on_the_mock_that_it_starts(tmp_path: Path, executable: str) -> None:
    run = played(tmp_path, executable)
    assert (run.returncode, "1 passed" in run.stdout) == (0, True), run.stdout + run.stderr


def test_the_example_finds_a_widget_that_believes_a_202(tmp_path: Path, executable: str) -> None:
    (mutant,) = (mutant for mutant in mutants(FIXTURES / "mutants") if mutant.name == BELIEVER)
    sdk = FIXTURES / "sdk/node_modules/purecloud-platform-client-v2/dist/web-cjs"
    with MockGenesys() as genesys:
        genesys.mount("/widget", FIXTURES / "widget", instead=mutant.files(FIXTURES / "widget"))
        genesys.mount("/sdk", sdk, immutable=True)
        control = {"HOTMIC_CONTROL": genesys.origin + PREFIX, "HOTMIC_CONTROL_TOKEN": genesys.control_token}
        run = played(tmp_path, executable, **control)
        arrived = [entry.about for entry in genesys.journal() if entry.kind == "arrived"]
        assert genesys.pending == ("job#1",), "the story ended where it broke: Genesys has not muted yet"
    assert (run.returncode, "1 failed" in run.stdout) == (1, True), run.stdout + run.stderr
    assert 'Expected: "false"\n    Received: "true"' in run.stdout
    assert arrived[-1] == "patchConversationsCallParticipant"
    assert genesys.control_token not in run.stdout
