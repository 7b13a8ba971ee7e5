"""Tests when a promise is doubted and not broken: only where one line of the description would mend the story."""

import pytest

from e2e.harness.promises import acts_at_both_ends, judge
from e2e.harness.view.widget import Policy

from ..stories import judged, timeline_of

REFUSED = "opens | click | sees UNMUTED pending | sent | 403"
REFUSED_TO_OPEN = "opens MUTED | down | sent | sees MUTED pending | 403 | sees MUTED alert"
TWICE = "opens | down | up | click | sent | down | up | click | sees UNMUTED pending | ran | event | sees MUTED"
HOLDS = "opens | down | up | sent | click | sees UNMUTED pending"

EXPIRED = "opens | click | sees UNMUTED pending | sent | 401 | sees UNMUTED dead"
LACKS = "opens | place muted at=.mik"
OTHERS = "opens | alike 1 0 id=row-leg-9 id=row-leg-id"  # the row of another stands before the agent's own
FIRST = "opens | alike 1 0 id=row-leg-id id=row-leg-9"  # the agent's own is the first
MINE = '[mute] css = "#row-{{participant}} b"'
NO_ROW = "[mute] css = \"[data-conversation='{{gcConversationId}}'] button\""


def doubt_of(promise: str, text: str) -> tuple[str, str]:
    """The result of a promise on a story, and the line that is doubted."""
    verdict = next(verdict for verdict in judge(timeline_of(text)) if verdict.promise == promise)
    return verdict.result, verdict.doubt.line if verdict.doubt else ""


@pytest.mark.parametrize(
    ("promise", "text", "result", "line"),
    [
        ("says_why", f"{REFUSED} | sees UNMUTED | words Not_allowed | rest", "untested", '[alert] css = ".toast"'),
        ("says_why", f"{REFUSED} | sees UNMUTED | rest", "broken", ""),
        ("says_why", f"{REFUSED} | words Not_allowed | words | sees UNMUTED | rest", "broken", ""),
        ("says_why", f"{REFUSED} | words Not_allowed | sees UNMUTED alert | rest", "held", ""),
        ("never_falsely_muted", f"{REFUSED} | sees MUTED | words Not_allowed | rest", "broken", ""),
        ("one_click_one_right_patch", "opens | key m | sent | 202 | rest", "untested", '[mute] shortcut = "m"'),
        ("one_click_one_right_patch", "opens | key m writing | sent | 202 | rest", "broken", ""),
        ("one_click_one_right_patch", 'opens | key m | sent {"muted":false} | 202 | rest', "broken", ""),
        ("one_click_one_right_patch", "opens | sent | 202 | rest", "broken", ""),
        ("one_click_one_right_patch", f"{HOLDS} | 202 | rest", "untested", '[mute] gesture = "hold"'),
        ("one_click_one_right_patch", f"{HOLDS} | sent | 202 | rest", "broken", ""),
        ("renews_or_asks", f"{EXPIRED} | button Anmelden | rest", "untested", '[login] css = "#in"'),
        ("renews_or_asks", f"{EXPIRED} | button Anmelden | button | rest", "broken", ""),
        ("renews_or_asks", f"{EXPIRED} | rest", "broken", ""),
        ("rests_on_the_truth", f"{LACKS} .mic .bar | truth muted | event | rest", "untested", '[muted] at = ".mic"'),
        ("rests_on_the_truth", f"{LACKS} #bar | truth muted | event | rest", "untested", '[muted] at = "#bar"'),
        ("rests_on_the_truth", f"{LACKS} | place muted found | truth muted | event | rest", "broken", ""),
        ("rests_on_the_truth", f"{LACKS} | event | rest", "held", ""),
        ("never_stuck", "opens | place enabled css=.on .btn | sees UNMUTED dead | rest", "untested", '[enabled] css = ".btn"'),
        ("never_stuck", f"{LACKS} | sees UNMUTED dead | rest", "broken", ""),
        ("one_click_one_right_patch", "opens | place pending css=.w .b | click | sent | click | sent | rest", "broken", ""),
        ("only_my_call", f"{OTHERS} | foreign | sees MUTED | rest", "untested", MINE),
        ("rests_on_the_truth", f"{OTHERS} | sees MUTED | rest", "untested", MINE),
        ("one_click_one_right_patch", f"{OTHERS} | click | sent to leg-9 | 202 | rest", "untested", MINE),
        ("one_click_one_right_patch", f"{FIRST} | click | sent to leg-9 | rest", "untested", MINE),
        ("one_click_one_right_patch", "opens | click | sent to leg-9 | 202 | rest", "broken", ""),
        ("rests_on_the_truth", f"{FIRST} | sees MUTED | rest", "broken", ""),
        ("rests_on_the_truth", "opens | alike 2 0 - - | sees MUTED | rest", "untested", NO_ROW),
    ],
)  # a case a line  # fmt: skip
def test_what_a_line_would_mend_is_doubted(promise: str, text: str, result: str, line: str) -> None:
    assert doubt_of(promise, text) == (result, line)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("opens | down | rest | up | sent | click | 202 | ran | event | sees MUTED | rest", "held"),
        ("opens MUTED | down | sent | sees MUTED pending | 202 | up | click | ran | sent {\"muted\":true} | rest", "held"),
        ("opens | down | press mute | click | rest | up | sent | 202 | ran | event | sees MUTED | rest", "held"),
        ("opens | down | press mute | up | click | sent | 202 | ran | event | sees MUTED | rest", "held"),
        (f"{REFUSED_TO_OPEN} | up | click | sent {{\"muted\":true}} | 202 | event | rest", "held"),
        (f"{REFUSED_TO_OPEN} | up | click | rest", "held"),
        (f"{REFUSED_TO_OPEN} | up | click | sent {{\"muted\":false}} | 202 | rest", "broken"),
        ("opens MUTED | down | sent {\"muted\":true} | 202 | rest", "broken"),
        ("opens | down | rest | up | click | rest", "broken"),
        ("truth muted | opens MUTED | down | rest | up | click | rest", "broken"),
        ("truth muted | opens MUTED | down | rest timer 6 | up | click | rest", "untested"),
        (f"{TWICE} | 202 | rest", "held"),
        (f"{TWICE} | 202 | sent {{\"muted\":true}} | 202 | rest", "held"),
        (f"{TWICE} | 202 | sent {{\"muted\":false}} | 202 | sent {{\"muted\":true}} | 202 | rest", "held"),
        (f"{TWICE} | 202 | sent {{\"muted\":true}} | 202 | sent {{\"muted\":false}} | 202 | rest", "broken"),
        ("truth muted | opens MUTED | down | rest flight | up | click | rest", "untested"),
        ("opens MUTED | down | up | click | sent {\"muted\":true} | 202 | rest", "held"),
        ("opens | down | up | click | sent | sent | 202 | rest", "broken"),
    ],
)  # a case a line  # fmt: skip
def test_a_button_that_is_held_to_talk_asks_by_the_press_and_by_letting_go(text: str, result: str) -> None:
    assert judged("one_click_one_right_patch", text, Policy(gesture="hold"))[0] == result


@pytest.mark.parametrize(
    "news", ["202 | sees MUTED alert", "202 | event | sees MUTED alert", "202 | read | sees MUTED alert"]
)
def test_letting_go_may_be_shown_as_pending_though_nothing_changes(news: str) -> None:
    text = f'{REFUSED_TO_OPEN} | up | sees MUTED pending | sent {{"muted":true}} | {news} | rest'
    assert judged("never_flickers", text, Policy(gesture="hold"))[0] == "held"
    text = (
        f'{REFUSED_TO_OPEN} | up | sees MUTED pending | sent {{"muted":true}} | sees MUTED | sees MUTED pending | rest'
    )
    assert judged("never_flickers", text, Policy(gesture="hold"))[0] == "broken"


def test_a_selector_that_has_matched_in_another_story_is_not_doubted() -> None:
    story = timeline_of(f"{LACKS} .mic | truth muted | event | rest")
    judged_so = {verdict.promise: verdict for verdict in judge(story, matched={"muted"})}
    assert (judged_so["rests_on_the_truth"].result, judged_so["rests_on_the_truth"].doubt) == ("broken", None)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("opens | down | sent | up | click | sees UNMUTED pending | 202 | ran | event | sees MUTED | rest", "held"),
        ("opens | down | sent | up | click | sent | 202 | rest", "broken"),
        ('opens | down | sent {"muted":false} | up | click | 202 | rest', "broken"),
        ("opens | down | up | click | rest", "broken"),
    ],
)  # a case a line  # fmt: skip
def test_a_button_that_acts_when_it_is_pressed_is_judged_by_its_press(text: str, result: str) -> None:
    assert judged("one_click_one_right_patch", text)[0] == result


@pytest.mark.parametrize(
    ("text", "held_to_talk"),
    [
        ("opens | down | up | sent | click | rest | down | sent | up | click | rest", True),
        ("opens | down | up | sent | click | rest | down | up | sent | click | rest", False),
        ("opens | down | sent | up | click | rest | down | sent | up | click | rest", False),
        ("opens | down | up | click | sent | rest", False),
    ],
    ids=["held to talk", "when let go", "when pressed", "when clicked"],
)
def test_a_button_that_acts_at_both_ends_of_a_press_is_held_to_talk(text: str, held_to_talk: bool) -> None:
    assert acts_at_both_ends(timeline_of(text)) is held_to_talk
