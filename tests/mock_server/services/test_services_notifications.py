"""Channels of notifications, and their subscriptions."""

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.core.model import State
from mock_server.core.values import replace
from mock_server.gateway import gateway

from ..door import answer, ask, body, channel, connected, entities, later, opened, request, world

CHANNELS = "/api/v2/notifications/channels"
MINE = "v2.users.{agent}.conversations.calls"
DAY = 86_400.0


def subscriptions(channel_id: str) -> str:
    return f"{CHANNELS}/{channel_id}/subscriptions"


def topics(outcome: Outcome) -> list[Json]:
    return [entity["id"] for entity in entities(outcome)]


def about(outcome: Outcome) -> list[tuple[str, str]]:
    return [(socket, frame.about) for socket, frame in outcome.frames]


def mine(state: State, kind: str = "conversations.calls") -> str:
    return f"v2.users.{state.aliases['agent']}.{kind}"


# ---- channels


@pytest.mark.parametrize("raw", [b"", b"null", b"{}", b"[1]"])
def test_a_channel_is_made_whatever_the_body_is(raw: bytes) -> None:
    state = replace(world(), socket_base="ws://127.0.0.1:4711")
    made = gateway.handle(state, request(state, "POST", CHANNELS, raw=raw))
    channel_id = body(made)["id"]
    assert body(made) == {
        "connectUri": f"ws://127.0.0.1:4711/channels/{channel_id}",
        "id": channel_id,
        "expires": "2026-01-06T09:00:00.000Z",
    }


def test_channels_are_listed_to_their_user_and_client() -> None:
    state, channel_id = channel(world())
    everything = {"includechannels": "oauthclient"}
    assert topics(ask(state, "GET", CHANNELS)) == topics(ask(state, "GET", CHANNELS, query=everything)) == [channel_id]
    assert entities(ask(state, "GET", CHANNELS, by="second_tab")) == []
    assert entities(ask(state, "GET", CHANNELS, by="desk_phone", query=everything)) == []
    assert entities(ask(later(state, DAY), "GET", CHANNELS)) == []


def test_the_id_of_a_channel_that_another_token_made_is_hidden() -> None:
    state, _ = channel(world())
    listed = entities(ask(state, "GET", CHANNELS, by="second_tab", query={"includechannels": "oauthclient"}))
    assert listed == [{"expires": "2026-01-06T09:00:00.000Z"}]


def test_head_says_whether_a_channel_is_there() -> None:
    state, channel_id = channel(world())
    assert answer(ask(state, "HEAD", f"{CHANNELS}/{channel_id}")) == (200, None)
    assert answer(ask(state, "HEAD", f"{CHANNELS}/none"))[0] == 404
    assert answer(ask(state, "HEAD", f"{CHANNELS}/{channel_id}", by="desk_phone"))[0] == 404


def test_one_more_channel_than_allowed_pushes_out_the_one_used_least() -> None:
    state = world(channels_per_user=2)
    made = []
    for _ in range(3):
        state, channel_id = channel(later(state, 1))
        made.append(channel_id)
    assert list(state.channels) == made[1:]


def test_a_channel_with_a_connection_is_pushed_out_last() -> None:
    state = connected(world(channels_per_user=2))
    (first,) = state.channels
    state, second = channel(later(state, 1))
    state, third = channel(later(state, 1))
    assert list(state.channels) == [first, third]
    state = opened(state, third, "socket#2")
    pushed = ask(later(state, 1), "POST", CHANNELS)
    assert about(pushed) == [("socket#1", "no_longer_subscribed"), ("socket#1", "closed: its channel was given up")]


# ---- subscriptions


def test_post_adds_and_put_replaces() -> None:
    state, channel_id = channel(world(), MINE)
    other = mine(state, "presence")
    added = ask(state, "POST", subscriptions(channel_id), [{"id": other}, {"id": other}])
    assert topics(added) == [mine(state), other]
    replaced = ask(added.state, "PUT", subscriptions(channel_id), [{"id": other}])
    assert topics(replaced) == [other]
    assert topics(ask(replaced.state, "GET", subscriptions(channel_id))) == [other]


def test_delete_takes_all_away() -> None:
    state, channel_id = channel(world(), MINE)
    deleted = ask(state, "DELETE", subscriptions(channel_id))
    assert answer(deleted)[0] == 200
    assert topics(ask(deleted.state, "GET", subscriptions(channel_id))) == []


@pytest.mark.parametrize(
    ("method", "code"),
    [("GET", "not.found"), ("POST", "not.found"), ("PUT", "entity.not.found"), ("DELETE", "not.found")],
)
def test_another_s_channel_is_not_found(method: str, code: str) -> None:
    state, channel_id = channel(world())
    assert answer(ask(state, method, subscriptions(channel_id), [], by="desk_phone")) == (404, code)


@pytest.mark.parametrize(
    ("topic", "code", "hint"),
    [
        (
            "v2.conversations.{call}",
            "notification.invalid.topic",
            "there is no topic v2.conversations.{call}: events of a call come on v2.users.<user>.conversations.calls",
        ),
        (
            "v2.users.{agent}.muted",
            "notification.invalid.topic",
            "there is no topic v2.users.{agent}.muted; known here is v2.users.<id>. with conversations, "
            "conversations.calls, conversationsummary, presence, routingStatus, station",
        ),
        ("v2.users.{agent}?presence&muted", "notification.invalid.topic", "there is no topic v2.users.{agent}.muted; "),
        (
            "v2.users.{colleague}.conversations",
            "notification.unauthorized.topic",
            "another user's topic needs analytics:conversationObservation:view",
        ),
        (
            "v2.routing.queues.{queue}.conversations",
            "notification.unauthorized.topic",
            "a queue's topic needs analytics:conversationObservation:view",
        ),
        (
            "v2.routing.queues.{queue}?conversations&presence",
            "notification.unauthorized.topic",
            "a queue's topic needs",
        ),
        (
            "v2.routing.queues.{queue}.presence",
            "notification.invalid.topic",
            "there is no topic v2.routing.queues.{queue}.presence; known here is v2.routing.queues.<id>. with "
            "conversations, conversations.calls",
        ),
        (
            "v2.nothing",
            "notification.invalid.topic",
            "there is no topic v2.nothing; known here is v2.users.<id>. with conversations, conversations.calls, "
            "conversationsummary, presence, routingStatus, station, and v2.routing.queues.<id>. with conversations, "
            "conversations.calls",
        ),
        ("v2.users.{agent}." + "x" * 200, "notification.invalid.topic", "a topic has fewer than 200 characters"),
    ],
)
def test_a_topic_that_cannot_be_had_is_refused_and_explained(topic: str, code: str, hint: str) -> None:
    state, channel_id = channel(world())
    refused = ask(state, "POST", subscriptions(channel_id), [{"id": topic.format(**state.aliases)}])
    assert answer(refused)[1] == code
    assert refused.hints[0].startswith(hint.format(**state.aliases))
    assert refused.state.channels[channel_id].topics == ()


def test_who_may_observe_gets_another_user_s_topics() -> None:
    state, channel_id = channel(world(), by="supervisor")
    for topic in (mine(state), f"v2.routing.queues.{state.aliases['queue']}?conversations&conversations.calls"):
        assert answer(ask(state, "POST", subscriptions(channel_id), [{"id": topic}], by="supervisor"))[0] == 200


def test_with_ignored_errors_the_good_topics_are_had() -> None:
    state, channel_id = channel(world())
    wanted: list[Json] = [{"id": "v2.nothing"}, {"id": mine(state)}]
    outcome = ask(state, "POST", subscriptions(channel_id), wanted, query={"ignoreErrors": "true"})
    assert [(e["id"], e["state"], e.get("rejectionReason")) for e in entities(outcome)] == [
        (mine(state), "Permitted", None),
        ("v2.nothing", "Rejected", "notification.invalid.topic"),
    ]
    assert outcome.state.channels[channel_id].topics == (mine(state),)


@pytest.mark.parametrize(
    ("sent", "code"),
    [({"id": "x"}, "bad.request"), (["v2.users.x"], "invalid.value"), ([{"topic": "x"}], "invalid.value")],
)
def test_subscriptions_are_an_array_of_objects(sent: Json, code: str) -> None:
    state, channel_id = channel(world())
    refused = ask(state, "POST", subscriptions(channel_id), sent)
    assert answer(refused) == (400, code)
    assert refused.hints[0].startswith("the body is an array of objects: [")


def test_a_channel_has_a_limit_of_topics() -> None:
    state, channel_id = channel(world(topics_per_channel=1), MINE)
    refused = ask(state, "POST", subscriptions(channel_id), [{"id": mine(state, "presence")}])
    assert answer(refused) == (400, "notification.subscription.too.many.subscriptions")
