"""HTTP and sockets as a page meets them: CORS, refusals, cuts, people who leave, and the order of writes."""

import json
import socket

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mock_server.core.messages import Outcome, Response
from mock_server.core.model import Fault
from mock_server.core.settings import Settings
from mock_server.core.values import replace
from mock_server.engine.traffic import Traffic
from mock_server.server import MockGenesys

from .ends import WAIT, PolledSocket, channel, client, dial, heard, leg, meanwhile, patch

ME = "/api/v2/users/me"
PATCH = "patchConversationsCallParticipant"
PAGE = "http://localhost:1234"


def moved(genesys: MockGenesys, after: Traffic) -> Traffic:
    """The traffic when something has crossed."""
    return genesys.await_traffic(after.version, WAIT)


# ---- HTTP


def test_an_ordinary_answer(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        answer = http.get(ME)
    assert (answer.status_code, answer.json()["id"]) == (200, genesys.state.aliases["agent"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["inin-ratelimit-allowed"] == "300"


def test_a_202_has_no_body_and_no_type(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        answer = patch(genesys, http, {"muted": True})
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (202, b"", "0")
    assert "content-type" not in answer.headers


def test_query_and_form_reach_the_handler(genesys: MockGenesys) -> None:
    asked = {"client_id": genesys.state.aliases["client"], "redirect_uri": PAGE, "response_type": "token"}
    answer = httpx.get(genesys.origin + "/oauth/authorize", params=asked)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(PAGE + "#access_token=")
    logged_out = httpx.get(genesys.origin + "/logout", params={"client_id": asked["client_id"]})
    assert logged_out.headers["content-type"] == "text/html; charset=utf-8"


def test_a_head_is_answered_like_a_get_without_its_body(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        answer = http.head("/api/v2/tokens/me")
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_unknown_path_is_answered_in_genesys_frame(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        answer = http.get("/api/v2/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "not.found")


def test_a_body_in_parts_is_one_body(genesys: MockGenesys) -> None:
    parts = (part for part in (b'{"mu', b"", b'ted": true}'))
    with client(genesys) as http:
        assert http.patch(leg(genesys), content=parts).status_code == 202
    assert genesys.leg("agent").muted


def test_a_client_that_leaves_within_its_body_asked_nothing(genesys: MockGenesys) -> None:
    line = socket.create_connection(("127.0.0.1", genesys.port), timeout=WAIT)
    line.sendall(f"PATCH {leg(genesys)} HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{{".encode())
    line.close()
    with client(genesys) as http:
        http.get(ME)
    assert [e.about for e in genesys.journal() if e.kind == "arrived"] == ["getUsersMe"]


# ---- CORS


def test_the_preflight_allows_what_the_sdk_asks_for(genesys: MockGenesys) -> None:
    asked = {
        "origin": PAGE,
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,content-type,purecloud-sdk,x-hotmic",
    }
    answer = httpx.options(genesys.origin + leg(genesys), headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "purecloud-sdk" in answer.headers["access-control-allow-headers"]
    assert [e.kind for e in genesys.journal()] == ["truth"], "a preflight is the browser's own, not the page's"


def test_a_page_may_read_genesys_headers(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        exposed = http.get(ME, headers={"origin": PAGE}).headers["access-control-expose-headers"]
    assert {"inin-correlation-id", "inin-ratelimit-count", "retry-after"} <= set(exposed.split(", "))


def test_a_refusal_can_be_read_by_a_page_too(genesys: MockGenesys) -> None:
    assert httpx.get(genesys.origin + ME, headers={"origin": PAGE}).headers["access-control-allow-origin"] == "*"


# ---- answers that do not come


def test_a_held_answer_comes_when_it_is_released(genesys: MockGenesys) -> None:
    genesys.hold("response")
    before, statuses = genesys.traffic(), []
    with client(genesys) as http:
        asking = meanwhile(lambda: statuses.append(patch(genesys, http, {"muted": True}).status_code))
        moved(genesys, before)
        assert (genesys.pending, statuses) == (("response#1",), [])
        genesys.release("response")
        asking.join(WAIT)
    assert statuses == [202]


def test_a_cut_answer_is_an_error_and_not_asked_for_again(genesys: MockGenesys) -> None:
    genesys.fault("lose_response", PATCH, how="cut")
    with (
        client(genesys) as http,
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"),
    ):
        patch(genesys, http, {"muted": True})
    assert [e.about for e in genesys.journal() if e.kind == "arrived"] == [PATCH]
    assert genesys.leg("agent").muted


def test_a_client_that_does_not_wait_is_noticed(genesys: MockGenesys) -> None:
    genesys.hold("response")
    before = genesys.traffic()
    line = socket.create_connection(("127.0.0.1", genesys.port), timeout=WAIT)
    line.sendall(f"GET {ME} HTTP/1.1\r\nhost: x\r\nx-hotmic: d/1\r\n\r\n".encode())
    waiting = moved(genesys, before)
    assert waiting.unanswered == {"d": (1,)}
    line.close()
    assert moved(genesys, waiting).unanswered == {}
    genesys.release("response")
    assert [(e.name, e.about) for e in genesys.journal() if e.kind == "lost"] == [
        ("request#1", "the page no longer waits for its answer"),
        ("response#1", "401 authentication.required finds no page waiting"),
    ]


def test_an_answer_that_cannot_be_written_is_an_error_of_its_request(
    genesys: MockGenesys, caplog: pytest.LogCaptureFixture
) -> None:
    no_status = Fault("refuse", "getUsersMe", 1, {"status": 999})  # MockGenesys.fault would not let it in
    genesys.perform(lambda engine: engine.change("a fault", lambda state: Outcome(replace(state, faults=(no_status,)))))
    with client(genesys) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            http.get(ME)
        assert http.get(ME).status_code == 200
    assert "KeyError: 999" in caplog.text
    caplog.clear()


def test_what_is_no_header_does_not_become_two(
    genesys: MockGenesys, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = Response(302, headers={"Location": "/\r\nset-cookie: a=b"})
    monkeypatch.setattr("mock_server.gateway.gateway.handle", lambda state, request: Outcome(state, split))
    with client(genesys) as http, pytest.raises(httpx.RemoteProtocolError):
        http.get(ME)
    assert "Invalid HTTP header value" in caplog.text
    caplog.clear()


def test_a_mistake_of_the_mock_is_told(
    genesys: MockGenesys, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.gateway.gateway.handle", lambda state, request: 1 / 0)
    with client(genesys) as http:
        assert http.get(ME).status_code == 500
    assert "/api/v2/users/me could not be answered" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_requests_of_a_document_are_let_in_in_the_order_of_their_numbers(genesys: MockGenesys) -> None:
    before = genesys.traffic()
    with client(genesys) as http:
        later = meanwhile(lambda: http.get(ME, headers={"x-hotmic": "d/2"}))
        http.get("/api/v2/tokens/me", headers={"x-hotmic": "d/1"})
        later.join(WAIT)
    assert [e.about for e in genesys.journal() if e.kind == "arrived"] == ["getTokensMe", "getUsersMe"]
    assert moved(genesys, before).arrived == {"d": 2}


def test_an_abandoned_number_is_not_waited_for(genesys: MockGenesys) -> None:
    genesys.abandon("d", [1])
    with client(genesys) as http:
        assert http.get(ME, headers={"x-hotmic": "d/2"}).status_code == 200


def test_a_navigation_is_never_held_but_may_be_late(genesys: MockGenesys) -> None:
    genesys.hold()
    with client(genesys) as http:
        assert http.get("/logout", headers={"sec-fetch-mode": "navigate"}).status_code == 200
        genesys.fault("delay", "getLogout", seconds=5)
        before = genesys.traffic()
        going = meanwhile(lambda: http.get("/logout", headers={"sec-fetch-mode": "navigate"}))
        while genesys.traffic().leaving == 0:
            before = moved(genesys, before)
        genesys.advance(5)
        going.join(WAIT)
    assert (genesys.traffic().leaving, genesys.pending) == (0, ())


# ---- sockets


def test_a_socket_hears_events_heartbeats_and_pongs(genesys: MockGenesys) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        patch(genesys, http, {"muted": True})
        assert heard(genesys, page) == "muted"
        genesys.advance(30)
        assert json.loads(page.recv(WAIT))["eventBody"]["message"] == "WebSocket Heartbeat"
        page.send('{"message":"ping"}')
        assert json.loads(page.recv(WAIT))["eventBody"]["message"] == "pong"
        page.send(b'{"message":"ping"}')
        assert json.loads(page.recv(WAIT))["eventBody"]["message"] == "pong"


def test_a_handshake_on_an_unknown_channel_gets_a_status(genesys: MockGenesys) -> None:
    with pytest.raises(InvalidStatus) as refused:
        dial(genesys.origin.replace("http", "ws") + "/channels/unheard-of")
    assert refused.value.response.status_code == 404


def test_a_second_socket_displaces_the_first(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        uri = channel(genesys, http)
        with dial(uri) as first, dial(uri) as second:
            with pytest.raises(ConnectionClosed) as closed:
                first.recv(WAIT)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1000
            patch(genesys, http, {"muted": True})
            assert heard(genesys, second) == "muted"


def test_a_socket_that_is_closed_by_the_server_says_with_which_code(genesys: MockGenesys) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        genesys.close_soon(10)
        assert json.loads(page.recv(WAIT))["topicName"] == "v2.system.socket_closing"
        genesys.advance(10)
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(WAIT)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_a_cut_socket_ends_without_a_close_frame(genesys: MockGenesys) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        genesys.cut_socket()
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(WAIT)
    assert closed.value.rcvd is None


def test_a_handshake_that_is_held_and_then_cut(genesys: MockGenesys) -> None:
    genesys.hold("open")
    before = genesys.traffic()
    with client(genesys) as http:
        uri = channel(genesys, http)
        failures: list[Exception] = []

        def dialling() -> None:
            with pytest.raises(Exception, match="HTTP") as failed:
                dial(uri)
            failures.append(failed.value)

        waiting = meanwhile(dialling)
        while "open#1" not in genesys.pending:
            before = moved(genesys, before)
        genesys.cut_socket()
        waiting.join(WAIT)
    assert len(failures) == 1


def test_a_silent_socket_stays_open_and_hears_nothing(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        page = PolledSocket(channel(genesys, http))
        genesys.silence_socket()
        patch(genesys, http, {"muted": True})
        genesys.advance(60)
        assert page.has_come == []
        page.close()


def test_a_page_that_closes_its_socket_is_noticed(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        with dial(channel(genesys, http)):
            before = genesys.traffic()
        while genesys.state.sockets:
            before = moved(genesys, before)
        (traffic,) = genesys.traffic().sockets.values()
        assert traffic.closed
        assert [e.about for e in genesys.journal() if e.kind == "closed"] == ["the page closed the socket"]


def test_writing_to_a_socket_that_has_just_gone_harms_nobody(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        for _ in range(20):
            page = PolledSocket(channel(genesys, http))
            page.close()
            for _ in range(3):
                genesys.send_frame("{}")
        assert patch(genesys, http, {"muted": True}).status_code == 202


# ---- order


@pytest.mark.world("one_call", event_before_response=True, requests_per_minute=10_000)
def test_an_answer_never_overtakes_an_event_that_was_written_before_it(genesys: MockGenesys) -> None:
    with client(genesys) as http:
        page = PolledSocket(channel(genesys, http))
        for turn in range(300):
            assert patch(genesys, http, {"muted": turn % 2 == 0}).status_code == 202
            assert len(page.has_come) == 1, f"in round {turn}"
        page.close()


@pytest.mark.parametrize(
    ("uri", "location"),
    [
        ("http://localhost/a?b=c#d", "http://localhost/a?b=c#d"),
        ("http://localhost/\r\nset-cookie: x", "http://localhost/%0D%0Aset-cookie:%20x"),
        ("http://localhost/ä€", "http://localhost/%C3%A4%E2%82%AC"),
    ],
)
def test_a_redirect_holds_only_what_a_header_can(genesys: MockGenesys, uri: str, location: str) -> None:
    answer = httpx.get(f"{genesys.origin}/logout", params={"redirect_uri": uri})
    assert (answer.status_code, answer.headers["location"]) == (302, location)


def test_a_body_over_the_limit_is_refused_before_it_is_read(genesys: MockGenesys) -> None:
    genesys.reset(settings=Settings(largest_body=100))
    for size, status in ((100, 400), (101, 413), (5_000_000, 413)):
        answer = httpx.put(
            f"{genesys.origin}/api/v2/notifications/channels/x/subscriptions",
            content=b"[" * size,
            headers=genesys.headers() | {"content-type": "application/json"},
        )
        assert answer.status_code == (404 if size == 100 else status)
