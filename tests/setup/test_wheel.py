"""hotmic as a wheel, installed without a checkout: what needs no browser. The rest is in e2e/selftest/test_wheel.py."""

import pytest

from e2e.command.main import COMMANDS
from tests.installed import Installed, install


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("wheel"))


def test_it_says_which_hotmic_it_is(installed: Installed) -> None:
    ran = installed.run("hotmic", "--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "hotmic 0.1.0\n", "")
    assert installed.run("python", "-m", "hotmic", "--version").stdout == ran.stdout


def test_every_command_has_its_help(installed: Installed) -> None:
    listed = installed.run("hotmic", "--help").stdout
    for name in COMMANDS:
        assert f"  {name} " in listed
        ran = installed.run("hotmic", name, "--help")
        assert (ran.returncode, ran.stdout.split(" [")[0].partition("\n")[0]) == (0, f"usage: hotmic {name}"), (
            ran.stderr
        )
