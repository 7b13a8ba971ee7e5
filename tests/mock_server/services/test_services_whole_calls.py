"""Recording, merging and ending a whole call, none of which mutes anybody."""

import pytest

from mock_server.core.messages import Json, Outcome
from mock_server.gateway import gateway

from ..door import answer, ask, body, call_of, done, entities, leg_of, ran, world

CALL = "/api/v2/conversations/calls/{call}"
DELETE = "/api/v2/conversations/{call}"


def patch_call(sent: Json, name: str = "one_call") -> Outcome:
    return ask(world(name), "PATCH", CALL, sent, by="supervisor")


def test_a_recording_is_set_paused_and_goes_on() -> None:
    state = world()
    seen = []
    for word in ("ACTIVE", "PAUSED", "ACTIVE", "NONE"):
        outcome = ask(state, "PATCH", CALL, {"recordingState": word}, by="supervisor")
        state = done(outcome).state
        seen.append((answer(outcome)[0], body(ask(state, "GET", CALL))["recordingState"]))
    assert seen == [(200, "active"), (202, "paused"), (202, "active"), (200, "none")]
    paused = ran(patch_call({"recordingState": "PAUSED"}))
    assert body(ask(paused, "GET", "/api/v2/conversations/{call}"))["recordingState"] == "PAUSED"


def test_everybody_is_disconnected() -> None:
    for outcome in (patch_call({"state": "disconnected"}), ask(world(), "DELETE", DELETE, by="supervisor")):
        assert not call_of(outcome.state).ended
        after = done(outcome)
        assert call_of(after.state).ended
        assert leg_of(after.state).disconnect_type == "system"
        assert [when for when, _ in after.later] == [0.2]
        again = gateway.run(after.state, outcome.jobs[0])
        assert (again.state, again.later) == (after.state, ())


def test_a_patch_of_the_call_mutes_nobody() -> None:
    refused = patch_call({"muted": True})
    assert answer(refused) == (400, "invalid.property")
    silent = patch_call({"participants": [{"id": "x", "calls": [{"muted": True}]}]})
    assert (answer(silent), silent.jobs, silent.state.calls) == ((200, None), (), world().calls)
    for outcome in (refused, silent):
        assert outcome.hints[-1] == (
            'patchConversationsCall mutes nobody; patchConversationsCallParticipant takes PATCH {"muted": true} on '
            "/api/v2/conversations/calls/{conversationId}/participants/{participantId}"
        )


def test_what_has_no_effect_here_is_taken() -> None:
    named = patch_call({"name": "x", "externalTag": "y"})
    assert (answer(named), named.jobs, named.hints) == ((200, None), (), ())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"state": "connected"}, (400, "conversation.participant.update.invalid")),
        ({"recordingState": "active"}, (400, "invalid.value")),
        ({"conversationIds": ["none"]}, (404, "conversation.error.conversation.not.found")),
        ({"conversationIds": [1]}, (400, "invalid.value")),
    ],
)
def test_another_patch_of_the_call_is_refused(sent: Json, expected: tuple[int, str]) -> None:
    assert answer(patch_call(sent)) == expected


def test_a_call_that_is_not_there_is_not_changed() -> None:
    assert answer(ask(world(), "PATCH", CALL.replace("{call}", "x"), {}, by="supervisor"))[0] == 404
    assert answer(ask(world(), "DELETE", DELETE.replace("{call}", "x"), by="supervisor"))[0] == 404
    gone = world("no_call")
    for outcome in (patch_call({"recordingState": "ACTIVE"}), merge()):
        assert gateway.run(gone, outcome.jobs[0]) == Outcome(gone)


def test_an_agent_without_the_permission_may_not() -> None:
    assert answer(ask(world(), "DELETE", DELETE)) == (403, "missing.any.permissions")


# ---- merging


def merge() -> Outcome:
    state = world("two_calls")
    others: list[Json] = [state.aliases["other_call"], state.aliases["call"]]
    return ask(state, "PATCH", CALL, {"conversationIds": others}, by="supervisor")


def test_two_calls_become_a_conference() -> None:
    after = done(merge())
    state = after.state
    assert [leg.purpose for leg in call_of(state).participants if leg.live] == ["customer", "agent", "customer"]
    assert call_of(state, "other_call").ended
    assert call_of(state, "other_call").participants[0].disconnect_type == "transfer.conference"
    assert not any(leg.held or leg.confined for leg in call_of(state).participants if leg.live)
    assert [c["id"] for c in entities(ask(state, "GET", "/api/v2/conversations/calls"))] == [state.aliases["call"]]
    ids = [leg.id for call in state.calls.values() for leg in call.participants]
    assert len(set(ids)) == len(ids)
    assert len(after.events) == 8
