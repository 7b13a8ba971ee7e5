"""Faults: what each effect does, how often it acts, and how one that means nothing is refused."""

import pytest

from mock_server.core.messages import Outcome, Request
from mock_server.core.model import Fault, State
from mock_server.core.values import replace
from mock_server.gateway import faults
from mock_server.gateway.faults import EFFECTS, BadFault, UnknownEffect
from mock_server.services.notifications import notifications

from ..door import answer, ask, connected, later, patch, world

MUTE = "patchConversationsCallParticipant"


def faulty(
    effect: str, times: int | None = 1, on: str = MUTE, state: State | None = None, **options: str | int | float
) -> State:
    state = state or world()
    return replace(state, faults=(*state.faults, faults.checked(Fault(effect, on, times, options))))


def mute(state: State) -> Outcome:
    return patch(state, {"muted": True})


def retry_after(outcome: Outcome) -> str | None:
    assert outcome.response is not None
    return outcome.response.headers.get("Retry-After")


# ---- how often


def test_a_fault_acts_once() -> None:
    refused = mute(faulty("refuse"))
    assert answer(refused) == (500, "internal.server.error")
    assert answer(mute(refused.state)) == (202, None)


def test_a_fault_acts_as_often_as_asked() -> None:
    state = faulty("refuse", times=2)
    statuses = []
    for _ in range(3):
        outcome = mute(state)
        statuses.append(answer(outcome)[0])
        state = outcome.state
    assert statuses == [500, 500, 202]


def test_a_fault_without_a_number_acts_until_it_is_taken_away() -> None:
    state = faulty("refuse", times=None)
    for _ in range(3):
        state = mute(state).state
    assert answer(mute(state))[0] == 500


def test_a_fault_leaves_other_operations_alone() -> None:
    assert answer(ask(faulty("refuse"), "GET", "/api/v2/users/me"))[0] == 200


def test_a_fault_may_be_on_either_of_several_operations() -> None:
    state = faulty("refuse", on=f"getUsersMe {MUTE}")
    assert answer(ask(state, "GET", "/api/v2/notifications/availabletopics"))[0] == 200
    assert answer(ask(state, "GET", "/api/v2/users/me"))[0] == 500
    assert answer(mute(ask(state, "GET", "/api/v2/users/me").state))[0] == 202  # once in all
    assert answer(mute(state))[0] == 500


def test_a_fault_on_no_operation_is_on_every_one() -> None:
    assert answer(ask(faulty("refuse", on=""), "GET", "/api/v2/users/me"))[0] == 500


def test_a_second_refusal_waits_for_the_next_request() -> None:
    first = mute(faulty("refuse", state=faulty("refuse", status=503), status=429))
    assert answer(first)[0] == 503
    assert answer(mute(first.state))[0] == 429


def test_faults_that_let_the_request_through_act_together() -> None:
    outcome = mute(faulty("delay", state=faulty("never_apply"), seconds=2))
    assert (outcome.jobs, outcome.delay, outcome.state.faults) == ((), 2.0, ())


# ---- what


def test_refuse_answers_with_the_first_code_of_its_status() -> None:
    codes = {status: answer(mute(faulty("refuse", status=status)))[1] for status in (400, 401, 403, 404, 409, 429, 503)}
    assert codes == {
        400: "bad.request",
        401: "authentication.required",
        403: "missing.any.permissions",
        404: "not.found",
        409: "request.conflict",
        429: "too.many.requests",
        503: "service.unavailable",
    }


def test_refuse_can_name_its_code() -> None:
    assert answer(mute(faulty("refuse", status=418, code="tea.pot"))) == (418, "tea.pot")
    assert answer(mute(faulty("refuse", status=599))) == (599, "internal.server.error")


def test_refuse_can_say_when_to_try_again() -> None:
    assert retry_after(mute(faulty("refuse", status=429, retry_after=7))) == "7"
    assert retry_after(mute(faulty("refuse", status=429))) is None


@pytest.mark.parametrize("how", ["silence", "cut"])
def test_lose_response_does_what_was_asked_and_says_nothing(how: str) -> None:
    outcome = mute(faulty("lose_response", how=how))
    assert outcome.response is not None
    assert (outcome.response.lost, len(outcome.jobs)) == (how, 1)


def test_delay_puts_answer_and_job_off() -> None:
    assert mute(faulty("delay", seconds=1.5)).delay == 1.5


def test_never_apply_answers_and_does_nothing() -> None:
    outcome = mute(faulty("never_apply"))
    assert (answer(outcome)[0], outcome.jobs) == (202, ())


@pytest.mark.parametrize(("effect", "copies"), [("drop_event", 0), ("double_event", 2)])
def test_events_come_never_or_twice(effect: str, copies: int) -> None:
    assert [job.copies for job in mute(faulty(effect)).jobs] == [copies]


def test_cut_socket_breaks_the_sockets_of_the_user_who_asks() -> None:
    state = connected(connected(world()), socket="socket#2", by="supervisor")
    outcome = mute(faulty("cut_socket", state=state))
    assert outcome.cut == ("socket#1",)
    assert list(outcome.state.sockets) == ["socket#2"]


def test_silence_socket_leaves_it_open() -> None:
    outcome = mute(faulty("silence_socket", state=connected(world())))
    assert outcome.state.sockets["socket#1"].silent
    assert (outcome.frames, outcome.cut) == ((), ())


def test_close_soon_announces_the_end() -> None:
    outcome = mute(faulty("close_soon", state=connected(world()), seconds=20))
    assert [frame.about for _, frame in outcome.frames] == ["socket_closing"]
    assert notifications.due(outcome.state) == outcome.state.now + 20


def test_without_a_known_token_no_socket_is_meant() -> None:
    state = faulty("cut_socket", state=connected(world()))
    outcome = ask(state, "PATCH", "/api/v2/conversations/calls/{call}/participants/{agent_leg}", {"muted": True}, by="")
    assert outcome.cut == ()


def test_every_effect_says_whether_it_is_definite() -> None:
    assert {name: effect.definite for name, effect in EFFECTS.items()} == {
        "refuse": True,
        "lose_response": False,
        "delay": True,
        "never_apply": False,
        "drop_event": False,
        "double_event": True,
        "cut_socket": False,
        "silence_socket": False,
        "starve": False,
        "close_soon": True,
    }


def test_a_starved_user_gets_heartbeats_and_no_events() -> None:
    state = connected(world(), "v2.users.{agent}.conversations.calls")
    state = connected(state, "v2.users.{agent}.conversations.calls", socket="socket#2", by="supervisor")
    state = replace(state, faults=(faults.checked(Fault("starve", "postNotificationsChannels")),))
    made = ask(state, "POST", "/api/v2/notifications/channels")
    starved = {channel.user_id for channel in made.state.channels.values() if channel.starved}
    assert starved == {state.aliases["agent"]}
    topic = f"v2.users.{state.aliases['agent']}.conversations.calls"
    assert [socket for socket, _ in notifications.subscribers(made.state, topic)] == ["socket#2"]
    beats = notifications.tick(later(made.state, 30)).frames
    assert [socket for socket, _ in beats] == ["socket#1", "socket#2"]


def test_a_mute_that_is_never_applied_is_explained() -> None:
    state = replace(world(), faults=(faults.checked(Fault("never_apply", "patchConversationsCallParticipant", None)),))
    assert patch(state, {"muted": True}).hints[-1].startswith("202 says accepted, not done: ")
    assert not any("accepted, not done" in hint for hint in patch(state, {"isMuted": True}).hints)


# ---- a fault that means nothing


def test_checked_fills_in_the_defaults() -> None:
    assert faults.checked(Fault("delay", MUTE)).options == {"seconds": 5.0}


def test_an_unknown_effect_is_answered_with_the_near_one() -> None:
    with pytest.raises(UnknownEffect, match="no effect is called 'never_aply'; did you mean 'never_apply'?"):
        faults.checked(Fault("never_aply", MUTE))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("xyz", MUTE), "no effect is called 'xyz'; there is refuse, lose_response, delay, "),
        (Fault("refuse", "patchConversationsCallParticipnt"), f"did you mean '{MUTE}'"),
        (Fault("refuse", f"{MUTE} getUserMe"), "no operation is called 'getUserMe'; did you mean 'getUsersMe'"),
        (Fault("refuse", MUTE, 0), "'refuse' would act 0 times; say 1 or more, or None for always"),
        (Fault("refuse", MUTE, 1, {"state": 403}), "'refuse' has no option 'state'; did you mean 'status'"),
        (Fault("never_apply", MUTE, 1, {"status": 403}), "'never_apply' has no option 'status'; it takes none"),
        (Fault("refuse", MUTE, 1, {"status": "403"}), "'status' of 'refuse' is a number, not '403'"),
        (Fault("refuse", MUTE, 1, {"status": True}), "'status' of 'refuse' is a number, not True"),
        (Fault("refuse", MUTE, 1, {"code": 4}), "'code' of 'refuse' is a word, not 4"),
        (Fault("refuse", MUTE, 1, {"status": 200}), "'status' of 'refuse' is an error's, 400 to 599, not 200"),
        (
            Fault("lose_response", MUTE, 1, {"how": "burn"}),
            "'how' of 'lose_response' is one of silence, cut, not 'burn'",
        ),
    ],
)
def test_a_fault_that_means_nothing_is_explained(fault: Fault, message: str) -> None:
    with pytest.raises(BadFault) as error:
        faults.checked(fault)
    assert message in str(error.value)


def test_an_answer_that_is_not_there_cannot_be_lost() -> None:
    state = faulty("lose_response", on="")
    outcome = faults.layer(lambda state, request: Outcome(state), state, Request("GET", "/"))
    assert outcome.response is None
