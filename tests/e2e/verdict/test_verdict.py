"""Tests what a run concludes from what its tests found: for each promise and scenario, and in one exit code."""

from datetime import date

import pytest
from msgspec import structs

from e2e.harness.promises import PROMISES, Doubt
from e2e.harness.verdict import Acceptance, Counts, Failure, RunVerdict, Trial, Trouble
from e2e.harness.verdict.words import promise_lines, race_lines, verdict_lines
from tests.e2e.trials import TODAY, accept, trial, verdict

YESTERDAY = date(2026, 5, 31)
FAILURE = Failure("test_a", "assert 1 == 2")
TROUBLE = Trouble("test_a", "the page did not load\nat http://x")


@pytest.mark.parametrize(
    ("run", "conclusion", "code"),
    [
        (verdict(trial(never_stuck="h")), "held", 0),
        (verdict(trial(never_stuck="h"), trial("hold", never_stuck="u")), "held", 0),
        (verdict(trial(never_stuck="h"), trial("hold", never_stuck="b")), "broken", 1),
        (verdict(trial(never_stuck="h"), failures=(FAILURE,)), "broken", 1),
        (verdict(trial(never_stuck="h"), troubles=(TROUBLE,)), "not judged", 2),
        (verdict(trial(never_stuck="b"), troubles=(TROUBLE,)), "broken", 1),
        (verdict(trial(never_stuck="u")), "not judged", 2),
        (verdict(trial(never_stuck="b"), stopped=True), "unfinished", 2),
        (verdict(), "not judged", 2),
        (verdict(others=1), "held", 0),
        (verdict(trial(never_stuck="b", no_storm="h"), accepts=(accept("never_stuck"),)), "held", 0),
        (verdict(trial(never_stuck="b", no_storm="h"), accepts=(accept("no_storm"),)), "broken", 1),
        (verdict(trial(never_stuck="b", no_storm="h"), accepts=(accept("never_stuck", "hold"),)), "broken", 1),
        (verdict(trial(never_stuck="b", no_storm="h"), accepts=(accept("never_stuck", until=YESTERDAY),)), "broken", 1),
        (verdict(trial(never_stuck="b"), accepts=(accept("never_stuck"),), failures=(FAILURE,)), "broken", 1),
    ],
)
def test_one_exit_code(run: RunVerdict, conclusion: str, code: int) -> None:
    assert (run.conclusion, run.exit_code) == (conclusion, code)


def test_a_promise_broken_somewhere_is_broken_and_one_held_nowhere_is_untested() -> None:
    run = verdict(
        trial(never_stuck="h", no_storm="u", says_why="h"),
        trial("hold", never_stuck="b", no_storm="u", says_why="b"),
        accepts=(accept("says_why"),),
    )
    assert [run.outcome(promise) for promise in ("never_stuck", "no_storm", "says_why")] == [
        "broken",
        "untested",
        "accepted",
    ]
    assert [run.outcome("never_stuck", one) for one in run.trials] == ["held", "broken"]
    assert run.counts["never_stuck"] == Counts(held=5, broken=1)
    assert list(run.counts) == list(PROMISES)
    assert "no_storm" in run.untested and "never_stuck" not in run.untested


def test_the_smallest_story_takes_least_reading_and_one_that_is_accepted_comes_last() -> None:
    short, long = trial("hold", text="1", never_stuck="b"), trial(text="1\n2\n3", never_stuck="b")
    assert verdict(long, short).smallest("never_stuck") == short.stories[0]
    assert verdict(long, short, accepts=(accept("never_stuck", "hold"),)).smallest("never_stuck") == long.stories[0]
    assert verdict(long, short).smallest("no_storm") is None


@pytest.mark.parametrize(
    ("acceptance", "covers"),
    [
        (accept("never_stuck"), True),
        (accept("never_stuck", "is_said"), True),
        (accept("never_stuck", "is_said[403]"), True),
        (accept("never_stuck", "is_said[404]"), False),
        (accept("never_stuck", "is"), False),
        (accept("no_storm"), False),
    ],
)
def test_what_an_acceptance_covers(acceptance: Acceptance, covers: bool) -> None:
    assert acceptance.covers("never_stuck", "is_said[403]") is covers


def test_it_is_accepted_up_to_and_with_its_last_day() -> None:
    assert not accept("no_storm").expired(TODAY)
    assert accept("no_storm", until=YESTERDAY).expired(TODAY)


# ---- as lines


def test_what_decides_comes_first_and_the_exit_code_last() -> None:
    run = verdict(
        trial(never_stuck="b", no_storm="h"),
        trial("hold", text="1\n2", never_stuck="b"),
        failures=(FAILURE,),
        troubles=(TROUBLE,),
    )
    assert list(verdict_lines(run)) == [
        "BROKEN never_stuck in one-click, hold",
        '       again:  python3 -m e2e --schedule "one-click:"',
        "FAILED test_a: assert 1 == 2",
        "COULD NOT JUDGE test_a: the page did not load",
        f"broken (1 held, 1 broken, {len(PROMISES) - 2} untested; 6 orders of 2 scenarios and 0 tests) — exit code 1",
    ]


def test_each_accepted_breach_has_a_line_about_what_became_of_it() -> None:
    run = verdict(
        trial(never_stuck="b", no_storm="h", says_why="b"),
        accepts=(
            accept("never_stuck"),
            accept("no_storm", "one-click"),
            accept("says_why", until=YESTERDAY),
            accept("says_why", "hold"),
        ),
    )
    assert list(verdict_lines(run))[2:-1] == [
        "ACCEPTED never_stuck in every scenario, until 2026-06-01: known (met in one-click)",
        "NO LONGER HAPPENS no_storm in one-click, until 2026-06-01: known — it can leave the file",
        "EXPIRED says_why in every scenario, until 2026-05-31: known",
        "NOT TRIED says_why in hold, until 2026-06-01: known",
    ]


def test_a_part_of_the_orders_cannot_say_that_a_breach_does_not_happen_any_more() -> None:
    run = verdict(trial(no_storm="h"), accepts=(accept("no_storm"),), parts=("1/2",))
    assert run.mended == ()


def test_a_run_that_judged_nothing_says_so() -> None:
    assert list(verdict_lines(verdict())) == ["not judged: nothing in this run judged a promise — exit code 2"]


def test_promises_and_races_a_line_each() -> None:
    run = verdict(trial(never_stuck="b"), trial("hold", never_stuck="h"))
    assert f"{'never_stuck':<28} held 5, broken 1" in list(promise_lines(run))
    assert list(race_lines(run)) == [
        f"{'hold':<30} 3 orders, 0.0 a second",
        f"{'one-click':<30} 3 orders, 0.0 a second; BROKEN never_stuck",
        "6 orders of 2 scenarios, 0 of which were explored whole",
    ]


def test_doubts_are_told_at_the_end_each_line_once() -> None:
    toast, key = Doubt("words after a refusal", '[alert] css = ".toast"'), Doubt("a key", '[mute] shortcut = "m"')
    tried = structs.replace(trial(never_stuck="h"), doubts=(toast,))
    more = structs.replace(trial("hold", never_stuck="h"), doubts=(key, toast))
    assert list(verdict_lines(verdict(tried, more)))[-4:-1] == [
        "2 doubts: add these lines",
        '       [alert] css = ".toast"   (words after a refusal)',
        '       [mute] shortcut = "m"   (a key)',
    ]
    assert list(verdict_lines(verdict(tried)))[-3] == "1 doubt: add this line"


# ---- cards


def told(run: RunVerdict) -> list[str]:
    return [", also ".join((f"{card.promise} in {card.story.scenario}", *card.also)) for card in run.cards]


def test_the_worst_is_told_first() -> None:
    run = verdict(trial("a", no_storm="b"), trial("b", never_stuck="b"), trial("c", never_falsely_muted="b"))
    assert [card.promise for card in run.cards] == ["never_falsely_muted", "never_stuck", "no_storm"]
    assert [promise for promise, _ in run.breaches] == ["never_falsely_muted", "never_stuck", "no_storm"]
    assert [story.scenario for story in run.stories] == ["c", "b", "a"]


def test_what_counts_is_told_before_what_is_accepted() -> None:
    run = verdict(trial("a", no_storm="b"), trial("b", never_stuck="b"), accepts=(accept("never_stuck", "b"),))
    assert [card.promise for card in run.cards] == ["no_storm", "never_stuck"]
    assert run.ranked[:3] == ("no_storm", "never_stuck", "never_falsely_muted")


@pytest.mark.parametrize(
    ("trials", "cards"),
    [
        # In one story.
        ([trial("a", never_stuck="b", says_why="b")], ["never_stuck in a, also says_why"]),
        # It broke nowhere without the worse one: the story that shows both is told, though it is longer.
        (
            [trial("a", never_stuck="b"), trial("b", text="1\n2", never_stuck="b", says_why="b")],
            ["never_stuck in b, also says_why"],
        ),
        # It also broke alone, but the story of the worse one shows it.
        ([trial("a", never_stuck="b", says_why="b"), trial("b", says_why="b")], ["never_stuck in a, also says_why"]),
        # Two causes.
        (
            [
                trial("a", never_stuck="b"),
                trial("b", text="1\n2", never_stuck="b", says_why="b"),
                trial("c", says_why="b"),
            ],
            ["never_stuck in a", "says_why in c"],
        ),
    ],
)
def test_one_cause_is_one_card(trials: list[Trial], cards: list[str]) -> None:
    assert told(verdict(*trials)) == cards


def test_a_breach_that_is_accepted_in_the_story_of_another_is_told_where_it_counts() -> None:
    run = verdict(
        trial("a", never_stuck="b", says_why="b"), trial("b", says_why="b"), accepts=(accept("says_why", "a"),)
    )
    assert told(run) == ["never_stuck in a, also says_why", "says_why in b"]
