"""Lanes: only heads can be taken, and what cannot is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.core.values import replace
from mock_server.engine.wire import NotInFlight, Parcel, ParcelKind, Wire


def parcel(name: str, lane: str) -> Parcel:
    kind: ParcelKind = "event" if name.startswith("event") else "request" if name.startswith("request") else "response"
    return Parcel(name, kind, lane, cause="", about="", content=None)


def wire(*parcels: Parcel) -> Wire:
    result = Wire()
    for one in parcels:
        result = result.offer(one)
    return result


def test_pending_are_the_heads_of_all_lanes_oldest_first() -> None:
    full = wire(parcel("event#1", "socket#1"), parcel("request#1", "http#1"), parcel("event#2", "socket#1"))
    assert [p.name for p in full.pending] == ["event#1", "request#1"]


def test_a_taken_head_lets_the_next_of_its_lane_forward() -> None:
    full = wire(parcel("event#1", "socket#1"), parcel("event#2", "socket#1"))
    taken, rest = full.take("event#1")
    assert (taken.name, [p.name for p in rest.pending]) == ("event#1", ["event#2"])


def test_what_is_postponed_is_not_in_flight_until_its_moment() -> None:
    late, soon = replace(parcel("b", ""), due=2.0), replace(parcel("a", ""), due=1.0)
    waiting = Wire().postpone(late).postpone(soon)
    assert (waiting.pending, waiting.later) == ((), (soon, late))
    due, rest = waiting.fallen_due(1.5)
    assert (due, rest.later) == ((soon,), (late,))


def test_a_bare_kind_takes_the_oldest_head_of_that_kind() -> None:
    full = wire(parcel("request#1", "http#1"), parcel("event#1", "socket#1"), parcel("event#2", "socket#2"))
    assert full.take("event")[0].name == "event#1"


def test_what_is_not_there_is_answered_with_what_is() -> None:
    full = wire(parcel("request#1", "http#1"), parcel("event#1", "socket#1"))
    with pytest.raises(NotInFlight) as error:
        full.take("response#2")
    assert str(error.value) == "nothing called 'response#2' is in flight. In flight now: request#1, event#1."


def test_an_empty_wire_says_so() -> None:
    with pytest.raises(NotInFlight, match="In flight now: nothing"):
        Wire().take("event")


def test_what_stands_behind_another_names_it() -> None:
    full = wire(parcel("event#1", "socket#1"), parcel("event#2", "socket#1"))
    with pytest.raises(NotInFlight, match=r"event#2 stands behind event#1 in lane socket#1; release event#1 first"):
        full.take("event#2")


def test_a_word_that_is_no_kind_is_answered_with_the_kinds() -> None:
    with pytest.raises(NotInFlight, match="'reply' is no kind of parcel; kinds are request, response, job, event"):
        wire(parcel("event#1", "socket#1")).take("reply")


def test_a_broken_lane_loses_what_stood_in_it() -> None:
    full = wire(parcel("event#1", "socket#1"), parcel("event#2", "socket#2"), parcel("event#3", "socket#1"))
    assert [p.name for p in full.without_lane("socket#1").parcels] == ["event#2"]


@given(st.lists(st.sampled_from("abc"), max_size=8), st.randoms(use_true_random=False))
def test_every_order_of_taking_keeps_each_lane_in_order(lanes: list[str], random: object) -> None:
    full = wire(*(parcel(f"event#{n}", lane) for n, lane in enumerate(lanes)))
    taken: list[Parcel] = []
    while full.pending:
        choice = random.choice(full.pending)  # type: ignore[attr-defined]  # Hypothesis' Random, typed as object here
        one, full = full.take(choice.name)
        taken.append(one)
    for lane in set(lanes):
        numbers = [int(p.name.partition("#")[2]) for p in taken if p.lane == lane]
        assert numbers == sorted(numbers)
    assert len(taken) == len(lanes)
