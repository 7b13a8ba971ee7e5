"""A browser is found or installed in a fixed order, remembered, and looked for again when it vanished."""

import io
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.setup import browser
from e2e.setup.browser import (
    Browser,
    Found,
    Machine,
    Named,
    found,
    full_path,
    named,
    program_called,
    reason,
    says_version,
    there_is,
)
from e2e.setup.steps import SetupError, Stamp, StepPrinter
from tests.setup.commands import Commands, touch

FAILED = SetupError(
    "`python -m playwright install chromium` failed with exit code 1:\n    Downloading\n    Error: no route"
)
WITHOUT_SHELL = SetupError(
    "`apt-get install` failed with exit code 100:\n    E: Unable to locate chromium-headless-shell"
)


class Computer:
    """A computer without a browser, with commands that may bring one."""

    def __init__(self, folder: Path, *on_path: str, system: str = "linux", root: bool = False) -> None:
        self.folder = folder
        self.on_path = set(on_path)
        self.broken: set[str] = set()
        self.registry = folder / "ms-playwright"
        self._out = io.StringIO()
        self.commands = Commands({"install --dry-run": self.dry_run(), "playwright install": FAILED})
        for name in on_path:
            touch(folder / name)
        self.machine = Machine(
            system=system,
            environ={},
            home=str(folder / "home"),
            which=lambda name: str(folder / name) if name in self.on_path else None,
            is_root=lambda: root,
            says_version=lambda program: program.name not in self.broken,
            run=self.commands,
            python=Path("python"),
        )
        self.packages = folder / "packages.txt"
        self.packages.write_text("playwright==1.65.2")

    def dry_run(self) -> str:
        folders = ("chromium-1255", "ffmpeg-1013", "chromium_headless_shell-1255")
        return "".join(f"  Install location:    {self.registry / name}\n" for name in folders)

    def install(self, *names: str) -> str:
        self.on_path |= set(names)
        return touch(*(self.folder / name for name in names))

    def install_own(self, complete: bool = True) -> str:
        full, shell = self.registry / "chromium-1255", self.registry / "chromium_headless_shell-1255"
        touch(full / "chrome-linux64" / "chrome", shell / "chrome-headless-shell-linux64" / "chrome-headless-shell")
        if complete:
            touch(full / "INSTALLATION_COMPLETE", shell / "INSTALLATION_COMPLETE")
        return ""

    def step(self, headed: bool = False) -> Browser:
        return Browser(headed, self.machine, Stamp(self.folder / "browser.json"), self.packages)

    def finds(self, headed: bool = False) -> str:
        """Where the browser is from and its path in this folder; does what a run would."""
        self._out = io.StringIO()
        return self.step(headed).carry_out(StepPrinter(self._out)).replace(f"{self.folder}/", "")

    @property
    def notes(self) -> list[str]:
        return [line.strip().replace(f"{self.folder}/", "") for line in self._out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("headed", "path"),
    [
        (False, "ms-playwright/chromium_headless_shell-1255/chrome-headless-shell-linux64/chrome-headless-shell"),
        (True, "ms-playwright/chromium-1255/chrome-linux64/chrome"),
    ],
    ids=["headless", "headed"],
)
def test_playwrights_own_comes_first(tmp_path: Path, headed: bool, path: str) -> None:
    computer = Computer(tmp_path, "google-chrome")
    computer.install_own()
    assert computer.finds(headed) == f"Playwright's own, {path}"


def test_playwrights_own_half_downloaded_does_not_count(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "google-chrome")
    computer.install_own(complete=False)
    assert computer.finds() == "the system's, google-chrome"


@pytest.mark.parametrize(
    ("on_path", "headless", "headed"),
    [
        ("chromium google-chrome", "google-chrome", "google-chrome"),
        ("chromium-browser microsoft-edge", "microsoft-edge", "microsoft-edge"),
        ("chromium chromium-headless-shell", "chromium-headless-shell", "chromium"),
    ],
)
def test_the_systems_browser_comes_next(tmp_path: Path, on_path: str, headless: str, headed: str) -> None:
    computer = Computer(tmp_path, *on_path.split())
    assert computer.finds() == f"the system's, {headless}"
    assert computer.finds(headed=True) == f"the system's, {headed}"


def test_on_macos_it_is_among_the_apps(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "chromium", system="darwin")
    app = "home/Applications/Chromium.app/Contents/MacOS/Chromium"
    touch(tmp_path / app)
    assert computer.finds() == f"the system's, {app}"


def test_a_launcher_without_its_browser_is_passed_over(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "chromium", "chromium-browser")
    computer.broken = {"chromium"}
    assert computer.finds() == "the system's, chromium-browser"
    assert computer.notes == ["passed over: chromium does not answer --version"]


def test_then_playwright_installs_its_own(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    computer.commands.answers["playwright install"] = computer.install_own
    assert (
        computer.finds(headed=True) == "installed Playwright's own, ms-playwright/chromium-1255/chrome-linux64/chrome"
    )


def test_then_root_installs_debians_packages(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "apt-get", root=True)
    computer.commands.answers["apt-get install"] = lambda: computer.install("chromium", "chromium-headless-shell")
    assert computer.finds() == "installed by apt-get, chromium-headless-shell"
    assert computer.notes == ["`python -m playwright install chromium` failed with exit code 1: Error: no route"]
    assert computer.finds(headed=True) == "the system's, chromium"
    assert [line.split("/")[-1] for line in computer.commands.ran if "apt-get" in line] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends chromium chromium-headless-shell",
    ]


def test_where_there_is_no_shell_to_install_chromium_serves_both(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "apt-get", root=True)
    computer.commands.answers |= {
        "chromium chromium-headless-shell": WITHOUT_SHELL,
        "apt-get install": lambda: computer.install("chromium"),
    }
    assert computer.finds() == "installed by apt-get, chromium"
    assert computer.finds(headed=True) == "the system's, chromium"


@pytest.mark.parametrize("system_root", [("linux", False), ("darwin", True)], ids=["not root", "not Linux"])
def test_apt_get_is_for_root_on_linux_alone(tmp_path: Path, system_root: tuple[str, bool]) -> None:
    system, root = system_root
    computer = Computer(tmp_path, "apt-get", system=system, root=root)
    with pytest.raises(SetupError):
        computer.finds()
    assert not any("apt-get" in line for line in computer.commands.ran)


def test_when_nothing_helps_each_way_is_named(tmp_path: Path) -> None:
    computer = Computer(tmp_path)
    with pytest.raises(SetupError) as error:
        computer.finds(headed=True)
    sources = (
        "headed runs",
        "--browser-executable",
        "HOTMIC_BROWSER",
        "-m playwright install",
        "apt-get install chromium",
    )
    assert [source for source in sources if source not in str(error.value)] == []
    assert not computer.step().up_to_date()


def test_what_was_found_is_remembered_for_both_modes(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "chromium", "chromium-headless-shell")
    assert not computer.step().up_to_date()
    computer.finds()
    assert computer.step().up_to_date()
    assert computer.step(headed=True).up_to_date()


def test_a_shell_alone_does_not_serve_headed_runs(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "chromium-headless-shell")
    computer.finds()
    assert not computer.step(headed=True).up_to_date()
    computer.commands.answers["playwright install"] = computer.install_own
    computer.finds(headed=True)
    assert {mode: Path(path).name for mode, path in computer.step().known().items()} == {
        "headless": "chromium-headless-shell",
        "headed": "chrome",
    }


def test_it_is_looked_for_again_when_it_vanished(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "chromium", "google-chrome")
    computer.finds()
    (tmp_path / "google-chrome").unlink()
    computer.on_path.remove("google-chrome")
    assert not computer.step().up_to_date()
    assert computer.finds() == "the system's, chromium"


def test_another_playwright_looks_again(tmp_path: Path) -> None:
    computer = Computer(tmp_path, "chromium")
    computer.finds()
    computer.packages.write_text("playwright==1.66.0")
    assert not computer.step().up_to_date()


def test_the_command_line_names_before_the_environment(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    touch(one, two)
    assert named(str(one), {"HOTMIC_BROWSER": str(two)}) == Named(one, "--browser-executable")
    assert named(None, {"HOTMIC_BROWSER": str(two)}) == Named(two, "HOTMIC_BROWSER")
    assert named(None, {"HOTMIC_BROWSER": ""}) is None


@pytest.mark.parametrize(
    ("option", "environ", "by"),
    [("/no/chrome", {}, "--browser-executable"), (None, {"HOTMIC_BROWSER": "/no/chrome"}, "HOTMIC_BROWSER")],
)
def test_a_named_browser_that_is_not_there_is_an_error(option: str | None, environ: dict[str, str], by: str) -> None:
    with pytest.raises(SetupError, match=f"^{by} names /no/chrome, which is not a file$"):
        named(option, environ)


def test_the_harness_gets_what_was_named_or_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computer = Computer(tmp_path, "chromium", "chromium-headless-shell")
    monkeypatch.setattr(browser, "Browser", computer.step)
    monkeypatch.delenv("HOTMIC_BROWSER", raising=False)
    with pytest.raises(SetupError, match="run `python3 -m e2e --setup-only --headed` first"):
        found(headed=True)
    computer.finds()
    assert (found(headed=False).name, found(headed=True).name) == ("chromium-headless-shell", "chromium")
    monkeypatch.setenv("HOTMIC_BROWSER", str(touch(tmp_path / "mine") or tmp_path / "mine"))
    assert found(headed=True).name == "mine"


def test_headless_runs_prefer_the_shell_and_headed_runs_need_the_full_browser() -> None:
    shell, full = Path("shell"), Path("full")
    assert [Found("x", shell, full).executable(headed) for headed in (False, True)] == [shell, full]
    assert [Found("x", None, full).executable(headed) for headed in (False, True)] == [full, full]
    assert [Found("x", shell, None).executable(headed) for headed in (False, True)] == [shell, None]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("one line", "one line"),
        ("`npm` failed:\n  at x\n  Error: no route\n  Error: again", "`npm` failed: Error: no route"),
        ("`apt-get` failed:\n  E: Unable to locate", "`apt-get` failed: E: Unable to locate"),
        ("`x` failed:\n  nothing telling", "`x` failed:"),
    ],
)
def test_the_reason_of_a_failure_in_one_line(message: str, line: str) -> None:
    assert reason(message) == line


@pytest.mark.parametrize(("body", "usable"), [("echo Chromium 156", True), ("echo install the snap; exit 1", False)])
def test_a_program_is_a_browser_if_it_says_its_version(tmp_path: Path, body: str, usable: bool) -> None:
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert says_version(program, "linux") is usable


def test_a_program_that_cannot_be_started_is_no_browser(tmp_path: Path) -> None:
    assert not says_version(tmp_path / "nothing", "linux")


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_asking_would_open_a_window(tmp_path: Path, system: str) -> None:
    assert says_version(tmp_path / "nothing", system)


def test_who_is_root() -> None:
    assert isinstance(browser.am_root(), bool)
    assert sys.platform != "win32" or not browser.am_root()


def test_a_program_is_found_where_linux_keeps_it_though_path_lacks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert program_called("sh", "linux") in ("/usr/bin/sh", "/bin/sh")
    assert program_called("sh", "darwin") is None
    assert program_called("no-such-program-anywhere", "linux") is None


def test_the_full_path_keeps_what_path_had_in_front() -> None:
    assert full_path("/mine:").startswith("/mine:/usr/local/sbin:")
    assert full_path("").startswith("/usr/local/sbin:")


# ---- without a set-up


def test_a_run_without_a_set_up_takes_a_browser_that_is_there_and_installs_none(tmp_path: Path) -> None:
    commands = Commands()
    machine = Machine(system="linux", run=commands, which=lambda name: None, is_root=lambda: True)
    step = Browser(False, machine, Stamp(tmp_path / "browser.json"), tmp_path / "packages.txt", installs=False)
    touch(step.packages)
    with pytest.raises(SetupError, match="no Chrome, Edge or Chromium for headless runs was found"):
        there_is(False, {}, step)
    assert [line for line in commands.ran if "--dry-run" not in line] == []
    machine = replace(machine, which=lambda name: sys.executable, says_version=lambda path: True)
    assert there_is(False, {}, replace(step, machine=machine)) == Path(sys.executable)
    assert there_is(False, {"HOTMIC_BROWSER": __file__}, step) == Path(__file__)
