"""A description names ids that only the world knows: the button in the agent's own row, among those of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.harness.session import preflight
from e2e.harness.session.agent import Agent
from e2e.harness.session.opening import arrive
from e2e.harness.session.stage import Stage
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import Widget
from mock_server.server import MockGenesys

# A supervisor's list: a row for each participant, each with a Mute button; the token and the user's id are kept apart.
PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><ul></ul><script type=module>
const query = new URLSearchParams(location.search);
const headers = { authorization: `Bearer ${sessionStorage.getItem('auth')}`, 'content-type': 'application/json' };
const at = `${query.get('api')}/api/v2/conversations/calls/${query.get('call')}`;
const show = async () => {
  const { participants } = await (await fetch(at, { headers })).json();
  document.querySelector('ul').replaceChildren(...participants.map((one) => {
    const row = Object.assign(document.createElement('li'), { id: `row-${one.id}` });
    const button = Object.assign(document.createElement('button'), { textContent: `Mute ${one.purpose}` });
    button.setAttribute('aria-pressed', one.muted);
    row.className = one.user?.id === localStorage.getItem('me') ? 'me' : '';
    button.onclick = () => fetch(`${at}/participants/${one.id}`, { method: 'PATCH', headers, body: '{"muted":true}' });
    row.append(button);
    return row;
  }));
};
await show();
</script>"""

TOML = """
folder = "."
address = "index.html?call={{gcConversationId}}&api={{gateway}}"
token = [{ key = "auth" }, { key = "me", store = "local", value = "{{user}}" }]
mute = { css = "#row-{{participant}} button" }
call = { css = "#row-{{participant}}" }
"""


@pytest.fixture(name="widget")
def described(tmp_path: Path) -> Widget:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    return widget(parsed(TOML, tmp_path / "widget.toml"))


@pytest.mark.judges_itself
@pytest.mark.world("conference", seed=3)
def test_the_button_in_my_row_is_the_one(agent: Agent, genesys: MockGenesys) -> None:
    assert (agent.sees.muted, agent.sees.call) == (False, True)
    page = agent.page
    assert page.locator("button").count() > 2
    assert page.locator("li.me").get_attribute("id") == f"row-{genesys.leg('agent').id}"
    agent.click("mute")
    assert genesys.leg("agent").muted
    assert not genesys.leg("colleague").muted


@pytest.mark.judges_itself
def test_it_can_be_judged(stage: Stage, arriving_agent: Agent) -> None:
    arrive(stage, arriving_agent)
    preflight.look(stage, stage.new_page())
