"""hotmic as a wheel, in an empty environment and outside of any checkout.

It describes and judges a page, and a team's own tests find its fixtures. What needs no browser is in tests/setup/test_wheel.py.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e.setup import browser
from e2e.setup.places import FIXTURES
from tests.installed import Installed, install

WIDGETS = FIXTURES / "widgets"
SETTINGS = '[pytest]\nstrict = true\nhotmic_widget = "shadow-element"\n'
PYTEST = ("python", "-P", "-m", "pytest")  # as the program `pytest`: the current folder is not on the path
A_TEAMS_OWN = """
import sys

import pytest


def test_nothing_of_hotmic_is_loaded_for_others():
    assert not {"e2e", "mock_server"} & set(sys.modules)


def test_an_answer_that_comes_late(agent, wire, supervisor):
    from e2e.harness import UNMUTED

    wire.hold()
    agent.click("mute")
    wire.release("request")
    supervisor.unmute("agent")
    wire.release("response")
    wire.open()
    assert agent.sees == UNMUTED


@pytest.mark.world("muted_call")
def test_a_world_is_chosen(genesys, agent):
    assert genesys.leg("agent").muted == agent.sees.muted


class TestAnotherWidget:
    @pytest.fixture
    def widget(self):
        from e2e.harness import load_widget

        return load_widget("plain-poller")

    def test_it_has_a_browser_of_its_own(self, agent, genesys):
        agent.click("mute")
        assert genesys.leg("agent").muted


def test_an_order_that_once_broke_a_promise(replayed):
    assert replayed("one-click: agent#1").broken == ()
"""
WRONG = """
def test_what_is_held_is_left(agent, wire):
    wire.hold()
    agent.click("mute")


def test_it_begins_muted(agent):
    from e2e.harness import MUTED

    assert agent.sees == MUTED
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def home(installed: Installed) -> Path:
    """The user's folder, empty."""
    shutil.rmtree(installed.home)
    installed.home.mkdir()
    return installed.home


def run(installed: Installed, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a program with the browser of this run: the environment need not look for one."""
    return installed.run(*words, HOTMIC_BROWSER=str(browser.found(headed=False)))


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts and path.is_file()}


def test_a_page_is_described_and_judged_and_nothing_is_written_into_the_package(
    installed: Installed, home: Path
) -> None:
    shutil.copytree(WIDGETS / "shadow-element", home / "dist")
    (home / "dist/widget.toml").unlink()
    shipped = files(installed.packages / "e2e") | files(installed.packages / "hotmic")
    described = run(installed, "hotmic", "describe", "dist", "--output", "widget.toml")
    assert (described.returncode, described.stderr) == (0, "")
    assert described.stdout.splitlines()[-1].endswith("Judge it: hotmic judge widget.toml")
    judged = run(installed, "hotmic", "judge", "-k", "test_hold_does_not_touch_the_mute", "--report", "report")
    assert (judged.returncode, "exit code 0" in judged.stdout) == (0, True), judged.stdout + judged.stderr
    assert {path.name for path in home.iterdir()} <= {"dist", "report", "test-results", "widget.toml"}
    assert files(installed.packages / "e2e") | files(installed.packages / "hotmic") == shipped


def test_the_line_that_plays_a_breach_again_can_be_pasted(installed: Installed, home: Path) -> None:
    shutil.copytree(WIDGETS / "shadow-element", home / "shadow-element")
    right = (home / "shadow-element/widget.toml").read_text(encoding="utf-8")
    (home / "shadow-element/wrong.toml").write_text(
        right.replace("pressed = false", "pressed = true"), encoding="utf-8"
    )
    judged = run(installed, "hotmic", "judge", "shadow-element/wrong.toml", "--schedule", "one-click:")
    assert judged.returncode == 1, judged.stdout + judged.stderr
    (again,) = {line.partition("again:")[2].strip() for line in judged.stdout.splitlines() if "again:" in line}
    assert again == 'hotmic judge shadow-element/wrong.toml --schedule "one-click:" --headed --slow'
    words = [word for word in shlex.split(again) if word not in ("--headed", "--slow")]
    assert run(installed, *words).returncode == 1


def test_a_teams_own_tests_find_the_fixtures(installed: Installed, home: Path) -> None:
    shutil.copytree(WIDGETS / "shadow-element", home / "shadow-element")
    shutil.copytree(WIDGETS / "plain-poller", home / "plain-poller")
    (home / "pytest.toml").write_text(SETTINGS, encoding="utf-8")
    (home / "test_own.py").write_text(A_TEAMS_OWN, encoding="utf-8")
    (home / "test_wrong.py").write_text(WRONG, encoding="utf-8")
    ran = run(installed, *PYTEST, "-q", "test_own.py", "test_wrong.py")
    assert "2 failed, 5 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "still held on the wire: request#" in ran.stdout
    assert "again:  pytest 'test_wrong.py::test_what_is_held_is_left[chromium]' --headed --slowmo 500" in ran.stdout
    assert "the agent sees UNMUTED" in ran.stdout


def test_tests_that_name_no_widget_are_told_how(installed: Installed, home: Path) -> None:
    (home / "test_own.py").write_text(A_TEAMS_OWN, encoding="utf-8")
    ran = run(installed, *PYTEST, "-q", "test_own.py", "-k", "late")
    assert 'in pytest\'s settings:   hotmic_widget = "widget.toml"' in ran.stdout


def test_a_folder_that_hides_hotmics_is_named(installed: Installed, home: Path) -> None:
    theirs = home / "e2e"
    theirs.mkdir()
    (theirs / "__init__.py").touch()
    (theirs / "test_theirs.py").write_text("def test_theirs(): pass\n", encoding="utf-8")
    (theirs / "test_agent.py").write_text("def test_agent(agent): pass\n", encoding="utf-8")
    (home / "test_import.py").write_text("from e2e.harness import MUTED\n", encoding="utf-8")
    assert run(installed, *PYTEST, "-q", str(theirs / "test_theirs.py")).returncode == 0
    hides = f"{theirs} hides hotmic's own package 'e2e'"
    for words in ((*PYTEST, "-q", str(theirs)), ("python", "-m", "pytest", "-q", "test_import.py")):
        ran = run(installed, *words)
        assert (ran.returncode != 0, hides in ran.stdout) == (True, True), ran.stdout
    judged = installed.run("hotmic", "judge", "reference", PYTHONPATH=str(home))
    assert (judged.returncode, judged.stderr.startswith(f"hotmic: {hides}")) == (2, True)
