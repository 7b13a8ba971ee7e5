"""Tests the story of a failure: three columns, the broken line marked, and the command that replays it."""

from dataclasses import replace

import pytest

from e2e.harness.promises import Verdict, judge
from e2e.harness.report.story import AFTER, MARK, failure, line_at, lines_of, story
from e2e.harness.report.story.cells import describe
from e2e.harness.timeline.timeline import Timeline

from ..stories import CALL, LEG, StoryBuilder, timeline_of, view

HOT_MIC = "opens | click | sent | sees MUTED | rest | +30 | rest"


def clicking(text: str, before: str = "opens") -> Timeline:
    """The timeline of a story in which the agent's click is noted, as the harness does it."""
    builder = StoryBuilder().play(before)
    builder.timeline.seen_entries = builder.n
    builder.timeline.note("clicks mute", "agent")
    return builder.play(text).timeline


def broken(timeline: Timeline) -> Verdict:
    return next(verdict for verdict in judge(timeline) if verdict.promise == "never_falsely_muted")


def test_a_hot_mic_in_three_columns() -> None:
    timeline = clicking("click | sent | sees MUTED | rest | +30 | rest")
    assert story(timeline, broken(timeline)).splitlines() == [
        "      agent        wire                              genesys",
        "      … 4 lines: sign-in, reading the call, subscribing",
        "    1 clicks mute",
        '    2              request#2  PATCH {"muted": true}',
        "    3                                                request#2  patchConversationsCallParticipant — near",
        "    4 sees MUTED   ◄ broken here",
    ]


def marked(timeline: Timeline, promise: str) -> str:
    """The line that is marked in the story of a promise that broke."""
    verdict = next(verdict for verdict in judge(timeline) if verdict.promise == promise)
    (line,) = (line for line in story(timeline, verdict).splitlines() if MARK in line)
    return " ".join(line.removesuffix(MARK).split()[1:])


@pytest.mark.parametrize(
    ("promise", "text", "line"),
    [
        ("no_storm", "click | sent | 429 wait 9 | click | sent | rest", 'request#3 PATCH {"muted": true}'),
        ("no_storm", " | ".join(["asks GET /x | 200"] * 11), "request#12 GET /x"),
        ("no_storm", " | ".join(["socket | closed"] * 11), "the page opens a socket"),
        ("never_stuck", "click | sees UNMUTED pending | sent | 202 | rest", "still sees UNMUTED (pending)"),
        ("rests_on_the_truth", "truth muted | event | rest", "still sees UNMUTED"),
        ("rests_on_the_truth", "click | sent | sees MUTED | 202 | rest", "sees MUTED"),
        ("one_accessible_truth", "truth held | sees UNMUTED text=You_are_muted", "still sees UNMUTED"),
        ("one_click_one_right_patch", 'click | sent {"muted":false} | 202', 'request#2 PATCH {"muted": false}'),
    ],
)
def test_the_mark_stands_at_the_line_of_what_did_it(promise: str, text: str, line: str) -> None:
    assert marked(clicking(text), promise) == line


def test_the_verdict_names_the_line_of_the_click_that_it_is_about() -> None:
    timeline = clicking('click | sent {"muted":false} | 202 | rest')
    text = failure(timeline, judge(timeline), (), "x").splitlines()
    assert "the click at line 1 asked for muted; the request asks for unmuted" in text[0]
    assert "    1 clicks mute" in [line.rstrip() for line in text]


def test_a_story_ends_shortly_after_it_was_certain_that_a_promise_broke() -> None:
    later = " | ".join(f"press note | asks GET /{n} | 200" for n in "abcdef")
    timeline = clicking(f"click | sent | sees MUTED | 202 | error early | rest | {later}")
    hot_mic = broken(timeline)
    lines = story(timeline, hot_mic).splitlines()
    assert lines[-1].strip() == "… 8 more lines"
    assert len(lines_of(timeline, hot_mic).rows) == line_at(lines_of(timeline, hot_mic).rows, hot_mic.proven) + AFTER
    assert "more lines" not in story(timeline, hot_mic, whole=True)
    assert "more lines" not in story(timeline, hot_mic, until=len(timeline.moments))


def poll(builder: StoryBuilder, rounds: int) -> None:
    for number in range(2, rounds + 2):
        builder.server("moved", "", "3 s pass", seconds=3.0)
        builder.server("offered", f"request#{number}", "GET /calls", probe="d/1")
        builder.server("arrived", f"request#{number}", "getCalls", probe="d/1")
        builder.server("delivered", f"response#{number}", "200")


def test_rounds_of_a_poll_that_are_alike_are_one_line() -> None:
    builder = StoryBuilder().play("opens")
    poll(builder, 98)
    builder.play("truth muted | sees MUTED")
    lines = [" ".join(line.split()) for line in story(builder.timeline, whole=True).splitlines()]
    assert lines[-7:] == [
        "5 3 s pass",
        "6 request#2 GET /calls",
        "7 request#2 getCalls",
        "8 response#2 200",
        "9 3 s pass, GET /calls 200, as before ×97",
        "10 holds MUTED",
        "11 sees MUTED",
    ]


def test_a_round_in_which_a_promise_broke_is_told() -> None:
    builder = StoryBuilder().play("opens")
    poll(builder, 9)
    number = next(m.n for m in builder.timeline.moments if m.name == "request#6")
    lines = story(builder.timeline, Verdict("no_storm", "broken", number, "why"), whole=True).splitlines()
    assert [line.split(", ")[-1] for line in lines if "as before" in line] == ["as before ×3", "as before ×3"]
    assert [" ".join(line.split()[1:4]) for line in lines if MARK in line] == ["request#6 GET /calls"]


@pytest.mark.parametrize(
    ("seconds", "joined"),
    [
        (66.0, ["as before ×31 (22 of them passed over)"]),
        (67.0, ["as before ×4", "as before ×3"]),  # something else took time
    ],
)
def test_rounds_that_were_passed_over_are_counted(seconds: float, joined: list[str]) -> None:
    builder = StoryBuilder().play("opens | truth muted")
    poll(builder, 5)
    builder.server("moved", "", "66 s pass", seconds=seconds)
    builder.timeline.moments[-1] = replace(builder.timeline.moments[-1], about=f"{seconds:g} s pass")
    poll(builder, 5)
    lines = story(builder.timeline, whole=True).splitlines()
    assert [line.split(", ")[-1] for line in lines if "as before" in line] == joined


def test_two_rounds_are_told() -> None:
    builder = StoryBuilder().play("opens")
    poll(builder, 2)
    assert "as before" not in story(builder.timeline, whole=True)


def two_calls() -> StoryBuilder:
    builder = StoryBuilder().play("opens")
    builder.timeline.names.update({CALL: "call", "another": "other_call"})
    builder.timeline.calls["another"] = []
    return builder


def test_each_line_names_the_call_where_there_are_several() -> None:
    builder = two_calls()
    path = "/api/v2/conversations/calls/another/participants/x"
    builder.server("offered", "request#5", "PATCH muted=true", path=path, sender="supervisor")
    builder.server("arrived", "request#5", "patchParticipant", path=path, sender="supervisor")
    builder.server("delivered", "response#5", "202", cause="request#5")
    builder.server("ran", "job#1", "muted=true", cause="request#5")
    builder.server("delivered", "event#1", "calls muted=true", cause="job#1", text='{"id":"another"}')
    builder.server("lost", "event#2", "calls muted=true", cause="job#1")
    builder.server("offered", "request#6", "GET /calls/another", path="/calls/another", probe="d/6")
    builder.server("offered", "request#7", "GET /users/me", path="/users/me", probe="d/7")
    builder.true("muted")
    lines = [" ".join(line.split()[1:]) for line in story(builder.timeline, whole=True).splitlines()]
    assert lines[-9:] == [
        "request#5 PATCH muted=true by supervisor (other_call)",
        "request#5 patchParticipant by supervisor (other_call)",
        "response#5 202 (other_call)",
        "job#1 muted=true (other_call)",
        "event#1 calls muted=true (other_call)",
        "event#2 calls muted=true (lost) (other_call)",
        "request#6 GET /calls/other_call",
        "request#7 GET /users/me",
        "holds MUTED (call)",
    ]


def test_no_line_names_the_call_where_there_is_one() -> None:
    builder = two_calls()
    del builder.timeline.calls["another"]
    builder.true("muted")
    assert story(builder.timeline, whole=True).splitlines()[-1].endswith("  holds MUTED")


def test_a_line_of_another_tab_says_so() -> None:
    builder = StoryBuilder().play("opens")
    builder.timeline.note("clicks mute", "agent tab 2")
    builder.add("view", "agent tab 2", "", "", {"view": view("MUTED"), "painted": True})
    lines = story(builder.timeline, whole=True).splitlines()[-2:]
    assert [line.split("  ")[-1].split(" ", 1)[1] for line in lines] == ["clicks mute in tab 2", "sees MUTED in tab 2"]


def test_a_line_that_is_wider_than_its_column_has_a_gap_before_the_next() -> None:
    timeline = timeline_of("opens | click | sent | sees MUTED alert | rest")
    timeline.moments[-2] = replace(
        moment := timeline.moments[-2], data={**moment.data, "view": {**moment.data["view"], "notice": "x" * 60}}
    )
    assert f"“{'x' * 60}”  {MARK}" in story(timeline, Verdict("quiet_page", "broken", moment.n, "why"))


def test_a_line_that_broke_a_promise_is_marked_at_its_place() -> None:
    timeline = clicking(
        "click | sent | 202 | ran | event | sees MUTED | truth live | event | sees UNMUTED | error x is null"
    )
    verdict = next(verdict for verdict in judge(timeline) if verdict.result == "broken")
    (line,) = (line for line in story(timeline, verdict).splitlines() if "◄ broken here" in line)
    assert "page error" in line
    assert "x is null  ◄ broken here" in line


def test_a_story_that_broke_before_the_first_act_begins_there() -> None:
    timeline = timeline_of("load | error early | opens")
    verdict = next(verdict for verdict in judge(timeline) if verdict.result == "broken")
    assert "early  ◄ broken here" in story(timeline, verdict)


def test_a_column_in_which_nothing_happens_has_its_heading() -> None:
    builder = StoryBuilder()
    builder.timeline.moments.clear()
    builder.server("ran", "job#5", "mutes")
    assert story(builder.timeline, whole=True).splitlines() == [
        "      agent  wire   genesys",
        "    1               job#5  mutes",
    ]


def test_the_whole_story_has_no_gap() -> None:
    timeline = timeline_of(HOT_MIC)
    assert "…  " not in story(timeline, whole=True)
    assert "holds UNMUTED" in story(timeline, whole=True)


def test_each_kind_of_moment_has_its_column() -> None:
    builder = StoryBuilder().play("opens")
    builder.server("offered", "request#5", "PATCH muted=true")
    builder.server("arrived", "request#5", "patchConversationsCallParticipant", sender="supervisor")
    builder.server("delivered", "response#5", "202")
    builder.server("delivered", "heartbeat#1", "heartbeat")
    builder.server("ran", "job#5", "mutes")
    builder.true("muted")
    builder.true("muted")
    builder.server("lost", "event#5", "calls muted=true")
    builder.server("lost", "response#6", "202 never reaches the page (lost)")
    builder.server("changed", "", "the sockets break")
    builder.server("moved", "", "30 s pass", seconds=30.0)
    builder.server("moved", "", "0.1 s pass", seconds=0.1)
    builder.play("network | rejection Not Found | cut | mic disabled")
    lines = [" ".join(line.split()[1:]) for line in story(builder.timeline, whole=True).splitlines()[1:]]
    assert lines[4:] == [
        "request#5 PATCH muted=true",
        "request#5 patchConversationsCallParticipant by supervisor",
        "response#5 202",
        "job#5 mutes",
        "holds MUTED",
        "event#5 calls muted=true (lost)",
        "response#6 202 never reaches the page (lost)",
        "the sockets break",
        "30 s pass",
        "the page gets network",
        "page rejection Not Found",
        "socket#1 the connection broke",
        "microphone disabled",
    ]


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        ("x is null", ""),
        ("TypeError: Cannot read properties of undefined (reading 'body')", ""),
        (
            "TypeError: Cannot read properties of undefined (reading 'conversationActions')",
            "the page has no 'conversationActions'; patchConversationsCallParticipant takes PATCH {\"muted\": true}",
        ),
        (
            "api.updateConversationsCallParticipant is not a function",
            "the page has no 'updateConversationsCallParticipant'; patchConversationsCallParticipant takes PATCH",
        ),
        ("CallApi is not defined", "the page has no 'CallApi'; patchConversationsCallParticipant takes PATCH"),
        (
            "sdk.CallApi is not a constructor",
            "the page has no 'CallApi'; patchConversationsCallParticipant takes PATCH",
        ),
        ("api.getUserMe is not a function", "the page has no 'getUserMe'; getUsersMe takes GET"),
    ],
)
def test_an_error_about_what_the_sdk_has_not_gets_a_hint(error: str, hint: str) -> None:
    line = story(timeline_of(f"opens | rejection {error}"), whole=True).splitlines()[-1]
    assert (f"{error} — {hint}" if hint else error) in line
    assert bool(hint) is ("—" in line)


def test_the_truth_of_another_call_has_no_line() -> None:
    builder = StoryBuilder()
    builder.add("truth", "", "another", "", {"call": "another", "legs": []})
    assert story(builder.timeline, whole=True).count("holds") == 1


def test_what_is_seen_again_or_was_never_painted_has_no_line() -> None:
    assert story(timeline_of("opens | sees UNMUTED | flash MUTED | rest"), whole=True).count("sees") == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("MUTED", "sees MUTED"),
        ("MUTED for 1", "sees MUTED for 1 frame"),
        ("MUTED for 2", "sees MUTED for 2 frames"),
        ("MUTED for 10", "sees MUTED for 10 frames or more"),
    ],
)
def test_what_did_not_last_has_its_number_of_frames(words: str, line: str) -> None:
    assert line in [
        text.strip()[2:] for text in story(timeline_of(f"opens | sees {words} | rest"), whole=True).splitlines()
    ]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("MUTED", "MUTED"),
        ("UNMUTED pending", "UNMUTED (pending)"),
        ("UNMUTED dead", "UNMUTED, button off"),
        ("MUTED login", "MUTED, asked to sign in"),
        ("UNMUTED gone", "UNMUTED, button off, no call"),
        ("UNMUTED alert", "UNMUTED, “why”"),
        ("none", "no mute state"),
    ],
)
def test_a_view_in_a_few_words(words: str, text: str) -> None:
    assert describe(view(words)) == text


def test_a_long_notice_is_cut_and_shows_it() -> None:
    said = {**view("UNMUTED alert"), "notice": "Genesys accepted the request, but you were not muted within 9 s."}
    assert describe(said) == "UNMUTED, “Genesys accepted the request, but you were not muted within…”"


def test_ids_are_named_by_the_words_of_the_world() -> None:
    known, unknown = "12345678-1234-4234-a234-123456789abc", "87654321-1234-4234-a234-123456789abc"
    builder = StoryBuilder()
    builder.timeline.names[known] = "call"
    builder.server("delivered", "event#1", f"calls/12345678…/{known}/{unknown}")
    assert "calls/call/call/…" in story(builder.timeline, whole=True)


def test_a_failure_says_what_is_broken_held_and_how_to_see_it_again() -> None:
    timeline = clicking("click | sent | sees MUTED | rest | +30 | rest")
    text = failure(timeline, judge(timeline), [("response#2", f"202 for {CALL}")], "python3 -m e2e -k mute")
    first, *_, held, nothing, again = text.splitlines()
    assert first.startswith("BROKEN never_falsely_muted: ")
    assert (held, nothing, again) == (f"  response#2  202 for {CALL}", "", "again:  python3 -m e2e -k mute")
    assert LEG not in text


def test_the_broken_promise_too_names_the_words_of_the_world() -> None:
    builder = StoryBuilder()
    builder.timeline.names["12345678-1234-4234-a234-123456789abc"] = "call"
    verdict = Verdict("no_storm", "broken", 1, "12345678-1234-4234-a234-123456789abc was asked for again")
    assert failure(builder.timeline, (verdict,), (), "x").startswith("BROKEN no_storm: call was asked for again")


def test_a_failure_without_a_broken_promise_has_the_story() -> None:
    text = failure(timeline_of("opens"), (), (), "x")
    assert text.splitlines()[-1] == "again:  x"
    assert "still held" not in text


def test_time_that_only_passes_is_one_line() -> None:
    builder = StoryBuilder().play("opens")
    for _ in range(3):
        builder.server("moved", "", "30 s pass", seconds=30.0)
    assert story(builder.timeline, whole=True).splitlines()[-1].endswith("  90 s pass")


def test_what_broke_before_the_first_line_is_marked_there() -> None:
    builder = StoryBuilder()
    builder.timeline.moments.clear()
    builder.play("press note | error early")
    first, second = story(builder.timeline, Verdict("no_storm", "broken", 1, "why")).splitlines()[1:]
    assert (first.split(), "early" in second) == (["1", "◄", "broken", "here"], True)
