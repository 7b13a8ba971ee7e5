"""The worlds: same name and seed, same bytes; each as its one line says."""

import pytest

from mock_server.core import worlds
from mock_server.core.model import State, uuid_of
from mock_server.core.settings import Settings
from mock_server.core.worlds import START, WORLDS, UnknownWorld

from ..door import call_of, leg_of, world


def states(state: State, call: str = "call") -> list[tuple[str, str]]:
    return [(leg.purpose, leg.state) for leg in call_of(state, call).participants]


QUEUE = [("customer", "connected"), ("ivr", "terminated"), ("acd", "terminated")]


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_name_and_seed_give_the_same_world(name: str) -> None:
    assert worlds.build(name, 7) == worlds.build(name, 7)
    assert worlds.build(name, 7) != worlds.build(name, 8)


def test_seeds_do_not_depend_on_what_was_built_before() -> None:
    worlds._cast.cache_clear()
    alone = worlds.build("one_call", 3)
    worlds._cast.cache_clear()
    worlds.build("one_call", 2)
    assert worlds.build("one_call", 3) == alone


@pytest.mark.parametrize("name", WORLDS)
def test_every_world_has_the_same_people_signed_in(name: str) -> None:
    state = worlds.build(name)
    assert state.now == START
    assert state.signed_in_user == state.aliases["agent"]
    for word, (user, client) in worlds.TOKENS.items():
        token = state.tokens[state.aliases[word]]
        assert (token.user_id, token.client_id) == (state.aliases[user], state.aliases[client])
    assert state.aliases["client"] == worlds.CLIENT_ID


@pytest.mark.parametrize("name", WORLDS)
def test_every_alias_names_something(name: str) -> None:
    state = worlds.build(name)
    legs = {leg.id for call in state.calls.values() for leg in call.participants}
    known = {
        *state.users,
        *state.clients,
        *state.tokens,
        *state.calls,
        *state.stations,
        *legs,
        uuid_of(state.seed, "presence", "Meal"),
        uuid_of(state.seed, "queue"),
    }
    assert set(state.aliases.values()) == known


def test_one_call() -> None:
    state = world("one_call")
    assert states(state) == [*QUEUE, ("agent", "connected")]
    assert not leg_of(state).muted


def test_muted_call() -> None:
    assert leg_of(world("muted_call")).muted


def test_held_call() -> None:
    state = world("held_call")
    agent, customer = leg_of(state), leg_of(state, "customer_leg")
    assert (agent.held, agent.start_hold_time, customer.confined) == (True, START - 20, True)


def test_alerting_call() -> None:
    state = world("alerting_call")
    assert states(state) == [
        ("customer", "connected"),
        ("ivr", "terminated"),
        ("acd", "connected"),
        ("agent", "alerting"),
    ]
    assert leg_of(state).connected_time is None


def test_conference() -> None:
    state = world("conference")
    assert states(state) == [*QUEUE, ("agent", "connected"), ("agent", "connected")]
    assert [leg.user_id for leg in call_of(state).participants[3:]] == [
        state.aliases["colleague"],
        state.aliases["agent"],
    ]


def test_transfer_back() -> None:
    state = world("transfer_back")
    assert states(state) == [*QUEUE, ("agent", "terminated"), ("agent", "terminated"), ("agent", "connected")]
    first, *_, last = call_of(state).legs_of(state.aliases["agent"])
    assert (first.muted, last.muted) == (True, False)
    assert call_of(state).live_leg_of(state.aliases["agent"]) == leg_of(state)


def test_two_calls() -> None:
    state = world("two_calls")
    assert [call.id for call in state.calls_of(state.aliases["agent"])] == [
        state.aliases["call"],
        state.aliases["other_call"],
    ]
    assert leg_of(state, "other_agent_leg", "other_call").held


def test_no_call() -> None:
    assert not world("no_call").calls


def test_settings_are_those_given() -> None:
    assert worlds.build("no_call", settings=Settings(accepted_body="object")).settings.accepted_body == "object"


def test_an_unknown_world_is_answered_with_the_near_one_and_the_list() -> None:
    with pytest.raises(
        UnknownWorld, match=r"no world is called 'on_call'. Did you mean 'one_call'\? Worlds: one_call, "
    ):
        worlds.build("on_call")


def test_a_world_far_from_all_is_answered_with_the_list() -> None:
    with pytest.raises(UnknownWorld, match="no world is called 'xyz'. Worlds: one_call, muted_call"):
        worlds.build("xyz")
