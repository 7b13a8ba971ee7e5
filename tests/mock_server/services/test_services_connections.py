"""A connection of a page: who hears an event, what is written to it, what time does to it, how it breaks."""

import json

import pytest

from mock_server.core.messages import Event, Frame, Outcome
from mock_server.core.model import State
from mock_server.core.values import replace
from mock_server.services.notifications import notifications
from mock_server.services.notifications.notifications import subscribed_as

from ..door import ask, channel, connected, done, later, opened, patch, world

CHANNELS = "/api/v2/notifications/channels"
MINE = "v2.users.{agent}.conversations.calls"
DAY = 86_400.0


def subscriptions(channel_id: str) -> str:
    return f"{CHANNELS}/{channel_id}/subscriptions"


def about(outcome: Outcome) -> list[tuple[str, str]]:
    return [(socket, frame.about) for socket, frame in outcome.frames]


def mine(state: State, kind: str = "conversations.calls") -> str:
    return f"v2.users.{state.aliases['agent']}.{kind}"


# ---- who hears an event


def test_a_topic_is_the_same_in_any_case_and_comes_as_it_was_subscribed() -> None:
    assert subscribed_as(("v2.users.ABC.conversations",), "v2.users.abc.conversations") == "v2.users.ABC.conversations"
    assert subscribed_as(("v2.users.abc.presence",), "v2.users.abc.conversations") is None


def test_a_combined_topic_stands_for_its_members() -> None:
    combined = ("v2.users.ABC?conversations.calls&presence",)
    assert subscribed_as(combined, "v2.users.abc.conversations.calls") == "v2.users.ABC.conversations.calls"
    assert subscribed_as(combined, "v2.users.abc.conversations") is None


def test_an_event_goes_to_each_subscribed_socket() -> None:
    state = connected(world(), MINE)
    state = connected(state, "v2.users.{agent}?conversations&presence", socket="socket#2")
    state = connected(state, MINE, socket="socket#3", by="supervisor")
    queue = f"v2.routing.queues.{state.aliases['queue']}.conversations"
    state = connected(state, queue.upper(), socket="socket#4", by="supervisor")
    events = done(patch(state, {"muted": True})).events
    assert {event.topic: list(notifications.subscribers(state, event.topic)) for event in events} == {
        mine(state): [("socket#1", mine(state)), ("socket#3", mine(state))],
        mine(state, "conversations"): [("socket#2", mine(state, "conversations"))],
        f"{queue}.calls": [],
        queue: [("socket#4", queue.upper())],
    }


def test_a_socket_that_ends_hears_nothing_more() -> None:
    state = connected(world(), MINE)
    (channel_id,) = state.channels
    assert [name for name, _ in notifications.subscribers(opened(state, channel_id, "socket#2"), mine(state))] == [
        "socket#2"
    ]


def test_a_socket_without_its_channel_hears_nothing() -> None:
    assert list(notifications.subscribers(replace(connected(world(), MINE), channels={}), mine(world()))) == []


def test_an_event_s_frame_has_its_envelope() -> None:
    text = notifications.event_text(
        world(event_version="3"), Event("t", lambda: '{"id":"c"}', "", "correlation-1"), "T"
    )
    assert json.loads(text) == {
        "topicName": "T",
        "version": "3",
        "eventBody": {"id": "c"},
        "metadata": {"CorrelationId": "correlation-1"},
    }


def test_the_case_of_ids_in_the_topics_of_events_is_a_setting() -> None:
    text = notifications.event_text(
        world(event_topic_case="upper"), Event("t", lambda: "{}", ""), "v2.users.abc.presence"
    )
    assert json.loads(text)["topicName"] == "v2.users.ABC.presence"


# ---- sockets


def test_an_unknown_or_expired_channel_is_refused() -> None:
    assert notifications.connect(world(), "none", "socket#1") == 404
    state, channel_id = channel(world(unknown_channel_status=401))
    assert notifications.connect(later(state, DAY), channel_id, "socket#1") == 401


def test_a_second_socket_displaces_the_first() -> None:
    state = connected(world())
    (channel_id,) = state.channels
    outcome = notifications.connect(state, channel_id, "socket#2")
    assert isinstance(outcome, Outcome)
    assert outcome.frames == (("socket#1", Frame("close", "", "closed: another socket took its channel", closes=1000)),)
    third = notifications.connect(outcome.state, channel_id, "socket#3")
    assert isinstance(third, Outcome)
    assert [socket for socket, _ in third.frames] == ["socket#2"]


def test_a_silent_socket_is_displaced_without_a_word() -> None:
    state = notifications.silence_sockets(connected(world())).state
    (channel_id,) = state.channels
    outcome = notifications.connect(state, channel_id, "socket#2")
    assert isinstance(outcome, Outcome)
    assert (outcome.frames, list(outcome.state.sockets)) == ((), ["socket#2"])


def test_a_ping_is_answered() -> None:
    state = connected(world())
    (frame,) = (frame for _, frame in notifications.hear(state, "socket#1", '{"message":"ping"}').frames)
    assert frame.kind == "pong"
    assert json.loads(frame.text) == {"topicName": "channel.metadata", "eventBody": {"message": "pong"}}


def test_a_silent_or_unknown_socket_answers_nothing() -> None:
    state = notifications.silence_sockets(connected(world())).state
    assert notifications.hear(state, "socket#1", '{"message":"ping"}').frames == ()
    assert notifications.hear(state, "socket#9", '{"message":"ping"}').frames == ()


def test_topics_can_be_subscribed_over_the_socket() -> None:
    state = connected(world(), MINE)
    text = json.dumps({"message": "subscribe", "topics": [mine(state, "presence")], "correlationId": "7"})
    outcome = notifications.hear(state, "socket#1", text)
    assert json.loads(outcome.frames[0][1].text) == {"result": "200", "status": "subscribed", "correlationId": "7"}
    (mine_now,) = outcome.state.channels.values()
    assert mine_now.topics == (mine(state), mine(state, "presence"))


@pytest.mark.parametrize("topic", ["v2.conversations.x", "v2.users.{agent}.station"])
def test_a_subscription_over_the_socket_can_fail(topic: str) -> None:
    state = connected(world(topics_per_channel=1), MINE)
    text = json.dumps({"message": "subscribe", "topics": [topic.format(**state.aliases)]})
    outcome = notifications.hear(state, "socket#1", text)
    assert json.loads(outcome.frames[0][1].text)["result"] == "400"
    assert outcome.state is state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ping",
        "[" * 100_000,
        "[]",
        '{"message":5}',
        '{"message":"hello"}',
        '{"message":"subscribe","topics":"x"}',
        '{"message":"subscribe","topics":[1]}',
    ],
)
def test_garbage_is_ignored_or_refused_by_a_setting(text: str) -> None:
    assert notifications.hear(connected(world()), "socket#1", text).frames == ()
    refused = notifications.hear(connected(world(garbage_frames="refuse")), "socket#1", text)
    assert [json.loads(frame.text)["status"] for _, frame in refused.frames] == ["failure"]


# ---- time


def test_without_sockets_nothing_is_due() -> None:
    assert notifications.due(world()) is None
    assert notifications.tick(world()) == Outcome(world())


def test_a_heartbeat_comes_every_thirty_seconds() -> None:
    state = connected(world())
    assert notifications.due(state) == state.now + 30
    beat = notifications.tick(later(state, 30))
    assert about(beat) == [("socket#1", "heartbeat")]
    assert json.loads(beat.frames[0][1].text)["eventBody"] == {"message": "WebSocket Heartbeat"}
    assert notifications.due(beat.state) == state.now + 60


def test_after_a_jump_one_heartbeat_comes() -> None:
    beat = notifications.tick(later(connected(world()), 100))
    assert about(beat) == [("socket#1", "heartbeat")]
    assert notifications.due(beat.state) == world().now + 120


def test_a_day_of_heartbeats_ends_with_a_notice_and_a_close() -> None:
    state = connected(world())
    seen: list[tuple[float, str]] = []
    while (due := notifications.due(state)) is not None:
        outcome = notifications.tick(replace(state, now=due))
        state = outcome.state
        seen += [(due - world().now, what) for _, what in about(outcome)]
    assert [what for _, what in seen].count("heartbeat") == 2879
    assert [(when, what) for when, what in seen if what != "heartbeat"] == [
        (DAY - 60, "socket_closing"),
        (DAY, "closed: its time is over"),
    ]


def test_what_is_due_at_one_socket_leaves_others_alone() -> None:
    state = connected(world())
    state = connected(later(state, 10), socket="socket#2")
    beat = notifications.tick(later(state, 20))
    assert about(beat) == [("socket#1", "heartbeat")]
    assert notifications.due(beat.state) == state.now + 30


def test_the_notice_of_a_close_keeps_to_the_channel_s_time_and_heartbeats_to_the_socket_s() -> None:
    state, channel_id = channel(world())
    state = opened(later(state, 10), channel_id)
    assert about(notifications.tick(later(state, DAY - 70))) == [
        ("socket#1", "socket_closing"),
        ("socket#1", "heartbeat"),
    ]
    up_to_date = notifications.tick(later(state, DAY - 71)).state
    assert about(notifications.tick(later(up_to_date, 1))) == [("socket#1", "socket_closing")]


def test_a_socket_that_is_opened_after_the_notice_is_not_told_again_and_closes_in_time() -> None:
    state = connected(world())
    (channel_id,) = state.channels
    told = notifications.tick(later(state, DAY - 60))
    anew = opened(told.state, channel_id, "socket#2")
    assert anew.sockets["socket#2"].closing_due is None
    assert about(notifications.tick(later(anew, 60)))[-1] == ("socket#2", "closed: its time is over")


def test_subscribing_again_begins_the_channel_s_life_again() -> None:
    state = connected(world())
    (channel_id,) = state.channels
    renewed = ask(later(state, 1000), "PUT", subscriptions(channel_id), [{"id": mine(state)}]).state
    assert renewed.channels[channel_id].expires == state.now + 1000 + DAY
    assert renewed.sockets["socket#1"].close_due == state.now + 1000 + DAY


def test_a_socket_may_end_with_its_token() -> None:
    state = connected(world(socket_on_expired_token="close"))
    token = state.tokens[state.aliases["agent_token"]]
    short = state.with_token(replace(token, expires=state.now + 300))
    (channel_id,) = short.channels
    assert opened(short, channel_id, "socket#2").sockets["socket#2"].close_due == state.now + 300


# ---- broken, silent, closing


def test_cut_sockets_are_gone_without_a_frame() -> None:
    state = connected(connected(world()), socket="socket#2")
    outcome = notifications.cut_sockets(state)
    assert (outcome.cut, outcome.frames, dict(outcome.state.sockets)) == (("socket#1", "socket#2"), (), {})


def test_a_silent_socket_gets_no_heartbeat() -> None:
    assert notifications.due(notifications.silence_sockets(connected(world())).state) is None


def test_a_socket_that_will_close_is_told_at_once_and_closed_later() -> None:
    state = connected(world())
    (channel_id,) = state.channels
    soon = notifications.close_sockets_soon(state, 20)
    assert [json.loads(frame.text)["topicName"] for _, frame in soon.frames] == ["v2.system.socket_closing"]
    closed = notifications.tick(later(soon.state, 20))
    assert [frame.closes for _, frame in closed.frames] == [1001]
    assert notifications.due(closed.state) is None
    assert isinstance(notifications.connect(closed.state, channel_id, "socket#2"), Outcome)


def test_a_planned_close_is_not_put_off_by_a_subscription() -> None:
    soon = notifications.close_sockets_soon(connected(world()), 20).state
    (channel_id,) = soon.channels
    renewed = ask(soon, "PUT", subscriptions(channel_id), []).state
    assert renewed.sockets["socket#1"].close_due == soon.now + 20


def test_what_is_silent_or_ending_is_not_told_of_its_close() -> None:
    state = notifications.silence_sockets(connected(world())).state
    assert notifications.close_sockets_soon(state).frames == ()
    ended = notifications.without_channels(connected(world()), set(connected(world()).channels)).state
    assert notifications.close_sockets_soon(ended).frames == ()
    assert notifications.end_of_token(ended, "none").frames == ()
