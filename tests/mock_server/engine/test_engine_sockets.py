"""What becomes of sockets, what falls due, and what faults do, in memory."""

from typing import Literal

import pytest

from mock_server.core.messages import Outcome
from mock_server.core.model import Fault
from mock_server.services.notifications import notifications

from ..door import leg_of
from .play import CALLS, PATCH, Play, faulty, playing

# ---- sockets


def test_a_handshake_can_be_held() -> None:
    play = Play()
    play.engine.hold(["open"])
    play.listen()
    assert play.pending == ["open#1"]
    assert play.release("open") == ["socket#1: open"]


def test_nothing_is_written_to_a_socket_before_it_is_open() -> None:
    play = Play()
    play.engine.hold(["open"])
    play.listen()
    assert play.patch(muted=True) == ["request#1: 202"]
    assert play.release("open") == ["socket#1: open", "socket#1: event muted"]


def test_a_handshake_on_an_unknown_channel_is_refused() -> None:
    play = Play()
    name, writes = play.engine.connect("unheard-of")
    assert play.lines(writes) == [f"{name}: refuse 404"]
    (closed,) = (entry for entry in play.engine.journal if entry.kind == "closed")
    assert (closed.name, closed.about, closed.data) == (
        "socket#1",
        "handshake refused with 404",
        {"channel": "unheard-of"},
    )


def test_a_second_socket_displaces_the_first_behind_what_is_in_its_lane() -> None:
    play = Play()
    channel_id = play.channel(CALLS)
    play.engine.connect(channel_id)
    play.engine.hold(["event"])
    play.patch(muted=True)
    assert play.lines(play.engine.connect(channel_id)[1]) == ["socket#2: open"]
    assert play.release("event") == ["socket#1: event muted", "socket#1: close 1000"]
    assert list(play.engine.state.sockets) == ["socket#2"]
    assert play.journaled("closed") == ["closed socket#1"]


def test_a_displaced_socket_hears_no_newer_event() -> None:
    play = Play()
    channel_id = play.channel(CALLS)
    play.engine.connect(channel_id)
    play.engine.hold(["close"])
    play.engine.connect(channel_id)
    assert play.patch(muted=True) == ["request#1: 202", "socket#2: event muted"]


def test_a_lost_handshake_leaves_no_socket_to_write_to() -> None:
    play = Play()
    play.engine.hold(["open"])
    play.listen()
    assert play.lines(play.engine.lose("open")) == []
    assert play.engine.state.sockets == {}
    assert play.patch(muted=True) == ["request#1: 202"]


# ---- turns


def test_in_turns_one_thing_reaches_the_pages_and_the_next_when_it_is_asked_for() -> None:
    play = playing()
    play.engine.take_turns()
    assert play.patch(muted=True) == ["request#1: 202"]
    assert play.journaled("ran") == ["ran job#1"], "what reaches no page waits for nothing"
    assert play.request("GET", "/api/v2/users/me") == []
    assert play.engine.waits_for_turn
    assert play.lines(play.engine.next_turn()) == ["socket#1: event muted"]
    assert play.lines(play.engine.next_turn()) == ["request#2: 200"]
    assert not play.engine.waits_for_turn


def test_when_time_passes_a_turn_begins() -> None:
    play = playing()
    play.engine.take_turns()
    assert play.patch(muted=True) == ["request#1: 202"]
    assert play.lines(play.engine.advance(1)) == ["socket#1: event muted"]


def test_what_a_delay_or_a_hold_keeps_back_does_not_wait_for_its_turn() -> None:
    play = faulty("delay", seconds=5.0)
    play.engine.take_turns()
    assert play.patch(muted=True) == []
    assert not play.engine.waits_for_turn


def test_who_opens_the_wire_lets_all_go_that_waited_for_its_turn() -> None:
    play = playing()
    play.engine.take_turns()
    play.patch(muted=True)
    assert play.lines(play.engine.open()) == ["socket#1: event muted"]
    assert play.patch(muted=False) == ["request#2: 202", "socket#1: event live"]


# ---- time


def test_what_falls_due_happens_at_its_own_moment_in_order() -> None:
    play = playing()
    start = play.engine.state.now
    play.engine.advance(10)
    play.listen()
    written = play.lines(play.engine.advance(65))
    assert written == [f"socket#{n}: heartbeat" for n in (1, 2, 1, 2)]
    assert play.engine.state.now == start + 75


def test_time_can_pass_without_heartbeats_and_then_they_go_on_in_their_rhythm() -> None:
    play = playing()
    play.engine.advance(10)
    assert play.lines(play.engine.advance(3600, heartbeats=False)) == []
    assert play.engine.next_deadline == 20
    assert play.lines(play.engine.advance(50)) == ["socket#1: heartbeat"] * 2


def test_what_is_no_heartbeat_still_comes_when_time_passes_without_heartbeats() -> None:
    play = playing()
    life = play.engine.next_deadline_without_heartbeats
    assert life is not None and life > 3600
    assert play.lines(play.engine.advance(life, heartbeats=False)) != []
    assert Play().engine.next_deadline_without_heartbeats is None


def test_the_next_deadline_is_told_in_seconds() -> None:
    play = playing()
    assert play.engine.next_deadline == 30
    play.engine.advance(12)
    assert play.engine.next_deadline == 18
    assert Play().engine.next_deadline is None


def test_heartbeats_can_be_held() -> None:
    play = playing()
    play.engine.hold(["heartbeat"])
    assert play.lines(play.engine.advance(70)) == []
    assert play.release("heartbeat", "heartbeat") == ["socket#1: heartbeat"] * 2


def test_a_channel_ends_after_a_day_with_a_notice_a_minute_before() -> None:
    play = playing()
    written = play.lines(play.engine.advance(86_400))
    assert len(written) == 2879 + 1 + 1
    assert [word.removeprefix("socket#1: ") for word in written[-5:]] == [
        "heartbeat",
        "system",
        "heartbeat",
        "heartbeat",
        "close 1001",
    ]
    assert play.engine.state.sockets == {}


# ---- faults


def test_a_delayed_request_is_answered_and_done_later() -> None:
    play = faulty("delay", seconds=5.0)
    assert play.patch(muted=True) == []
    assert play.engine.next_deadline == 5
    assert play.lines(play.engine.advance(4.9)) == []
    assert play.lines(play.engine.advance(0.2)) == ["request#1: 202", "socket#1: event muted"]


def test_a_delayed_parcel_can_be_released_before_its_time() -> None:
    play = faulty("delay", seconds=5.0)
    play.patch(muted=True)
    assert play.release("response") == ["request#1: 202"]
    assert play.release("job") == ["socket#1: event muted"]


def test_a_delayed_parcel_that_is_held_is_no_deadline() -> None:
    play = faulty("delay", seconds=5.0)
    play.engine.hold(["response", "job"])
    play.patch(muted=True)
    assert play.engine.next_deadline == 30
    assert play.lines(play.engine.advance(10)) == []
    assert play.lines(play.engine.open()) == ["request#1: 202", "socket#1: event muted"]


@pytest.mark.parametrize(("how", "written"), [("silence", []), ("cut", ["request#1: cut"])])
def test_a_lost_answer_was_done_all_the_same(how: Literal["silence", "cut"], written: list[str]) -> None:
    play = faulty("lose_response", how=how)
    assert play.patch(muted=True) == [*written, "socket#1: event muted"]
    assert play.journaled("lost") == ["lost response#1"]


def test_a_202_whose_job_never_runs() -> None:
    play = faulty("never_apply")
    assert play.patch(muted=True) == ["request#1: 202"]
    assert not leg_of(play.engine.state).muted


@pytest.mark.parametrize(("effect", "copies"), [("drop_event", 0), ("double_event", 2)])
def test_dropped_and_doubled_events(effect: str, copies: int) -> None:
    play = faulty(effect)
    assert play.patch(muted=True) == ["request#1: 202", *["socket#1: event muted"] * copies]


def test_a_socket_that_is_cut_by_a_request() -> None:
    play = faulty("cut_socket")
    assert play.patch(muted=True) == ["request#1: 202", "socket#1: cut"]
    assert play.journaled("closed") == ["closed socket#1"]


def test_an_event_to_a_silent_socket_is_lost() -> None:
    play = faulty("silence_socket")
    assert play.patch(muted=True) == ["request#1: 202"]
    assert play.journaled("lost") == ["lost event#1"]
    assert play.lines(play.engine.advance(90)) == []


def test_a_frame_for_a_socket_that_is_gone_is_lost() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.engine.disturb("the socket goes", lambda state: Outcome(state.without_socket("socket#1")))
    assert play.release("event") == []
    assert play.journaled("lost") == ["lost event#1"]


def test_cutting_loses_what_stood_in_the_lane() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    assert play.lines(play.engine.disturb("the sockets break", notifications.cut_sockets)) == ["socket#1: cut"]
    assert (play.pending, play.engine.state.sockets) == ([], {})


def test_a_fault_is_journaled_with_what_it_is_on() -> None:
    play = faulty("refuse")
    play.engine.add_fault(Fault("delay", "", None))
    changed = [(e.cause, e.about, e.data["times"]) for e in play.engine.journal if e.cause == "fault"]
    assert changed == [("fault", f"refuse on {PATCH}", 1), ("fault", "delay on any operation", None)]
