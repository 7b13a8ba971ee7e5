"""A test played for its steps alone."""

from __future__ import annotations

import pytest

from e2e.harness.plugins.story_steps import without_assertions

done: list[str] = []


def act(what: str, then: bool = True) -> bool:
    done.append(what)
    return then


@pytest.mark.parametrize("n", [1, 2])
def story(n: int, *, later: str = "later") -> None:
    """Not collected: only its steps are wanted."""
    assert act("asked", then=False), "this is not so"
    if n > 1:
        assert not act("asked again")
        for _ in range(n):
            act(later)


def test_what_stands_in_an_assertion_is_done_and_may_be_false() -> None:
    done.clear()
    without_assertions(story)(2)
    assert done == ["asked", "asked again", "later", "later"]
    with pytest.raises(AssertionError, match="this is not so"):
        story(2)


def test_annotations_stay_as_they_are() -> None:
    assert (
        without_assertions(story).__annotations__
        == story.__annotations__
        == {"n": "int", "later": "str", "return": "None"}
    )


def breaks() -> None:
    assert act("asked")
    raise KeyError("gone")


def test_an_error_has_its_line() -> None:
    with pytest.raises(KeyError) as caught:
        without_assertions(breaks)()
    assert caught.traceback[-1].lineno == breaks.__code__.co_firstlineno + 1
    assert str(caught.traceback[-1].path) == __file__


def test_the_same_steps_are_made_once() -> None:
    assert without_assertions(story) is without_assertions(story)
