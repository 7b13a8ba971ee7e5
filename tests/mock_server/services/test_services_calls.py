"""Reading calls, and what a PATCH of a leg does: at once, later, and who gets an event of it."""

import json

import pytest

from mock_server.core.messages import NOTHING, Json, Outcome
from mock_server.core.model import State, Wrapup
from mock_server.gateway import gateway

from ..door import (
    LEG,
    afterwards,
    answer,
    ask,
    body,
    call_of,
    connected,
    done,
    entities,
    later,
    leg_of,
    patch,
    topics_of,
    with_leg,
    world,
)


def reason(outcome: Outcome, at: int = 3) -> object:
    """The disconnectType of a leg in a snapshot."""
    return json.loads(outcome.events[0].text())["participants"][at]["disconnectType"]


# ---- reading


def test_a_user_is_listed_the_calls_that_are_not_over() -> None:
    state = world("two_calls")
    assert [c["id"] for c in entities(ask(state, "GET", "/api/v2/conversations/calls"))] == [
        state.aliases["call"],
        state.aliases["other_call"],
    ]
    state = done(patch(state, {"state": "disconnected"})).state
    assert [c["id"] for c in entities(ask(state, "GET", "/api/v2/conversations/calls"))] == [
        state.aliases["other_call"]
    ]


def test_an_ended_call_can_still_be_read() -> None:
    state = done(patch(world(), {"state": "disconnected"})).state
    assert answer(ask(state, "GET", "/api/v2/conversations/calls/{call}")) == (200, None)


def test_who_is_not_on_a_call_needs_a_permission_to_read_it() -> None:
    state = world()
    assert answer(ask(state, "GET", "/api/v2/conversations/calls/{call}", by="colleague")) == (200, None)
    colleague = state.users[state.aliases["colleague"]]
    state = state.with_user(type(colleague)(colleague.id, colleague.name, colleague.email))
    assert answer(ask(state, "GET", "/api/v2/conversations/calls/{call}", by="colleague")) == (
        404,
        "conversation.error.not.conversation.participant",
    )


def test_an_unknown_call_is_not_found() -> None:
    expected = (404, "conversation.error.conversation.not.found")
    assert answer(ask(world(), "GET", "/api/v2/conversations/calls/none")) == expected
    assert answer(ask(world(), "PATCH", "/api/v2/conversations/calls/none/participants/x", {"muted": True})) == expected


# ---- muting


def test_a_mute_is_accepted_then_done_then_told() -> None:
    state = world()
    accepted = patch(state, {"muted": True})
    assert accepted.response is not None
    assert (accepted.response.status, accepted.response.body) == (202, NOTHING)
    assert not leg_of(accepted.state).muted

    after = done(accepted)
    assert leg_of(after.state).muted
    agent, queue = state.aliases["agent"], state.aliases["queue"]
    assert topics_of(after.events) == [
        f"v2.users.{agent}.conversations.calls",
        f"v2.users.{agent}.conversations",
        f"v2.routing.queues.{queue}.conversations.calls",
        f"v2.routing.queues.{queue}.conversations",
    ]
    abouts = ["conversations.calls muted=true", "conversations muted=true"]
    assert [event.about for event in after.events] == abouts * 2
    assert {event.correlation for event in after.events} == {"correlation-1"}


def test_both_paths_mute() -> None:
    path = "/api/v2/conversations/{call}/participants/{agent_leg}"
    assert leg_of(done(ask(world(), "PATCH", path, {"muted": True})).state).muted


def test_a_mute_changes_nothing_but_the_leg_s_muted() -> None:
    state = world("held_call")
    after = done(patch(state, {"muted": True})).state
    assert call_of(after) == call_of(with_leg(state, muted=True))


def test_everyone_with_a_leg_in_the_call_is_told_even_when_it_has_ended() -> None:
    state = world("transfer_back")
    users = [state.aliases["agent"], state.aliases["colleague"]]
    topics = [f"v2.users.{user}.{kind}" for user in users for kind in ("conversations.calls", "conversations")]
    assert topics_of(done(patch(state, {"muted": True})).events)[:4] == topics


def test_a_snapshot_is_of_the_moment_when_the_job_ran() -> None:
    state = world()
    first = patch(state, {"muted": True})
    second = patch(state, {"muted": False})
    muted = done(first)
    unmuted = gateway.run(muted.state, second.jobs[0])
    flags = [[leg["muted"] for leg in json.loads(out.events[0].text())["participants"]] for out in (muted, unmuted)]
    assert flags == [[False, False, False, True], [False, False, False, False]]


def test_a_leg_that_ended_meanwhile_stays_as_it_was() -> None:
    state = world()
    mute = patch(state, {"muted": True})
    ended = done(patch(state, {"state": "disconnected"})).state
    after = gateway.run(ended, mute.jobs[0])
    assert (after.state, after.events) == (ended, ())


def test_a_call_that_is_gone_is_left_alone() -> None:
    state = world()
    mute = patch(state, {"muted": True})
    gone = world("no_call")
    assert gateway.run(gone, mute.jobs[0]).state is gone
    without_leg = state.with_call(type(call_of(state))(call_of(state).id, (), 0.0))
    assert gateway.run(without_leg, mute.jobs[0]).events == ()


def test_a_mute_of_a_muted_leg_is_told_unless_set_otherwise() -> None:
    assert len(done(patch(world("muted_call"), {"muted": True})).events) == 4
    assert done(patch(world("muted_call", event_when_unchanged=False), {"muted": True})).events == ()


def test_the_body_of_the_202_is_a_setting() -> None:
    accepted = patch(world(accepted_body="object"), {"muted": True})
    assert accepted.response is not None
    assert accepted.response.content == b"{}"


# ---- holding, confining, answering, hanging up


def test_hold_confines_the_customer_and_unhold_undoes_it() -> None:
    state = world()
    held = done(patch(later(state, 5), {"held": True})).state
    agent, customer = leg_of(held), leg_of(held, "customer_leg")
    assert (agent.held, agent.start_hold_time, agent.muted, customer.confined) == (True, state.now + 5, False, True)
    assert call_of(done(patch(held, {"held": False})).state) == call_of(state)


def test_a_second_hold_keeps_the_time_of_the_first() -> None:
    state = world("held_call")
    again = done(patch(later(state, 60), {"held": True})).state
    assert leg_of(again) == leg_of(state)


def test_in_a_conference_the_customer_is_confined_when_all_agents_hold() -> None:
    one = done(patch(world("conference"), {"held": True})).state
    assert not leg_of(one, "customer_leg").confined
    both = done(patch(one, {"held": True}, "colleague_leg", by="colleague")).state
    assert leg_of(both, "customer_leg").confined


def test_a_hold_may_be_told_twice() -> None:
    state = world(snapshots_per_hold=2)
    assert len(done(patch(state, {"held": True})).events) == 8
    assert len(done(patch(state, {"muted": True})).events) == 4


def test_only_in_a_conference_someone_can_be_confined() -> None:
    assert answer(patch(world(), {"confined": True})) == (400, "conversation.error.cannot.confine.party")
    state = world("conference")
    assert leg_of(
        done(patch(state, {"confined": True}, "customer_leg", by="supervisor")).state, "customer_leg"
    ).confined


def test_recording_and_wrap_up_are_taken() -> None:
    after = done(patch(world(), {"recording": True, "wrapupSkipped": True, "resumeTime": "2026-01-05T10:00:00Z"})).state
    assert (leg_of(after).recording, leg_of(after).wrapup_skipped) == (True, True)


def test_an_alerting_leg_is_answered() -> None:
    state = world("alerting_call")
    answered = done(patch(later(state, 3), {"state": "connected"})).state
    assert (leg_of(answered).state, leg_of(answered).connected_time) == ("connected", state.now + 3)
    again = done(patch(later(answered, 3), {"state": "connected"})).state
    assert leg_of(again) == leg_of(answered)


def test_hanging_up_ends_the_customer_s_leg_too() -> None:
    state = world()
    after = done(patch(later(state, 9), {"state": "disconnected"})).state
    ended = [(leg.purpose, leg.state, leg.disconnect_type, leg.end_time) for leg in call_of(after).participants]
    assert ended[0] == ("customer", "disconnected", "peer", state.now + 9)
    assert ended[3] == ("agent", "disconnected", "endpoint", state.now + 9)
    assert call_of(after).ended


def test_the_reason_of_an_end_settles_a_little_later_and_a_snapshot_trails_behind() -> None:
    first, *after = afterwards(patch(world(), {"state": "disconnected"}))
    assert [when for when, _ in after] == [0.2, 0.2]
    assert [reason(outcome) for outcome in (first[1], *(outcome for _, outcome in after))] == [
        "endpoint",
        "client",
        "client",
    ]
    assert call_of(after[0][1].state) == call_of(after[1][1].state)


def test_how_an_end_is_told_is_a_setting() -> None:
    state = world(disconnect_settles_seconds=0.0, trailing_snapshots=2, first_disconnect_type="system")
    told_once, *again = afterwards(patch(state, {"state": "disconnected"}))
    assert (reason(told_once[1]), [when for when, _ in again]) == ("client", [0.0, 0.0])
    state = world(first_disconnect_type="system", trailing_snapshots=0)
    assert [reason(outcome) for _, outcome in afterwards(patch(state, {"state": "disconnected"}))] == [
        "system",
        "client",
    ]


def test_a_call_that_is_gone_settles_nothing_and_trails_nothing() -> None:
    ended = done(patch(world(), {"state": "disconnected"}))
    for _, job in ended.later:
        assert gateway.run(world("no_call"), job) == Outcome(world("no_call"))


def test_a_leg_that_lives_does_not_settle() -> None:
    state = world()
    settle = done(patch(state, {"state": "disconnected"})).later[0][1]
    assert gateway.run(state, settle).state is state


def test_a_colleague_stays_when_one_of_two_hangs_up() -> None:
    after = done(patch(world("conference"), {"state": "disconnected"})).state
    assert [leg.state for leg in call_of(after).participants if not leg.ended] == ["connected", "connected"]


def test_when_the_customer_leaves_all_agents_are_alone_and_end() -> None:
    after = done(patch(world("conference"), {"state": "disconnected"}, "customer_leg", by="supervisor")).state
    assert call_of(after).ended
    assert leg_of(after, "colleague_leg").disconnect_type == "peer"


def test_a_declined_call_goes_on_waiting_in_the_queue() -> None:
    after = done(patch(world("alerting_call"), {"state": "disconnected"})).state
    assert not leg_of(after, "customer_leg").ended


def test_a_leg_may_end_as_terminated() -> None:
    after = done(patch(world(hang_up_state="terminated"), {"state": "disconnected"})).state
    assert leg_of(after).state == "terminated"


def test_a_held_leg_ends_unheld() -> None:
    after = done(patch(world("held_call"), {"state": "disconnected"})).state
    assert (leg_of(after).held, leg_of(after, "customer_leg").confined) == (False, False)


@pytest.mark.parametrize("change", [{"held": True}, {"wrapup": {"code": "sold"}}])
def test_whether_a_mute_is_kept_through_hold_and_wrap_up_is_a_setting(change: dict[str, Json]) -> None:
    assert leg_of(done(patch(world("muted_call"), change)).state).muted
    assert not leg_of(done(patch(world("muted_call", mute_is_kept=False), change)).state).muted


def test_a_change_may_take_its_time() -> None:
    assert [job.after for job in patch(world(), {"muted": True}).jobs] == [0.0]
    assert [job.after for job in patch(world(apply_seconds=0.45), {"muted": True}).jobs] == [0.45]


def test_a_mute_may_be_told_twice() -> None:
    state = world(snapshots_per_mute=2)
    assert len(done(patch(state, {"muted": True})).events) == 8
    assert len(done(patch(state, {"recording": True})).events) == 4


def test_a_wrap_up_is_kept_with_the_leg() -> None:
    notes: dict[str, Json] = {"code": "sold", "notes": "two", "tags": ["a"], "durationSeconds": 7}
    assert leg_of(done(patch(world(), {"wrapup": notes})).state).wrapup == Wrapup("sold", "two", ("a",), 7, world().now)
    assert leg_of(done(patch(world(), {"wrapup": {"code": "sold"}})).state).wrapup == Wrapup(
        "sold", end_time=world().now
    )


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({"code": 5}, "invalid.value"),
        ({"code": "sold", "tags": ["a", 5]}, "invalid.value"),
        ({"code": "sold", "durationSeconds": "long"}, "invalid.value"),
        ({"code": "sold", "durationSeconds": True}, "invalid.value"),
        ({"code": "sold", "note": "one"}, "invalid.property"),
        ("sold", "invalid.value"),
    ],
)
def test_a_wrap_up_that_is_none_is_refused(odd: Json, code: str) -> None:
    refused = patch(world(), {"wrapup": odd})
    assert answer(refused) == (400, code)
    assert refused.hints


# ---- one communication of a leg

COMMUNICATION = LEG + "/communications/{}"


def communication(sent: Json, of: str = "agent_leg", state: State | None = None) -> Outcome:
    state = state or world()
    path = COMMUNICATION.replace("/{}", "/" + leg_of(state, of).communication_id)
    return ask(state, "PATCH", path, sent)


def test_a_communication_can_only_be_hung_up() -> None:
    outcome = communication({"state": "disconnected"})
    assert (answer(outcome), body(outcome)) == ((200, None), {})
    assert leg_of(done(outcome).state).ended


@pytest.mark.parametrize("sent", [{"muted": True}, {"state": "connected"}, {}, {"state": "disconnected", "held": True}])
def test_a_communication_does_not_mute(sent: Json) -> None:
    refused = communication(sent)
    assert answer(refused) == (400, "communication.state.required")
    assert refused.hints == ('this only hangs up; patchConversationsCallParticipant takes PATCH {"muted": true}',)
    assert refused.jobs == ()


def test_a_communication_is_refused_as_its_leg_is() -> None:
    state = world()
    end: Json = {"state": "disconnected"}
    assert answer(communication({"state": 5})) == (400, "invalid.value")
    assert answer(communication(end, "customer_leg")) == (404, "not.found")
    assert answer(ask(state, "PATCH", COMMUNICATION.replace("{}", "x").replace("{call}", "y"), end))[0] == 404
    over = done(patch(state, end)).state
    assert answer(communication(end, state=over)) == (400, "conversation.error.call.disconnected")
    colleague = world("conference")
    path = COMMUNICATION.replace("{}", leg_of(colleague).communication_id)
    assert answer(ask(colleague, "PATCH", path, end, by="colleague")) == (400, "conversation.error.user.not.party")


# ---- a page that will not hear of it


def test_a_mute_that_nobody_will_hear_of_is_hinted_at() -> None:
    topic = "v2.users.{agent}.conversations.calls"
    state = world()
    assert patch(state, {"muted": True}).hints == (
        f"202 says accepted, not muted: events of the change come on {topic.format(**state.aliases)}, "
        "to which none of this user's channels is subscribed",
    )
    assert patch(connected(state, topic), {"muted": True}).hints == ()
    assert patch(connected(state, "v2.users.{agent}?conversations&presence"), {"muted": True}).hints == ()
    assert len(patch(connected(state, topic, by="supervisor"), {"muted": True}).hints) == 1
    assert patch(connected(state, topic), {"muted": True}, by="supervisor").hints == ()
    of_queue = connected(state, "v2.routing.queues.{queue}.conversations", by="supervisor")
    assert patch(of_queue, {"muted": True}).hints != ()  # it is the supervisor's page that hears of it
    assert patch(state, {"held": True}, "customer_leg", by="supervisor").hints == ()


# ---- conversations of any medium


def test_conversations_are_nested_and_by_medium() -> None:
    state = world()
    listed = entities(ask(state, "GET", "/api/v2/conversations"))
    assert [c["id"] for c in listed] == [state.aliases["call"]]
    assert entities(ask(state, "GET", "/api/v2/conversations", query={"communicationType": "chat"})) == []
    assert body(ask(state, "GET", "/api/v2/conversations/{call}"))["id"] == state.aliases["call"]
