"""Consulting and transferring: who is held, who rings, and what stays in the list of legs."""

import json

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.core.model import Participant, State
from mock_server.gateway import gateway

from ..door import LEG, afterwards, answer, ask, body, call_of, done, leg_of, patch, ran, topics_of, with_leg, world

CONSULT = LEG + "/consult"
REPLACE = LEG + "/replace"
ADDRESS: Json = {"address": "tel:+15550123"}


def consult(state: State, who: Json = ADDRESS, *, leg: str = "customer_leg", **more: Json) -> Outcome:
    path = CONSULT.replace("{agent_leg}", f"{{{leg}}}")
    return ask(state, "POST", path, {"destination": who, **more})


def colleague(state: State) -> Json:
    return {"userId": state.aliases["colleague"]}


def target(state: State) -> Participant:
    """The newest leg."""
    return call_of(state).participants[-1]


def heard(state: State) -> dict[str, bool]:
    """Who is kept waiting: the agent's leg is held, the customer hears music, the third party is held."""
    third = target(state)
    return {
        "agent": leg_of(state).held,
        "customer": leg_of(state, "customer_leg").confined,
        "third": third.held or third.confined,
    }


# ---- consult


def test_a_consult_rings_at_the_colleague_while_the_customer_waits() -> None:
    asked = consult(world(), colleague(world()))
    state = done(asked).state
    assert body(asked) == {"destinationParticipantId": target(state).id}
    assert (target(state).state, target(state).user_id) == ("alerting", state.aliases["colleague"])
    assert leg_of(state).consult_participant_id == target(state).id
    assert heard(state) == {"agent": True, "customer": True, "third": False}
    assert not any(leg.ended for leg in (leg_of(state), leg_of(state, "customer_leg")))


def test_the_colleague_is_told_as_well() -> None:
    state = world()
    users = [state.aliases["agent"], state.aliases["colleague"]]
    topics = [f"v2.users.{user}.{kind}" for user in users for kind in ("conversations.calls", "conversations")]
    assert topics_of(done(consult(state, colleague(state))).events)[:4] == topics


def test_an_address_is_dialled_and_answers() -> None:
    begun = done(consult(world(), leg="agent_leg"))
    assert target(begun.state).state == "dialing"
    assert target(gateway.run(begun.state, begun.jobs[0]).state).state == "connected"


def test_the_held_flag_flaps_at_the_start_of_a_consult() -> None:
    seen = afterwards(consult(world(), colleague(world())))
    flags = [json.loads(outcome.events[0].text())["participants"][3]["held"] for _, outcome in seen]
    assert [(when, flag) for (when, _), flag in zip(seen, flags, strict=True)] == [
        (0.0, True),
        (0.15, False),
        (0.3, True),
    ]
    assert all(leg_of(outcome.state, "customer_leg").confined for _, outcome in seen)


def test_whether_the_held_flag_flaps_is_a_setting() -> None:
    assert done(consult(world(consult_flap_seconds=0.0), colleague(world()))).later == ()


def test_a_flap_that_comes_too_late_does_nothing() -> None:
    begun = done(consult(world(), colleague(world())))
    cancelled = done(ask(begun.state, "DELETE", CONSULT)).state
    flap = begun.later[0][1]
    assert gateway.run(cancelled, flap) == Outcome(cancelled)
    assert gateway.run(world("no_call"), flap) == Outcome(world("no_call"))


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("DESTINATION", {"agent": True, "customer": True, "third": False}),
        ("OBJECT", {"agent": False, "customer": False, "third": True}),
        ("BOTH", {"agent": False, "customer": False, "third": False}),
        ("CONFERENCE", {"agent": False, "customer": False, "third": False}),
    ],
)
def test_the_agent_chooses_whom_to_speak_to(to: str, expected: dict[str, bool]) -> None:
    state = done(consult(world(), colleague(world()))).state
    changing = ask(state, "PATCH", CONSULT, {"speakTo": to})
    assert body(changing) == {"destinationParticipantId": target(state).id}
    assert heard(done(changing).state) == expected
    begun = done(consult(world(), colleague(world()), speakTo=to))
    assert heard(begun.state) == expected
    assert bool(begun.later) == (to == "DESTINATION")


def test_a_consult_is_called_off() -> None:
    state = done(consult(world(), colleague(world()))).state
    cancelling = ask(state, "DELETE", CONSULT)
    after = done(cancelling).state
    assert answer(cancelling) == (200, None)
    assert target(after).ended
    assert leg_of(after) == leg_of(world())
    assert leg_of(after, "customer_leg") == leg_of(world(), "customer_leg")
    assert answer(ask(world(), "DELETE", CONSULT)) == (409, "request.conflict")
    assert answer(ask(world("alerting_call"), "DELETE", CONSULT))[0] == 404


def test_a_consult_that_was_declined_is_called_off_too() -> None:
    state = done(consult(world(), colleague(world()))).state
    path = f"/api/v2/conversations/calls/{{call}}/participants/{target(state).id}"
    declined = done(ask(state, "PATCH", path, {"state": "disconnected"}, by="colleague")).state
    assert not leg_of(declined).ended
    talking = done(ask(declined, "PATCH", CONSULT, {"speakTo": "OBJECT"})).state
    assert (leg_of(talking).held, target(talking).held) == (False, False)
    assert leg_of(done(ask(declined, "DELETE", CONSULT)).state) == leg_of(world())


def test_hanging_up_completes_the_transfer() -> None:
    state = done(consult(world(), colleague(world()))).state
    path = f"/api/v2/conversations/calls/{{call}}/participants/{target(state).id}"
    state = done(ask(state, "PATCH", path, {"state": "connected"}, by="colleague")).state
    ended = afterwards(patch(state, {"state": "disconnected"}))[-1][1].state
    assert (leg_of(ended).ended, leg_of(ended).disconnect_type) == (True, "transfer.consult")
    assert heard(ended) == {"agent": False, "customer": False, "third": False}
    assert target(ended).live


def test_whether_a_mute_is_kept_in_a_consult_is_a_setting() -> None:
    assert leg_of(done(consult(world("muted_call"))).state).muted
    assert not leg_of(done(consult(world("muted_call", mute_is_kept=False))).state).muted
    assert not target(done(consult(world("muted_call"))).state).muted


def test_another_user_may_be_named_as_the_one_who_consults() -> None:
    state = world("conference")
    path = CONSULT.replace("{agent_leg}", "{customer_leg}")
    sent: Json = {"destination": ADDRESS, "consultingUserId": state.aliases["colleague"]}
    state = done(ask(state, "POST", path, sent, by="supervisor")).state
    assert leg_of(state, "colleague_leg").consult_participant_id == target(state).id
    assert answer(ask(state, "PATCH", path, {"consultingUserId": state.aliases["colleague"]})) == (
        400,
        "conversation.error.user.not.party",
    )


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, (400, "bad.request")),
        ({"destination": {}}, (400, "bad.request")),
        ({"destination": ADDRESS, "speakTo": "me"}, (400, "invalid.value")),
        ({"destination": {"userId": "nobody"}}, (404, "not.found")),
        ({"destination": ADDRESS, "consultingUserId": "x"}, (404, "conversation.error.not.conversation.participant")),
    ],
)
def test_a_consult_with_nobody_is_refused(sent: Json, expected: tuple[int, str]) -> None:
    assert answer(ask(world(), "POST", CONSULT, sent)) == expected


def test_a_consult_is_refused_when_it_cannot_be() -> None:
    state = done(consult(world())).state
    assert answer(consult(state)) == (409, "request.conflict")
    assert answer(ask(state, "PATCH", CONSULT, {"speakTo": 1})) == (400, "invalid.value")
    assert answer(consult(world(), leg="ivr_leg")) == (400, "conversation.error.call.disconnected")
    assert answer(ask(world(), "POST", CONSULT.replace("{call}", "x"), {"destination": ADDRESS}))[0] == 404
    assert answer(consult(world("alerting_call"))) == (404, "conversation.error.not.conversation.participant")


def test_a_consult_on_a_call_that_ended_meanwhile_does_nothing() -> None:
    begin, off = consult(world()), ask(done(consult(world())).state, "DELETE", CONSULT)
    turn = ask(done(consult(world())).state, "PATCH", CONSULT, {"speakTo": "BOTH"})
    over = done(patch(world(), {"state": "disconnected"})).state
    for outcome in (begin, off, turn):
        assert gateway.run(over, outcome.jobs[0]) == Outcome(over)


# ---- transfer


def test_a_transferred_leg_ends_and_stays_in_the_list() -> None:
    accepted = ask(world("muted_call"), "POST", REPLACE, colleague(world()))
    assert (answer(accepted), [leg.id for leg in call_of(accepted.state).participants][3]) == (
        (202, None),
        world().aliases["agent_leg"],
    )
    state = afterwards(accepted)[-1][1].state
    old, new = call_of(state).participants[3:]
    assert (old.state, old.disconnect_type, old.muted) == ("disconnected", "transfer", True)
    assert (new.state, new.user_id, new.queue_id, new.muted) == (
        "alerting",
        state.aliases["colleague"],
        old.queue_id,
        False,
    )
    assert not leg_of(state, "customer_leg").ended


def test_the_new_agent_answers() -> None:
    state = done(ask(world("held_call"), "POST", REPLACE, colleague(world()))).state
    assert not leg_of(state, "customer_leg").confined
    path = f"/api/v2/conversations/calls/{{call}}/participants/{target(state).id}"
    state = done(ask(state, "PATCH", path, {"state": "connected"}, by="colleague")).state
    assert target(state).live


@pytest.mark.parametrize(
    ("to", "purpose", "then"), [(ADDRESS, "external", "connected"), ({"queueId": "q"}, "acd", "connected")]
)
def test_a_transfer_may_go_to_an_address_or_a_queue(to: Json, purpose: str, then: str) -> None:
    state = ran(ask(world(), "POST", REPLACE, to))
    assert (target(state).purpose, target(state).state) == (purpose, then)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, (400, "bad.request")),
        ({"transferType": "Blind"}, (400, "invalid.value")),
        ({"userId": "nobody"}, (404, "not.found")),
    ],
)
def test_a_transfer_to_nobody_is_refused(sent: Json, expected: tuple[int, str]) -> None:
    assert answer(ask(world(), "POST", REPLACE, sent)) == expected


def test_a_transfer_is_refused_when_it_cannot_be() -> None:
    assert answer(ask(world(), "POST", REPLACE.replace("{agent_leg}", "x"), ADDRESS)) == (404, "not.found")
    assert answer(ask(world(), "POST", REPLACE.replace("{agent_leg}", "{customer_leg}"), ADDRESS)) == (
        400,
        "conversation.error.user.not.party",
    )
    over = with_leg(world(), state="terminated")
    assert answer(ask(over, "POST", REPLACE, ADDRESS)) == (400, "conversation.error.call.disconnected")


def test_a_transfer_of_a_leg_that_ended_meanwhile_does_nothing() -> None:
    (job,) = ask(world(), "POST", REPLACE, ADDRESS).jobs
    over = done(patch(world(), {"state": "disconnected"})).state
    assert gateway.run(over, job) == Outcome(over)
    assert gateway.run(world("no_call"), job) == Outcome(world("no_call"))
