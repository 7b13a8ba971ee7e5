"""People who act without the page: each verb is a request with their own token."""

from collections.abc import Callable

import pytest

from mock_server.core.messages import Request
from mock_server.engine.people import Person, Refused, UnknownWord, call_named, leg_named, token_named, user_named

from ..door import call_of, leg_of, world
from .play import Play


def person(name: str, play: Play) -> Person:
    return Person(name, lambda request: play.engine.act(request)[0], lambda: play.engine.state)


@pytest.mark.parametrize(
    ("verb", "about"),
    [
        (Person.mute, "PATCH muted=true"),
        (Person.unmute, "PATCH muted=false"),
        (Person.hold, "PATCH held=true"),
        (Person.unhold, "PATCH held=false"),
        (Person.answer, 'PATCH state="connected"'),
        (Person.hang_up, 'PATCH state="disconnected"'),
    ],
)
def test_each_verb_is_one_request(verb: Callable[[Person], None], about: str) -> None:
    play = Play(world("alerting_call" if verb is Person.answer else "one_call"))
    verb(person("supervisor" if verb is not Person.answer else "agent", play))
    offered = [(e.cause, e.about) for e in play.engine.journal if e.kind == "offered" and e.name == "request#1"]
    assert [about for _, about in offered] == [about]
    assert offered[0][0] in ("supervisor", "agent")


def test_a_refusal_is_an_error_of_the_test_with_status_and_body() -> None:
    play = Play()
    with pytest.raises(Refused, match=r"supervisor: GET /api/v2/nowhere was answered 404: .*not\.found"):
        person("supervisor", play).request("GET", "/api/v2/nowhere")


def test_who_has_no_token_is_refused() -> None:
    play = Play()
    with pytest.raises(Refused, match="nobody: PATCH .* was answered 401"):
        person("nobody", play).mute()


def test_a_request_says_who_sent_it() -> None:
    sent: list[Request] = []
    play = Play()

    def act(request: Request):  # type: ignore[no-untyped-def]  # its type is that of Engine.act, which is what it stands for
        sent.append(request)
        return play.engine.act(request)[0]

    Person("desk_phone", act, lambda: play.engine.state).mute()
    assert (sent[0].sender, sent[0].body) == ("desk_phone", b'{"muted": true}')


# ---- words


def test_a_call_is_named_by_its_word_or_its_id() -> None:
    state = world("two_calls")
    assert call_named(state, "other_call") == call_of(state, "other_call")
    assert call_named(state, state.aliases["call"]) == call_of(state)


@pytest.mark.parametrize(("name", "there"), [("two_calls", "there is call, other_call"), ("no_call", "there is none")])
def test_an_unknown_call_is_answered_with_those_there_are(name: str, there: str) -> None:
    with pytest.raises(LookupError, match=f"no call is called 'the_call' in this world; {there}"):
        call_named(world(name), "the_call")


@pytest.mark.parametrize(
    ("word", "alias"),
    [
        ("agent", "agent_leg"),
        ("agent_leg", "agent_leg"),
        ("former_agent_leg", "former_agent_leg"),
        ("customer", "customer_leg"),
        ("acd", "acd_leg"),
        ("colleague", "colleague_leg"),
    ],
)
def test_a_leg_is_named_by_a_word_a_user_or_a_purpose(word: str, alias: str) -> None:
    state = world("transfer_back")
    assert leg_named(state, call_of(state), word) == leg_of(state, alias)


def test_an_unknown_leg_is_answered_with_those_there_are() -> None:
    state = world()
    with pytest.raises(LookupError, match="nobody called 'colleague' is on this call; there is customer .*, agent "):
        leg_named(state, call_of(state), "colleague")


def test_persons_and_users_are_found_by_word() -> None:
    state = world("one_call")
    assert token_named(state, "second_tab") == state.aliases["second_tab_token"]
    assert user_named(state, "agent").id == state.aliases["agent"]
    assert user_named(state, state.aliases["colleague"]).id == state.aliases["colleague"]


def test_a_word_that_means_nobody_is_told_with_those_that_do() -> None:
    with pytest.raises(UnknownWord, match=r"nobody in this world is called 'supervisr'; did you mean 'supervisor'\?"):
        token_named(world("one_call"), "supervisr")
    with pytest.raises(UnknownWord, match="no user is called 'x' in this world; there is agent, colleague, supervisor"):
        user_named(world("one_call"), "x")
