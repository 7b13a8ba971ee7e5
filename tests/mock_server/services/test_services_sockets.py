"""What Genesys says on a socket of itself, and what becomes of channels that get no events."""

import json

import pytest

from mock_server.core.messages import Event, Json, Outcome
from mock_server.core.model import State
from mock_server.core.values import replace
from mock_server.services.notifications import notifications
from mock_server.services.notifications.topics import TOPICS
from mock_server.services.signing_in import tokens

from ..door import answer, ask, body, channel, connected, done, entities, later, opened, patch, world

CHANNELS = "/api/v2/notifications/channels"
CALLS = "v2.users.{agent}.conversations.calls"


def mine(state: State, kind: str = "conversations.calls") -> str:
    return f"v2.users.{state.aliases['agent']}.{kind}"


def frames(outcome: Outcome) -> list[Json]:
    return [json.loads(frame.text) for _, frame in outcome.frames if frame.closes is None]


def say(state: State, *topics: str, message: str = "subscribe", correlation: str = "1") -> Outcome:
    text = json.dumps({"message": message, "topics": topics, "correlationId": correlation})
    return notifications.hear(state, "socket#1", text)


# ---- system messages


def test_a_channel_that_is_given_up_says_so_before_its_socket_closes() -> None:
    state = connected(world(channels_per_user=1))
    (channel_id,) = state.channels
    pushed = ask(later(state, 1), "POST", CHANNELS)
    assert frames(pushed) == [
        {
            "topicName": f"v2.system.no_longer_subscribed.{channel_id}",
            "eventBody": {
                "channelId": channel_id,
                "systemTopicType": "no_longer_subscribed",
                "organizationId": state.organization_id,
                "userId": state.aliases["agent"],
                "oauthClientId": state.aliases["client"],
                "reason": "another_channel_subscribed",
                "message": "another channel subscribed",
            },
        }
    ]
    assert [frame.closes for _, frame in pushed.frames] == [None, 1001]


def test_a_revoked_token_says_so_and_an_expired_one_does_not() -> None:
    state = connected(world())
    value = state.aliases["agent_token"]
    (notice,) = frames(tokens.revoked(state, [value]))
    assert isinstance(notice, dict)
    assert isinstance(notice["eventBody"], dict)
    assert (notice["eventBody"]["systemTopicType"], notice["eventBody"]["reason"]) == (
        "token_revoked",
        "user_tokens_revoked",
    )
    assert frames(tokens.expired(state, [value])) == []
    assert answer(ask(tokens.expired(state, [value]).state, "GET", CHANNELS)) == (401, "bad.credentials")


def test_who_cannot_be_told_is_not() -> None:
    state = connected(world())
    value = state.aliases["agent_token"]
    assert tokens.revoked(notifications.silence_sockets(state).state, [value]).frames == ()
    ending = notifications.without_channels(state, set(state.channels)).state
    assert tokens.revoked(ending, [value]).frames == ()


def test_whether_system_frames_look_like_events_is_a_setting() -> None:
    (bare,) = frames(notifications.close_sockets_soon(connected(world())))
    assert isinstance(bare, dict)
    assert bare.keys() == {"topicName", "eventBody"}
    (full,) = frames(notifications.close_sockets_soon(connected(world(system_frames="as_events"))))
    assert isinstance(full, dict)
    assert full.keys() == {"topicName", "eventBody", "version", "metadata"}


# ---- subscribing over the socket


def test_topics_can_be_taken_away_over_the_socket() -> None:
    state = connected(world(), CALLS, "v2.users.{agent}.presence")
    left = say(state, mine(state).upper(), message="unsubscribe", correlation="9")
    assert frames(left) == [{"result": "200", "status": "unsubscribed", "correlationId": "9"}]
    (only,) = left.state.channels.values()
    assert only.topics == (mine(state, "presence"),)


def test_whether_topics_can_be_taken_away_over_the_socket_is_a_setting() -> None:
    state = connected(world(unsubscribe_frame="ignore"), CALLS)
    assert say(state, mine(state), message="unsubscribe") == Outcome(state)


@pytest.mark.parametrize("gone", ["expired", "given up"])
def test_on_a_dead_channel_nothing_can_be_subscribed(gone: str) -> None:
    state = connected(world())
    dead = later(state, 86_400) if gone == "expired" else replace(state, channels={})
    assert frames(say(dead, mine(state))) == [
        {"result": "404", "status": "failure", "message": "The channel was not found.", "correlationId": "1"}
    ]


def test_a_refused_subscription_is_explained() -> None:
    state = connected(world())
    assert (
        say(state, f"v2.conversations.{state.aliases['call']}").hints[0].endswith("v2.users.<user>.conversations.calls")
    )


@pytest.mark.parametrize("topic", ["v2.system.socket_closing", "v2.system.token_revoked.x"])
def test_system_topics_may_be_subscribed_though_they_come_anyway(topic: str) -> None:
    assert "200" in str(frames(say(connected(world()), topic)))


# ---- topics and their permissions


def test_the_topics_there_are_can_be_asked_for() -> None:
    listed = entities(ask(world(), "GET", "/api/v2/notifications/availabletopics"))
    assert [one["id"] for one in listed] == [f"v2.{of}.{{id}}.{kind}" for of, kinds in TOPICS.items() for kind in kinds]
    assert all(one.keys() == {"id", "description"} for one in listed)


def test_expand_tells_what_a_topic_needs() -> None:
    query = {"expand": "requiresPermissions,visibility,nothing"}
    listed = entities(ask(world(), "GET", "/api/v2/notifications/availabletopics", query=query))
    assert listed[0]["requiresPermissions"] == ["analytics:conversationObservation:view"]
    assert listed[0]["visibility"] == "Public"


def test_one_s_own_topics_need_no_permission_and_those_of_queues_do() -> None:
    query = {"expand": "requiresCurrentUserOrPermission,permissionDetails"}
    listed = entities(ask(world(), "GET", "/api/v2/notifications/availabletopics", query=query))
    own = {str(one["id"]).split(".")[1]: one["requiresCurrentUserOrPermission"] for one in listed}
    assert own == {"users": True, "routing": False}
    assert '"allowsCurrentUser": true' in json.dumps(listed[0])
    assert '"allowsCurrentUser": false' in json.dumps(listed[-1])


def test_a_rejected_topic_names_the_permission_that_is_missing() -> None:
    state, channel_id = channel(world())
    wanted: list[Json] = [{"id": f"v2.users.{state.aliases['colleague']}.presence"}]
    path = f"{CHANNELS}/{channel_id}/subscriptions"
    (rejected,) = entities(ask(state, "POST", path, wanted, query={"ignoreErrors": "true"}))
    assert (rejected["state"], rejected["missingPermissions"]) == (
        "Rejected",
        ["analytics:conversationObservation:view"],
    )


def test_presence_is_told_to_who_follows_it() -> None:
    state = connected(world(), "v2.users.{agent}?presence&routingStatus")
    path = "/api/v2/users/{agent}/presences/PURECLOUD"
    changed = ask(state, "PATCH", path, {"presenceDefinition": {"id": state.aliases["presence"]}})
    assert [list(notifications.subscribers(changed.state, event.topic)) for event in changed.events] == [
        [("socket#1", mine(state, "presence"))],
        [("socket#1", mine(state, "routingStatus"))],
    ]


# ---- channels that get no events


def test_one_channel_too_many_may_starve_instead_of_pushing_out_another() -> None:
    state = connected(world(channels_per_user=1, channel_beyond_limit="starve"), CALLS)
    made = ask(state, "POST", CHANNELS)
    second = str(body(made)["id"])
    assert len(made.state.channels) == 2
    path = f"{CHANNELS}/{second}/subscriptions"
    subscribed = ask(made.state, "POST", path, [{"id": mine(state)}])
    assert answer(subscribed)[0] == 200
    starving = opened(subscribed.state, second, "socket#2")
    assert [socket for socket, _ in notifications.subscribers(starving, mine(state))] == ["socket#1"]
    assert [socket for socket, _ in notifications.tick(later(starving, 30)).frames] == ["socket#1", "socket#2"]


# ---- events between two sockets


def cut(state: State) -> State:
    return notifications.cut_sockets(state).state


def test_missed_events_are_gone_or_replayed_by_a_setting() -> None:
    for replayed in (False, True):
        state = connected(world(replay_missed_events=replayed), CALLS)
        (channel_id,) = state.channels
        muted = done(patch(cut(state), {"muted": True}))
        after = muted.state
        for event in muted.events:
            after = notifications.kept_for_later(after, event)
        again = notifications.connect(after, channel_id, "socket#2")
        assert isinstance(again, Outcome)
        assert [(socket, frame.kind) for socket, frame in again.frames] == [("socket#2", "event")] * replayed
        assert again.state.channels[channel_id].missed == ()


def test_only_what_was_subscribed_and_not_heard_is_kept() -> None:
    state = connected(world(replay_missed_events=True), CALLS)
    event = Event(mine(state), lambda: "{}", "")
    assert notifications.kept_for_later(state, event) == state
    assert notifications.kept_for_later(cut(state), Event(mine(state, "presence"), lambda: "{}", "")) == cut(state)
    starved = notifications.starve(cut(state)).state
    assert notifications.kept_for_later(starved, event) == starved


def test_the_correlation_of_an_event_is_a_setting() -> None:
    def correlation(state: State) -> object:
        text = notifications.event_text(state, Event("t", lambda: "{}", "", "correlation-1"), "t")
        return json.loads(text)["metadata"]["CorrelationId"]

    assert correlation(world()) == "correlation-1"
    assert correlation(world(event_correlation="own")) not in ("correlation-1", "")


def test_an_expired_token_closes_its_sockets_only_if_so_set() -> None:
    for setting, closes in (("keep", []), ("close", [1001])):
        state = connected(world(socket_on_expired_token=setting))
        ended = tokens.expired(state, [state.aliases["agent_token"]])
        assert [frame.closes for _, frame in ended.frames] == closes
