"""Pages of the kinds that strangers bring, each judged by a description of at most eight lines.

Others are judged where their kind is tried: in test_opening.py a page that reads the call 10 ms after it was loaded, and one that
shows its button with the first event; in test_doubts.py a toast without a role and a shortcut that is not declared; in
test_two_calls.py two calls.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from e2e.harness import Reach
from e2e.harness.explorer.player import Player
from e2e.harness.report.story import failure
from e2e.harness.view.description import load_widget, parsed, widget
from e2e.harness.view.widget import Widget
from e2e.setup.places import FIXTURES
from e2e.setup.sdk import node_executable

FOLDER = FIXTURES / "widgets"
MOST = 8  # lines that say something
ROUTER = FOLDER / "hash-router"
ESBUILD = FOLDER / "node_modules/esbuild/bin/esbuild"
# What bundlers make of an app: minified, in chunks with hashes in their names, the app itself imported when it is wanted.
FLAGS = ("--bundle", "--minify", "--splitting", "--format=esm", "--entry-names=[name]-[hash]", "--metafile=built.json")
BUILT = """
folder = "dist"
address = "call?conversation={{gcConversationId}}&region={{gcTargetEnv}}"
mute = { role = "switch", name = "mute microphone" }
token = { key = "spa.session", value = '{"accessToken":"{{token}}","expiresAt":{{expires_at}}}' }
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the single-page app of hash-router in `dist`, as a bundler builds it."""
    home = tmp_path_factory.mktemp("built")
    shutil.copytree(ROUTER, home / "source")
    (home / "source/main.js").write_text("import('./app.js');", encoding="utf-8")
    entries = ("source/main.js", "source/app.css")
    command = [str(node_executable()), str(ESBUILD), *entries, *FLAGS, "--outdir=dist/assets", "--log-level=warning"]
    subprocess.run(command, cwd=home, check=True)
    outputs = json.loads((home / "built.json").read_text(encoding="utf-8"))["outputs"]
    page = (ROUTER / "index.html").read_text(encoding="utf-8")
    for source, written in (("main.js", "/app.js"), ("app.css", "/app.css")):
        (name,) = (name for name, made in outputs.items() if made.get("entryPoint") == f"source/{source}")
        page = page.replace(f'"{written}"', f'"/{name.removeprefix("dist/")}"')
    (home / "dist/index.html").write_text(page, encoding="utf-8")
    return home


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    ("name", "schedule", "held", "reach"),
    [
        pytest.param(name, schedule, held, Reach("hosts"), id=f"{name}-{schedule}")
        for name, schedule, held in (
            ("plain-poller", "one-click:", "one_click_one_right_patch"),
            ("plain-poller", "supervisor-mutes:", "rests_on_the_truth"),
            ("plain-poller", "trouble: never_apply", "never_stuck"),
        )
    ],
    indirect=["reach"],
)
def test_a_correct_page_breaks_no_promise(
    name: str, schedule: str, held: str, players: Callable[[Widget], Player]
) -> None:
    race = players(load_widget(str(FOLDER / name))).replay(schedule)
    assert not race.broken, failure(race.timeline, race.verdicts, (), "")
    assert held in {verdict.promise for verdict in race.verdicts if verdict.result == "held"}


@pytest.mark.judges_itself
@pytest.mark.parametrize("reach", [pytest.param(Reach("hosts"), id="hosts")], indirect=True)
@pytest.mark.parametrize(
    ("schedule", "held"),
    [
        ("one-click:", "one_click_one_right_patch"),
        ("reload-muted:", "reads_the_call"),
        ("trouble: refuse-403", "says_why"),
    ],
)
def test_a_built_app_breaks_no_promise(
    schedule: str, held: str, built: Path, players: Callable[[Widget], Player]
) -> None:
    race = players(widget(parsed(BUILT, built / "widget.toml"))).replay(schedule)
    assert not race.broken, failure(race.timeline, race.verdicts, (), "")
    assert held in {verdict.promise for verdict in race.verdicts if verdict.result == "held"}


@pytest.mark.judges_itself
@pytest.mark.parametrize("reach", [pytest.param(Reach("hosts"), id="hosts")], indirect=True)
def test_a_built_app_that_signs_in_comes_back_to_its_callback(built: Path, players: Callable[[Widget], Player]) -> None:
    without_token = BUILT.partition("token =")[0]
    race = players(widget(parsed(without_token, built / "widget.toml"))).replay("one-click:")
    assert not race.broken, failure(race.timeline, race.verdicts, (), "")
    assert "/callback" in {
        urlsplit(moment.data["url"]).path for moment in race.timeline.moments if moment.kind == "load"
    }
    assert "one_click_one_right_patch" in {verdict.promise for verdict in race.verdicts if verdict.result == "held"}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*/widget.toml")), ids=lambda file: file.parent.name)
def test_each_is_described_in_few_lines(file: Path) -> None:
    lines = [
        line for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]
    assert len(lines) <= MOST
