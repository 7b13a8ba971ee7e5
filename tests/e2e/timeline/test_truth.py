"""Tests what is true of the agent's call, and what was true when."""

import pytest

from e2e.harness.timeline.truth import History, Truth, truth_of


def leg(
    name: str, state: str = "connected", *, muted: bool = False, held: bool = False, confined: bool = False
) -> dict[str, object]:
    """A leg of the journal; its name begins with its user: `agent-1`."""
    user = name.partition("-")[0]
    return {"id": name, "user": user, "state": state, "muted": muted, "held": held, "confined": confined}


def truth(*legs: dict[str, object]) -> Truth:
    return truth_of(7, {"call": "c", "legs": list(legs)}, "agent")


def test_the_agent_is_heard_by_a_customer() -> None:
    assert truth(leg("customer-1"), leg("agent-1")) == Truth(7, "agent-1", heard=True, legs=(("agent-1", "connected"),))


@pytest.mark.parametrize(
    ("customer", "agent"),
    [
        (leg("customer-1"), leg("agent-1", muted=True)),
        (leg("customer-1"), leg("agent-1", held=True)),
        (leg("customer-1", held=True), leg("agent-1")),
        (leg("customer-1", confined=True), leg("agent-1")),
        (leg("customer-1", "disconnected"), leg("agent-1")),
    ],
)
def test_nobody_hears_the_agent(customer: dict[str, object], agent: dict[str, object]) -> None:
    assert not truth(customer, agent).heard


def test_another_agent_hears_too() -> None:
    assert truth(leg("customer-1", held=True), leg("colleague-1"), leg("agent-1")).heard


def test_the_newest_live_leg_counts_and_all_are_known() -> None:
    seen = truth(leg("agent-1", "terminated", muted=True), leg("agent-2"), leg("agent-3", "alerting"))
    assert (seen.leg, seen.muted) == ("agent-2", False)
    assert seen.legs == (("agent-1", "terminated"), ("agent-2", "connected"), ("agent-3", "alerting"))


def test_without_a_live_leg_nothing_is_muted() -> None:
    assert truth(leg("customer-1"), leg("agent-1", "terminated", muted=True)) == Truth(
        7, legs=(("agent-1", "terminated"),)
    )


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Truth(1), "no live leg"),
        (Truth(1, "a"), "UNMUTED"),
        (Truth(1, "a", muted=True), "MUTED"),
        (Truth(1, "a", muted=True, held=True), "MUTED, held"),
    ],
)
def test_a_truth_in_words(seen: Truth, words: str) -> None:
    assert str(seen) == words


def test_the_history_answers_for_a_moment_and_for_a_span() -> None:
    first, second, third = Truth(2, "a"), Truth(5, "a", muted=True), Truth(9, "a")
    history = History([third, first, second])
    assert [history.at(n).n for n in (1, 2, 4, 5, 20)] == [0, 2, 2, 5, 9]
    assert history.between(3, 4) == (first,)
    assert history.between(2, 9) == (first, second, third)
    assert History([]).between(1, 2) == (Truth(0),)


def test_two_truths_say_the_same_of_the_mute() -> None:
    assert Truth(1, "a", held=True).same(Truth(2, "a"))
    assert not Truth(1, "a").same(Truth(1, "a", muted=True))
    assert not Truth(1, "a").same(Truth(1))
