"""Tests the join of what a page logged and what the server journaled, with a real engine and a page made by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from e2e.harness.timeline.timeline import Moment, Rest, Timeline, snapshot_call
from mock_server.core.messages import Request
from mock_server.core.model import State
from mock_server.core.values import replace
from mock_server.engine.engine import Engine
from tests.mock_server.door import LEG, channel, request, world
from tests.mock_server.engine.play import CALLS

Log = list[Mapping[str, Any]]


class Meeting:
    """An engine, and a timeline that takes in both sides."""

    def __init__(self, name: str = "one_call", **settings: int) -> None:
        state, self.channel = channel(world(name, **settings), CALLS)
        self.engine = Engine(state)
        self.timeline = Timeline(state.aliases["agent"], state.aliases["call"])

    @property
    def state(self) -> State:
        return self.engine.state

    def patch(self, number: int, muted: bool = True) -> None:
        """Let the page's request arrive."""
        self.engine.arrive(self.numbered(request(self.state, "PATCH", LEG, {"muted": muted}), number))

    def read(self, number: int) -> None:
        self.engine.arrive(self.numbered(request(self.state, "GET", "/api/v2/conversations/calls/{call}"), number))

    def numbered(self, sent: Request, number: int) -> Request:
        return replace(sent, headers={**sent.headers, "x-hotmic": f"d/{number}"})

    def rests(self, *log: Mapping[str, Any], page: str = "agent", now: float = 0.0) -> list[Moment]:
        """Come to rest on both sides; returns the new moments."""
        before = len(self.timeline.moments)
        rest = Rest((), {page: 3.0}, {page: {"muted": False}}, now)
        entries = self.engine.journal.since(self.timeline.seen_entries)
        self.timeline.add_stillness({page: [("d", entry) for entry in log]}, entries, rest)
        return self.timeline.moments[before:]


def sent(n: int) -> dict[str, Any]:
    return {"kind": "sent", "request": n, "method": "PATCH", "url": "u", "body": ""}


def received(n: int, status: int = 202) -> dict[str, Any]:
    return {"kind": "received", "request": n, "status": status}


SOCKET = {"kind": "socket", "socket": 1, "url": "u"}
OPENED = {"kind": "opened", "socket": 1}
CLOSED = {"kind": "closed", "socket": 1, "code": 1006, "own": False}


def frame(i: int) -> dict[str, Any]:
    return {"kind": "frame", "socket": 1, "i": i}


def words(moments: list[Moment]) -> list[str]:
    return [f"{m.kind} {m.name}".rstrip() for m in moments if m.kind not in ("offered", "truth")]


def test_an_answer_stands_between_its_arrival_and_its_receipt() -> None:
    meeting = Meeting()
    meeting.rests()
    meeting.patch(1)
    moments = meeting.rests({"kind": "gesture", "target": "mute"}, sent(1), received(1))
    assert words(moments) == [
        "gesture",
        "sent request#1",
        "arrived request#1",
        "delivered response#1",
        "received request#1",
        "ran job#1",
        "rest",
    ]
    received_moment = next(m for m in moments if m.kind == "received")
    assert (received_moment.data["operation"], received_moment.data["status"]) == (
        "patchConversationsCallParticipant",
        202,
    )
    assert received_moment.by > received_moment.after, "the job may have run before the page had its answer"


def test_a_snapshot_that_is_read_counts_as_of_the_moment_of_its_making() -> None:
    meeting = Meeting()
    meeting.engine.hold(["response"])
    meeting.read(1)
    meeting.engine.open()
    meeting.patch(2)
    moments = meeting.rests(sent(1), received(1, 200), sent(2), received(2))
    answer = next(m for m in moments if m.kind == "received")
    history = meeting.timeline.history()
    assert not history.at(answer.data["made"]).muted
    assert history.at(meeting.timeline.seen_entries).muted


def test_a_frame_is_joined_to_the_event_that_it_is() -> None:
    meeting = Meeting()
    meeting.engine.connect(meeting.channel)
    meeting.rests({**SOCKET, "channel": meeting.channel}, OPENED)
    meeting.patch(1)
    moments = meeting.rests(sent(1), received(1), frame(1))
    (heard,) = (m for m in moments if m.kind == "frame")
    assert (heard.data["parcel"], heard.data["call"]) == ("event#1", meeting.timeline.call)
    assert meeting.timeline.history().at(heard.data["made"]).muted


def test_frames_are_counted_anew_on_another_socket_to_the_same_channel() -> None:
    meeting = Meeting()
    meeting.engine.connect(meeting.channel)
    meeting.patch(1)
    meeting.engine.connect(meeting.channel)
    meeting.patch(2, muted=False)
    again = {**SOCKET, "socket": 2, "channel": meeting.channel}
    moments = meeting.rests(
        {**SOCKET, "channel": meeting.channel},
        OPENED,
        sent(1),
        received(1),
        frame(1),
        CLOSED,
        again,
        {"kind": "opened", "socket": 2},
        sent(2),
        received(2),
        {"kind": "frame", "socket": 2, "i": 1},
    )
    assert [m.data["parcel"] for m in moments if m.kind == "frame"] == ["event#1", "event#2"]


def test_a_refused_handshake_counts_as_an_attempt() -> None:
    meeting = Meeting()
    meeting.engine.connect("unheard-of")
    moments = meeting.rests({**SOCKET, "channel": "unheard-of"}, CLOSED)
    lines = [f"{m.kind} {m.name or m.page}" for m in moments if m.kind != "truth"]
    assert lines == ["socket agent", "closed socket#1", "closed agent", "rest agent"]


def test_a_frame_that_nobody_wrote_is_let_through() -> None:
    moments = Meeting().rests({**SOCKET, "channel": "elsewhere"}, OPENED, frame(1))
    assert words(moments) == ["socket", "opened", "frame", "rest"]


def test_a_cut_answer_is_known_by_its_error() -> None:
    meeting = Meeting()
    meeting.engine.hold(["response"])
    meeting.patch(1)
    meeting.engine.lose("response")
    moments = meeting.rests(sent(1), {"kind": "received", "request": 1, "error": "network"})
    assert words(moments)[-3:] == ["lost response#1", "received request#1", "rest"]


def test_a_timeout_needs_no_answer() -> None:
    meeting = Meeting()
    meeting.engine.hold(["response"])
    meeting.patch(1)
    moments = meeting.rests(sent(1), {"kind": "received", "request": 1, "error": "timeout"})
    assert words(moments)[:2] == ["sent request#1", "received request#1"]


def test_a_socket_that_the_page_closes_needs_no_cause() -> None:
    meeting = Meeting()
    meeting.engine.connect(meeting.channel)
    moments = meeting.rests({**SOCKET, "channel": meeting.channel}, OPENED, {**CLOSED, "own": True})
    assert words(moments)[-2:] == ["closed", "rest"]


def test_time_moves_on_the_server_first_and_the_moments_know_when_they_were() -> None:
    meeting = Meeting()
    meeting.rests(now=100.0)
    meeting.engine.advance(5)
    moments = meeting.rests({"kind": "timer", "name": "timer#1"}, now=105.0)
    assert [(m.kind, m.now) for m in moments] == [("moved", 105.0), ("timer", 105.0), ("rest", 105.0)]


def test_what_a_person_did_is_noted_at_the_stillness_before() -> None:
    meeting = Meeting()
    meeting.rests()
    meeting.timeline.note("clicks mute", "agent", where=1)
    note = meeting.timeline.moments[-1]
    assert (note.kind, note.about, note.page, note.data) == ("note", "clicks mute", "agent", {"where": 1})
    assert note.after == note.by == meeting.timeline.seen_entries


def test_what_a_test_changed_comes_before_what_the_agent_does_next() -> None:
    meeting = Meeting()
    meeting.rests()
    meeting.engine.advance(0)
    meeting.timeline.add_journal(meeting.engine.journal.since(meeting.timeline.seen_entries))
    assert meeting.timeline.moments[-1].kind == "moved"
    assert meeting.timeline.seen_entries == meeting.engine.journal.count


def test_a_story_says_what_the_journal_dropped() -> None:
    meeting = Meeting("one_call", journal_limit=3)
    meeting.rests()
    for number in (1, 2):
        meeting.patch(number)
    moments = meeting.rests(sent(1), received(1), sent(2), received(2))
    missing = meeting.engine.journal.dropped - 1  # the first truth had been read
    assert (moments[0].kind, moments[0].about) == (
        "dropped",
        f"{missing} entries are missing here: the journal dropped them (setting journal_limit)",
    )
    assert [moment.kind for moment in meeting.rests()] == ["rest"], "it is reported once"
    meeting.patch(3)
    meeting.timeline.add_journal(meeting.engine.journal.since(meeting.timeline.seen_entries))
    assert [moment.kind for moment in meeting.timeline.moments].count("dropped") == 2


def test_the_history_of_another_call() -> None:
    meeting = Meeting("two_calls")
    meeting.rests()
    assert not meeting.timeline.history().at(99).held
    assert meeting.timeline.history(meeting.state.aliases["other_call"]).at(99).held
    assert meeting.timeline.history("unheard-of").at(99).leg is None


def test_a_rest_says_what_is_in_flight_and_when_the_next_timer_is() -> None:
    (rest,) = [m for m in Meeting().rests() if m.kind == "rest"]
    assert rest.data == {"view": {"muted": False}, "in_flight": (), "next_timer": 3.0}


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ('{"eventBody":{"id":"c","participants":[]}}', "c"),
        ('{"eventBody":{"id":"c"}}', None),
        ('{"eventBody":{"participants":[]}}', None),
        ('{"eventBody":"words"}', None),
        ("{}", None),
        ("[]", None),
        ("{not json", None),
    ],
)
def test_a_snapshot_names_its_call(text: str, call: str | None) -> None:
    assert snapshot_call(text) == call
