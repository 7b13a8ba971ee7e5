"""pytest run by a test, in a process of its own: in this one it would unload modules that the mock's thread uses."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_tests(folder: Path, source: str, plugin: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run tests, given as Python, with one plugin (its dotted name) and no other."""
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    (folder / "test_inner.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", plugin, *options]
    # These tests may themselves be in one of pytest-xdist's processes, which the run within is not.
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST_")}
    environ = {**outer, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
