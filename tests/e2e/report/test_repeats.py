"""Rounds that are alike and follow one another are found; what only resembles a round is none."""

import pytest

from e2e.harness.report.story.repeats import Repeats, repeats


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ("", []),
        ("abc", []),
        ("abab", []),
        ("ababab", [Repeats(0, 2, 3)]),
        ("xabababy", [Repeats(1, 2, 3)]),
        ("aaabcbcbc", [Repeats(0, 1, 3), Repeats(3, 2, 3)]),
        ("abcabcabcab", [Repeats(0, 3, 3)]),
        ("aaaaaa", [Repeats(0, 1, 6)]),
    ],
)
def test_rounds_that_are_alike_are_found(items: str, found: list[Repeats]) -> None:
    assert list(repeats(items)) == found
