"""The explorer on small models: whatever the page can tell apart is visited, once, and nothing else is played."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from e2e.harness.explorer.walk import Bounds, Explorer, Played, Shard, Unsteady

# A small model: lanes of steps. Step "p" is seen by the page; "w" changes the board, unseen; "q" is a request, whose answer "a"
# is a later step of its lane and shows the page what the board held at "q"; "x", a loss, removes a whole lane, unseen.


@dataclass(frozen=True)
class Toy:
    lanes: tuple[tuple[str, ...], ...]
    board: str = ""
    losses: tuple[str, ...] = ()  # "x2": the lane that begins with step "w2" then, if any
    answers: tuple[tuple[str, str], ...] = ()  # lane's answer → what the board held
    shown: tuple[Hashable, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Model:
    """`reacts`: what the page is shown → the lane with which it reacts."""

    reacts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def options(self, state: Toy) -> tuple[str, ...]:
        heads = tuple(lane[0] for lane in state.lanes if lane)
        return (*heads, *(loss for loss in state.losses if f"w{loss[1:]}" in heads))

    def take(self, state: Toy, step: str) -> tuple[Toy, Hashable | None]:
        lanes = tuple(lane[1:] if lane and lane[0] == step else lane for lane in state.lanes)
        state = replace(state, lanes=lanes)
        match step[0]:
            case "w":
                return replace(state, board=step), None
            case "x":
                kept = tuple(lane for lane in state.lanes if lane[:1] != (f"w{step[1:]}",))
                return replace(state, lanes=kept, losses=tuple(loss for loss in state.losses if loss != step)), None
            case "q":
                return replace(state, answers=(*state.answers, (f"a{step[1:]}", state.board))), None
            case "a":
                return state, f"{step}={dict(state.answers)[step]}"
            case _:
                return state, step

    def react(self, state: Toy, reaction: Any) -> Toy:
        return replace(state, lanes=(*state.lanes, *reaction))

    def key(self, state: Toy) -> Hashable:
        return state

    def outcome(self, state: Toy) -> Hashable:
        return state.board

    def does(self, shown: Hashable) -> tuple[tuple[str, ...], ...]:
        return tuple(lane for word, lane in self.reacts if word == shown)

    def played(self, start: Toy, steps: tuple[str, ...]) -> Played[tuple[Hashable, ...]]:
        """What a browser would play: these steps, and then the natural order."""
        state, seen, done = start, [], list(steps)
        for place in itertools.count():
            options = self.options(state)
            if not options:
                break
            step = steps[place] if place < len(steps) else options[0]
            done[place:] = [step]
            state, shown = self.take(state, step)
            if shown is not None:
                seen.append((shown, self.does(shown)))
                state = self.react(state, self.does(shown))
        return Played(tuple(done), tuple(seen), (*(shown for shown, _ in seen), self.outcome(state)))

    def every(self, start: Toy) -> Iterator[tuple[Hashable, ...]]:
        """What the page is shown in every possible schedule, and the outcome of each, by brute force."""

        def walk(state: Toy, shown: tuple[Hashable, ...]) -> Iterator[tuple[Hashable, ...]]:
            options = self.options(state)
            if not options:
                yield (*shown, self.outcome(state))
            for step in options:
                after, sees = self.take(state, step)
                if sees is None:
                    yield from walk(after, shown)
                else:
                    yield from walk(self.react(after, self.does(sees)), (*shown, sees))

        yield from walk(start, ())


MODELS = {
    "two deliveries": (Model(), Toy((("p1",), ("p2",)))),
    "unseen steps only": (Model(), Toy((("w1",), ("w2",), ("p1",)))),
    "a job and its event beside a response": (Model(), Toy((("p1",), ("w1", "p2")))),
    "a read beside a job": (Model(), Toy((("q1", "a1"), ("w1", "p2"), ("w2", "p3")))),
    "a page that reads again": (Model((("p2", ("q9", "a9")),)), Toy((("p1",), ("w1", "p2"), ("w2", "p3")))),
    "a change that may be lost": (Model(), Toy((("p1",), ("w2",)), losses=("x2",))),
    "a change that may be lost with its event": (Model(), Toy((("p1", "p3"), ("w2", "p2")), losses=("x2",))),
    "a page that is shown nothing": (Model(), Toy((("w1",), ("w2",)), losses=("x1",))),
    "two readers": (Model((("p1", ("q8", "a8")), ("p2", ("q9", "a9")))), Toy((("p1",), ("w1", "p2"), ("w2",)))),
}


def explored(model: Model, start: Toy, bounds: Bounds | None = None) -> list[Played[tuple[Hashable, ...]]]:
    return list(Explorer(model, start, lambda steps: model.played(start, steps), bounds))


@pytest.mark.parametrize("name", MODELS)
def test_every_order_that_the_page_can_tell_apart_is_visited_once(name: str) -> None:
    model, start = MODELS[name]
    visited = [played.result for played in explored(model, start)]
    assert len(visited) == len(set(visited))
    assert set(visited) == set(model.every(start))


def test_orders_that_differ_in_what_the_page_cannot_see_are_one() -> None:
    model, start = MODELS["unseen steps only"]
    assert len(list(model.every(start))) == 6
    assert len(explored(model, start)) == 2  # the last of the two changes is what is true in the end


def test_the_natural_order_comes_first_and_the_near_ones_next() -> None:
    model, start = Model(), Toy((("p1", "p2"), ("p3", "p4")))
    orders = [" ".join(played.steps) for played in explored(model, start)]
    assert orders[0] == "p1 p2 p3 p4"
    assert orders[1:3] == ["p3 p1 p2 p4", "p1 p3 p2 p4"]
    assert len(orders) == 6


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("parts", [2, 3])
def test_the_parts_together_are_the_whole_and_nothing_is_in_two(name: str, parts: int) -> None:
    model, start = MODELS[name]
    whole = {played.result for played in explored(model, start)}
    shares = [
        [played.result for played in explored(model, start, Bounds(shard=Shard(k, parts)))] for k in range(1, parts + 1)
    ]
    assert sorted(map(repr, itertools.chain(*shares))) == sorted(map(repr, whole))


def test_with_a_bound_on_departures_it_is_not_complete() -> None:
    model, start = MODELS["a read beside a job"]
    explorer = Explorer(model, start, lambda steps: model.played(start, steps), Bounds(departures=1))
    near = list(explorer)
    assert not explorer.complete
    assert explorer.branches > 0
    assert len(near) < len(explored(model, start))


def test_without_a_bound_it_is_complete() -> None:
    model, start = MODELS["a read beside a job"]
    explorer = Explorer(model, start, lambda steps: model.played(start, steps))
    assert list(explorer)
    assert explorer.complete


def test_a_budget_ends_it_and_it_is_not_complete() -> None:
    model, start = MODELS["two readers"]
    explorer = Explorer(
        model, start, lambda steps: model.played(start, steps), Bounds(enough=lambda played: played > 3)
    )
    assert len(list(explorer)) == explorer.explored == 4
    assert not explorer.complete


def test_with_a_seed_every_order_beyond_the_bound_is_explored_too() -> None:
    model, start = MODELS["a page that reads again"]
    visited = [played.result for played in explored(model, start, Bounds(departures=1, seed=7))]
    assert set(visited) == set(model.every(start))
    assert len(visited) == len(set(visited))


def test_the_same_seed_draws_the_same() -> None:
    model, start = MODELS["two readers"]
    one, two = (explored(model, start, Bounds(departures=0, seed=3)) for _ in range(2))
    assert [played.steps for played in one] == [played.steps for played in two]


def test_a_page_whose_reaction_depends_on_something_else_than_the_order_is_refused() -> None:
    model, start = MODELS["two readers"]
    moods = itertools.count()

    def moody(steps: tuple[str, ...]) -> Played[tuple[Hashable, ...]]:
        played = model.played(start, steps)
        return replace(played, seen=tuple((shown, ((f"p{next(moods)}x",),)) for shown, _ in played.seen))

    with pytest.raises(Unsteady, match="shown the same"):
        list(Explorer(model, start, moody))
