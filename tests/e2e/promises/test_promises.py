"""Tests each promise on stories made by hand: what holds it, breaks it or leaves it untested. stories.py lists the words."""

import re
from collections.abc import Iterator

import pytest

from e2e.harness.promises import PROMISES, Verdict, judge

from ..stories import MUTES, judged, timeline_of

ANSWERS = ("401", "403", "404", "409", "429 wait 9", "500", "503", "timeout", "network")

# Each promise, and under it "result: story => a part of the reason". A deeper line continues the one before; MUTES is the
# story above, and ANSWER is replaced by each of ANSWERS.
STORIES = """
one_click_one_right_patch
    held: opens | click | sent | 202 | ran | event | sees MUTED | rest | click | ran | truth live | event | sees UNMUTED | rest
    held: MUTES
    untested: opens | rest
    held: opens MUTED | click | sent | 202 | ran | event | sees UNMUTED | rest
    broken: opens | click | sent {"muted":false} | 202 | rest => the click asked for muted; the request asks for unmuted
    broken: opens | click | sent {"muted":true,"held":true} | 202 => the request says {"muted": true, "held
    broken: opens | click | sent to customer | 202 => not for the agent's own live leg
    broken: load | truth unanswered | read | sees UNMUTED | rest | click | sent | 409 => leg-id still rings
    broken: load | truth gone | read | sees UNMUTED | rest | click | sent | 409 => (there is none)
    broken: opens | sent | 202 | rest => no click asked for it
    broken: opens | press note | sent | 202 | rest => no click asked for it
    broken: opens | click | asks POST /api/v2/conversations/calls/x/mute | 404 | rest => does not mute: near
    broken: opens | click | sees UNMUTED pending | sent | sent | 202 => a second request
    held: opens | click | sent | 500 | sees UNMUTED alert | rest | click | sent | 202 | ran
    held: opens | click | sent | 500 | sent | 202 | ran | event | sees MUTED | rest
    held: opens | click | sent | 202 | timer | sent | 202 | ran | event | sees MUTED | rest
    broken: MUTES | sent | 202 => no click asked for it
    held: opens | click | click | sent | 202 | ran | event | sees MUTED | sent {"muted":false} | 202
    held: opens | click | sent | sees MUTED pending | 202 | +4 | timer | click | ran | event | sent {"muted":false} | 202
    held: opens | click | sees UNMUTED pending | sent | 202 | +4 | timer | sent | 202 | ran | event | sees MUTED | rest
    broken: opens | click | sees UNMUTED pending | sent | 202 | sent | 202 => a second request
    broken: opens | click | click | sent | sent | 202 | ran => a second request
    held: opens | click | sees MUTED | click | sent {"muted":true} | 202 | ran | event | rest
    broken: opens | click | sees MUTED | sent {"muted":true} | rest | click | 202 | truth muted | rest => no request was sent
    held: opens | click | click | sees UNMUTED pending | rest | sent | 202 | ran | event
    broken: opens | click | rest => the click asked for muted, the button promised
    held: opens | truth gone | click | sent | 404 | sees UNMUTED alert | event | sees UNMUTED gone | rest
    broken: opens | truth gone | event | sees UNMUTED | rest | click | sent | 404 | rest => live leg
    untested: opens UNMUTED dead | click | rest
    untested: opens | click | sees UNMUTED alert | rest
    untested: opens | click | truth gone | event | sees UNMUTED gone | rest
    untested: opens | asks GET /api/v2/users/me | 200 | rest
never_falsely_muted
    held: MUTES
    untested: opens | rest
    broken: opens | click | sent | sees MUTED | 202 | rest | +30 | rest => MUTED while Genesys held UNMUTED
    broken: MUTES | truth live | sees MUTED dead login | rest | +100 | rest => it is to show neither
    held: opens | click | sent | 202 | sees MUTED | rest flight | ran | event | rest
    broken: MUTES | truth live | event | sees MUTED | rest
    held: MUTES | truth live | event | sees UNMUTED | rest
    held: opens | truth alone | sees MUTED | rest
    held: opens | click | sees MUTED | sent | 202 | rest timer 3 | +3 | timer | read | rest timer 3 | sees UNMUTED | rest
    broken: opens | click | sees MUTED | sent | 202 | rest timer 3 | +3 | timer | read | +30 | rest timer 3 => MUTED while Genesys
    held: opens | click | sent | 500 | sees MUTED pending | rest
    held: opens | truth held | event | sees MUTED | rest
    held: MUTES | truth live | rest | +30 | rest
    broken: MUTES | truth live | rest | +100 | rest => MUTED while
    held: MUTES | truth live | event | asks GET /api/v2/conversations/calls/x | rest flight | read | sees UNMUTED | rest
    broken: MUTES | truth live | event | rest flight | rest => had received that
never_flickers
    held: opens | click | sees MUTED | click | sees UNMUTED | sent | 202 | rest
    broken: opens | click | sees MUTED | click | sees UNMUTED | sees MUTED | sees UNMUTED | sent => for one cause
    broken: MUTES | sees MUTED pending | rest => pending again
    broken: opens | truth muted | event | sees MUTED | stale | sees UNMUTED | rest => for one cause
    held: opens | click | sees MUTED pending | sent | 202 | +9 | timer | sees UNMUTED | rest
    broken: MUTES | event | timer | sees UNMUTED => though the page had received MUTED
    held: MUTES
    broken: opens | click | sent | sees MUTED | 202 | sees UNMUTED | ran | event | sees MUTED | rest => the view
    held: opens | click | sent | sees MUTED | 403 | sees UNMUTED alert | rest
    held: opens | click | sees UNMUTED pending | sent | 500 | read | sees UNMUTED alert | rest
    broken: opens | click | sees UNMUTED pending | rest flight | event | sees UNMUTED | rest => for one cause
    held: opens | click | sees UNMUTED pending | click | sent | ran | event | sees MUTED pending | sent {"muted":false}
    broken: MUTES | sees UNMUTED | sees MUTED | rest
    held: MUTES | flash UNMUTED | flash MUTED | rest
    held: opens | click | sees MUTED pending | sent | rest flight | +10 | timer | sees UNMUTED alert | rest
    broken: opens | click | sees MUTED pending | sent | rest flight | +10 | timer | sees UNMUTED | rest => neither refused
    broken: opens | click | sees MUTED pending | sent | rest flight | timer | sees UNMUTED alert | rest => neither refused
    broken: opens | click | sees MUTED alert | sent | rest flight | +10 | timer | sees UNMUTED alert | rest => neither refused
    held: load | rest
    held: opens MUTED | asks GET /x | 401 | sees UNMUTED dead login | rest
    broken: opens | truth muted | event | sees MUTED | rest | timer | sees UNMUTED login | rest => had received MUTED
rests_on_the_truth
    broken: sees MUTED | rest | +100 | rest => the view shows MUTED
    held: MUTES
    untested: load
    broken: opens | truth muted | event | rest => the view shows UNMUTED while Genesys holds MUTED
    held: opens | truth muted | rest flight | event | sees MUTED | rest
    held: opens | truth muted | event | rest timer 3 | sees MUTED | rest
    broken: opens | truth gone | event | rest => the agent is on no live leg
    held: opens | truth gone | event | sees UNMUTED gone | rest
    broken: opens | event | sees none | rest => no mute state
    held: opens | truth muted | event | sees UNMUTED login | rest
says_why
    broken: opens | click | sent | 202 | ran | sees MUTED alert | rest => was answered 202 and done
    untested: opens | click | sent | 202 | ran | sees MUTED alert | sees MUTED | rest
    untested: opens UNMUTED alert | click | sent | 202 | ran | sees MUTED alert | rest
    untested: opens | click | sent | 202 | ran | event | sees MUTED alert | rest
    untested: opens | click | sees MUTED pending | sent | 202 | click | sent {"muted":false} | 202 | sees UNMUTED alert | rest
    broken: MUTES | click | sent | 202 | ran | sees UNMUTED alert | rest => was answered 202 and done
    untested: MUTES
    held: opens | click | sent | ANSWER | sees UNMUTED alert | rest
    broken: opens | click | sent | 403 | sees UNMUTED | rest => was answered 403, and the agent was shown no reason
    held: opens | click | sent | timeout | ran | event | sees MUTED | rest
    held: opens | click | sent | truth muted | event | sees MUTED | timeout | truth live | event | sees UNMUTED | rest
    held: opens | click | sent | 403 | rest flight | truth muted | event | sees MUTED | truth live | event | sees UNMUTED | rest
    broken: opens | click | sent | 403 | rest flight | truth held | event | rest => the agent was shown no reason
    held: opens | click | sent | 401 | sees UNMUTED login | rest
    held: opens | click | sent | 404 | truth gone | event | sees UNMUTED gone | rest
    untested: opens | click | sent | 403
    untested: opens | click | sent | 403 | rest flight | click | sent | 202
    untested: opens | click | sees UNMUTED pending | sent | 429 wait 9 | rest
never_stuck
    held: opens | truth held | event | sees UNMUTED dead | rest
    held: MUTES
    broken: opens | click | sees UNMUTED pending | sent | 202 | rest | +30 | rest => still pending
    held: opens | click | sees UNMUTED pending | sent | 202 | rest timer 3 | +3 | timer | sees UNMUTED alert | rest
    broken: opens | sees UNMUTED dead | rest => the mute button is dead
    held: opens | click | sent | 429 wait 60 | sees UNMUTED dead alert | rest
    held: opens | truth gone | event | sees UNMUTED gone | rest
    held: opens | sees UNMUTED dead login | rest
renews_or_asks
    held: load http://x/?code=1 | sees UNMUTED | rest
    untested: load http://x/?code=1 | load | rest
    untested: load http://x/?code=1 | leaving http://login | rest
    untested: MUTES
    held: opens | click | sent | 401 | sees UNMUTED login | rest
    held: opens | click | sent | 401 | leaving http://login | load | rest
    broken: opens | click | sent | 401 | sees UNMUTED alert | rest => no login was asked for
    held: opens | click | sent | 401 | asks POST /oauth/token | 200 | rest
    broken: load http://x/?code=1 | sees none login | rest => asked to sign in again
    broken: load http://x/?error=invalid_scope&state=1 | sees none login alert | rest => (invalid_scope), and will be each time
    broken: load http://x/#error=unauthorized_client | rest => the page asks for what there is not
    untested: load http://x/?error=access_denied | sees none login alert | rest
no_storm
    held: opens | click | sent | 202 | timer | opened | closed | flash MUTED | stale
    untested: load
    held: MUTES
    held: opens | event | asks GET /api/v2/calls | asks GET /api/v2/calls | event | asks GET /api/v2/calls | asks
        GET /api/v2/calls | event | asks GET /api/v2/calls | asks GET /api/v2/calls | event | asks GET /api/v2/calls |
        asks GET /api/v2/calls | event | asks GET /api/v2/calls | asks GET /api/v2/calls | event | asks GET
        /api/v2/calls | asks GET /api/v2/calls
    broken: opens | asks GET /api/v2/users/me | asks GET /api/v2/users/me | asks GET /api/v2/users/me | asks GET
        /api/v2/users/me | asks GET /api/v2/users/me | asks GET /api/v2/users/me | asks GET /api/v2/users/me |
        asks GET /api/v2/users/me | asks GET /api/v2/users/me | asks GET /api/v2/users/me | asks GET
        /api/v2/users/me => 11 times GET /api/v2/users/me within 10 s
    held: opens | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me |
        +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 |
        asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks
        GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET
        /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET
        /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2 | asks GET
        /api/v2/users/me | +2 | asks GET /api/v2/users/me | +2
    broken: opens | socket | socket | socket | socket | socket | socket | socket | socket | socket | socket |
        socket => 11 times a socket
    broken: opens | click | sent | 429 wait 10 | +5 | click | sent => before Retry-After had passed
    held: opens | click | sent | 429 wait 10 | +11 | click | sent
    held: opens | click | sent | 429 wait 10 | asks GET /api/v2/users/me
survives_the_socket
    broken: opens | cut | truth gone | rest | +100 | rest => no live leg
    untested: MUTES
    broken: opens | cut | truth muted | rest | +100 | rest => the view shows UNMUTED; Genesys holds MUTED
    held: opens | cut | truth muted | +5 | read | sees MUTED | +100 | rest
    untested: opens | cut | rest
only_my_call
    held: MUTES | truth live | event | foreign | sees UNMUTED | rest
    held: opens | foreign | sees UNMUTED pending | rest
    broken: opens | foreign | sees UNMUTED gone | rest => no call
    held: opens | sees UNMUTED login | foreign | sees UNMUTED login gone | rest
    broken: opens | foreign | sees UNMUTED login gone | rest => no call
    held: opens | foreign | ending | sees UNMUTED login gone | rest
    held: opens | foreign | ending | sees none gone | rest
    held: opens | foreign | truth muted | event | sees MUTED | stale | sees UNMUTED | rest
    held: load | foreign | sees UNMUTED
    held: opens | foreign | rest
    broken: opens | foreign | sees MUTED | rest => changed the view from UNMUTED to MUTED
    untested: opens | truth muted | event | sees MUTED | rest
    held: opens | foreign | click | sent | sees MUTED | rest
reads_the_call
    held: opens
    untested: load | sees none | rest timer 3
    broken: load | sees none | rest | +5 | rest => it has to read the call when it loads
    broken: load | sees none | rest | +6 | rest | truth muted | event | sees MUTED | rest => 6 s after it was loaded
    broken: load | sees UNMUTED dead | rest | +5 | rest => shows no call
    held: load | sees none | rest | +2 | timer | sees UNMUTED | rest
    untested: load | sees none | rest | +5 | rest flight
    untested: load | sees none login | rest | +9 | sees none login | rest
    untested: load | sees none alert | rest | +9 | rest
    untested: truth gone | load | sees none | rest | +9 | rest
    untested: truth gone | load | sees none | rest | +9 | truth live | rest | +9 | rest
    held: truth held | load | sees UNMUTED dead | rest
    held: load | sees none | rest | +5 | press start | sees UNMUTED | rest
    untested: load | asks GET /api/v2/users/me | 500 | sees none | rest | +9 | rest
quiet_page
    held: opens
    untested: rest
    broken: opens | error x is null => page error: x is null
    broken: opens | rejection Not Found => unhandled rejection: Not Found
one_accessible_truth
    held: MUTES
    untested: sees none | rest
    held: sees MUTED name=Unmute pressed=false
    broken: sees MUTED name=Unmute pressed=true => one says the opposite of the other
    broken: sees MUTED pressed=false => the pressed state of 'Mute' says false
    broken: sees UNMUTED name=Unmute_me pressed= => it offers what is so already
    held: sees UNMUTED name=Mute pressed= | sees MUTED name=Unmute pressed= | sees UNMUTED name=Mute pressed=
    broken: sees MUTED name=Unmute pressed= | sees UNMUTED name=Mute pressed= | sees MUTED name=Mute pressed= => is so already
    held: sees UNMUTED name=Mute pressed= | sees MUTED name=Mute pressed=
    held: sees UNMUTED name=Unmuted pressed=
    held: sees UNMUTED dead name=Unmute pressed=
    broken: sees MUTED name=_ => no accessible name
    broken: sees MUTED unreachable => cannot be reached by keyboard
    broken: sees MUTED text=You_are_live => its text says
    held: sees UNMUTED pending pressed=true
    held: sees MUTED name=Microphone pressed=false
    held: sees UNMUTED name=Stumm_schalten pressed=true
    broken: sees UNMUTED name=Microphone_mute pressed=true => the pressed state of 'Microphone mute' says true
mic_agrees
    untested: MUTES
    untested: load | mic | rest
    untested: opens UNMUTED gone | mic | rest
    untested: mic | opens
    untested: opens | mic | sees UNMUTED pending | rest
    held: opens | mic | rest
    held: opens | mic | click | sees UNMUTED pending | sent | 202 | ran | event | sees MUTED | mic disabled | rest
    held: opens | mic | click | mic disabled | sees UNMUTED pending | sent | 202 | rest flight | ran | event | sees MUTED | rest
    held: opens | mic | click | mic disabled | sees UNMUTED pending | sent | 403 | mic | sees UNMUTED alert | rest
    held: opens | mic | click | mic disabled | sees MUTED | sent | 202 | rest timer 3 | ran | event | rest
    held: opens | mic | click | sees MUTED | sent | rest flight | 202 | ran | event | mic disabled | rest
    held: opens | mic | MUTES | mic stopped | rest | click | sent | 202 | ran | event | sees UNMUTED | mic live 2 | rest
    held: opens | mic | truth muted | event | sees MUTED | mic disabled | rest
    held: opens | mic | truth held | event | mic disabled | sees UNMUTED | rest
    held: opens | mic | mic gone | sees UNMUTED alert | rest
    held: opens | mic | mic off | sees UNMUTED alert | rest
    held: opens | mic | mic disabled | sees UNMUTED login | rest
    held: opens | mic | rest | mic disabled | sees UNMUTED pending | rest
    held: opens MUTED | mic disabled | rest | truth gone | event | sees UNMUTED gone | rest
    broken: opens | mic | truth muted | event | sees MUTED | rest => MUTED while the page's own microphone is live
    broken: opens | mic | mic gone | mic live 2 | truth muted | event | sees MUTED | rest => the page sets track.enabled
    broken: opens | mic | truth muted | event | sees MUTED | rest timer 3 | +30 | rest timer 3 => microphone is live
    broken: opens | mic | click | mic disabled | sent | 403 | sees UNMUTED alert | rest => own microphone is disabled
    broken: opens MUTED | mic stopped | truth live | event | sees UNMUTED | rest => microphone is stopped
    broken: opens | mic | mic gone | rest => microphone is gone
    broken: opens | mic off | rest => microphone is switched off
"""


def rows() -> Iterator[tuple[str, str, str, str]]:
    """The rows of STORIES: promise, result, story, reason."""
    promise = ""
    for line in re.sub(r"\n {8}", " ", STORIES).strip().splitlines():
        if not line.startswith(" "):
            promise = line
            continue
        result, _, story = line.strip().partition(": ")
        story, _, why = story.partition(" => ")
        for answer in ANSWERS if "ANSWER" in story else ("",):
            yield promise, result, story.replace("MUTES", MUTES).replace("ANSWER", answer), why


ROWS = list(rows())


@pytest.mark.parametrize(("promise", "result", "text", "why"), ROWS)
def test_a_promise_on_a_story(promise: str, result: str, text: str, why: str) -> None:
    verdict, reason = judged(promise, text)
    assert verdict == result, reason
    assert why in reason


# Every story in which a page comes to rest tries these.
ALWAYS_TRIED = {"never_flickers", "never_stuck"}


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_is_held_broken_and_untested_by_some_story(promise: str) -> None:
    results = {result for name, result, _, _ in ROWS if name == promise}
    assert results >= {"held", "broken"}
    assert "untested" in results or promise in ALWAYS_TRIED


def test_a_broken_promise_names_the_moment_and_says_what_happened() -> None:
    verdict = next(v for v in judge(timeline_of("opens | error x is null")) if v.result == "broken")
    assert (verdict.promise, verdict.moment) == ("quiet_page", 9)
    assert str(verdict) == "BROKEN quiet_page: page error: x is null"
    assert str(Verdict("no_storm", "held")) == "HELD no_storm"
