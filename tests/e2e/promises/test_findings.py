"""What a broken promise names: the moment of what did the wrong, when that was certain, and the click that it is about."""

import pytest

from e2e.harness.promises import judge

from ..stories import MUTES, StoryBuilder, judged, timeline_of

RENEWAL = "401 | iframe http://api/oauth/authorize"


@pytest.mark.parametrize(
    ("promise", "story", "culprit"),
    [
        # What the page sent is the moment at which it was put on the wire: its line in the story.
        ("no_storm", "opens | click | sent | 429 wait 9 | sees UNMUTED alert | click | ~sent | rest", "offered"),
        ("no_storm", "opens" + " | asks GET /x" * 10 + " | ~asks GET /x", "offered"),
        ("no_storm", "opens" + " | socket | closed" * 10 + " | ~socket | closed", "socket"),
        ("one_click_one_right_patch", 'opens | click | ~sent {"muted":false} | 202 | rest', "offered"),
        ("one_click_one_right_patch", f"opens | click | sent | {RENEWAL} | sent | 202 | ~sent | 202 | rest", "offered"),
        ("one_click_one_right_patch", f"{MUTES} | ~sent | 202 | rest", "offered"),
        ("one_click_one_right_patch", "opens | ~click | rest", "gesture"),
        # A wrong that lasts begins at the first stillness at which nothing was in flight that could mend it.
        ("never_stuck", "opens | click | sees UNMUTED pending | sent | rest flight | 202 | ~rest | +30 | rest", "rest"),
        ("rests_on_the_truth", "opens | rest | truth muted | rest flight | event | ~rest | +30 | rest", "rest"),
        ("rests_on_the_truth", "opens | truth muted | event | ~rest | asks GET /x | rest flight | 200 | rest", "rest"),
        # Of several wrongs the one that happened first.
        ("never_falsely_muted", "opens | click | sees MUTED | sent | 202 | ~rest timer 3 | read | +30 | rest", "rest"),
        ("says_why", "opens | click | sent | ~403 | sees UNMUTED | rest", "received"),
    ],
)
def test_a_finding_is_at_the_moment_of_what_did_the_wrong(promise: str, story: str, culprit: str) -> None:
    before, _, after = story.partition("~")
    step, _, rest = after.partition(" | ")
    builder = StoryBuilder().play(before.removesuffix("| ").strip(" |"))
    first = len(builder.timeline.moments)
    builder.play(step)
    did = [m.n for m in builder.timeline.moments[first:] if m.kind == culprit]
    builder.play(rest or "rest")
    found = next(verdict for verdict in judge(builder.timeline) if verdict.promise == promise)
    assert (found.result, [found.moment]) == ("broken", did)


DEAF = "opens | cut | truth muted | rest timer 45 | +45 | sees none dead"


@pytest.mark.parametrize("promise", ["rests_on_the_truth", "never_stuck"])
@pytest.mark.parametrize(
    ("text", "result"),
    [
        (f"{DEAF} | rest timer 0.5 | +1 | read | sees MUTED | rest", "held"),
        (f"{DEAF} | rest timer 20 | +20 | rest timer 20 | +20 | read | sees MUTED | rest", "held"),
        (f"{DEAF.replace('truth muted | ', '')} | rest timer 20 | +20 | read | sees UNMUTED | rest", "held"),
        (f"{DEAF} | rest timer 20 | +100 | rest timer 20", "broken"),
        (f"{DEAF} | rest timer 0.5 | +1 | read | rest", "broken"),
        ("opens | sees none dead | rest", "broken"),
    ],
)
def test_a_deaf_page_that_claims_nothing_has_the_time_to_recover(promise: str, text: str, result: str) -> None:
    assert judged(promise, text)[0] == result


def test_a_view_without_a_claim_is_accused_where_it_began() -> None:
    timeline = timeline_of(f"{DEAF} | rest timer 20 | +100 | rest timer 20")
    found = next(verdict for verdict in judge(timeline) if verdict.promise == "rests_on_the_truth")
    accused = timeline.moments[found.moment - 1]
    assert (accused.now, accused.data["view"]["muted"], "shows no mute state" in found.why) == (45.0, None, True)


def test_a_wrong_that_lasts_says_when_it_was_certain() -> None:
    timeline = timeline_of("opens | truth muted | event | rest timer 3 | +5 | rest timer 3 | +30 | rest timer 3")
    found = next(verdict for verdict in judge(timeline) if verdict.promise == "rests_on_the_truth")
    assert [timeline.moments[n - 1].now for n in (found.moment, found.proven)] == [0.0, 35.0]


@pytest.mark.parametrize(
    ("promise", "story"),
    [
        ("one_click_one_right_patch", 'opens | ~click | sent {"muted":false} | 202 | rest'),
        ("one_click_one_right_patch", "opens | ~click | rest"),
        ("says_why", "opens | ~click | sent | 403 | sees UNMUTED | rest"),
        ("never_flickers", f"{MUTES.replace('click', '~click')} | sees MUTED pending | rest"),
    ],
)
def test_a_wrong_about_a_click_names_that_click(promise: str, story: str) -> None:
    before = StoryBuilder().play(story.partition("~")[0].strip(" |")).timeline
    found = next(verdict for verdict in judge(timeline_of(story.replace("~", ""))) if verdict.promise == promise)
    assert "the click" in found.why
    assert found.click == len(before.moments) + 1
