"""The user and the token that a request came with."""

from typing import Any

from mock_server.core.values import replace
from mock_server.core.worlds import AGENT
from mock_server.services.notifications import notifications

from ..door import answer, ask, body, connected, opened, world

EXPANDED = ("presence", "routingStatus", "station", "authorization", "organization", "token", "date")


def test_a_user_reads_who_it_is() -> None:
    state = world()
    me = body(ask(state, "GET", "/api/v2/users/me"))
    user = state.users[state.aliases["agent"]]
    assert (me["id"], me["name"], me["email"]) == (user.id, user.name, user.email)
    assert not set(EXPANDED) & me.keys()


def test_expand_adds_what_it_names() -> None:
    me = body(ask(world(), "GET", "/api/v2/users/me", query={"expand": "authorization,routingStatus,favourites"}))
    assert set(EXPANDED) & me.keys() == {"authorization", "routingStatus"}
    assert me["authorization"] == {
        "roles": [],
        "permissions": sorted(AGENT),
    }


def test_the_routing_status_follows_the_calls() -> None:
    def status(name: str) -> object:
        me = body(ask(world(name), "GET", "/api/v2/users/me", query={"expand": "routingStatus"}))
        routing = me["routingStatus"]
        return routing["status"] if isinstance(routing, dict) else None

    assert (status("one_call"), status("no_call")) == ("INTERACTING", "IDLE")


def test_a_user_who_is_gone_is_not_found() -> None:
    assert answer(ask(replace(world(), users={}), "GET", "/api/v2/users/me")) == (404, "general.resource.not.found")


def test_a_token_reads_about_itself() -> None:
    state = world()
    info = body(ask(state, "GET", "/api/v2/tokens/me"))
    assert info["organization"] == {"id": state.organization_id, "name": state.organization_name}
    assert isinstance(info["OAuthClient"], dict)
    assert info["OAuthClient"]["id"] == state.aliases["client"]


def test_a_token_of_a_client_that_is_gone_still_reads_about_itself() -> None:
    assert answer(ask(replace(world(), clients={}), "GET", "/api/v2/tokens/me"))[0] == 200


def test_head_says_that_the_token_is_good() -> None:
    outcome = ask(world(), "HEAD", "/api/v2/tokens/me")
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.content) == (200, b"")


def test_a_revoked_token_is_no_longer_known() -> None:
    revoked = ask(world(), "DELETE", "/api/v2/tokens/me")
    assert answer(revoked)[0] == 200
    assert answer(ask(revoked.state, "GET", "/api/v2/users/me")) == (401, "bad.credentials")
    assert answer(ask(revoked.state, "GET", "/api/v2/users/me", by="second_tab"))[0] == 200


def test_what_becomes_of_the_sockets_of_a_revoked_token_is_a_setting() -> None:
    def frames(**settings: Any) -> list[tuple[str, str]]:
        revoked = ask(connected(world(**settings)), "DELETE", "/api/v2/tokens/me")
        return [(socket, frame.about) for socket, frame in revoked.frames]

    notice, closed = ("socket#1", "token_revoked"), ("socket#1", "closed: its token is no longer valid")
    assert frames() == [notice]
    assert frames(socket_on_expired_token="close") == [notice, closed]
    assert frames(revoked_token_notice=False, socket_on_expired_token="close") == [closed]
    assert frames(revoked_token_notice=False) == []


def test_only_the_sockets_of_that_token_close() -> None:
    state = connected(world(socket_on_expired_token="close"))
    state = connected(state, socket="socket#2", by="second_tab")
    closed = ask(state, "DELETE", "/api/v2/tokens/me")
    assert {socket for socket, _ in closed.frames} == {"socket#1"}


def test_a_socket_whose_token_has_gone_is_closed_at_once_if_so_set() -> None:
    state = connected(world(socket_on_expired_token="close"))
    (channel_id,) = state.channels
    late = opened(replace(state, tokens={}), channel_id, "socket#2")
    assert [frame.closes for _, frame in notifications.tick(late).frames] == [1001]
