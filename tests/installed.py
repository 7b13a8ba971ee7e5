"""hotmic as a user has it: built as a wheel and installed into an empty environment, with its dependencies and no others."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from e2e.setup.places import ROOT, venv_program


@dataclass(frozen=True)
class Installed:
    """An environment in which hotmic is installed, and the user's folder, which is empty at first."""

    venv: Path
    home: Path

    def run(self, program: str, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Runs a program of the environment in the user's folder, on a machine that knows nothing of this checkout."""
        bare = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "HOTMIC"))
        }
        return subprocess.run(
            [venv_program(self.venv, program), *words],
            cwd=self.home,
            env={**bare, "XDG_CACHE_HOME": str(self.venv / "cache"), **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def packages(self) -> Path:
        """The folder in which the packages are."""
        (folder,) = self.venv.glob("[Ll]ib/**/site-packages")
        return folder


def install(folder: Path) -> Installed:
    """Builds the wheel and installs it, without the network. Raises CalledProcessError with what was printed."""
    done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist"))
    done(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    installed = Installed(folder / "venv", folder / "home")
    installed.home.mkdir()
    (wheel,) = (folder / "dist").iterdir()
    pip = [sys.executable, "-m", "pip", "--python", str(venv_program(installed.venv, "python")), "install"]
    done(*pip, "--no-index", "--no-deps", "--disable-pip-version-check", str(wheel))
    for found in dependencies(installed):
        link(found, installed.packages)
    return installed


def done(*words: str) -> None:
    ran = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert ran.returncode == 0, f"{' '.join(words)}\n{ran.stdout}"


def dependencies(installed: Installed) -> list[Distribution]:
    """What the wheel says that it needs, and what that needs in turn, as it is installed beside these tests."""
    (hotmic,) = (one for one in Distribution.discover(path=[str(installed.packages)]) if one.name == "hotmic")
    found: dict[str, Distribution] = {}
    asked = list(needed(hotmic, ""))
    while asked:
        requirement = asked.pop()
        known = found.get(requirement.name.lower())
        one = known or distribution(requirement.name)
        assert requirement.specifier.contains(one.version), f"{requirement} is asked for, {one.version} is installed"
        found[requirement.name.lower()] = one
        extras = ["", *requirement.extras] if known is None else []
        asked += [more for extra in extras for more in needed(one, extra)]
    return list(found.values())


def needed(one: Distribution, extra: str) -> Iterator[Requirement]:
    for text in one.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def link(one: Distribution, folder: Path) -> None:
    """Makes a distribution's packages and its metadata visible in a folder of packages."""
    for top in {file.parts[0] for file in one.files or () if file.parts[0] not in ("..", "__pycache__")}:
        if not (folder / top).exists():
            (folder / top).symlink_to(Path(str(one.locate_file(top))))
