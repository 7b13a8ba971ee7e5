"""Style and types of all sources, as ruff and mypy check them; what they check is set in pyproject.toml."""

import subprocess
import sys

import pytest

from e2e.setup.places import ROOT


@pytest.mark.parametrize(
    "check", ["ruff check --quiet", "ruff format --check --quiet --diff", "mypy --no-error-summary"]
)
def test_the_sources_are_clean(check: str) -> None:
    ran = subprocess.run([sys.executable, "-m", *check.split()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{check} finds:\n{ran.stdout}{ran.stderr}"
