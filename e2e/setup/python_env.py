"""Step: a virtual environment in the checkout, with the pinned packages and nothing else."""

import importlib.util
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from e2e.setup.children import Run, quietly
from e2e.setup.places import INSTALLED, PYTHON_PACKAGES, VENV, venv_program
from e2e.setup.steps import SetupError, Stamp, StepPrinter, fingerprint

# Every file is checked against the hashes in the list, which also names what the packages need in turn. No index is
# named: whichever the user's pip is configured for will do, as the hashes are the same everywhere.
PIP_INSTALL = ("-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--disable-pip-version-check")

NO_VENV = """this Python cannot make virtual environments: its module '{module}' is missing ({python}).
    Debian, Ubuntu:  apt-get install python3-venv
    elsewhere:       a Python 3.11 or newer with its whole standard library, such as python.org's or uv's"""


def interpreter() -> str:
    """What a virtual environment depends on: implementation, minor version, ABI flags and processor."""
    return f"{sys.implementation.cache_tag}{getattr(sys, 'abiflags', '')}-{sys.platform}-{platform.machine()}"


def base_python() -> Path:
    """The interpreter that lies under this one when this one is in a virtual environment, perhaps the one remade."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def python() -> Path:
    """The Python that has the packages: that of `.venv` in a checkout, this one where hotmic is installed."""
    return Path(sys.executable) if INSTALLED else PythonPackages().python


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


@dataclass(frozen=True)
class PythonPackages:
    """`.venv`, made anew whenever the list of packages or the interpreter changed, or when it was left half-made."""

    venv: Path = VENV
    packages: Path = PYTHON_PACKAGES
    system: str = sys.platform
    run: Run = quietly
    has_module: Callable[[str], bool] = has_module
    name: str = "python packages"

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return venv_program(self.venv, "python", self.system)

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.venv / ".hotmic-stamp")

    def _key(self) -> str:
        return fingerprint(interpreter(), self.packages)

    def up_to_date(self) -> bool:
        # `is_file` follows the link to the base interpreter: an environment whose Python was removed is remade.
        return self.stamp.findings(self._key()) is not None and self.python.is_file()

    def carry_out(self, printer: StepPrinter) -> str:
        for module in ("venv", "ensurepip"):
            if not self.has_module(module):
                raise SetupError(NO_VENV.format(module=module, python=sys.executable))
        self.stamp.clear()
        self.run([base_python(), "-m", "venv", "--clear", self.venv])
        printed = self.run([self.python, *PIP_INSTALL, "-r", self.packages])
        self.stamp.write(self._key(), {})
        return f"installed {installed(printed)} packages"


def installed(printed: str) -> int:
    """How many packages pip says that it installed: `Successfully installed anyio-4.16.0 certifi-2026.10.18 …`."""
    begin = "Successfully installed "
    return sum(len(line.split()) - 2 for line in printed.splitlines() if line.startswith(begin))
