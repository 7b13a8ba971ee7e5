"""Rounds of a page that polls are passed over only when nothing in them differs and nothing else falls due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from e2e.harness.stillness.rounds import ALIKE, Leap, Rounds
from e2e.harness.stillness.stillness import Stillness

POLL = 3_000.0
CALLS: dict[str, Any] = {}


def polled(now: float, status: int = 200, view: str = "MUTED", *dues: float) -> Stillness:
    """A timer went off, a request was answered, and the next timer is set; `dues`: of other timers."""
    n = int(now)
    log = (
        ("d", {"n": n, "kind": "timer", "name": f"timer#{n}", "delay": POLL}),
        ("d", {"n": n + 1, "kind": "sent", "request": n, "method": "GET", "url": "http://api/calls/c"}),
        ("d", {"n": n + 2, "kind": "received", "request": n, "status": status}),
    )
    return Stillness({"agent": log}, {"agent": {"muted": view}}, {}, dues={"agent": (now + POLL, *dues)})


def after(count: int, make: Callable[[float], Stillness] = polled, until: float = 3_600_000.0) -> Leap | None:
    rounds, leap = Rounds(), None
    for number in range(1, count + 1):
        now = number * POLL
        rounds.add((make(now),), now, POLL, CALLS)
        leap = rounds.leap(until)
    return leap


def test_rounds_that_are_alike_are_passed_over_but_for_the_first_and_the_last() -> None:
    assert after(ALIKE) is None
    passed = after(ALIKE + 1)
    assert passed is not None
    assert (ALIKE + 1 + passed.rounds + ALIKE) * POLL == 3_600_000.0
    assert passed.milliseconds == passed.rounds * POLL


def test_a_short_time_is_walked() -> None:
    assert after(ALIKE + 1, until=(ALIKE + 1) * POLL + 2 * ALIKE * POLL - 1) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda now: polled(now, 500 if now == 3 * POLL else 200),
        lambda now: polled(now, 200, "UNMUTED" if now == 3 * POLL else "MUTED"),
        lambda now: polled(now, 200, "MUTED", 2 * now),
    ],
    ids=["another answer", "another view", "a timer that waits longer each time"],
)
def test_a_round_that_differs_is_no_round(make: Callable[[float], Stillness]) -> None:
    assert after(ALIKE + 1, make) is None


def test_a_round_of_several_due_times() -> None:
    """A call clock of one second beside a poll of three: the steps are unlike, each third one is like the first."""
    rounds, leap = Rounds(), None
    for number in range(1, 3 * (ALIKE + 1) + 1):
        now, polls = number * 1_000.0, number % 3 == 0
        clock = ("d", {"n": number, "kind": "timer", "name": f"timer#{number}", "delay": 1_000})
        log = (clock, *polled(now).logs["agent"]) if polls else (clock,)
        dues = (now + 1_000.0, (number // 3 + 1) * POLL)
        rounds.add((Stillness({"agent": log}, {"agent": {}}, {}, dues={"agent": dues}),), now, 1_000.0, CALLS)
        leap = leap or rounds.leap(3_600_000.0)
    assert leap is not None and leap.milliseconds % POLL == 0


def test_a_round_that_a_heartbeat_ends() -> None:
    """A poll of three seconds beside a heartbeat each half a minute: ten polls and a frame are one round."""
    rounds, leap, heartbeat = Rounds(), None, ("d", {"n": 1, "kind": "frame", "text": "heartbeat"})
    for number in range(1, 11 * (ALIKE + 1) + 1):
        now = (number - number // 11) * POLL
        if number % 11:
            rounds.add((polled(now),), now, POLL, CALLS)
        else:
            dues = {"agent": (now + POLL,)}
            rounds.add(
                (Stillness({"agent": (heartbeat,)}, {"agent": {"muted": "MUTED"}}, {}, dues=dues),), now, 0.0, CALLS
            )
        leap = rounds.leap(now + 15_000.0 if number < 66 else 3_600_000.0)
        assert (leap is not None) == (number == 66)
    assert leap is not None and leap.milliseconds % 30_000.0 == 0


def test_nothing_is_passed_over_beyond_a_timer_of_another_kind_which_stays() -> None:
    passed = after(ALIKE + 1, lambda now: polled(now, 200, "MUTED", 100_000.0))
    assert passed is not None
    assert passed.fixed == {100_000.0}
    assert (ALIKE + 1) * POLL + passed.milliseconds <= 100_000.0 - ALIKE * POLL


def test_a_change_at_genesys_is_walked() -> None:
    rounds = Rounds()
    for number in range(1, ALIKE + 2):
        now = number * POLL
        rounds.add((polled(now),), now, POLL, {"c": number == 2})
    assert rounds.leap(3_600_000.0) is None
