"""A folder is served as hosts serve a single-page app that was built for production: at the root of an origin of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from e2e.harness import Reach
from e2e.harness.explorer.player import Player
from e2e.harness.session.agent import Agent
from e2e.harness.session.opening import arrive
from e2e.harness.session.stage import Stage
from e2e.harness.view.adapters.reference import REFERENCE
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import Widget
from mock_server.server import MockGenesys

PAGE_ORIGIN = Reach("hosts", page="https://widget.example")

INDEX = """<!doctype html><meta charset=utf-8><link rel=icon href="data:,">
<script type=module src="/assets/app-4f2a.js"></script><div id=root></div>"""

# Signs in by a redirect to /callback, and goes on at /agent/call/ID; reads the call, and follows nothing.
APP = """
const [api, login] = ['https://api.mypurecloud.de', 'https://login.mypurecloud.de'];
const route = location.pathname;
const answer = new URLSearchParams(location.hash.slice(1)).get('access_token');
if (route === '/callback') {
  sessionStorage.setItem('token', answer);
  history.replaceState(null, '', `/agent/call/${sessionStorage.getItem('call')}`);
}
const call = location.pathname.split('/').at(-1);
const root = document.querySelector('#root');
if (sessionStorage.getItem('token')) {
  const headers = { authorization: `Bearer ${sessionStorage.getItem('token')}` };
  const read = async (path) => (await fetch(api + path, { headers })).json();
  const [me, { participants }] = [await read('/api/v2/users/me'), await read(`/api/v2/conversations/calls/${call}`)];
  const own = participants.find((one) => one.user?.id === me.id);
  root.innerHTML = `<button aria-pressed=${own.muted}>Mute</button><p>${location.pathname}</p>`;
  await fetch('/assets/gone.js');
  await fetch('/config');
} else {
  const query = new URLSearchParams({
    client_id: 'c0ffee00-0000-4000-a000-000000000001', response_type: 'token', redirect_uri: `${location.origin}/callback`,
  });
  root.innerHTML = '<button>Sign in</button>';
  root.firstChild.onclick = () => {
    sessionStorage.setItem('call', call);
    location.assign(`${login}/oauth/authorize?${query}`);
  };
}
"""


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A folder as bundlers make it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "assets/app-4f2a.js").write_text(APP, encoding="utf-8")
    return tmp_path


@pytest.fixture
def widget_toml() -> str:
    return 'folder = "."\naddress = "agent/call/{{gcConversationId}}"\n'


@pytest.fixture(name="widget")
def described(build: Path, widget_toml: str, reach: Reach) -> Widget:
    page = f'reach.page = "{reach.page}"\n' if reach.page else ""
    return widget(parsed(widget_toml + page, build / "widget.toml"))


@pytest.mark.parametrize(
    "reach",
    [pytest.param(Reach("hosts"), id="on-this-machine"), pytest.param(PAGE_ORIGIN, id="at-a-host")],
    indirect=True,
)
@pytest.mark.judges_itself
def test_a_built_app_with_routes_signs_in_at_its_callback(
    stage: Stage, arriving_agent: Agent, genesys: MockGenesys, reach: Reach
) -> None:
    arrive(stage, arriving_agent)
    seen = arriving_agent.sees
    assert (seen.muted, seen.enabled) == (False, True)
    page = urlsplit(arriving_agent.page.url)
    assert f"{page.scheme}://{page.netloc}" == (reach.page or f"http://widget.localhost:{genesys.port}")
    assert page.path == f"/agent/call/{genesys.call().id}"
    arriving_agent.reload()
    assert arriving_agent.sees.muted is False
    assert [line.partition(" in ")[0] for line in stage.missing_files] == ["no file assets/gone.js", "no file config"]


@pytest.mark.parametrize("reach", [pytest.param(Reach("hosts"), id="on-this-machine")], indirect=True)
@pytest.mark.judges_itself
def test_the_api_is_of_another_origin_than_the_page(page: Page, stage: Stage) -> None:
    """A page with a folder meets CORS, whether it asks Genesys' hosts or the mock's own address."""
    page.goto(stage.isolation.origins.site)
    origins = {stage.isolation.origins.site, stage.genesys.origin, stage.isolation.origins.api}
    assert len(origins) == 3
    assert page.evaluate("isSecureContext") is True
    asked = f"fetch('{stage.genesys.origin}/api/v2/users/me').then((answer) => answer.type)"
    assert page.evaluate(asked) == "cors"


@pytest.mark.judges_itself
def test_the_mock_is_set_as_the_description_says_in_every_world(
    players: Callable[[Widget], Player], genesys: MockGenesys
) -> None:
    set_so = replace(REFERENCE, settings={"accepted_body": "object", "access_token_seconds": 900.0})
    player = players(set_so)
    assert not player.replay("one-click:").broken
    settings = genesys.state.settings
    assert (settings.accepted_body, settings.access_token_seconds) == ("object", 900)
