"""Questions to the state, and ids."""

import gc
import re

from mock_server.core.model import uuid_of

from ..door import call_of, connected, leg_of, world


def test_the_same_words_give_the_same_id_and_it_is_a_uuid() -> None:
    assert uuid_of(1, "leg", "a") == uuid_of(1, "leg", "a")
    assert len({uuid_of(1, "leg", "a"), uuid_of(2, "leg", "a"), uuid_of(1, "leg", "b"), uuid_of(1, "leg:a")}) == 3
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", uuid_of(1, "x"))


def test_each_fresh_id_is_another() -> None:
    state, first = world().fresh("channel")
    assert first != state.fresh("channel")[1]
    assert first == world().fresh("channel")[1]


def test_the_live_leg_is_the_newest_connected_one() -> None:
    state = world("transfer_back")
    assert call_of(state).live_leg_of(state.aliases["agent"]) == leg_of(state)
    assert call_of(state).live_leg_of(state.aliases["colleague"]) is None


def test_a_socket_can_be_taken_out() -> None:
    assert dict(connected(world()).without_socket("socket#1").sockets) == {}


def test_the_collector_of_garbage_does_not_look_into_a_leg() -> None:
    """The journal keeps the legs of each change: a hundred thousand that it would go through again and again."""
    assert not gc.is_tracked(leg_of(world()))
