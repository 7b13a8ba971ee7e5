"""Step: finds or installs a Chromium for headless runs and one for headed runs; `found` returns it.

The sources are tried in order: a browser named by the user, Playwright's own, the system's, `playwright install`, apt-get.
"""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from e2e.setup import chromiums
from e2e.setup.children import Run, quietly
from e2e.setup.options import BROWSER_EXECUTABLE, CONNECT
from e2e.setup.places import CACHE, PYTHON_PACKAGES
from e2e.setup.program import JUDGE
from e2e.setup.python_env import python
from e2e.setup.steps import SetupError, Stamp, StepPrinter, fingerprint

VARIABLE = "HOTMIC_BROWSER"

# A browser that says its version has all its libraries. It says so at once; a snap that is being unpacked may not.
ANSWER_SECONDS = 60

NO_BROWSER = """no Chrome, Edge or Chromium for {mode} runs was found. Any one of these gives one:
    name one that you have:       {option} PATH, or {variable}=PATH in the environment
    Playwright's own:             {python} -m playwright install chromium
    a system's Chrome, Edge or Chromium, such as
        Debian, as root:          apt-get install chromium chromium-headless-shell
        elsewhere:                https://www.google.com/chrome/"""


def mode(headed: bool) -> str:
    return "headed" if headed else "headless"


@dataclass(frozen=True)
class Found:
    """What one source has: a headless shell, a full browser, or both, and where they are from."""

    origin: str
    shell: Path | None = None
    full: Path | None = None

    def executable(self, headed: bool) -> Path | None:
        """The one for a run: headless runs prefer the shell, headed runs need the full browser."""
        return self.full if headed else self.shell or self.full


# A source returns what it finds, or None when it does not exist here. It may raise SetupError: then the next one is tried.
BrowserSource = Callable[[StepPrinter], Found | None]


def first(sources: Iterable[BrowserSource], headed: bool, printer: StepPrinter) -> Found | None:
    """Returns what the first source has that suits the run. One that fails is noted with the reason, in one line."""
    for source in sources:
        try:
            found = source(printer)
        except SetupError as error:
            printer.note(reason(str(error)))
            continue
        if found is not None and found.executable(headed) is not None:
            return found
    return None


def reason(message: str) -> str:
    """Returns a failure in one line: the program that failed, and its own first line about an error."""
    head, *rest = message.splitlines()
    errors = [line.strip() for line in rest if line.strip().lower().startswith(("error", "e:"))]
    return f"{head.rstrip(':')}: {errors[0]}" if errors else head


def says_version(program: Path, system: str = sys.platform) -> bool:
    """Whether a browser can be started. On Linux a launcher may be there without its browser (Ubuntu's
    chromium-browser without its snap) or a browser without its libraries; elsewhere `--version` would open a window.
    """
    if system != "linux":
        return True
    try:
        done = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWER_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def program_called(name: str, system: str = sys.platform) -> str | None:
    """A program's path: from PATH, else on Linux from where programs are kept; None when it is not there."""
    return shutil.which(name) or (shutil.which(name, path=full_path("")) if system == "linux" else None)


def full_path(path: str) -> str:
    """PATH with the folders where a Linux keeps programs behind it; apt-get finds its helpers there."""
    return ":".join([*filter(None, path.split(":")), *chromiums.LINUX_FOLDERS])


def am_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


@dataclass(frozen=True)
class Machine:
    """What the sources need to know of the machine they run on; tests make one up."""

    system: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    home: str = field(default_factory=lambda: str(Path.home()))
    which: Callable[[str], str | None] = program_called
    is_root: Callable[[], bool] = am_root
    says_version: Callable[[Path], bool] = says_version
    run: Run = quietly
    python: Path = field(default_factory=python)

    def sources(self, installs: bool = True) -> tuple[BrowserSource, ...]:
        """In the order in which they are tried; those that install a browser come last, or not at all."""
        there = (self.playwrights_own, self.systems)
        return (*there, self.playwright_install, self.apt_install) if installs else there

    def playwrights_own(self, printer: StepPrinter, origin: str = "Playwright's own") -> Found | None:
        """The browsers that `playwright install` left, of just the version that the pinned Playwright wants."""
        printed = self.run([self.python, "-m", "playwright", "install", "--dry-run", "chromium"])
        folders = [Path(folder) for folder in chromiums.own_folders(printed)]
        whole = [folder for folder in folders if (folder / chromiums.OWN_COMPLETE).is_file()]
        shells = (file for folder in whole for glob in chromiums.OWN_SHELL for file in sorted(folder.glob(glob)))
        fulls = (file for folder in whole for glob in chromiums.OWN_FULL for file in sorted(folder.glob(glob)))
        return Found(origin, self._usable(shells, printer), self._usable(fulls, printer))

    def systems(self, printer: StepPrinter, origin: str = "the system's") -> Found | None:
        """Chrome, Edge or Chromium from PATH or where the operating system keeps programs."""
        return Found(
            origin,
            self._usable(self._commands(chromiums.SHELL_COMMANDS), printer),
            self._usable(self._full(), printer),
        )

    def playwright_install(self, printer: StepPrinter) -> Found | None:
        """Downloads Playwright's own; it needs the network."""
        self.run([self.python, "-m", "playwright", "install", "chromium"])
        return self.playwrights_own(printer, "installed Playwright's own")

    def apt_install(self, printer: StepPrinter) -> Found | None:
        """Debian's and Ubuntu's packages, if this is root there."""
        apt = self.which("apt-get")
        if self.system != "linux" or apt is None or not self.is_root():
            return None
        quiet = {"DEBIAN_FRONTEND": "noninteractive", "PATH": full_path(self.environ.get("PATH", ""))}
        self.run([apt, "update"], env=quiet)
        install = [apt, "install", "-y", "--no-install-recommends"]
        try:
            self.run([*install, "chromium", "chromium-headless-shell"], env=quiet)
        except SetupError as error:
            # Debian has the shell in a package of its own, others have not. The full browser serves both modes.
            printer.note(reason(str(error)))
            self.run([*install, "chromium"], env=quiet)
        return self.systems(printer, "installed by apt-get")

    def _commands(self, names: Iterable[str]) -> Iterator[Path]:
        for name in names:
            if path := self.which(name):
                yield Path(path)

    def _full(self) -> Iterator[Path]:
        if self.system not in ("darwin", "win32"):
            yield from self._commands(chromiums.FULL_COMMANDS)
        for place in chromiums.usual_places(self.system, self.environ, self.home):
            if Path(place).is_file():
                yield Path(place)

    def _usable(self, programs: Iterable[Path], printer: StepPrinter) -> Path | None:
        for program in programs:
            if self.says_version(program):
                return program
            printer.note(f"passed over: {program} does not answer --version")
        return None


@dataclass(frozen=True)
class Browser:
    """The browsers for headless and headed runs, remembered until they vanish or the pinned packages change."""

    headed: bool
    machine: Machine = field(default_factory=Machine)
    stamp: Stamp = Stamp(CACHE / "browser.json")
    packages: Path = PYTHON_PACKAGES
    installs: bool = True  # where there is none
    name: str = "browser"

    def _key(self) -> str:
        # With the packages goes the version of Playwright, and with that the browser that it calls its own.
        registry = self.machine.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
        return fingerprint(self.machine.system, registry, self.packages)

    def known(self) -> dict[str, str]:
        """The remembered executables that are still there, by mode."""
        found = self.stamp.findings(self._key()) or {}
        return {mode: path for mode, path in found.items() if Path(path).is_file()}

    def up_to_date(self) -> bool:
        return mode(self.headed) in self.known()

    def carry_out(self, printer: StepPrinter) -> str:
        found = first(self.machine.sources(self.installs), self.headed, printer)
        if found is None:
            python = self.machine.python
            raise SetupError(
                NO_BROWSER.format(
                    mode=mode(self.headed), option=BROWSER_EXECUTABLE.name, variable=VARIABLE, python=python
                )
            )
        both = {mode(headed): found.executable(headed) for headed in (False, True)}
        given = {mode: str(path) for mode, path in both.items() if path is not None}
        # One that served the other mode so far keeps doing so.
        self.stamp.write(self._key(), {**given, **self.known()})
        return f"{found.origin}, {found.executable(self.headed)}"


@dataclass(frozen=True)
class Named:
    """The browser that the user named, for this run only, and how."""

    path: Path
    by: str


def named(option: str | None, environ: Mapping[str, str]) -> Named | None:
    """The browser named on the command line, else in the environment. Raises SetupError when it is no file."""
    for value, by in ((option, BROWSER_EXECUTABLE.name), (environ.get(VARIABLE), VARIABLE)):
        if value:
            path = Path(value).absolute()
            if not path.is_file():
                raise SetupError(f"{by} names {path}, which is not a file")
            return Named(path, by)
    return None


def elsewhere(address: str) -> str:
    """The address of a Playwright server, ws://HOST:PORT/PATH. Raises SetupError for what is none."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("ws", "wss") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # no port can be read, or a bracket is missing
        good = None
    if not good:
        scheme, _, rest = address.rpartition("://")
        near = "such as ws://127.0.0.1:3000/" if scheme in ("ws", "wss") else f"did you mean ws://{rest.rstrip('/')}/?"
        raise SetupError(
            f"{CONNECT.name} {address}: the address of a Playwright server is expected, as `playwright run-server` prints it; "
            f"{near}"
        )
    return address


def found(headed: bool) -> Path:
    """The browser for this run, as the set-up found it or the user named it. Raises SetupError before a set-up."""
    user = named(None, os.environ)
    if user is not None:
        return user.path
    path = Browser(headed).known().get(mode(headed))
    if path is None:
        raise SetupError(
            f"no browser for {mode(headed)} runs is known yet: run `{JUDGE} --setup-only"
            f"{' --headed' if headed else ''}` first"
        )
    return Path(path)


def there_is(headed: bool, environ: Mapping[str, str] | None = None, step: Browser | None = None) -> Path:
    """The browser for a run without a set-up: named by the user, or one of this machine; none is installed. Raises SetupError."""
    user = named(None, os.environ if environ is None else environ)
    if user is not None:
        return user.path
    step = step or Browser(headed, installs=False)
    if not step.up_to_date():
        step.carry_out(StepPrinter(io.StringIO()))
    return Path(step.known()[mode(headed)])
