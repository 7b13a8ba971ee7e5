"""The option --widget: a description that is wrong is an error before anything runs, and hotmic's own tests are left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def collected(*words: str) -> subprocess.CompletedProcess[str]:
    """What pytest says when it only collects the suite."""
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", *words]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_a_bad_description_is_an_error_in_lines_and_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text('adress = "http://localhost/"\n[muted]\nclas = "on"\n')
    ran = collected("e2e/suite/test_mute.py", f"--widget={tmp_path / 'acme.toml'}")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert ran.stderr.strip().splitlines() == [
        f"ERROR: {tmp_path / 'acme.toml'} has 2 mistakes:",
        "  adress: there is no such key; did you mean 'address'?",
        "  muted.clas: there is no such key; did you mean 'class'?",
    ]


def test_what_is_about_hotmic_itself_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text('address = "http://localhost/"\n')
    ran = collected("e2e", f"--widget={tmp_path / 'acme.toml'}")
    files = {line.partition("::")[0] for line in ran.stdout.splitlines() if "::" in line}
    assert files == {f"e2e/suite/{path.name}" for path in (ROOT / "e2e/suite").glob("test_*.py")}
    assert "deselected" in ran.stdout
