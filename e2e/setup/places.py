"""Where things are: in a checkout, or installed from a wheel.

In a checkout all that the set-up makes is under one of these and ignored by git. Installed, nothing is written beside the
sources: what is made goes to the user's cache folder.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # the checkout, or the folder where packages are installed


def user_cache(system: str, environ: Mapping[str, str], home: Path) -> Path:
    """The folder for what can be made anew; `system` is as in `sys.platform`."""
    match system:
        case "darwin":
            folder = home / "Library" / "Caches"
        case "win32":
            folder = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        case _:
            folder = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    return folder / "hotmic"


SHIPPED = ROOT / "hotmic"  # only a wheel has it: the command, the plugin, and what is needed of fixtures/
INSTALLED = (SHIPPED / "fixtures").is_dir()
FIXTURES = SHIPPED / "fixtures" if INSTALLED else ROOT / "fixtures"
CACHE = user_cache(sys.platform, os.environ, Path.home()) if INSTALLED else ROOT / ".cache"
VENV = ROOT / ".venv"
REFERENCE = FIXTURES / "widget"
SDK_PACKAGES = FIXTURES / "sdk"  # which SDK the reference widget uses
SDK = CACHE / "sdk" if INSTALLED else SDK_PACKAGES  # where it is
SDK_BUNDLES = SDK / "node_modules" / "purecloud-platform-client-v2" / "dist" / "web-cjs"
PLAYWRIGHT_TEST = FIXTURES / "examples" / "playwright-test"
WIDGETS = FIXTURES / "widgets"
PYTHON_PACKAGES = Path(__file__).with_name("python-packages.txt")
NODE_PACKAGES = Path(__file__).with_name("node-packages.txt")
PYTEST_SETTINGS = SHIPPED / "pytest.toml" if INSTALLED else ROOT / "pyproject.toml"


def venv_program(venv: Path, name: str, system: str = sys.platform) -> Path:
    """A program of a virtual environment, such as `python` or `ruff`; `system` is as in `sys.platform`."""
    return venv / "Scripts" / f"{name}.exe" if system == "win32" else venv / "bin" / name
