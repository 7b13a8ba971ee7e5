"""The mock over TLS: Genesys by its own names, folders by others, one port for REST and sockets."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from mock_server.core.regions import ENVIRONMENTS, UnknownEnvironment
from mock_server.server import MockGenesys
from mock_server.serving.hosts import BadHost, Hosts, split, wildcards
from mock_server.serving.pages import Mount
from mock_server.serving.serving import PortTaken

from .ends import WAIT, PolledSocket, channel, patch, secure_client, trusting

ME = "/api/v2/users/me"
API = "https://api.mypurecloud.de"
LOGIN = "https://login.mypurecloud.de"


@pytest.fixture
def hosts(genesys: MockGenesys, tmp_path: Path) -> Iterator[Hosts]:
    (tmp_path / "index.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "a.js").write_text("1", encoding="utf-8")
    folders = {"https://widget.example": Mount(tmp_path), "cdn.example/npm/a@1": Mount(tmp_path, immutable=True)}
    hosts = genesys.serve_hosts(folders)
    yield hosts
    hosts.close()


# ---- Genesys


def test_the_api_answers_in_every_environment(genesys: MockGenesys, hosts: Hosts) -> None:
    for environment in ENVIRONMENTS:
        with secure_client(genesys, hosts, f"https://api.{environment}") as http:
            assert http.get(ME).json()["id"] == genesys.state.aliases["agent"], environment


def test_who_asks_at_login_gets_a_token_for_the_api(genesys: MockGenesys, hosts: Hosts) -> None:
    client = genesys.state.aliases["client"]
    asked = {"client_id": client, "redirect_uri": "https://widget.example/", "response_type": "token"}
    with secure_client(genesys, hosts, LOGIN) as http:
        assert http.get("/oauth/authorize", params=asked).headers["location"].startswith("https://widget.example/#acc")
        assert http.get("/logout", params=asked).headers["location"] == "https://widget.example/"
        assert http.get(ME).status_code == 404
    with secure_client(genesys, hosts, API) as http:
        assert http.get("/oauth/authorize", params=asked).status_code == 404


def test_the_plain_port_goes_on_beside_it(genesys: MockGenesys, hosts: Hosts) -> None:
    with secure_client(genesys, hosts, "https://127.0.0.1") as http:
        assert http.get(ME).status_code == httpx.get(genesys.origin + ME, headers=genesys.headers()).status_code == 200


def test_a_page_of_another_origin_may_ask(genesys: MockGenesys, hosts: Hosts) -> None:
    origin = {"origin": "https://widget.example"}
    with secure_client(genesys, hosts, API) as http:
        asks = {**origin, "access-control-request-method": "PATCH", "access-control-request-headers": "authorization"}
        preflight = http.options(ME, headers=asks)
        assert (preflight.status_code, preflight.headers["access-control-allow-headers"]) == (200, "authorization")
        assert http.get(ME, headers=origin).headers["access-control-allow-origin"] == "*"


def test_a_reset_reaches_it_too(genesys: MockGenesys, hosts: Hosts) -> None:
    with secure_client(genesys, hosts, API) as http:
        genesys.reset("no_call", seed=2)
        http.headers = httpx.Headers(genesys.headers())
        assert http.get("/api/v2/conversations/calls").json()["entities"] == []


# ---- sockets, on the same port


@pytest.mark.world("one_call", event_before_response=True)
def test_a_channel_is_at_streaming_of_its_environment(genesys: MockGenesys, hosts: Hosts) -> None:
    with secure_client(genesys, hosts, API) as http:
        uri = channel(genesys, http)
        assert uri.startswith("wss://streaming.mypurecloud.de/channels/")
        page = PolledSocket(uri, hosts)
        patch(genesys, http, {"muted": True})
        assert len(page.has_come) == 1
        page.close()


@pytest.mark.world("one_call", event_before_response=True, requests_per_minute=10_000)
def test_an_answer_never_overtakes_an_event_that_was_written_before_it(genesys: MockGenesys, hosts: Hosts) -> None:
    with secure_client(genesys, hosts, API) as http:
        page = PolledSocket(channel(genesys, http), hosts)
        for turn in range(300):
            assert patch(genesys, http, {"muted": turn % 2 == 0}).status_code == 202
            assert len(page.has_come) == 1, f"in round {turn}"
        page.close()


# ---- folders


def test_a_host_with_a_folder_answers_from_it(genesys: MockGenesys, hosts: Hosts) -> None:
    with secure_client(genesys, hosts, "https://widget.example") as http:
        assert [http.get(path).text for path in ("/", "/index.html", "/a.js")] == ["<p>", "<p>", "1"]
        assert http.get("/api/v2/users/me").status_code == 404
    with secure_client(genesys, hosts, "https://cdn.example") as http:
        script = http.get("/npm/a@1/a.js", headers={"origin": "https://widget.example"})
        assert (script.text, script.headers["access-control-allow-origin"]) == ("1", "*")
        assert "immutable" in script.headers["cache-control"]
        nothing = http.get("/npm/b@1/b.js")
        assert (nothing.status_code, nothing.text) == (
            404,
            "nothing is at /npm/b@1/b.js of cdn.example; there is /npm/a@1/\n",
        )


def test_the_pages_of_genesys_are_nowhere_unless_a_folder_is_given(genesys: MockGenesys, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>", encoding="utf-8")
    plain, given = genesys.serve_hosts(), genesys.serve_hosts({"apps.mypurecloud.de/directory": Mount(tmp_path)})
    for hosts, status in ((plain, 404), (given, 200)):
        with secure_client(genesys, hosts, "https://apps.mypurecloud.de") as http:
            assert http.get("/directory/").status_code == status
        hosts.close()


def test_an_unknown_host_is_told_who_is_answered_for(genesys: MockGenesys) -> None:
    hosts = genesys.serve_hosts(environments=["mypurecloud.de"])
    with secure_client(genesys, hosts, "https://127.0.0.1") as http:
        answer = http.get(ME, headers={"host": "api.mypurecloud.com"})
        assert answer.status_code == 421
        assert answer.text.startswith("nobody answers for api.mypurecloud.com here, but for api.mypurecloud.de, login.")
    with pytest.raises(InvalidStatus, match="421"):
        PolledSocket("wss://realtime.mypurecloud.de/channels/x", hosts)
    hosts.close()


@pytest.mark.parametrize(
    ("place", "host", "path"),
    [
        ("cdn.example", "cdn.example", ""),
        ("https://CDN.example/npm/", "cdn.example", "npm"),
        ("cdn.example/npm/jquery@3", "cdn.example", "npm/jquery@3"),
    ],
)
def test_a_folders_place_is_a_host_and_a_path(place: str, host: str, path: str) -> None:
    assert split(place) == (host, path)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("http://cdn.example", "only https is, not http"),
        ("*.example", "is no host"),
        ("cdn.example:8443", "is no host"),
        ("localhost/x", "is no host"),
        ("/x", "is no host"),
        ("api.mypurecloud.de", "is answered by the mock itself"),
    ],
)
def test_what_cannot_be_a_folders_place_is_told(place: str, why: str) -> None:
    with pytest.raises(BadHost, match=why):
        split(place)


# ---- the listener


def test_the_certificate_is_trusted_by_who_trusts_its_authority_alone(genesys: MockGenesys, hosts: Hosts) -> None:
    other = genesys.serve_hosts()
    assert other.fingerprint != hosts.fingerprint
    with (
        socket.create_connection(("127.0.0.1", other.port), timeout=WAIT) as line,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        trusting(hosts).wrap_socket(line, server_hostname="api.mypurecloud.de")
    other.close()


def test_a_certificate_has_one_name_for_an_environment() -> None:
    names = ("api.mypurecloud.de", "apps.mypurecloud.de", "api.usw2.pure.cloud", "widget.example")
    assert wildcards(names) == (
        "*.mypurecloud.de",
        "*.usw2.pure.cloud",
        "widget.example",
        "127.0.0.1",
        "localhost",
        "widget.localhost",
    )


def test_an_unknown_environment_or_a_taken_port_leaves_nothing_open(genesys: MockGenesys, hosts: Hosts) -> None:
    with pytest.raises(UnknownEnvironment):
        genesys.serve_hosts(environments=["mypurecloud.dee"])
    with pytest.raises(PortTaken):
        genesys.serve_hosts(port=hosts.port)


def test_it_ends_though_a_connection_has_not(genesys: MockGenesys) -> None:
    hosts = genesys.serve_hosts()
    with secure_client(genesys, hosts, API) as http:
        page = PolledSocket(channel(genesys, http), hosts)
        before = genesys.traffic()
        page.say_goodbye()
        assert [socket.closed for socket in genesys.await_traffic(before.version).sockets.values()] == [True]
    hosts.close()
    page.close()


def test_it_ends_by_itself_or_with_the_mock() -> None:
    with MockGenesys() as genesys:
        first, second = genesys.serve_hosts(), genesys.serve_hosts()
        first.close()
        with secure_client(genesys, second, API) as http:
            assert http.get(ME).status_code == 200
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", first.port), timeout=WAIT)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", second.port), timeout=WAIT)
