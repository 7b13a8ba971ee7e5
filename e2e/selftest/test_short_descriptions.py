"""Pages of the kinds that strangers bring, each judged by a description of at most eight lines.

Others are judged where their kind is tried: in test_opening.py a page that reads the call 10 ms after it was loaded, and one that
shows its button with the first event; in test_doubts.py a toast without a role and a shortcut that is not declared; in
test_two_calls.py two calls.
"""

from __future__ import annotations

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

FOLDER = FIXTURES / "widgets"
MOST = 8  # lines that say something


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    ("name", "schedule", "held", "reach"),
    [
        pytest.param(name, schedule, held, Reach("hosts"), id=f"{name}-{schedule}")
        for name, schedule, held in (
            ("built-app", "one-click:", "one_click_one_right_patch"),
            ("built-app", "reload-muted:", "reads_the_call"),
            ("built-app", "trouble: refuse-403", "says_why"),
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
def test_a_built_app_that_signs_in_comes_back_to_its_callback(players: Callable[[Widget], Player]) -> None:
    file = FOLDER / "built-app/widget.toml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("token")]
    race = players(widget(parsed("\n".join(lines), file))).replay("one-click:")
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
