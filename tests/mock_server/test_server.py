"""MockGenesys: its life, its words, and that nothing of one world reaches the next."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from mock_server.core.settings import Settings
from mock_server.core.worlds import UnknownWorld
from mock_server.engine.people import Refused
from mock_server.gateway.faults import BadFault
from mock_server.server import MockGenesys, NotInFlight
from mock_server.serving.serving import CannotListen, PortTaken, listen, require_asyncio

from .serving.ends import WAIT, PolledSocket, channel, client, dial, heard, leg, meanwhile, patch

ME = "/api/v2/users/me"


# ---- life


def test_it_starts_and_stops_and_starts_again() -> None:
    genesys = MockGenesys()
    for _ in range(3):
        with genesys:
            assert httpx.get(genesys.origin + ME, headers=genesys.headers()).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(genesys.origin + ME)


def test_a_port_that_was_just_given_up_can_be_taken_at_once() -> None:
    with MockGenesys() as first:
        port = first.port
    with MockGenesys(port=port) as second:
        assert second.port == port


def test_stopping_what_does_not_run_does_nothing() -> None:
    MockGenesys().stop()


def test_a_taken_port_is_named(genesys: MockGenesys) -> None:
    with pytest.raises(PortTaken) as error:
        MockGenesys(port=genesys.port).start()
    assert str(error.value) == (
        f"port {genesys.port} of 127.0.0.1 is taken; give another with --port, or 0 for any free one"
    )


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [("127.0.0.1", 70_000, "port must be 0-65535"), ("203.0.113.1", 0, "Cannot assign requested address")],
)
def test_an_address_that_cannot_be_had_is_told(host: str, port: int, why: str) -> None:
    with pytest.raises(CannotListen, match=why) as error:
        listen(host, port)
    assert str(error.value).startswith(f"cannot listen on port {port} of {host}: ")


def test_an_unknown_world_leaves_no_open_port() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnknownWorld):
        MockGenesys("one_cal", port=port).start()
    listen("127.0.0.1", port).close()


def test_it_listens_on_ipv6_too() -> None:
    with MockGenesys(host="::1") as genesys:
        assert genesys.origin == f"http://[::1]:{genesys.port}"
        assert httpx.get(genesys.origin + ME, headers=genesys.headers()).status_code == 200


def test_a_mock_that_was_not_started_says_so() -> None:
    with pytest.raises(AssertionError, match="the mock has not been started"):
        MockGenesys().hold()


def test_the_loop_is_asyncios_own(genesys: MockGenesys) -> None:
    require_asyncio(genesys._running.loop)

    class Loop(asyncio.SelectorEventLoop):
        __module__ = "uvloop.loop"

    other = Loop()
    with pytest.raises(AssertionError, match="the mock needs asyncio's own loop, not uvloop"):
        require_asyncio(other)
    other.close()


def test_a_server_that_cannot_begin_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(loop: object) -> None:
        raise AssertionError("another loop")

    monkeypatch.setattr("mock_server.serving.serving.require_asyncio", refuse)
    genesys = MockGenesys()
    with pytest.raises(AssertionError, match="another loop"):
        genesys.start()
    genesys.stop()


def test_stopping_breaks_what_is_held() -> None:
    failures: list[Exception] = []
    with MockGenesys() as genesys, client(genesys) as http:
        page = PolledSocket(channel(genesys, http))
        genesys.hold("response")
        before = genesys.traffic()

        def asking() -> None:
            with pytest.raises(httpx.TransportError) as failed:
                http.get(ME)
            failures.append(failed.value)

        held = meanwhile(asking)
        genesys.await_traffic(before.version)
    held.join(WAIT)
    page.close()
    assert len(failures) == 1


def test_real_time_moves_the_world() -> None:
    genesys = MockGenesys(settings=Settings(heartbeat_seconds=0.01)).start()
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        following = meanwhile(genesys.run_in_real_time)
        assert "Heartbeat" in str(page.recv(WAIT))
        assert "Heartbeat" in str(page.recv(WAIT))
    genesys.stop()
    following.join(WAIT)
    assert not following.is_alive()


# ---- reset


def test_a_reset_begins_the_world_anew(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        patch(genesys, http, {"muted": True})
    genesys.reset()
    assert (genesys.leg().muted, [e.kind for e in genesys.journal()]) == (False, ["truth"])
    genesys.reset("muted_call", seed=2, settings=Settings(accepted_body="object"))
    assert genesys.leg().muted
    genesys.reset()
    assert genesys.state.seed == 2
    with client(genesys) as http:
        assert patch(genesys, http, {"muted": False}).content == b"{}"


def test_a_reset_to_an_unknown_world_changes_nothing(genesys: MockGenesys) -> None:
    with pytest.raises(UnknownWorld):
        genesys.reset("nowhere")
    genesys.reset()
    assert not genesys.leg().muted


def test_a_reset_breaks_what_is_held_and_the_new_world_hears_nothing_of_it(genesys: MockGenesys) -> None:
    statuses: list[int] = []

    def asking() -> None:
        with client(genesys) as http, pytest.raises(httpx.RemoteProtocolError):
            statuses.append(http.get(ME).status_code)

    with client(genesys) as http, dial(channel(genesys, http)) as page:
        genesys.hold("response")
        before = genesys.traffic()
        held = meanwhile(asking)
        genesys.await_traffic(before.version)
        genesys.reset()
        held.join(WAIT)
        with pytest.raises(ConnectionClosed):
            page.recv(WAIT)
    assert (statuses, genesys.in_flight, genesys.held) == ([], (), False)
    assert [e.kind for e in genesys.journal()] == ["truth"]
    assert genesys.traffic().sockets == {}


def test_a_request_that_waits_for_its_elder_is_broken_by_a_reset_too(genesys: MockGenesys) -> None:
    with client(genesys) as http, socket.create_connection(("127.0.0.1", genesys.port), timeout=WAIT) as line:
        line.sendall(f"GET {ME} HTTP/1.1\r\nhost: x\r\nx-hotmic: d/2\r\n\r\n".encode())
        while not genesys._call(lambda: genesys._hub._waiting):
            http.get(ME)
        genesys.reset()
        answer = line.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n")
    assert answer.endswith(b"\r\n\r\n"), "the body never comes"


def test_what_was_left_to_its_page_is_broken_by_the_next_reset(genesys: MockGenesys) -> None:
    """A browser goes on with a keepalive request though its page is gone, and would soon have no connection left."""
    with client(genesys) as http, socket.create_connection(("127.0.0.1", genesys.port), timeout=WAIT) as line:
        line.sendall(f"GET {ME} HTTP/1.1\r\nhost: x\r\nx-hotmic: d/2\r\n\r\n".encode())
        while not genesys._call(lambda: genesys._hub._waiting):
            http.get(ME)
        genesys.reset(patient=True)
        line.setblocking(False)
        with pytest.raises(BlockingIOError):
            line.recv(1)
        line.settimeout(WAIT)
        genesys.reset(patient=True)
        answer = line.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n")


# ---- the wire


def test_parcels_are_held_released_and_lost_by_name(genesys: MockGenesys) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        genesys.hold("event")
        patch(genesys, http, {"muted": True})
        patch(genesys, http, {"held": True})
        assert genesys.held
        assert genesys.in_flight == (
            ("event#1", f"{genesys.in_flight[0][1]}"),
            ("event#2", f"{genesys.in_flight[1][1]}"),
        )
        with pytest.raises(NotInFlight, match="event#2 stands behind event#1"):
            genesys.release("event#2")
        genesys.lose("event#1")
        genesys.release("event#2")
        assert heard(genesys, page) == "muted, held"
        genesys.open()
        assert not genesys.held


def test_an_unknown_kind_cannot_be_held(genesys: MockGenesys) -> None:
    with pytest.raises(ValueError, match="'reply' is no kind of parcel; kinds are request, response"):
        genesys.hold("reply")  # type: ignore[arg-type]  # the mistake is the test


def test_holding_without_a_kind_holds_everything(genesys: MockGenesys) -> None:
    genesys.hold()
    with client(genesys) as http:
        before = genesys.traffic()
        asking = meanwhile(lambda: http.get(ME))
        genesys.await_traffic(before.version)
        assert genesys.pending == ("request#1",)
        genesys.open()
        asking.join(WAIT)


def test_the_journal_keeps_as_many_entries_as_a_setting_says_and_their_numbers_tell_what_is_gone() -> None:
    with MockGenesys(settings=Settings(journal_limit=5)) as genesys:
        for _ in range(7):
            genesys.advance(1)
        assert [(entry.n, entry.kind) for entry in genesys.journal()] == [(n, "moved") for n in range(4, 9)]


def test_the_journal_is_read_from_a_number_on(genesys: MockGenesys) -> None:
    genesys.advance(1)
    assert [e.kind for e in genesys.journal(since=1)] == ["moved"]


def test_nothing_that_crosses_is_an_error_after_the_limit(genesys: MockGenesys) -> None:
    with pytest.raises(TimeoutError, match=r"nothing crossed in 0\.01 s"):
        genesys.await_traffic(genesys.traffic().version, seconds=0.01)


# ---- causes


def test_a_permission_is_taken_and_given(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        genesys.revoke("conversation:participant:wrapup")
        assert patch(genesys, http, {"muted": True}).status_code == 403
        genesys.grant("conversation:participant:wrapup")
        assert patch(genesys, http, {"muted": True}).status_code == 202
    assert [e.about for e in genesys.journal() if e.kind == "changed"] == [
        "takes conversation:participant:wrapup from agent",
        "gives conversation:participant:wrapup to agent",
    ]


def test_an_agent_has_signed_in_before_there_is_a_page(genesys: MockGenesys) -> None:
    token = genesys.sign_in()
    assert (token.user_id, token.client_id) == (genesys.state.aliases["agent"], genesys.state.aliases["client"])
    assert [e.about for e in genesys.journal() if e.kind == "changed"] == ["the agent has signed in"]
    own = {"authorization": f"Bearer {token.value}"}
    with httpx.Client(headers=own) as http:
        assert http.get(genesys.origin + ME).status_code == 200
        genesys.expire_token()
        assert http.get(genesys.origin + ME).status_code == 401
    again = genesys.sign_in()
    genesys.revoke_token()
    assert genesys.state.token(again.value) is None
    genesys.reset()
    assert genesys.sign_in() == token, "the same world gives the same token"


def signed_in(genesys: MockGenesys) -> dict[str, str]:
    """A page's own token, got by signing in."""
    asked = {"client_id": genesys.state.aliases["client"], "redirect_uri": "http://x/", "response_type": "token"}
    location = httpx.get(genesys.origin + "/oauth/authorize", params=asked).headers["location"]
    return {"authorization": f"Bearer {location.partition('access_token=')[2].partition('&')[0]}"}


def test_only_the_pages_own_tokens_expire(genesys: MockGenesys) -> None:
    token = signed_in(genesys)
    assert httpx.get(genesys.origin + ME, headers=token).status_code == 200
    genesys.expire_token()
    assert httpx.get(genesys.origin + ME, headers=token).status_code == 401
    assert httpx.get(genesys.origin + ME, headers=genesys.headers("second_tab")).status_code == 200


@pytest.mark.parametrize(
    "closes",
    [
        pytest.param(True, marks=pytest.mark.world("one_call", socket_on_expired_token="close")),
        pytest.param(False, marks=pytest.mark.world("one_call", socket_on_expired_token="keep")),
    ],
)
def test_a_setting_says_whether_the_sockets_of_an_expired_token_close(closes: bool, genesys: MockGenesys) -> None:
    token = signed_in(genesys)
    with httpx.Client(base_url=genesys.origin, headers=token) as http, dial(channel(genesys, http)) as page:
        genesys.expire_token()
        if closes:
            with pytest.raises(ConnectionClosed) as closed:
                page.recv(WAIT)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        else:
            genesys.person("supervisor").mute()
            assert heard(genesys, page) == "muted"


def test_a_revoked_token_is_told_on_its_socket(genesys: MockGenesys) -> None:
    token = signed_in(genesys)
    with httpx.Client(base_url=genesys.origin, headers=token) as http, dial(channel(genesys, http)) as page:
        genesys.revoke_token()
        assert "v2.system.token_revoked." in str(page.recv(WAIT))
        assert http.get(ME).status_code == 401


def test_a_starved_channel_still_answers_a_ping(genesys: MockGenesys) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        genesys.starve()
        assert patch(genesys, http, {"muted": True}).status_code == 202
        page.send('{"message":"ping"}')
        assert "pong" in str(page.recv(WAIT))


def test_scopes_can_be_limited(genesys: MockGenesys) -> None:
    token = signed_in(genesys)
    genesys.limit_scopes("users:readonly")
    asked = {
        "client_id": genesys.state.aliases["client"],
        "redirect_uri": "http://localhost/",
        "response_type": "token",
    }
    for scope, error in (("users:readonly", False), ("conversations", True), ("telephony", True)):
        sent_back = httpx.get(f"{genesys.origin}/oauth/authorize", params={**asked, "scope": scope}).headers["location"]
        assert ("error=invalid_scope" in sent_back) is error
    assert httpx.patch(genesys.origin + leg(genesys), json={"muted": True}, headers=token).status_code == 403
    genesys.limit_scopes()
    assert [e.about for e in genesys.journal() if e.kind == "changed"] == [
        "limits the client to users:readonly",
        "limits the client to no scope",
    ]


def test_signing_in_can_be_refused(genesys: MockGenesys) -> None:
    asked = {"client_id": genesys.state.aliases["client"], "redirect_uri": "http://x/", "response_type": "token"}
    genesys.refuse_sign_in()
    refused = httpx.get(genesys.origin + "/oauth/authorize", params=asked)
    assert "error=access_denied" in refused.headers["location"]
    genesys.refuse_sign_in("")
    assert signed_in(genesys)["authorization"].startswith("Bearer ")


def test_faults_are_asked_for_checked_and_taken_away(genesys: MockGenesys) -> None:
    with pytest.raises(BadFault, match="did you mean 'refuse'"):
        genesys.fault("refuze", "getUsersMe")
    genesys.fault("refuse", "getUsersMe", times=None, status=503)
    with client(genesys) as http:
        assert http.get(ME).status_code == 503
        genesys.clear_faults()
        assert http.get(ME).status_code == 200


@pytest.mark.parametrize("disturb", [MockGenesys.cut_socket, MockGenesys.silence_socket, MockGenesys.close_soon])
def test_what_happens_to_sockets_is_journaled(disturb: Callable[[MockGenesys], None], genesys: MockGenesys) -> None:
    disturb(genesys)
    (changed,) = (e for e in genesys.journal() if e.kind == "changed")
    assert (changed.cause, "sockets" in changed.about) == ("fault", True)


def test_time_goes_on_when_it_is_told_to(genesys: MockGenesys) -> None:
    assert genesys.next_deadline is None
    with client(genesys) as http, dial(channel(genesys, http)):
        assert genesys.next_deadline == 30
        genesys.advance(10)
        assert genesys.next_deadline == 20


# ---- people and words


def test_people_act_through_the_same_gateway(genesys: MockGenesys) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        genesys.person("supervisor").mute()
        assert heard(genesys, page) == "muted"
        with pytest.raises(Refused, match="colleague: PATCH .* was answered 400"):
            genesys.person("colleague").mute()


def test_words_of_the_world(genesys: MockGenesys) -> None:
    assert genesys.call().id == genesys.state.aliases["call"]
    assert genesys.leg("customer").purpose == "customer"
    assert genesys.page_origin == f"http://localhost:{genesys.port}"
    assert genesys.site_origin == f"http://widget.localhost:{genesys.port}"


def test_a_folder_has_the_root_of_an_origin_of_its_own(genesys: MockGenesys, tmp_path: Path) -> None:
    (tmp_path / "api/v2/users").mkdir(parents=True)
    (tmp_path / "api/v2/users/me").write_text("mine", encoding="utf-8")
    host = {"host": f"Widget.localhost:{genesys.port}"}
    genesys.mount_site(tmp_path)
    assert httpx.get(genesys.origin + ME, headers=host).text == "mine"
    assert httpx.get(genesys.origin + ME, headers=genesys.headers()).status_code == 200
    genesys.mount_site(None)
    assert httpx.get(genesys.origin + ME, headers=host).text == f"no folder is served at {ME}\n"


def test_folders_are_served_beside_the_api(genesys: MockGenesys, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>", encoding="utf-8")
    genesys.mount("/here", tmp_path, instead={"a.js": b"1"})
    assert httpx.get(genesys.origin + "/here/").text == "<p>"
    assert httpx.get(genesys.origin + "/here/a.js").text == "1"
    assert httpx.get(genesys.origin + "/here").status_code == 404
