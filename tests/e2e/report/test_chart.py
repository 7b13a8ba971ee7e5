"""Tests the steps that a drawing needs of a story: lanes, what crosses them, since when it was in flight, its content."""

import json

import pytest

from e2e.harness.promises import Verdict
from e2e.harness.report.chart import lanes_of, payload, steps_of
from e2e.harness.report.story import lines_of
from e2e.harness.timeline.timeline import Moment, Timeline
from e2e.harness.verdict import Step
from tests.e2e.stories import StoryBuilder, view
from tests.e2e.timeline.test_timeline import OPENED, SOCKET, Meeting, received, sent
from tests.mock_server.door import LEG, request


def raced() -> Timeline:
    """A timeline in which the agent's mute is held while a supervisor mutes; everything is delivered in the end."""
    meeting = Meeting()
    meeting.rests()
    meeting.engine.connect(meeting.channel)
    meeting.rests({**SOCKET, "channel": meeting.channel}, OPENED, seen("UNMUTED"))
    meeting.engine.hold()
    meeting.timeline.note("clicks mute", "agent")
    meeting.patch(1)
    meeting.rests(sent(1), seen("UNMUTED pending"))
    meeting.engine.act(request(meeting.state, "PATCH", LEG, {"muted": True}, by="supervisor"))
    for name in ("request", "job", "event", "response"):
        meeting.engine.release(name)
    meeting.rests({"kind": "frame", "socket": 1, "i": 1}, received(1), seen("MUTED"))
    return meeting.timeline


def seen(words: str) -> dict[str, object]:
    return {"kind": "view", "view": view(words), "painted": True}


def drawn(timeline: Timeline, verdict: Verdict | None = None) -> tuple[Step, ...]:
    return steps_of(timeline, lines_of(timeline, verdict, whole=verdict is None).rows)


def test_what_crosses_goes_from_lane_to_lane_and_was_in_flight_since_a_line() -> None:
    steps = drawn(raced())
    began = next(step.line for step in steps if step.kind == "gesture")
    crossings = [
        (step.line, step.kind, f"{step.lane} {step.to}".strip(), step.name, step.since)
        for step in steps
        if step.line >= began and step.kind not in ("truth", "view")
    ]
    assert crossings == [
        (6, "gesture", "agent page", "", 0),
        (8, "request", "page wire", "request#1", 0),
        (10, "request", "wire", "request#2", 0),
        (11, "request", "wire genesys", "request#2", 10),
        (12, "response", "wire", "response#2", 11),  # to the supervisor, who has no page
        (13, "request", "wire genesys", "request#1", 8),
        (14, "job", "genesys", "job#1", 11),
        (16, "event", "wire page", "event#1", 15),  # made when the job had changed the truth
        (17, "response", "wire page", "response#1", 13),
    ]


def test_the_state_when_it_began_is_line_0() -> None:
    builder = StoryBuilder().play("opens")
    builder.timeline.seen_entries = builder.n
    builder.timeline.note("clicks mute", "agent")
    builder.play("click | sent | sees MUTED | rest | +30 | rest")
    steps = drawn(builder.timeline, Verdict("never_falsely_muted", "broken", len(builder.timeline.moments), "why"))
    assert [(step.words, step.lane) for step in steps if step.line == 0] == [
        ("sees UNMUTED", "page"),
        ("holds UNMUTED", "genesys"),
    ]
    assert [step.line for step in steps if step.broken] == [len(steps) - 2]


def test_a_second_tab_has_a_lane_of_its_own() -> None:
    steps = (
        Step(1, "gesture", "agent", "page, tab 2", "clicks mute", 0.0),
        Step(2, "view", "page", "agent", "sees MUTED", 0.0),
    )
    assert lanes_of(steps) == ("agent", "page", "page, tab 2", "wire", "genesys")


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("delivered", {"status": 403, "body": '{"code":"no"}', "made": 7}, {"status": 403, "body": {"code": "no"}}),
        ("delivered", {"text": "no JSON", "topic": "t", "socket": "socket#1"}, {"text": "no JSON", "topic": "t"}),
        ("arrived", {"body": {"muted": True}, "probe": "d/1", "hints": []}, {"body": {"muted": True}}),
        ("offered", {"path": "/calls/1234", "body": None}, {"path": "/calls/call"}),
        ("rest", {"view": {"muted": True}, "next_timer": 3.0}, {"muted": True}),
    ],
)
def test_the_content_of_a_line_has_nothing_that_joins_the_two_sides(
    kind: str, data: dict[str, object], says: dict[str, object]
) -> None:
    content = payload(Moment(1, kind, "", "response#1", "", data, 1, 1, 0.0), {"1234": "call"})
    assert json.loads(content) == says


def test_a_line_that_has_it_all_has_no_other_content() -> None:
    assert payload(Moment(1, "moved", "", "", "3 s pass", {"seconds": 3.0}, 1, 1, 0.0), {}) == ""
