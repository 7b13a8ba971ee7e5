"""What Genesys does by itself when time has passed: not in flight until its moment, then on the wire like the rest."""

from mock_server.core.messages import Json
from mock_server.services.notifications import notifications

from ..door import LEG, world
from .play import CALLS, Play


def test_the_end_of_a_leg_settles_and_trails_when_time_passes() -> None:
    play = Play()
    play.listen()
    assert play.patch(state="disconnected") == ["request#1: 202", "socket#1: event ended"]
    assert play.pending == []
    assert play.engine.next_deadline is not None
    assert round(play.engine.next_deadline, 3) == 0.2
    assert play.lines(play.engine.advance(0.1)) == []
    assert play.lines(play.engine.advance(0.1)) == ["socket#1: event ended", "socket#1: event ended"]
    assert play.journaled("ran") == ["ran job#1", "ran job#2", "ran job#3"]


def test_what_has_fallen_due_can_be_held() -> None:
    play = Play()
    play.listen()
    play.patch(state="disconnected")
    play.engine.hold(["job"])
    play.engine.advance(1.0)
    assert play.pending == ["job#2"]
    assert play.release("job#2") == ["socket#1: event ended"]


def test_what_needs_no_time_comes_at_once() -> None:
    play = Play(world(disconnect_settles_seconds=0.0))
    play.listen()
    assert play.patch(state="disconnected") == ["request#1: 202", "socket#1: event ended", "socket#1: event ended"]


def test_the_held_flag_flaps_in_a_consult_and_a_mute_may_come_between() -> None:
    play = Play()
    play.listen()
    who: Json = {"destination": {"userId": play.engine.state.aliases["colleague"]}}
    assert play.request("POST", LEG + "/consult", who) == ["request#1: 200", "socket#1: event held"]
    assert play.patch(muted=True) == ["request#2: 202", "socket#1: event muted, held"]
    assert play.lines(play.engine.advance(1.0)) == ["socket#1: event muted", "socket#1: event muted, held"]


def test_a_change_that_takes_its_time_is_in_flight_meanwhile() -> None:
    play = Play(world(apply_seconds=0.45))
    play.listen()
    assert play.patch(muted=True) == ["request#1: 202"]
    assert play.pending == ["job#1"]
    assert play.lines(play.engine.advance(0.5)) == ["socket#1: event muted"]


def test_missed_events_come_behind_the_handshake() -> None:
    play = Play(world(replay_missed_events=True))
    channel_id = play.channel(CALLS)
    play.engine.connect(channel_id)
    play.engine.disturb("cut", notifications.cut_sockets)
    play.patch(muted=True)
    assert play.lines(play.engine.connect(channel_id)[1]) == ["socket#2: open", "socket#2: event muted"]
    assert play.lines(play.engine.connect(channel_id)[1]) == ["socket#2: close 1000", "socket#3: open"]


def test_the_journal_explains_a_frame_that_was_refused() -> None:
    play = Play()
    socket = play.listen()
    play.engine.hear(socket, '{"message": "subscribe", "topics": ["v2.conversations.x"]}')
    heard = [entry for entry in play.engine.journal if entry.kind == "heard"][-1]
    assert "there is no topic v2.conversations.x" in str(heard.data["hints"])
