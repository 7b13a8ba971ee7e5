"""Virtual time goes from one due thing to the next, for the server and the pages together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from e2e.harness.probe.probe import Timer
from e2e.harness.stillness.rounds import ALIKE, Leap
from e2e.harness.stillness.settle import Settle
from e2e.harness.stillness.stillness import Stillness
from e2e.harness.stillness.virtual_time import VirtualTime


class World:
    """A server with deadlines and a page with timers, all in seconds; notes the order in which they come."""

    def __init__(self, deadlines: tuple[float, ...] = (), timers: tuple[float, ...] = ()) -> None:
        self.now, self.server = 0.0, 0.0
        self.deadlines, self.timers = sorted(deadlines), sorted(timers)
        self.story: list[str] = []
        self.genesys = self
        self.state = SimpleNamespace(calls={})

    @property
    def next_deadline(self) -> float | None:
        return self.deadlines[0] - self.server if self.deadlines else None

    @property
    def next_deadline_without_heartbeats(self) -> float | None:
        return self.next_deadline

    def advance(self, seconds: float, *, heartbeats: bool = True) -> None:
        self.server += seconds
        while self.deadlines and self.deadlines[0] <= self.server:
            self.story.append(f"server {self.deadlines.pop(0):g}")

    @property
    def waits_for_turn(self) -> bool:
        return False

    def move(self, to: float) -> None:
        self.now = to

    def still(self, then: float) -> Stillness:
        while self.timers and self.timers[0] * 1000 <= self.now:
            self.story.append(f"page {self.timers.pop(0):g}")
        timer = Timer("timer#1", self.timers[0] * 1000, 0) if self.timers else None
        return Stillness({}, {}, {"agent": timer, "tab": None})

    def publish_now(self) -> None:
        self.story.append(f"published {self.now / 1000:g}")


def time_of(world: Any) -> VirtualTime:
    return VirtualTime(cast(Settle, world))


def test_each_thing_comes_at_its_own_time_and_the_server_first() -> None:
    world = World(deadlines=(30, 60, 90), timers=(40, 60))
    time_of(world).advance(61)
    assert world.story == ["server 30", "page 40", "server 60", "page 60", "published 61"]
    assert (world.now, world.server) == (61_000, 61)


def test_what_is_due_exactly_at_the_end_still_comes() -> None:
    world = World(deadlines=(30,), timers=(30,))
    time_of(world).advance(30)
    assert world.story == ["server 30", "page 30", "published 30"]


def test_at_the_end_of_a_story_no_document_is_told_the_time() -> None:
    world = World(deadlines=(10,))
    time_of(world).run_out(20)
    assert (world.story, world.now) == (["server 10"], 20_000)


def test_each_stillness_on_the_way_is_told() -> None:
    seen: list[float] = []
    world = World(deadlines=(10, 20))
    VirtualTime(cast(Settle, world), lambda stillness: seen.append(world.now)).advance(25)
    assert seen == [0, 10_000, 20_000, 25_000]


class Heartbeats(World):
    """A server that sends a heartbeat every 30 seconds for a day, and a page that only listens."""

    @property
    def next_deadline(self) -> float | None:
        return 30 - self.server % 30

    @property
    def next_deadline_without_heartbeats(self) -> float | None:
        return 86_400 - self.server

    def advance(self, seconds: float, *, heartbeats: bool = True) -> None:
        super().advance(seconds)
        if heartbeats and self.server % 30 == 0:
            self.story.append("heartbeat")

    def leap(self, leap: Leap) -> None:
        self.now += leap.milliseconds


def test_heartbeats_that_change_nothing_are_passed_over_but_for_the_first_and_the_last() -> None:
    world = Heartbeats()
    time_of(world).advance(43_200)
    assert (world.now, world.server) == (43_200_000, 43_200)
    assert world.story == ["heartbeat"] * (ALIKE + 1 + ALIKE) + ["published 43200"]


def test_the_pages_are_still_after_each_thing_that_waited_for_its_turn() -> None:
    class Turns(World):
        waiting = 2

        @property
        def waits_for_turn(self) -> bool:
            return self.waiting > 0

        def next_turn(self) -> None:
            self.waiting -= 1

    seen: list[float] = []
    world = Turns(deadlines=(10,))
    VirtualTime(cast(Settle, world), lambda stillness: seen.append(world.now)).advance(10)
    assert seen == [0, 0, 0, 10_000]


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="time does not go back: -1 s"):
        time_of(World()).advance(-1)


def test_time_that_can_not_go_on_says_so() -> None:
    class Endless(World):
        @property
        def next_deadline(self) -> float | None:
            return 0.0

    with pytest.raises(RuntimeError, match="more than 1000 things fall due at one moment: time can't go on$"):
        time_of(Endless()).advance(1)


def test_whose_timer_is_endless_is_told() -> None:
    class Busy(World):
        def still(self, then: float) -> Stillness:
            return Stillness({}, {}, {"agent": Timer("timer#7", self.now, 0)})

    with pytest.raises(RuntimeError, match="time can't go on; 'agent' has set timer#7, of 0 ms, as the newest$"):
        time_of(Busy()).advance(1)
