"""What a widget may do where its own policy says so, and not otherwise."""

import pytest

from e2e.harness.view.widget import Policy

from ..stories import MUTES, judged


def test_a_widget_that_sends_for_each_gesture_keeps_its_own_policy() -> None:
    twice = "opens | click | sees UNMUTED pending | sent | click | sent | 202 | ran | event | sees UNMUTED | rest"
    assert (
        judged(
            "one_click_one_right_patch",
            twice.replace("click | sent | 202", 'click | sent {"muted":false} | 202'),
            Policy(request_per="gesture"),
        )[0]
        == "held"
    )


def test_a_widget_that_leaves_the_mute_to_genesys_alone_keeps_its_own_policy() -> None:
    alone = Policy(mutes_microphone=False)
    assert judged("mic_agrees", "opens MUTED | mic | rest", alone)[0] == "held"
    assert judged("mic_agrees", "opens | mic disabled | rest", alone)[0] == "broken"


RELOADS = Policy(reconnects_by_itself=False)
LOST = "opens | cut | truth muted"
SAYS_SO = f"{LOST} | sees UNMUTED dead alert | rest | +100 | rest"


@pytest.mark.parametrize(
    ("promise", "text", "by_policy", "else_"),
    [
        ("survives_the_socket", SAYS_SO, "held", "broken"),
        ("never_stuck", SAYS_SO, "held", "broken"),
        ("rests_on_the_truth", SAYS_SO, "held", "broken"),
        ("rests_on_the_truth", f"{LOST} | sees none dead alert | rest | +100 | rest", "held", "broken"),
        ("survives_the_socket", f"{LOST} | rest | +100 | rest", "broken", "broken"),
        ("survives_the_socket", f"{LOST} | sees UNMUTED alert | rest | +100 | rest", "broken", "broken"),
        ("survives_the_socket", f"{LOST} | sees UNMUTED dead | rest | +100 | rest", "broken", "broken"),
        ("never_flickers", f"{MUTES} | cut | sees UNMUTED dead alert | rest", "held", "broken"),
        ("never_flickers", f"{MUTES} | cut | sees UNMUTED alert | rest", "broken", "broken"),
        ("never_stuck", "opens | sees UNMUTED dead alert | rest", "broken", "broken"),
        ("never_stuck", f"{SAYS_SO} | opens UNMUTED dead alert", "broken", "broken"),
        (
            "never_falsely_muted",
            "opens MUTED | cut | truth live | sees MUTED dead alert | rest | +100 | rest",
            "broken",
            "broken",
        ),
    ],
)
def test_a_widget_that_leaves_reconnecting_to_the_agent_says_so(
    promise: str, text: str, by_policy: str, else_: str
) -> None:
    assert (judged(promise, text, RELOADS)[0], judged(promise, text)[0]) == (by_policy, else_)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("opens | click | sent | 401 | asks POST /oauth/token | 200 | rest", "held"),
        ("opens | click | sent | 401 | leaving http://login | load | rest", "held"),
        ("opens | click | sent | 401 | asks POST /oauth/token | 400 | sees UNMUTED login | rest", "held"),
        ("opens | click | sent | 401 | iframe http://g/oauth/authorize | sees UNMUTED login | rest", "held"),
        (
            "opens | click | sent | 401 | iframe http://g/oauth/authorize | sees UNMUTED login | 401 | rest",
            "held",
        ),
        ("opens | click | sent | 401 | sees UNMUTED login | 401 | sees UNMUTED login alert | rest", "broken"),
        ("opens | click | sent | 401 | iframe http://x/other.html | sees UNMUTED login | rest", "broken"),
        ("opens | click | sent | 401 | sees UNMUTED login | rest", "broken"),
    ],
)
def test_a_widget_that_renews_by_itself_asks_only_when_that_is_refused(text: str, result: str) -> None:
    assert judged("renews_or_asks", text, Policy(renews_by_itself=True))[0] == result
    assert judged("renews_or_asks", text)[0] == "held"
