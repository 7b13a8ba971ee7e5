"""Requests, frames and time go into the engine, writes come out, in memory."""

from typing import Any, Literal

import pytest

from mock_server import faults
from mock_server.engine import NotInFlight
from mock_server.messages import Outcome, Request, Response
from mock_server.model import Fault, State
from mock_server.services import notifications
from mock_server.values import replace
from mock_server.wire import Kind

from .door import LEG, channel, leg_of, world
from .play import CALLS, Play

PATCH = "patchConversationsCallParticipant"


def playing(name: str = "one_call", sockets: int = 1, **settings: Any) -> Play:
    """A world with sockets that listen to the agent's calls."""
    play = Play(world(name, **settings))
    for _ in range(sockets):
        play.listen()
    return play


def faulty(effect: str, times: int | None = 1, **options: str | float) -> Play:
    play = playing()
    play.engine.add_fault(faults.checked(Fault(effect, PATCH, times, options)))
    return play


# ---- the open wire


def test_a_patch_is_answered_then_done_then_told() -> None:
    play = playing()
    assert play.patch(muted=True) == ["request#1: 202", "socket#1: event muted"]
    assert leg_of(play.engine.state).muted


def test_the_event_may_be_written_before_the_answer() -> None:
    assert playing(event_before_response=True).patch(muted=True) == ["socket#1: event muted", "request#1: 202"]


def test_each_subscribed_socket_is_told() -> None:
    assert playing(sockets=2).patch(muted=True)[1:] == ["socket#1: event muted", "socket#2: event muted"]


def test_a_refused_patch_leaves_an_answer_and_nothing_else() -> None:
    play = playing()
    assert play.patch(muted="yes") == ["request#1: 400"]
    assert not leg_of(play.engine.state).muted


# ---- holding


def test_a_held_patch_leaves_one_thing_after_the_other() -> None:
    play = playing()
    play.engine.hold()
    assert (play.patch(muted=True), play.pending) == ([], ["request#1"])
    assert (play.release("request#1"), play.pending) == ([], ["response#1", "job#1"])
    assert (play.release("job#1"), play.pending) == ([], ["response#1", "event#1"])
    assert play.release("event#1") == ["socket#1: event muted"]
    assert play.release("response#1") == ["request#1: 202"]
    assert play.pending == []


def test_only_what_is_held_waits() -> None:
    play = playing()
    play.engine.hold(["event"])
    assert play.patch(muted=True) == ["request#1: 202"]
    play.engine.hold(["response"])
    assert play.patch(muted=False) == []
    assert play.pending == ["event#1", "response#2"]


def test_opening_lets_everything_go_oldest_first() -> None:
    play = playing()
    play.engine.hold()
    play.patch(muted=True)
    play.patch(muted=False)
    assert play.said(play.engine.open()) == [
        "request#1: 202",
        "socket#1: event muted",
        "request#2: 202",
        "socket#1: event live",
    ]
    assert play.engine.held == frozenset()


def test_requests_may_overtake_each_other() -> None:
    play = playing()
    play.engine.hold(["request"])
    play.patch(muted=True)
    play.patch(muted=False)
    play.release("request#2", "request#1")
    assert leg_of(play.engine.state).muted


def test_the_jobs_of_one_call_keep_their_order() -> None:
    play = playing()
    play.engine.hold(["job"])
    play.patch(muted=True)
    play.patch(muted=False)
    with pytest.raises(NotInFlight, match=r"job#2 stands behind job#1 in lane jobs:"):
        play.release("job#2")
    assert play.release("job", "job") == ["socket#1: event muted", "socket#1: event live"]


def test_the_frames_of_one_socket_keep_their_order_but_sockets_do_not_wait_for_each_other() -> None:
    play = playing(sockets=2)
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.patch(muted=False)
    assert play.pending == ["event#1", "event#2"]
    assert play.release("event#2", "event#4") == ["socket#2: event muted", "socket#2: event live"]
    assert play.release("event", "event") == ["socket#1: event muted", "socket#1: event live"]


def test_what_comes_behind_a_held_parcel_of_its_lane_waits_too() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    assert play.said(play.engine.hear("socket#1", '{"message":"ping"}')) == []
    assert play.release("event") == ["socket#1: event muted", "socket#1: pong"]


def test_releasing_an_event_runs_the_job_that_makes_it() -> None:
    play = playing()
    play.engine.hold()
    play.patch(muted=True)
    play.release("request")
    assert play.release("event") == ["socket#1: event muted"]
    assert play.pending == ["response#1"]


def test_releasing_an_event_runs_no_job_when_there_is_one() -> None:
    play = playing()
    play.engine.hold()
    play.patch(muted=True)
    play.patch(muted=False)
    play.release("request", "request", "job")
    assert play.release("event") == ["socket#1: event muted"]
    assert play.pending == ["response#1", "response#2", "job#2"]


def test_releasing_an_event_that_is_not_held_itself_runs_the_job_alone() -> None:
    play = playing()
    play.engine.hold(["job"])
    play.patch(muted=True)
    assert play.release("event") == ["socket#1: event muted"]
    assert play.pending == []


def test_what_is_not_in_flight_is_said() -> None:
    with pytest.raises(NotInFlight, match="nothing called 'response' is in flight"):
        playing().release("response")


@pytest.mark.parametrize("kind", ["request", "response", "job", "event"])
def test_a_lost_parcel_never_comes(kind: Kind) -> None:
    play = playing()
    play.engine.hold([kind])
    play.patch(muted=True)
    assert play.said(play.engine.lose(kind)) == []
    assert play.told("lost") == [f"lost {kind}#1"]
    assert play.said(play.engine.open()) == []
    assert leg_of(play.engine.state).muted is (kind in ("response", "event"))


def test_what_stood_behind_a_lost_parcel_moves_up() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.engine.hear("socket#1", '{"message":"ping"}')
    assert play.said(play.engine.lose("event")) == ["socket#1: pong"]


# ---- names


def test_parcels_are_named_before_they_come() -> None:
    play = playing()
    assert (play.engine.next_request_name, play.engine.next_socket_name) == ("request#1", "socket#2")
    play.engine.hold(["response"])
    play.request("GET", "/api/v2/users/me")
    play.patch(muted=True)
    assert play.pending == ["response#1", "response#2"]
    assert play.engine.next_request_name == "request#3"


def test_each_request_has_a_correlation_of_its_own_which_the_seed_decides() -> None:
    def correlations(seed: int) -> list[str]:
        play = Play(world(seed=seed))
        return [play.engine.act(play.asked("GET", "/api/v2/users/me", None, "agent"))[0].headers[ID] for _ in "ab"]

    ID = "ININ-Correlation-Id"
    assert correlations(1) == correlations(1)
    assert len({*correlations(1), *correlations(2)}) == 4


# ---- those who are not at the page


def test_a_person_is_answered_at_once_and_the_rest_goes_over_the_wire() -> None:
    play = playing()
    assert play.act(muted=True) == ["202", "socket#1: event muted"]
    play.engine.hold()
    assert play.act(muted=False) == ["202"]
    assert play.pending == ["job#2"]


def test_what_a_person_did_stands_in_the_journal() -> None:
    play = playing()
    play.act(muted=True)
    assert [(e.kind, e.name, e.cause) for e in play.engine.journal][-6:] == [
        ("offered", "request#1", ""),
        ("arrived", "request#1", ""),
        ("delivered", "response#1", "request#1"),
        ("ran", "job#1", "request#1"),
        ("truth", play.engine.state.aliases["call"], "job#1"),
        ("delivered", "event#1", "job#1"),
    ]


# ---- the page goes


def test_an_answer_finds_nobody_when_the_page_has_gone() -> None:
    play = playing()
    play.engine.hold(["response"])
    play.patch(muted=True)
    play.engine.gone("request#1")
    assert play.release("response") == []
    assert play.told("lost") == ["lost request#1", "lost response#1"]
    assert leg_of(play.engine.state).muted


def test_a_socket_that_the_page_closed_gets_nothing_more() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.engine.disconnect("socket#1")
    assert play.pending == []
    assert play.patch(muted=False) == ["request#2: 202"]
    assert play.told("closed") == ["closed socket#1"]


def test_a_socket_ends_once() -> None:
    play = playing()
    play.engine.disconnect("socket#1")
    play.engine.disconnect("socket#1")
    assert play.told("closed") == ["closed socket#1"]


def test_what_a_closed_socket_says_is_heard_by_nobody() -> None:
    play = playing()
    play.engine.disconnect("socket#1")
    assert play.engine.hear("socket#1", '{"message":"ping"}') == ()
    assert play.told("heard") == ["heard socket#1"]


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
    assert play.said(writes) == [f"{name}: refuse 404"]
    (closed,) = (entry for entry in play.engine.journal if entry.kind == "closed")
    assert (closed.name, closed.about, closed.data) == (
        "socket#1",
        "handshake refused with 404",
        {"channel": "unheard-of"},
    )


def test_a_second_socket_displaces_the_first_behind_what_is_in_its_lane() -> None:
    play = Play()
    play.engine.state, channel_id = channel(play.engine.state, CALLS)
    play.engine.connect(channel_id)
    play.engine.hold(["event"])
    play.patch(muted=True)
    assert play.said(play.engine.connect(channel_id)[1]) == ["socket#2: open"]
    assert play.release("event") == ["socket#1: event muted", "socket#1: close 1000"]
    assert list(play.engine.state.sockets) == ["socket#2"]
    assert play.told("closed") == ["closed socket#1"]


def test_a_displaced_socket_hears_no_newer_event() -> None:
    play = Play()
    play.engine.state, channel_id = channel(play.engine.state, CALLS)
    play.engine.connect(channel_id)
    play.engine.hold(["close"])
    play.engine.connect(channel_id)
    assert play.patch(muted=True) == ["request#1: 202", "socket#2: event muted"]


def test_a_lost_handshake_leaves_no_socket_to_write_to() -> None:
    play = Play()
    play.engine.hold(["open"])
    play.listen()
    assert play.said(play.engine.lose("open")) == []
    assert play.engine.state.sockets == {}
    assert play.patch(muted=True) == ["request#1: 202"]


# ---- time


def test_what_falls_due_happens_at_its_own_moment_in_order() -> None:
    play = playing()
    start = play.engine.state.now
    play.engine.state = replace(play.engine.state, now=start + 10)
    play.listen()
    written = play.said(play.engine.advance(65))
    assert written == [f"socket#{n}: heartbeat" for n in (1, 2, 1, 2)]
    assert play.engine.state.now == start + 75


def test_the_next_deadline_is_told_in_seconds() -> None:
    play = playing()
    assert play.engine.next_deadline == 30
    play.engine.advance(12)
    assert play.engine.next_deadline == 18
    assert Play().engine.next_deadline is None


def test_heartbeats_can_be_held() -> None:
    play = playing()
    play.engine.hold(["heartbeat"])
    assert play.said(play.engine.advance(70)) == []
    assert play.release("heartbeat", "heartbeat") == ["socket#1: heartbeat"] * 2


def test_a_channel_ends_after_a_day_with_a_notice_a_minute_before() -> None:
    play = playing()
    written = play.said(play.engine.advance(86_400))
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
    assert play.said(play.engine.advance(4.9)) == []
    assert play.said(play.engine.advance(0.2)) == ["request#1: 202", "socket#1: event muted"]


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
    assert play.said(play.engine.advance(10)) == []
    assert play.said(play.engine.open()) == ["request#1: 202", "socket#1: event muted"]


@pytest.mark.parametrize(("how", "written"), [("silence", []), ("cut", ["request#1: cut"])])
def test_a_lost_answer_was_done_all_the_same(how: Literal["silence", "cut"], written: list[str]) -> None:
    play = faulty("lose_response", how=how)
    assert play.patch(muted=True) == [*written, "socket#1: event muted"]
    assert play.told("lost") == ["lost response#1"]


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
    assert play.told("closed") == ["closed socket#1"]


def test_an_event_to_a_silent_socket_is_lost() -> None:
    play = faulty("silence_socket")
    assert play.patch(muted=True) == ["request#1: 202"]
    assert play.told("lost") == ["lost event#1"]
    assert play.said(play.engine.advance(90)) == []


def test_a_frame_for_a_socket_that_is_gone_is_lost() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.engine.state = play.engine.state.without_socket("socket#1")
    assert play.release("event") == []
    assert play.told("lost") == ["lost event#1"]


def test_cutting_loses_what_stood_in_the_lane() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    assert play.said(play.engine.disturb("the sockets break", notifications.cut_sockets)) == ["socket#1: cut"]
    assert (play.pending, play.engine.state.sockets) == ([], {})


def test_a_fault_is_journaled_with_what_it_is_on() -> None:
    play = faulty("refuse")
    play.engine.add_fault(Fault("delay", "", None))
    changed = [(e.cause, e.about, e.data["times"]) for e in play.engine.journal if e.kind == "changed"]
    assert changed == [("fault", f"refuse on {PATCH}", 1), ("fault", "delay on any operation", None)]


# ---- what is written down


def test_the_world_is_the_first_truth() -> None:
    first, second = Play(world("two_calls")).engine.journal
    assert (first.kind, first.cause, second.cause) == ("truth", "world", "world")


def test_a_truth_is_written_for_each_call_that_changed_with_its_cause() -> None:
    play = playing("two_calls")
    play.patch(muted=True)
    truth = [entry for entry in play.engine.journal if entry.kind == "truth"][2:]
    assert [(entry.name, entry.cause) for entry in truth] == [(play.engine.state.aliases["call"], "job#1")]


def test_what_a_developer_should_know_of_a_refusal_stands_in_the_journal() -> None:
    play = playing()
    play.patch(isMuted=True)
    (arrived,) = (entry for entry in play.engine.journal if entry.kind == "arrived")
    assert (arrived.about, arrived.data["status"], arrived.data["operation"]) == (PATCH, 400, PATCH)
    assert "muted" in str(arrived.data["hints"])


def test_a_request_for_no_operation_says_so() -> None:
    play = playing()
    play.request("POST", LEG + "/mute")
    (arrived,) = (entry for entry in play.engine.journal if entry.kind == "arrived")
    assert (arrived.about, arrived.data["operation"]) == ("no operation", "")


def test_an_answer_says_what_was_true_when_it_was_made() -> None:
    play = playing()
    play.engine.hold(["response"])
    play.request("GET", "/api/v2/conversations/calls/{call}")
    made = len(play.engine.journal)
    play.patch(muted=True)
    play.release("response#1")
    (delivered,) = (e for e in play.engine.journal if e.name == "response#1")
    assert delivered.data["made"] == made


def test_the_wait_that_an_answer_asks_for_is_written_down() -> None:
    play = faulty("refuse", status=429, retry_after=7)
    assert play.patch(muted=True) == ["request#1: 429"]
    (delivered,) = (e for e in play.engine.journal if e.name == "response#1")
    assert delivered.data["retry_after"] == "7"


def test_an_administrators_change_is_journaled() -> None:
    def ring_off(state: State) -> State:
        return replace(state, calls={})

    play = playing()
    assert play.engine.change("ends all calls", ring_off) == ()
    assert [(e.about, e.cause) for e in play.engine.journal if e.kind == "changed"] == [
        ("ends all calls", "administrator")
    ]


def test_an_outcome_without_an_answer_is_an_error_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(state: State, request: Request) -> Outcome:
        return Outcome(state)

    monkeypatch.setattr("mock_server.gateway.handle", silent)
    play = Play()
    assert play.act(muted=True) == ["500"]
    assert play.patch(muted=True) == []
    (arrived, _) = (e for e in play.engine.journal if e.kind == "arrived")
    assert arrived.data["status"] is None


def test_time_that_passes_is_written_down() -> None:
    play = Play()
    play.engine.advance(1.5)
    assert [(e.kind, e.about, e.data) for e in play.engine.journal][-1] == ("moved", "1.5 s pass", {"seconds": 1.5})


def test_after_a_reset_nothing_is_left() -> None:
    play = playing()
    play.engine.hold()
    play.patch(muted=True)
    play.engine.gone("request#1")
    play.engine.reset(world("muted_call"))
    assert (play.pending, play.engine.held, len(play.engine.journal)) == ([], frozenset(), 1)
    assert play.patch(muted=False) == ["request#1: 202"]
    assert isinstance(play.engine.act(play.asked("GET", LEG[:24], None, "agent"))[0], Response)
