"""Calling somebody, and adding people to a call."""

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.core.model import Call
from mock_server.gateway import gateway

from ..door import answer, ask, body, call_of, done, ran, topics_of, with_leg, world

CALLS = "/api/v2/conversations/calls"
ADD = CALLS + "/{call}/participants"
HINT = (
    'postConversationsCallParticipants mutes nobody; patchConversationsCallParticipant takes PATCH {"muted": true} on '
    "/api/v2/conversations/calls/{conversationId}/participants/{participantId}"
)


def legs(call: Call) -> list[tuple[str, str]]:
    return [(leg.purpose, leg.state) for leg in call.participants]


def made(outcome: Outcome) -> Call:
    """The call that an outcome made."""
    call = outcome.state.call(str(body(outcome)["id"]))
    assert call is not None
    return call


# ---- calling


def test_a_call_goes_out_then_the_agent_is_connected_then_who_is_called() -> None:
    outgoing = ask(world("no_call"), "POST", CALLS, {"phoneNumber": "+15550123"})
    call = made(outgoing)
    agent = outgoing.state.aliases["agent"]
    assert answer(outgoing) == (200, None)
    assert body(outgoing) == {"id": call.id, "selfUri": f"/api/v2/conversations/calls/{call.id}"}
    assert legs(call) == [("agent", "contacting"), ("external", "dialing")]
    assert {leg.direction for leg in call.participants} == {"outbound"}
    assert topics_of(outgoing.events) == [f"v2.users.{agent}.conversations.calls", f"v2.users.{agent}.conversations"]

    first = gateway.run(outgoing.state, outgoing.jobs[0])
    assert legs(first.state.calls[call.id]) == [("agent", "connected"), ("external", "dialing")]
    second = gateway.run(first.state, outgoing.jobs[1])
    assert legs(second.state.calls[call.id]) == [("agent", "connected"), ("external", "connected")]
    assert len(first.events) == len(second.events) == 2


def test_a_call_for_a_queue_is_to_a_customer() -> None:
    queue = call_of(world()).participants[3].queue_id
    call = made(ask(world("no_call"), "POST", CALLS, {"phoneNumber": "+15550123", "callFromQueueId": queue}))
    assert [(leg.purpose, leg.queue_id) for leg in call.participants] == [("agent", queue), ("customer", None)]


def test_a_colleague_who_is_called_answers_by_hand() -> None:
    state = world("no_call")
    outgoing = ask(state, "POST", CALLS, {"callUserId": state.aliases["colleague"]})
    state = ran(outgoing)
    call = state.calls[made(outgoing).id]
    assert legs(call) == [("agent", "connected"), ("agent", "alerting")]
    answering = ask(state, "PATCH", f"{CALLS}/{call.id}/participants/{call.participants[1].id}", {"state": "connected"})
    assert answer(answering)[0] == 400
    path = f"{CALLS}/{call.id}/participants/{call.participants[1].id}"
    state = done(ask(state, "PATCH", path, {"state": "connected"}, by="colleague")).state
    assert legs(state.calls[call.id]) == [("agent", "connected"), ("agent", "connected")]


def test_several_may_be_called_at_once() -> None:
    state = world("no_call")
    who: list[Json] = [{"address": "tel:+15550123", "name": "Ann"}, {"queueId": "queue-1"}]
    call = made(ask(state, "POST", CALLS, {"participants": who}))
    assert [(leg.purpose, leg.name, leg.state) for leg in call.participants[1:]] == [
        ("external", "Ann", "dialing"),
        ("acd", "", "connected"),
    ]
    assert call.address == "tel:+15550123"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, (400, "bad.request")),
        ({"participants": [{}]}, (400, "bad.request")),
        ({"callUserId": "nobody"}, (404, "not.found")),
        ({"phone": "1"}, (400, "invalid.property")),
        ({"phoneNumber": 1}, (400, "invalid.value")),
    ],
)
def test_a_call_to_nobody_is_refused(sent: Json, expected: tuple[int, str]) -> None:
    state = world("no_call")
    refused = ask(state, "POST", CALLS, sent)
    assert answer(refused) == expected
    assert refused.state.calls == {}


def test_who_has_ended_is_not_connected_any_more() -> None:
    outgoing = ask(world("no_call"), "POST", CALLS, {"phoneNumber": "+15550123"})
    gone = world("no_call")
    assert gateway.run(gone, outgoing.jobs[0]) == Outcome(gone)
    state = ran(outgoing)
    path = f"{CALLS}/{made(outgoing).id}/participants/{made(outgoing).participants[0].id}"
    over = done(ask(state, "PATCH", path, {"state": "disconnected"})).state
    assert gateway.run(over, outgoing.jobs[1]) == Outcome(over)


# ---- adding people


def test_an_address_is_added_and_dialled() -> None:
    state = world()
    added = ask(state, "POST", ADD, {"participants": [{"address": "tel:+15550123"}]})
    assert (answer(added)[0], body(added)["id"]) == (200, state.aliases["call"])
    assert legs(call_of(added.state))[-1] == ("external", "dialing")
    assert legs(call_of(ran(added)))[-1] == ("external", "connected")
    assert len(added.events) == 4


def test_a_user_is_added_and_rings() -> None:
    state = world()
    added = ask(state, "POST", ADD, {"participants": [{"userId": state.aliases["colleague"]}]})
    assert (legs(call_of(added.state))[-1], added.jobs) == (("agent", "alerting"), ())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"participants": [{"muted": True}]}, (400, "bad.request")),
        ({"muted": True}, (400, "invalid.property")),
        ({"participants": [{"userId": "nobody", "muted": True}]}, (404, "not.found")),
    ],
)
def test_adding_people_mutes_nobody(sent: Json, expected: tuple[int, str]) -> None:
    refused = ask(world(), "POST", ADD, sent)
    assert answer(refused) == expected
    assert refused.hints[-1] == HINT
    assert refused.state.calls == world().calls


def test_a_mute_flag_beside_a_good_address_has_no_effect() -> None:
    added = ask(world(), "POST", ADD, {"participants": [{"address": "tel:+15550123", "muted": True}]})
    assert (answer(added)[0], added.hints) == (200, (HINT,))
    assert not any(leg.muted for leg in call_of(added.state).participants)


def test_nobody_can_be_added_to_an_unknown_call() -> None:
    path = CALLS + "/none/participants"
    refused = ask(world(), "POST", path, {"participants": [{"address": "tel:+15550123"}]})
    assert answer(refused) == (404, "conversation.error.conversation.not.found")


def test_who_answers_while_the_agent_holds_hears_music() -> None:
    state = with_leg(world(), held=True)
    added = ask(state, "POST", ADD, {"participants": [{"address": "tel:+15550123"}]})
    assert call_of(ran(added)).participants[-1].confined
