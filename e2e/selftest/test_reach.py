"""A widget that talks to Genesys' own hosts runs against the mock, and nothing leaves the machine."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.harness.browser.isolation import Isolation, NotSealed
from e2e.harness.report.story import story
from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import Stage, WireControl
from e2e.harness.view.adapters import REFERENCE
from e2e.harness.view.description import load_widget
from e2e.harness.view.reach import Reach
from e2e.harness.view.view import MUTED, UNMUTED
from e2e.harness.view.widget import Widget
from mock_server.core.regions import ENVIRONMENTS
from mock_server.engine.people import Person
from mock_server.server import MockGenesys

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SDK = FIXTURES / "sdk/node_modules/purecloud-platform-client-v2/dist/web-cjs"
HOSTS = Reach("hosts", page="https://widget.example", folders={"sdk-cdn.mypurecloud.com/javascript/262.0.0": SDK})
BELOW_A_PATH = Reach("hosts", folders={"desk.example/app": FIXTURES / "widgets"})
GATEWAY = Reach("gateway")


def with_reach(reach: Reach) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reach", [pytest.param(reach, id=reach.by)], indirect=True)


def asked(stage: Stage) -> set[str]:
    """The origins that the pages sent requests to and opened sockets to, by their own logs."""
    moments = [m for m in stage.timeline.moments if m.kind in ("sent", "socket")]
    return {"/".join(m.data["url"].split("/")[:3]) for m in moments}


# ---- by Genesys' own hosts


def mutes_and_hears(agent: Agent, wire: WireControl, supervisor: Person) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request", "event", "response")
    assert agent.sees == MUTED
    wire.open()
    supervisor.unmute("agent")
    assert agent.sees == UNMUTED


def below_a_path(of_its_own: Widget) -> Widget:
    """The widget as an organisation may host it: below a path of a host for which a folder answers."""
    return replace(
        of_its_own,
        reach=BELOW_A_PATH,
        address=lambda origins, call: of_its_own.address(origins, call).replace(
            origins.site, "https://desk.example/app"
        ),
    )


@with_reach(BELOW_A_PATH)
@pytest.mark.parametrize("widget", [below_a_path(load_widget(str(FIXTURES / "widgets/lit-worker")))])
def test_a_worker_below_a_path_of_a_host_is_judged(
    widget: Widget, agent: Agent, wire: WireControl, supervisor: Person
) -> None:
    assert agent.page.url.startswith("https://desk.example/app/lit-worker/")
    mutes_and_hears(agent, wire, supervisor)


@with_reach(HOSTS)
def test_a_widget_in_production_signs_in_mutes_and_hears(
    arriving_agent: Agent, wire: WireControl, supervisor: Person, stage: Stage
) -> None:
    arriving_agent.open()
    mutes_and_hears(arriving_agent, wire, supervisor)
    assert asked(stage) == {
        "https://api.mypurecloud.de",
        "https://login.mypurecloud.de",
        "wss://streaming.mypurecloud.de",
    }
    assert arriving_agent.page.url.startswith("https://widget.example/widget/index.html?")
    assert stage.blocked.refused == ()


@with_reach(HOSTS)
@pytest.mark.parametrize("environment", ["usw2.pure.cloud", "mypurecloud.com.au", "use2.us-gov-pure.cloud"])
def test_so_it_does_in_another_region(
    environment: str, stage: Stage, wire: WireControl, supervisor: Person, page: Page
) -> None:
    origins = replace(stage.isolation.origins, environment=environment)
    agent = Agent(page, REFERENCE, stage.settle, origins, call=stage.call, note=stage.note, rested=stage.rested)
    agent.open()
    mutes_and_hears(agent, wire, supervisor)
    assert f"https://api.{environment}" in asked(stage) and f"wss://streaming.{environment}" in asked(stage)


EVERY_REGION = """
async ([script, token, environments]) => {
  const element = document.createElement('script');
  await new Promise((onload) => document.head.append(Object.assign(element, { src: script, onload })));
  const { ApiClient, UsersApi, NotificationsApi } = require('platformClient');
  const reached = {};
  for (const environment of environments) {
    ApiClient.instance.setEnvironment(environment);
    ApiClient.instance.setAccessToken(token);
    const me = await new UsersApi().getUsersMe();
    const { connectUri } = await new NotificationsApi().postNotificationsChannels();
    const opened = await new Promise((done) => {
      const socket = new WebSocket(connectUri);
      socket.onopen = () => done('open');
      socket.onerror = () => done('failed');
    });
    reached[environment] = [me.id, new URL(connectUri).origin, opened];
  }
  return reached;
}
"""


@with_reach(HOSTS)
def test_the_sdk_reaches_the_mock_in_every_region_of_its_list(
    genesys: MockGenesys, isolation: Isolation, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto("https://widget.example/widget/")
    aliases = genesys.state.aliases
    script = "https://sdk-cdn.mypurecloud.com/javascript/262.0.0/purecloud-platform-client-v2.min.js"
    reached = page.evaluate(EVERY_REGION, [script, aliases["agent_token"], ENVIRONMENTS])
    assert reached == {
        environment: [aliases["agent"], f"wss://streaming.{environment}", "open"] for environment in ENVIRONMENTS
    }


# ---- by the SDK's gateway


@with_reach(GATEWAY)
def test_the_gateway_is_set_before_the_pages_own_code(
    stage: Stage, wire: WireControl, supervisor: Person, page: Page, genesys: MockGenesys
) -> None:
    origins = replace(
        stage.isolation.origins, api="https://api.mypurecloud.de"
    )  # the page does not know the mock's address
    agent = Agent(page, REFERENCE, stage.settle, origins, call=stage.call, note=stage.note, rested=stage.rested)
    agent.open()
    assert "gateway" not in page.url
    mutes_and_hears(agent, wire, supervisor)
    assert asked(stage) == {genesys.origin, genesys.origin.replace("http", "ws")}


BUNDLES = {
    "purecloud-platform-client-v2.js": ("void 0;", "require('platformClient')"),
    "purecloud-platform-client-v2.min.js": ("void 0;", "require('platformClient')"),
    "bundle.js": ("var module = { exports: {} }, exports = module.exports;", "module.exports"),
    "amd/purecloud-platform-client-v2.js": ("window.define = (needs, make) => { window.made = make({}); };", "made"),
    "amd/purecloud-platform-client-v2.min.js": (
        "window.define = (needs, make) => { window.made = make({}); };",
        "made",
    ),
}


@with_reach(GATEWAY)
@pytest.mark.parametrize("bundle", BUNDLES)
def test_the_gateway_is_set_in_every_bundle_of_the_sdk(
    bundle: str, isolation: Isolation, genesys: MockGenesys, context: BrowserContext
) -> None:
    genesys.mount("/sdk/amd", SDK.parent / "web-amd", immutable=True)
    context.add_init_script(isolation.script)
    page = context.new_page()
    page.goto(f"{genesys.page_origin}/widget/reconcile.js")
    before, sdk = BUNDLES[bundle]
    page.add_script_tag(content=before)
    page.add_script_tag(url=f"/sdk/{bundle}")
    asks = f"() => {{ const {{ instance }} = {sdk}.ApiClient; return instance.config.getConfUrl('api', 'https://elsewhere'); }}"
    assert page.evaluate(asks) == genesys.origin


# ---- everything else is refused


ELSEWHERE = """
async () => {
  await fetch('https://fonts.example/a.woff2?key=secret').catch(() => {});
  await fetch('https://api.mypurecloud.com/api/v2/users/me').catch(() => {});
  await fetch('http://198.51.100.7/').catch(() => {});
  navigator.sendBeacon('https://count.example/', 'x');
  await new Promise((done) => (new WebSocket('wss://chat.example/').onclose = done));
  const dials = "new WebSocket('wss://work.example/').onclose = () => postMessage(0)";
  const work = new Blob([`fetch('https://work.example/').catch(() => { ${dials}; })`]);
  await new Promise((done) => (new Worker(URL.createObjectURL(work)).onmessage = done));
  const image = { src: 'https://image.example/a.png' };
  await new Promise((onerror) => document.body.append(Object.assign(new Image(), image, { onerror })));
}
"""


@with_reach(replace(HOSTS, environments=("mypurecloud.de",), folders={}))
@pytest.mark.judges_itself
def test_whatever_else_a_page_asks_for_is_refused_and_named(agent: Agent, stage: Stage) -> None:
    agent.page.evaluate(ELSEWHERE)
    assert agent.sees == UNMUTED
    lines = story(stage.timeline, whole=True)
    elsewhere = "is refused: not on this machine; a folder can answer for it"
    for what in (
        "GET https://fonts.example/a.woff2",
        "GET https://image.example/a.png",
        "POST https://count.example/",
        "GET https://work.example/",
        "socket wss://work.example/",
        "socket wss://chat.example/",
    ):
        assert f"{what} {elsewhere}" in lines
    assert (
        "GET https://api.mypurecloud.com/api/v2/users/me is refused: a host of Genesys in another environment" in lines
    )
    assert "secret" not in lines
    assert [verdict for verdict in stage.verdicts() if verdict.result == "broken"] == []


@pytest.mark.judges_itself
def test_a_page_that_lacks_the_mocks_address_does_not_reach_genesys(stage: Stage, page: Page) -> None:
    origins = replace(stage.isolation.origins, api="https://api.mypurecloud.de")
    agent = Agent(page, REFERENCE, stage.settle, origins, call=stage.call, note=stage.note, rested=stage.rested)
    agent.open()
    assert [refused.host for refused in stage.blocked.refused] == ["login.mypurecloud.de"]
    assert "`hosts` would answer for this one" in stage.blocked.refused[0].why


# ---- nothing leaves


class Log:
    """Chromium's own log of everything that its network service does."""

    LOOKS_UP = (
        "HOST_RESOLVER_SYSTEM_TASK",
        "HOST_RESOLVER_DNS_TASK",
        "DNS_TRANSACTION",
        "HOST_RESOLVER_MANAGER_HOSTS_HIT",  # in the machine's own table of hosts, which the full browser reads by itself
    )

    def __init__(self, path: Path) -> None:
        log = json.loads(path.read_text(encoding="utf-8"))
        self._names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
        self._events = log["events"]
        assert set(self.LOOKS_UP) <= set(self._names.values()), "this Chromium calls its look-ups otherwise"

    @property
    def look_ups(self) -> int:
        return sum(self._names[event["type"]] in self.LOOKS_UP for event in self._events)

    @property
    def connected(self) -> set[str]:
        return {
            str(e["params"]["address"]) for e in self._of("TCP_CONNECT_ATTEMPT") if "address" in e.get("params", {})
        }

    @property
    def datagrams(self) -> int:
        return len(list(self._of("UDP_BYTES_SENT")))

    def _of(self, name: str) -> Iterator[dict[str, Any]]:
        return (event for event in self._events if self._names[event["type"]] == name)


Logged = Callable[..., Browser]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "net.json"


@with_reach(HOSTS)
def test_no_name_is_looked_up_and_nobody_else_is_connected_to(
    log: Path,
    isolation: Isolation,
    genesys: MockGenesys,
    launch_browser: Logged,
    browser_type_launch_args: dict[str, Any],
) -> None:
    browser = launch_browser(args=[*browser_type_launch_args["args"], f"--log-net-log={log}"])
    context = browser.new_context()
    stage = Stage(genesys, context, REFERENCE, isolation)
    agent = stage.agent(context.new_page())
    agent.open()
    agent.click("mute")
    assert agent.sees == MUTED
    agent.page.evaluate(ELSEWHERE)
    agent.click("mute")
    assert agent.sees == UNMUTED
    browser.close()
    seen = Log(log)
    assert (seen.look_ups, seen.datagrams) == (0, 0)
    assert {address.rpartition(":")[0] for address in seen.connected} == {"127.0.0.1"}


def test_a_name_that_is_looked_up_would_be_seen(
    log: Path, genesys: MockGenesys, launch_browser: Logged, browser_type_launch_args: dict[str, Any]
) -> None:
    mine = socket.gethostname()  # the machine finds its own name without asking anybody
    rules = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {mine}"
    browser = launch_browser(args=[*browser_type_launch_args["args"], rules, f"--log-net-log={log}"])
    browser.new_page().evaluate("url => fetch(url).catch(() => {})", f"http://{mine}:{genesys.port}/")
    browser.close()
    assert Log(log).look_ups > 0


def test_a_browser_without_the_rules_is_refused(launch_browser: Logged, isolation: Isolation) -> None:
    browser = launch_browser(args=["--no-sandbox"])
    with pytest.raises(NotSealed, match="finds nobody.localhost, though no rule names it"):
        isolation.prove(browser)
    browser.close()


GATHERS = """
async (url) => {
  const connection = new RTCPeerConnection({ iceServers: [{ urls: url }] });
  window.over = new Promise((done) => (connection.onicecandidate = ({ candidate }) => candidate || done()));
  connection.createDataChannel('x');
  await connection.setLocalDescription(await connection.createOffer());
}
"""


@pytest.mark.parametrize("sealed", [True, False])
def test_webrtc_sends_nothing_to_an_address(
    sealed: bool, launch_browser: Logged, browser_type_launch_args: dict[str, Any]
) -> None:
    browser = launch_browser(args=browser_type_launch_args["args"] if sealed else ["--no-sandbox"])
    page = browser.new_page()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as canary:
        canary.bind(("127.0.0.1", 0))
        page.evaluate(GATHERS, f"stun:127.0.0.1:{canary.getsockname()[1]}")
        if sealed:
            page.evaluate("window.over")
            canary.setblocking(False)
            with pytest.raises(BlockingIOError):
                canary.recv(2000)
        else:
            canary.settimeout(10)
            assert canary.recv(2000)
    browser.close()
