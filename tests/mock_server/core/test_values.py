"""Copies of frozen values, what is made once, and words that are near."""

import pytest

from mock_server.core.values import Once, cache_last_call, closest, near, replace

from ..door import leg_of, world


def test_a_copy_has_what_was_changed_and_all_else_and_the_original_stays() -> None:
    leg = leg_of(world())
    muted = replace(leg, muted=True)
    assert (muted.muted, leg.muted) == (True, False)
    assert replace(muted, muted=False) == leg
    with pytest.raises(TypeError, match="mute"):
        replace(leg, mute=True)  # type: ignore[call-arg]  # there is no such field


def test_what_is_asked_of_the_same_values_is_made_once_and_of_equal_ones_again() -> None:
    made: list[tuple[str, ...]] = []

    @cache_last_call
    def joined(one: list[str], two: list[str]) -> tuple[str, ...]:
        made.append((*one, *two))
        return made[-1]

    one, two = ["a"], ["b"]
    assert joined(one, two) is joined(one, two)
    assert joined(one, ["b"]) == ("a", "b")
    assert made == [("a", "b"), ("a", "b")]


def test_a_text_is_made_once() -> None:
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "text"

    text = Once(make)
    assert made == []
    assert (text(), text(), made) == ("text", "text", [1])


def test_a_word_and_what_is_near() -> None:
    assert (closest("mutte", ["call", "mute"]), closest("zzz", ["call", "mute"])) == ("mute", "")
    assert (closest("mt", ["mute"], 0.7), closest("mt", ["mute"])) == ("", "mute")
    assert near("mutte", iter(["call", "mute"])) == "; did you mean 'mute'?"
    assert near("zzz", iter(["call", "mute"])) == "; there is call, mute"
    assert near("zzz", []) == "; there is none"
