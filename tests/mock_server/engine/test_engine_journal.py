"""What the engine writes down: who did what, why, and what was true then."""

import pytest

from mock_server.core.messages import Outcome, Request
from mock_server.core.model import State
from mock_server.core.values import replace

from ..door import LEG, world
from .play import PATCH, Play, faulty, playing

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
    made = play.engine.journal.count
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
    def ring_off(state: State) -> Outcome:
        return Outcome(replace(state, calls={}))

    play = Play()
    assert play.engine.change("ends all calls", ring_off) == ()
    assert [(e.about, e.cause) for e in play.engine.journal if e.kind == "changed"] == [
        ("ends all calls", "administrator")
    ]


def test_an_outcome_without_an_answer_is_an_error_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(state: State, request: Request) -> Outcome:
        return Outcome(state)

    monkeypatch.setattr("mock_server.gateway.gateway.handle", silent)
    play = Play()
    assert play.act(muted=True) == ["500"]
    assert play.patch(muted=True) == []
    (arrived, _) = (e for e in play.engine.journal if e.kind == "arrived")
    assert arrived.data["status"] is None


def test_time_that_passes_is_written_down() -> None:
    play = Play()
    play.engine.advance(1.5)
    assert [(e.kind, e.about, e.data) for e in play.engine.journal][-1] == ("moved", "1.5 s pass", {"seconds": 1.5})


def test_a_copy_goes_on_by_itself() -> None:
    play = playing()
    play.engine.hold(["response"])
    play.patch(muted=True)
    copy = play.engine.copy()
    play.engine.gone("request#1")
    play.engine.open()
    assert (copy.journal.count, [parcel.name for parcel in copy.pending], copy.held) == (
        0,
        ["response#1"],
        frozenset(["response"]),
    )
    assert play.lines(copy.open()) == ["request#1: 202"]
    assert copy.next_request_name == "request#2"
