"""What the agent wishes: repeated after a renewal, made while a call ends, queued behind another."""

import pytest

from e2e.harness.view.widget import Policy

from ..stories import judged

RENEWAL = "401 | iframe http://g/oauth/authorize"
CONFIRMED_BY_ANOTHER = f"opens | click | sees UNMUTED pending | sent | truth muted | event | sees MUTED | {RENEWAL}"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            f"opens | iframe about:blank | click | sent | {RENEWAL} | sent | 202 | ran | event | sees MUTED | rest",
            "held",
        ),
        # The wish came true by somebody else's doing while its request was refused: to repeat it changes nothing.
        (CONFIRMED_BY_ANOTHER + ' | sent {"muted": true} | 202 | rest', "held"),
        (CONFIRMED_BY_ANOTHER + ' | truth live | event | sees UNMUTED | sent {"muted": true} | 202 | rest', "broken"),
        (CONFIRMED_BY_ANOTHER.replace(RENEWAL, "202") + ' | sent {"muted": true} | 202 | rest', "broken"),
    ],
)
def test_a_wish_is_repeated_after_a_renewal_in_a_hidden_iframe(text: str, result: str) -> None:
    assert judged("one_click_one_right_patch", text)[0] == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        # A page that believes reads alone is still reading what became of the leg: the click meets a refusal, which it shows.
        (
            "opens | truth gone | event | click | sees UNMUTED pending | sent | 400 | sees UNMUTED alert | read | rest",
            "held",
        ),
        ("opens | truth gone | event | rest flight | click | sent | 400 | sees UNMUTED alert | read | rest", "held"),
        ("opens | truth gone | event | rest | click | sent | 400 | sees UNMUTED alert | read | rest", "broken"),
    ],
)
def test_a_click_while_the_end_of_the_call_is_still_being_read_may_be_sent(text: str, result: str) -> None:
    assert judged("one_click_one_right_patch", text)[0] == result


SECOND = "opens | click | sees UNMUTED pending | sent | 202 | ran | event | click"
REFUSED_FIRST = "opens | click | sees UNMUTED pending | sent | 429 wait 7 | sees UNMUTED pending alert"
TWO_QUEUED = "opens | click | sees UNMUTED pending | click | click"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        # Confirmed by an event, and shown as pending until a read confirms it: the second click takes the first one back.
        (SECOND + " | read | sees MUTED pending | sent | 202 | ran | event | sees UNMUTED | rest", "held"),
        (SECOND + ' | read | sees MUTED pending | sent {"muted": false} | 202 | rest', "held"),
        # Three clicks before the first request: each is served in its turn, or the last alone.
        (
            TWO_QUEUED
            + ' | sent {"muted": true} | 202 | sent {"muted": false} | 202 | sent {"muted": true} | 202 | rest',
            "held",
        ),
        (TWO_QUEUED + ' | sent {"muted": true} | 202 | ran | event | sees MUTED | rest', "held"),
        # The first one is refused for now, and sent again when Retry-After has passed; then the second is served.
        (
            REFUSED_FIRST + ' | click | +7 | timer | sent {"muted": true} | 202 | sent {"muted": false} | 202 | rest',
            "held",
        ),
        (REFUSED_FIRST + ' | click | +7 | timer | sent {"muted": false} | 202 | rest', "held"),
        (
            TWO_QUEUED
            + ' | sent {"muted": true} | 202 | sent {"muted": true} | 202 | sent {"muted": true} | 202 | rest',
            "broken",
        ),
    ],
)
def test_clicks_while_one_is_pending_are_queued(text: str, result: str) -> None:
    assert judged("one_click_one_right_patch", text, Policy(request_per="gesture"))[0] == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "opens | truth gone | event | sees none gone | rest | truth rings | event | sees none dead | rest",
            "untested",
        ),
        ("opens | truth gone | event | sees none gone | rest | event | sees none dead | rest", "broken"),
    ],
)
def test_a_new_leg_of_the_agent_may_be_shown_though_it_is_not_connected(text: str, result: str) -> None:
    assert judged("only_my_call", text)[0] == result
