"""A widget in an iframe of another host, around which a page sends messages: found and judged where folders answer for both."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.harness import Reach
from e2e.harness.session import preflight
from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import Stage
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import Widget
from mock_server.server import MockGenesys

HERE = Path(__file__).parent / "frames_of_other_hosts"

TOML = """
folder = "host"
address = "index.html?conversation={{gcConversationId}}&token={{token}}"
mute = { frame = "#phone" }
reach.folders = { "phone.example/crm" = "phone" }
"""


@pytest.fixture(name="widget")
def described() -> Widget:
    return widget(parsed(TOML, HERE / "widget.toml"))


@pytest.mark.parametrize(
    "reach", [pytest.param(Reach("hosts", folders={"phone.example/crm": HERE / "phone"}), id="hosts")], indirect=True
)
@pytest.mark.judges_itself
def test_a_widget_in_a_frame_of_another_host_is_found(agent: Agent, stage: Stage, genesys: MockGenesys) -> None:
    assert (agent.sees.muted, agent.sees.call) == (False, True)
    agent.click("mute")
    assert genesys.leg("agent").muted
    preflight.look(stage, stage.new_page())
