"""The virtual environment is made from the pinned list, and made anew when half-made."""

import sys
from pathlib import Path

import pytest

from e2e.setup.places import PYTHON_PACKAGES, venv_program
from e2e.setup.python_env import PIP_INSTALL, PythonPackages, base_python, has_module, installed, interpreter
from e2e.setup.steps import SetupError, StepPrinter
from tests.setup.commands import Commands, touch


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    python = tmp_path / ".venv" / "bin" / "python"
    return Commands(
        {"-m venv ": lambda: touch(python), "-m pip": "Successfully installed anyio-4.16.0 certifi-2026.10\n"}
    )


@pytest.fixture
def step(tmp_path: Path, commands: Commands) -> PythonPackages:
    packages = tmp_path / "packages.txt"
    packages.write_text("anyio==4.16.0 --hash=sha256:00\n")
    return PythonPackages(tmp_path / ".venv", packages, "linux", commands)


def test_it_makes_the_environment_and_installs_the_list(step: PythonPackages, commands: Commands) -> None:
    assert not step.up_to_date()
    assert step.carry_out(StepPrinter()) == "installed 2 packages"
    assert step.up_to_date()
    assert commands.ran == [
        f"{base_python()} -m venv --clear {step.venv}",
        f"{step.python} {' '.join(PIP_INSTALL)} -r {step.packages}",
    ]


def test_every_file_is_checked_and_no_index_is_named(step: PythonPackages, commands: Commands) -> None:
    step.carry_out(StepPrinter())
    assert "--require-hashes --no-deps" in commands.ran[1]
    assert not any(word in line for line in commands.ran for word in ("index", "://", "find-links"))


def test_another_list_makes_it_anew(step: PythonPackages) -> None:
    step.carry_out(StepPrinter())
    step.packages.write_text("anyio==4.17.0 --hash=sha256:11\n")
    assert not step.up_to_date()


def test_an_environment_whose_python_was_removed_is_made_anew(step: PythonPackages) -> None:
    step.carry_out(StepPrinter())
    step.python.unlink()
    assert not step.up_to_date()


def test_an_installation_that_failed_is_begun_again(step: PythonPackages, commands: Commands) -> None:
    step.carry_out(StepPrinter())
    commands.answers["-m pip"] = SetupError("no network")
    with pytest.raises(SetupError, match="no network"):
        step.carry_out(StepPrinter())
    assert step.python.is_file()
    assert not step.up_to_date()


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_an_error_with_what_to_install(
    step: PythonPackages, commands: Commands, missing: str
) -> None:
    lacking = PythonPackages(step.venv, step.packages, "linux", commands, lambda name: name != missing)
    with pytest.raises(SetupError, match=f"'{missing}' is missing.*\n.*apt-get install python3-venv"):
        lacking.carry_out(StepPrinter())
    assert commands.ran == []


def test_which_modules_there_are() -> None:
    assert (has_module("venv"), has_module("no_such_module_at_all")) == (True, False)


def test_nothing_installed_counts_none() -> None:
    assert installed("Requirement already satisfied: anyio\n") == 0


def test_the_interpreter_is_named_to_its_minor_version_and_processor() -> None:
    assert interpreter().startswith(f"{sys.implementation.name}-{sys.version_info.major}{sys.version_info.minor}")


@pytest.mark.parametrize(
    ("system", "path"),
    [("linux", "bin/python"), ("darwin", "bin/python"), ("win32", "Scripts/python.exe")],
)
def test_where_a_program_of_the_environment_is(system: str, path: str) -> None:
    assert venv_program(Path(".venv"), "python", system) == Path(".venv", path)


@pytest.mark.parametrize("name", ["python-packages.txt", "node-packages.txt"])
def test_every_package_is_pinned_and_hashed_and_no_host_is_named(name: str) -> None:
    text = PYTHON_PACKAGES.with_name(name).read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if line[:1].isalnum()]
    assert pinned
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert [word for word in ("://", "--index-url", "--extra-index-url", "--find-links") if word in text] == []
