"""What a PATCH of a leg is refused for, at once, with nothing changed."""

from typing import Any

import pytest

from mock_server.core.messages import Json
from mock_server.gateway import gateway

from ..door import LEG, answer, ask, body, done, leg_of, patch, request, world

# ---- what is refused, at once, with nothing changed


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], (400, "bad.request")),
        ("mute", (400, "bad.request")),
        ({"isMuted": True}, (400, "invalid.property")),
        ({"muted": "true"}, (400, "invalid.value")),
        ({"muted": 1}, (400, "invalid.value")),
        ({"muted": True, "state": "active"}, (400, "invalid.value")),
        ({"state": "parked"}, (400, "conversation.participant.update.invalid")),
        ({"wrapup": "sold"}, (400, "invalid.value")),
        ({"wrapup": {"notes": "x"}}, (400, "conversation.error.wrapup.code.required")),
        ({"resumeTime": "soon"}, (400, "invalid.value")),
        ({"resumeTime": 5}, (400, "invalid.value")),
    ],
)
def test_a_bad_body_is_refused_and_changes_nothing(sent: Json, expected: tuple[int, str]) -> None:
    refused = patch(world(), sent)
    assert answer(refused) == expected
    assert refused.jobs == ()


def test_a_body_that_is_no_json_is_refused() -> None:
    state = world()
    for raw in (b"", b"{muted", b"\xff", b"[" * 100_000):
        assert answer(gateway.handle(state, request(state, "PATCH", LEG, raw=raw))) == (400, "bad.request")


def test_a_body_of_another_kind_is_refused() -> None:
    state = world()
    form = request(state, "PATCH", LEG, raw=b"muted=true", headers={"content-type": "text/plain; charset=utf-8"})
    assert answer(gateway.handle(state, form)) == (415, "unsupported.media.type")


@pytest.mark.parametrize(
    ("sent", "settings", "expected"),
    [
        ({"muted": "true"}, {"wrong_type": "bad.request"}, (400, "bad.request")),
        ({"muted": "true"}, {"wrong_type": "coerce"}, (202, None)),
        ({"muted": "yes"}, {"wrong_type": "coerce"}, (400, "invalid.value")),
        ([], {"wrong_kind_code": "invalid.value"}, (400, "invalid.value")),
    ],
)
def test_how_a_bad_body_is_refused_is_a_setting(
    sent: Json, settings: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert answer(patch(world(**settings), sent)) == expected


def test_a_word_may_be_read_as_the_boolean_it_says() -> None:
    assert leg_of(done(patch(world(wrong_type="coerce"), {"muted": "true"})).state).muted
    assert not leg_of(done(patch(world("muted_call", wrong_type="coerce"), {"muted": "false"})).state).muted


def test_how_broken_json_is_refused_is_a_setting() -> None:
    state = world(broken_json_code="invalid.value")
    refused = gateway.handle(state, request(state, "PATCH", LEG, raw=b"{muted"))
    assert body(refused)["message"] == "Value [{muted] is not valid for field type [JSON]. Allowable values are: JSON"


def test_unknown_properties_may_be_ignored() -> None:
    accepted = patch(world(unknown_property="ignore"), {"isMuted": True})
    assert leg_of(done(patch(world(unknown_property="ignore"), {"isMuted": 1, "muted": True})).state).muted
    assert (answer(accepted), accepted.jobs[0].changes, accepted.jobs[0].about) == ((202, None), {}, "no change")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("isMuted", "'isMuted' is no property of MediaParticipantRequest; the near one is 'muted'"),
        ("actions", "'actions' is no property of MediaParticipantRequest; the near one is 'muted'"),
        ("onHold", "'onHold' is no property of MediaParticipantRequest; the near one is 'held'"),
        ("volume", "'volume' is no property of MediaParticipantRequest; its properties are muted, held, confined, "),
    ],
)
def test_an_unknown_property_is_answered_with_the_near_one(name: str, hint: str) -> None:
    refused = patch(world(), {name: True})
    assert refused.hints[0].startswith(hint)
    assert body(refused)["message"] == f"Value [{name}] is not a valid property for object [MediaParticipantRequest]"


def test_a_wrong_type_is_answered_with_what_is_allowed() -> None:
    refused = patch(world(), {"muted": "yes"})
    assert body(refused)["message"] == (
        "Value [yes] is not valid for field type [boolean]. Allowable values are: true, false"
    )
    assert refused.hints == (
        "'muted' takes true, false; it was sent \"yes\"",
        'patchConversationsCallParticipant takes PATCH {"muted": true}',
    )


def test_an_unknown_leg_is_not_found_and_the_hint_says_who_is_there() -> None:
    state = world()
    refused = ask(state, "PATCH", "/api/v2/conversations/calls/{call}/participants/none", {"muted": True})
    assert answer(refused) == (404, "not.found")
    assert f"agent {state.aliases['agent_leg']} (connected)" in refused.hints[0]


@pytest.mark.parametrize("word", ["colleague_leg", "customer_leg"])
def test_another_s_leg_is_refused_without_the_permission(word: str) -> None:
    state = world("conference")
    assert answer(patch(state, {"muted": True}, word)) == (400, "conversation.error.user.not.party")
    assert answer(patch(state, {"muted": True}, word, by="supervisor")) == (202, None)


def test_the_status_for_another_s_leg_is_a_setting() -> None:
    refused = patch(world("conference", foreign_leg_status=403), {"muted": True}, "colleague_leg")
    assert answer(refused) == (403, "missing.any.permissions")
    assert str(body(refused)["message"]).endswith("assigned: [conversation:communication:disconnect]")


def test_an_ended_leg_takes_only_wrap_up() -> None:
    state = done(patch(world(), {"state": "disconnected"})).state
    assert answer(patch(state, {"muted": True})) == (400, "conversation.error.call.disconnected")
    assert leg_of(done(patch(state, {"wrapupSkipped": True})).state).wrapup_skipped
    assert answer(patch(state, {"wrapup": {"code": "sold"}})) == (202, None)


def test_an_alerting_leg_can_be_neither_held_nor_muted() -> None:
    state = world("alerting_call")
    assert answer(patch(state, {"held": True})) == (400, "conversation.error.hold.alerting")
    assert answer(patch(state, {"muted": True})) == (409, "request.conflict")
    assert answer(patch(state, {"muted": False})) == (202, None)


def test_muting_an_alerting_leg_may_be_accepted() -> None:
    assert leg_of(done(patch(world("alerting_call", mute_alerting="accept"), {"muted": True})).state).muted
