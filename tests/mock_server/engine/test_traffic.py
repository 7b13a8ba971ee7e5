"""Requests of one document are admitted in the order in which the page sent them."""

from mock_server.engine.engine import Write
from mock_server.engine.traffic import Ledger, SocketTraffic


def admitted(*probes: str | None, abandoned: tuple[int, ...] = ()) -> list[str]:
    ledger, seen = Ledger(), []
    ledger.abandon("d", abandoned)
    for probe in probes:
        ledger.admit(probe, lambda probe=probe: seen.append(str(probe)))  # type: ignore[misc]  # lambda default of a loop variable
    return seen


def test_what_overtook_on_another_connection_waits_for_its_elder() -> None:
    assert admitted("d/2", "d/1", "d/3") == ["d/1", "d/2", "d/3"]


def test_documents_do_not_wait_for_each_other() -> None:
    assert admitted("d/2", "e/1") == ["e/1"]


def test_a_request_without_the_probe_is_admitted_at_once() -> None:
    assert admitted(None, "no number", "d/x") == ["None", "no number", "d/x"]


def test_a_number_that_comes_again_is_admitted_at_once() -> None:
    assert admitted("d/1", "d/1") == ["d/1", "d/1"]


def test_an_abandoned_request_is_not_waited_for() -> None:
    assert admitted("d/3", abandoned=(1, 2)) == ["d/3"]


def test_what_is_unanswered_is_listed_until_something_is_written() -> None:
    ledger = Ledger()
    ledger.admit("d/1", lambda: ledger.named("request#1", "d/1", navigation=False))
    assert ledger.snapshot().unanswered == {"d": (1,)}
    ledger.wrote(Write("response", "request#1"))
    assert (ledger.snapshot().unanswered, ledger.snapshot().arrived) == ({}, {"d": 1})


def test_navigations_stand_unanswered_apart() -> None:
    ledger = Ledger()
    ledger.named("request#1", None, navigation=True)
    assert ledger.snapshot().leaving == 1
    ledger.wrote(Write("response", "request#1"))
    assert ledger.snapshot().leaving == 0


def test_a_socket_is_counted_by_its_channel_and_its_newest_connection() -> None:
    ledger = Ledger()
    ledger.connected("socket#1", "channel")
    for kind in ("open", "frame", "frame"):
        ledger.wrote(Write(kind, "socket#1"))
    assert ledger.snapshot().sockets == {"channel": SocketTraffic(1, True, False, 2)}
    ledger.connected("socket#2", "channel")
    ledger.wrote(Write("refuse", "socket#2"))
    assert ledger.snapshot().sockets == {"channel": SocketTraffic(2, False, True, 0, older=(2,))}


def test_an_earlier_socket_is_counted_until_it_ends() -> None:
    ledger = Ledger()
    for number in (1, 2, 3):
        ledger.connected(f"socket#{number}", "channel")
        ledger.wrote(Write("open", f"socket#{number}"))
    for socket in ("socket#1", "socket#2", "socket#2", "socket#3"):
        ledger.wrote(Write("frame", socket))
    assert ledger.snapshot().sockets["channel"] == SocketTraffic(3, True, False, 1, older=(1, 2))
    ledger.heard("socket#2")
    ledger.wrote(Write("close", "socket#1"))
    assert ledger.snapshot().sockets["channel"] == SocketTraffic(3, True, False, 1, older=(2,))
    ledger.left("socket#2")
    ledger.left("socket#2")
    assert ledger.snapshot().sockets["channel"] == SocketTraffic(3, True, False, 1)


def test_an_earlier_socket_that_was_never_open_is_forgotten() -> None:
    ledger = Ledger()
    ledger.connected("socket#1", "channel")
    ledger.connected("socket#2", "channel")
    ledger.wrote(Write("refuse", "socket#1"))
    assert ledger.snapshot().sockets["channel"] == SocketTraffic(2)


def test_messages_of_the_page_are_counted() -> None:
    ledger = Ledger()
    ledger.connected("socket#1", "channel")
    ledger.heard("socket#1")
    ledger.heard("socket#of-nobody")
    assert ledger.snapshot().sockets == {"channel": SocketTraffic(1, heard=1)}
    assert ledger.snapshot().version == 3


def test_a_socket_that_the_page_left_is_closed() -> None:
    ledger = Ledger()
    ledger.connected("socket#1", "channel")
    ledger.wrote(Write("open", "socket#1"))
    ledger.left("socket#1")
    assert ledger.snapshot().sockets["channel"] == SocketTraffic(1, False, True, 0)


def test_every_crossing_moves_the_version() -> None:
    ledger = Ledger()
    versions = [ledger.version]
    ledger.connected("socket#1", "channel")
    versions.append(ledger.version)
    ledger.wrote(Write("open", "socket#1"))
    versions.append(ledger.version)
    assert versions == sorted(set(versions))


def test_closed_sockets_are_forgotten_when_there_are_many_and_open_ones_never() -> None:
    ledger = Ledger()
    for number in range(1_100):
        ledger.connected(f"socket#{number}", f"channel{number}")
        ledger.wrote(Write("open", f"socket#{number}"))
        if number:
            ledger.left(f"socket#{number}")
    sockets = ledger.snapshot().sockets
    assert (len(sockets), sockets["channel0"].open, "channel1" in sockets) == (1_000, True, False)
    ledger.left("socket#1")
    for number in range(1_100, 2_300):
        ledger.connected(f"socket#{number}", f"channel{number}")
    assert len(ledger.snapshot().sockets) == 1_201  # all but the first batch's closed ones are open
