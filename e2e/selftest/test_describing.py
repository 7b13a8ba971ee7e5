"""`python3 -m e2e describe` finds by itself what the small widgets' own widget.toml say."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.harness.browser.isolation import Isolation
from e2e.harness.describing.guessing import half_written, where
from e2e.harness.describing.trying import Laboratory, describe
from e2e.harness.describing.writing import written
from e2e.harness.view.description import parsed
from e2e.harness.view.reach import Reach
from e2e.harness.view.widget import CannotJudge
from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys

pytestmark = [
    pytest.mark.parametrize("reach", [pytest.param(Reach("hosts"), id="hosts")], indirect=True),
]

WIDGETS = FIXTURES / "widgets"
ADDRESS = "?conversationId={{gcConversationId}}&env={{gcTargetEnv}}"
KEYS: dict[str, dict[str, Any]] = {
    "jquery-class/index.html": {
        "token": {"key": "mic.token", "store": "session"},
        "policy": {"operations": ["patchConversationParticipant"]},
    },
    "react-iframe/host.html": {"mute": {"frame": "#widget"}},
    "shadow-element/index.html": {
        "mute": {"name": "^Microphone$"},
        "muted": {"pressed": False},
        "alert": {"css": ".toast"},
        "token": {"key": "mic-switch", "store": "session"},
        "policy": {"request_per": "gesture"},
    },
}


@pytest.mark.parametrize("page", KEYS)
def test_a_widget_is_described_from_what_it_does(
    page: str, genesys_pages: MockGenesys, browser: Browser, isolation: Isolation, tmp_path: Path
) -> None:
    draft = where(page, WIDGETS, ".").draft(WIDGETS)
    with closing(Laboratory(draft, WIDGETS, genesys_pages, browser, isolation)) as laboratory:
        describe(laboratory)
    assert draft.keys == {"": {"address": page + ADDRESS, "folder": "."}, **KEYS[page]}
    assert parsed(written(draft, "describe"), WIDGETS / "widget.toml").folder == WIDGETS


def test_a_button_that_is_held_to_talk_is_described_as_that(
    genesys_pages: MockGenesys, browser: Browser, isolation: Isolation
) -> None:
    draft = where("hold-to-talk/index.html", WIDGETS, ".").draft(WIDGETS)
    with closing(Laboratory(draft, WIDGETS, genesys_pages, browser, isolation)) as laboratory:
        describe(laboratory)
    assert draft.keys["mute"] == {"name": r"^Hold\ to\ talk$", "gesture": "hold"}


@pytest.mark.parametrize(("how", "gesture"), [("hold", {"gesture": "hold"}), ("press", {}), ("plain", {})])
def test_a_button_is_described_as_held_to_talk_where_it_acts_at_both_ends_of_a_press(
    how: str, gesture: dict[str, str], genesys_pages: MockGenesys, browser: Browser, isolation: Isolation
) -> None:
    page = f"openings/index.html?call={{{{gcConversationId}}}}&api={{{{gateway}}}}&token={{{{token}}}}&how={how}"
    draft = where(page, WIDGETS, ".").draft(WIDGETS)
    with closing(Laboratory(draft, WIDGETS, genesys_pages, browser, isolation)) as laboratory:
        describe(laboratory)
    found = draft.keys.get("mute", {})
    assert {name: value for name, value in found.items() if name == "gesture"} == gesture


PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><script src="lost.js"></script>
<button>Hold</button>"""


def test_a_page_without_a_button_and_without_its_script(
    genesys_pages: MockGenesys, browser: Browser, isolation: Isolation, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    draft = where(".", tmp_path).draft(tmp_path)
    with (
        closing(Laboratory(draft, tmp_path, genesys_pages, browser, isolation)) as laboratory,
        pytest.raises(CannotJudge) as caught,
    ):
        describe(laboratory)
    why, missing, asked, there, *to_try = str(caught.value).splitlines()
    assert (why, missing[:30]) == ("no Mute button was found", "  not found    no file lost.js")
    assert (asked, there) == ("  asked        Genesys for nothing", '  on the page  button "Hold"')
    assert [line.strip() for line in to_try[-2:]] == ['login = { name = "Hold" }', """open = ["click 'Hold'"]"""]
    remarks = "\n".join(draft.remarks[""])
    assert "unsure: the page requested files that are not there: " in remarks
    assert "lost.js; is it in another folder?" in remarks
    assert draft.remarks["reach"][0].startswith("unsure: it asked Genesys for nothing")


HALF = """folder = "openings"
address = "index.html?call={{gcConversationId}}&api=https://api.{{gcTargetEnv}}&token={{token}}&how=late-menu"
open = ["click 'Call options'"]
mute = { css = ".mute" }
"""


def test_a_half_written_description_is_gone_on_from_and_stays(
    genesys_pages: MockGenesys, browser: Browser, isolation: Isolation, tmp_path: Path
) -> None:
    (tmp_path / "widget.toml").write_text(HALF.replace("openings", str(WIDGETS / "openings")), encoding="utf-8")
    draft = half_written(tmp_path / "widget.toml", WIDGETS)
    given = {table: dict(keys) for table, keys in draft.keys.items()}
    with closing(Laboratory(draft, WIDGETS, genesys_pages, browser, isolation)) as laboratory:
        describe(laboratory)
    assert {table: draft.keys[table] for table in given} == given
    assert draft.remarks["muted"] == ["the sign of muted: its pressed state; that needs no key"]
    assert "token" not in draft.remarks
