"""Requests go into the engine, writes come out, in memory: what leaves, what waits, what is lost."""

import pytest

from mock_server.core.values import replace
from mock_server.engine.engine import NotInFlight
from mock_server.engine.wire import ParcelKind

from ..door import leg_of, world
from .play import Play, playing

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


def test_a_navigation_is_never_held() -> None:
    play = playing()
    play.engine.hold()
    asked = play.asked("GET", "/api/v2/users/me", None, "agent")
    _, writes = play.engine.arrive(replace(asked, headers={**asked.headers, "sec-fetch-mode": "navigate"}))
    assert (play.lines(writes), play.pending) == (["request#1: 200"], [])


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
    assert play.lines(play.engine.open()) == [
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
    assert play.lines(play.engine.hear("socket#1", '{"message":"ping"}')) == []
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
def test_a_lost_parcel_never_comes(kind: ParcelKind) -> None:
    play = playing()
    play.engine.hold([kind])
    play.patch(muted=True)
    assert play.lines(play.engine.lose(kind)) == []
    assert play.journaled("lost") == [f"lost {kind}#1"]
    assert play.lines(play.engine.open()) == []
    assert leg_of(play.engine.state).muted is (kind in ("response", "event"))


def test_what_stood_behind_a_lost_parcel_moves_up() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.engine.hear("socket#1", '{"message":"ping"}')
    assert play.lines(play.engine.lose("event")) == ["socket#1: pong"]


# ---- names


def test_a_request_is_named_before_it_comes() -> None:
    play = playing()
    assert play.engine.next_request_name == "request#1"
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
    assert play.journaled("lost") == ["lost request#1", "lost response#1"]
    assert leg_of(play.engine.state).muted


def test_a_socket_that_the_page_closed_gets_nothing_more() -> None:
    play = playing()
    play.engine.hold(["event"])
    play.patch(muted=True)
    play.engine.disconnect("socket#1")
    assert play.pending == []
    assert play.patch(muted=False) == ["request#2: 202"]
    assert play.journaled("closed") == ["closed socket#1"]


def test_a_socket_ends_once() -> None:
    play = playing()
    play.engine.disconnect("socket#1")
    play.engine.disconnect("socket#1")
    assert play.journaled("closed") == ["closed socket#1"]


def test_what_a_closed_socket_says_is_heard_by_nobody() -> None:
    play = playing()
    play.engine.disconnect("socket#1")
    assert play.engine.hear("socket#1", '{"message":"ping"}') == ()
    assert play.journaled("heard") == ["heard socket#1"]
