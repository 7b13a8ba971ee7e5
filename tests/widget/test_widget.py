"""The reference widget's pure rules, run by node's own test runner, every branch of them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from e2e.setup.sdk import node_executable

ROOT = Path(__file__).parents[2]
RULES = Path(__file__).with_name("reconcile.test.mjs")


def run_rules() -> subprocess.CompletedProcess[str]:
    """Run the transcripts with coverage; the report is in `stdout`."""
    options = ["--test", "--test-reporter=tap", "--experimental-test-coverage"]
    command = [str(node_executable()), *options, str(RULES)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def test_the_rules_hold_and_every_branch_of_them_is_exercised() -> None:
    done = run_rules()
    assert done.returncode == 0, done.stdout + done.stderr
    covered = re.findall(r"(reconcile|show)\.js\s*\|\s*([\d.]+) \|\s*([\d.]+) \|\s*([\d.]+)", done.stdout)
    assert covered == [("reconcile", "100.00", "100.00", "100.00"), ("show", "100.00", "100.00", "100.00")], done.stdout
