"""How a widget reaches Genesys, without a browser: contradictions, Chromium's arguments, requests that stay on this machine."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from e2e.harness.browser.blocked import BlockedRequests, summary
from e2e.harness.browser.isolation import NOT_FOUND, Isolation, NotSealed
from e2e.harness.session.stage import Stage
from e2e.harness.view.adapters import REFERENCE
from e2e.harness.view.reach import BadReach, Reach, why_refused
from e2e.harness.view.widget import CannotJudge
from mock_server.core.regions import ENVIRONMENTS, UnknownEnvironment
from mock_server.server import MockGenesys
from mock_server.serving.hosts import BadHost, sealing_arguments

HERE = Path(__file__).parent


# ---- what is asked for


@pytest.mark.parametrize(
    ("given", "error", "why"),
    [
        ({"by": "magic"}, BadReach, "a widget reaches Genesys by address, hosts, gateway, not by 'magic'"),
        ({"by": "gateway", "environments": ("mypurecloud.de",)}, BadReach, "environments go with hosts; by gateway"),
        ({"by": "hosts", "environments": ("mypurecloud.dee",)}, UnknownEnvironment, "mypurecloud.de is near"),
        ({"page": "http://widget.example"}, BadReach, "page is an origin such as https://widget.example, not 'http:"),
        ({"page": "https://widget.example/x"}, BadReach, "page is an origin"),
        ({"page": "https://localhost"}, BadHost, "'localhost' is no host"),
        ({"folders": {"cdn.example": HERE / "none"}}, BadReach, "there is no folder .*none to answer for cdn.example"),
        ({"folders": {"api.mypurecloud.de": HERE}}, BadHost, "is answered by the mock itself"),
    ],
)
def test_what_contradicts_is_told(given: dict[str, Any], error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        Reach(**given)


def test_only_who_reaches_genesys_by_its_hosts_has_environments_and_all_unless_told() -> None:
    assert Reach().answered == Reach("gateway").answered == ()
    assert Reach("hosts").answered == ENVIRONMENTS
    assert Reach("hosts", ("mypurecloud.ie",)).answered == ("mypurecloud.ie",)


@pytest.mark.parametrize(
    ("reach", "needs"),
    [
        (Reach(), False),
        (Reach("gateway"), False),
        (Reach("hosts"), True),
        (Reach(page="https://widget.example"), True),
        (Reach("gateway", folders={"cdn.example": HERE}), True),
    ],
)
def test_tls_is_served_when_somebody_will_ask_for_it(reach: Reach, needs: bool) -> None:
    assert reach.needs_hosts is needs


@pytest.mark.parametrize(
    ("reach", "host", "why"),
    [
        (
            Reach("hosts", ("mypurecloud.ie",)),
            "api.mypurecloud.de",
            "in another environment; this run answers for mypure",
        ),
        (Reach("gateway"), "api.mypurecloud.de", "the SDK's gateway was not set in this page"),
        (Reach(), "login.mypurecloud.de", "Genesys itself; the page should have been given another address"),
        (Reach("hosts"), "realtime.mypurecloud.de", "a host of Genesys that the mock does not imitate"),
        (Reach("hosts"), "cdn.example", "not on this machine; a folder can answer for it"),
    ],
)
def test_a_refusal_says_what_would_help(reach: Reach, host: str, why: str) -> None:
    assert why in why_refused(reach, host)


# ---- the way


@pytest.fixture
def by_hosts(genesys: MockGenesys) -> Iterator[Isolation]:
    reach = Reach("hosts", ("mypurecloud.ie",), "https://widget.example", {"cdn.example/npm": HERE})
    isolation = Isolation.opened(reach, genesys)
    yield isolation
    isolation.close()


def test_without_hosts_every_name_is_refused_but_this_machines(genesys: MockGenesys) -> None:
    isolation = Isolation.opened(Reach(), genesys)
    rules = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE widget.localhost, EXCLUDE [::1]"
    assert isolation.arguments[0] == f"--host-resolver-rules={rules}"
    assert not any("certificate" in argument for argument in isolation.arguments)
    assert (isolation.origins.page, isolation.origins.api) == (genesys.page_origin, genesys.origin)
    assert isolation.apis == (genesys.origin,)
    isolation.close()


def test_each_host_is_on_the_port_of_the_mock_and_all_others_are_nowhere() -> None:
    assert sealing_arguments(["api.mypurecloud.de", "cdn.example"], 4711)[0] == (
        "--host-resolver-rules=MAP api.mypurecloud.de:443 127.0.0.1:4711, MAP cdn.example:443 127.0.0.1:4711, MAP * ~NOTFOUND, "
        "EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE widget.localhost, EXCLUDE [::1]"
    )


def test_by_hosts_genesys_is_where_it_always_is(by_hosts: Isolation, genesys: MockGenesys) -> None:
    origins = by_hosts.origins
    assert (origins.page, origins.api, origins.environment) == (
        "https://widget.example",
        "https://api.mypurecloud.ie",
        "mypurecloud.ie",
    )
    assert by_hosts.apis == (
        genesys.origin,
        "https://api.mypurecloud.ie",
        "https://login.mypurecloud.ie",
        "https://streaming.mypurecloud.ie",
    )
    rules = by_hosts.arguments[0]
    for host in ("api", "login", "streaming", "apps"):
        assert f"MAP {host}.mypurecloud.ie:443 127.0.0.1:" in rules
    assert "MAP widget.example:443 " in rules and "MAP cdn.example:443 " in rules and "mypurecloud.de" not in rules
    assert any(argument.startswith("--ignore-certificate-errors-spki-list=") for argument in by_hosts.arguments)


def test_a_worker_s_script_has_the_probe_in_front_wherever_a_folder_answers(by_hosts: Isolation) -> None:
    assert {"https://widget.example", "https://cdn.example"} <= set(by_hosts.pages)


@pytest.mark.parametrize(
    ("url", "stays"),
    [
        ("https://api.mypurecloud.ie/api/v2", True),
        ("wss://streaming.mypurecloud.ie/channels/x", True),
        ("https://widget.example/", True),
        ("http://localhost:3000/", True),
        ("http://[::1]:3000/", True),
        ("data:text/html,x", True),
        ("blob:https://widget.example/1", True),
        ("https://api.mypurecloud.de/", False),
        ("https://cdn.example.elsewhere/", False),
    ],
)
def test_what_stays_on_this_machine(by_hosts: Isolation, url: str, stays: bool) -> None:
    assert by_hosts.stays(url) is stays


def test_the_gateway_is_the_mock_for_every_client_of_the_sdk(genesys: MockGenesys) -> None:
    isolation = Isolation.opened(Reach("gateway"), genesys)
    assert f'{{"host": "127.0.0.1", "port": {genesys.port}, "protocol": "http"}}' in isolation.script
    assert Isolation.opened(Reach(), genesys).script == ""


# ---- the proof


class FakeBrowser:
    """A browser that finds these hosts; everything that is asked of it is one object."""

    def __init__(self, *found: str, mistake: str = NOT_FOUND) -> None:
        self.found, self.mistake, self.asked = found, mistake, list[str]()
        self.closed = False

    def new_context(self) -> "FakeBrowser":
        return self

    new_page = new_context

    def goto(self, url: str, wait_until: str) -> None:
        from playwright.sync_api import Error

        self.asked.append(url)
        if not any(host in url for host in self.found):
            raise Error(f"page.goto: {self.mistake} at {url}")

    def close(self) -> None:
        self.closed = True


def prove(isolation: Isolation, browser: Any) -> None:
    isolation.prove(browser)


def test_a_browser_that_keeps_to_the_rules_is_proven(by_hosts: Isolation) -> None:
    browser = FakeBrowser("127.0.0.1", "api.mypurecloud.ie")
    prove(by_hosts, browser)
    assert [url.partition(":")[0] for url in browser.asked] == ["http", "http", "https"]
    assert browser.closed


def test_one_that_finds_names_by_itself_is_asked_for_nothing_else(by_hosts: Isolation) -> None:
    browser = FakeBrowser("nobody.localhost", "api.mypurecloud.ie")
    with pytest.raises(NotSealed, match="this browser finds nobody.localhost, though no rule names it"):
        prove(by_hosts, browser)
    assert len(browser.asked) == 2
    assert browser.closed


def test_one_that_does_not_find_the_mock_is_told(by_hosts: Isolation) -> None:
    with pytest.raises(NotSealed, match="does not find api.mypurecloud.ie, for which the mock answers"):
        prove(by_hosts, FakeBrowser())


def test_another_failure_is_not_taken_for_a_proof(by_hosts: Isolation) -> None:
    with pytest.raises(NotSealed, match=r"cannot be proven .* net::ERR_FAILED at http://nobody.localhost"):
        prove(by_hosts, FakeBrowser(mistake="net::ERR_FAILED"))


def test_one_that_runs_elsewhere_gets_the_advice_where_it_should(by_hosts: Isolation) -> None:
    browser = FakeBrowser("api.mypurecloud.ie", mistake="net::ERR_CONNECTION_REFUSED")
    with pytest.raises(
        CannotJudge, match=r"nothing answers at http://127.0.0.1:\d+, .* on this machine, or in its network"
    ):
        prove(by_hosts, browser)
    assert browser.closed


# ---- refused requests


class FakeContext:
    """Hears what a BlockedRequests listens to; and is a page, too."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Any], None]] = {}

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self.handlers[event] = handler


class Asked:
    """A failed request, or a socket."""

    def __init__(self, url: str, failure: str = NOT_FOUND, method: str = "GET") -> None:
        self.url, self.failure, self.method = url, failure, method


def test_what_is_refused_is_named_once_and_without_its_query(by_hosts: Isolation) -> None:
    context: Any = FakeContext()
    blocked = BlockedRequests(context, by_hosts)
    context.handlers["requestfailed"](Asked("https://fonts.example/a.woff?token=secret"))
    context.handlers["requestfailed"](Asked("https://api.mypurecloud.ie/x"))
    context.handlers["requestfailed"](Asked("https://fonts.example/b", "net::ERR_ABORTED"))
    context.handlers["page"](context)
    context.handlers["websocket"](Asked("wss://streaming.mypurecloud.ie/channels/x"))
    context.handlers["websocket"](Asked("wss://else.example/channels/x"))
    assert [refused.what for refused in blocked.news()] == [
        "GET https://fonts.example/a.woff",
        "socket wss://else.example/channels/x",
    ]
    assert blocked.news() == ()
    assert str(blocked.refused[0]) == (
        "GET https://fonts.example/a.woff is refused: not on this machine; a folder can answer for it"
    )


def test_the_summary_begins_with_the_host_that_was_asked_for_most() -> None:
    assert summary(Counter([("a", "why"), ("b", "so"), ("b", "so")])) == ["b  2 ×  so", "a  1 ×  why"]


def test_a_widget_that_reaches_genesys_otherwise_than_the_browser_was_started_for_cannot_be_judged(
    genesys: MockGenesys,
) -> None:
    context: Any = FakeContext()
    with pytest.raises(
        CannotJudge, match="reference reaches Genesys by gateway, but the browser of this run was started for"
    ):
        Stage(genesys, context, replace(REFERENCE, reach=Reach("gateway")))
