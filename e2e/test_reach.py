"""A widget that talks to Genesys' own hosts runs against the mock, and nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.harness.agent import Agent
from e2e.harness.reach import Reach
from e2e.harness.stage import Stage, Wire
from e2e.harness.view import MUTED, UNMUTED
from mock_server.people import Person
from mock_server.server import MockGenesys

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
HOSTS = Reach("hosts", page="https://widget.example", folders={"cdn.example/npm/reference@1": FIXTURES / "widget"})
by_hosts = pytest.mark.parametrize("reach", [pytest.param(HOSTS, id="hosts")], indirect=True)


@by_hosts
def test_a_widget_in_production_mutes_by_genesys_own_hosts(
    agent: Agent, wire: Wire, supervisor: Person, stage: Stage, genesys: MockGenesys
) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request", "event", "response")
    assert agent.sees == MUTED
    wire.open()
    supervisor.unmute("agent")
    assert agent.sees == UNMUTED
    sent = {m.data["url"].partition("/api/")[0] for m in stage.timeline.moments if m.kind == "sent"}
    assert "https://api.mypurecloud.de" in sent
