"""Where things are in a checkout. Everything that the set-up makes is under one of these and ignored by git."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
SDK = ROOT / "fixtures" / "sdk"
PLAYWRIGHT_TEST = ROOT / "fixtures" / "examples" / "playwright-test"
WIDGETS = ROOT / "fixtures" / "widgets"
PYTHON_PACKAGES = Path(__file__).with_name("python-packages.txt")
NODE_PACKAGES = Path(__file__).with_name("node-packages.txt")


def venv_program(venv: Path, name: str, system: str = sys.platform) -> Path:
    """A program of a virtual environment, such as `python` or `ruff`; `system` is as in `sys.platform`."""
    return venv / "Scripts" / f"{name}.exe" if system == "win32" else venv / "bin" / name
