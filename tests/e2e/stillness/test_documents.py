"""What is known of the pages' documents follows from reports, pushed logs and the server's traffic."""

from __future__ import annotations

import json
from typing import Any

from e2e.harness.probe.probe import PushedLog, Report, SocketReport
from e2e.harness.stillness.documents import Documents
from mock_server.engine.traffic import SocketTraffic, Traffic

NOTHING = Traffic(1, 0, {}, {}, {}, 0)
OPENED = {"kind": "socket", "socket": 1, "channel": "c"}


def report(
    document: str, *entries: dict[str, Any], started: int = 0, sockets: dict[str, SocketReport] | None = None
) -> Report:
    log = tuple({"n": n, **entry} for n, entry in enumerate(entries, start=1))
    return Report(document, log, True, (), "", started, (), sockets or {}, None, None, (), None, (), 0.0)


def reported(documents: Documents, given: Report, frame: str = "frame", pool: str = "pool") -> list[int]:
    return [entry["n"] for entry in documents.report(given, "agent", frame, pool)[1]]


def traffic(**fields: Any) -> Traffic:
    return Traffic(
        **{"version": 1, "noticeable": 0, "arrived": {}, "unanswered": {}, "sockets": {}, "leaving": 0, **fields}
    )


def test_each_entry_is_taken_once() -> None:
    documents = Documents()
    assert reported(documents, report("d", {"kind": "load"})) == [1]
    assert reported(documents, report("d", {"kind": "load"}, {"kind": "view"})) == [2]
    assert json.loads(documents.question(NOTHING, 0, 0, 1))["documents"] == {
        "d": {"seen": 2, "arrived": 0, "unanswered": []}
    }


def test_a_document_is_new_once() -> None:
    documents = Documents()
    assert [documents.report(report("d"), "agent", "frame", "pool")[0] for _ in range(2)] == [True, False]


def test_the_last_entries_of_a_document_come_once_when_it_is_gone() -> None:
    documents = Documents()
    reported(documents, report("old", {"kind": "load"}))
    for _ in range(2):  # through the console, and through the next document
        documents.push("agent", PushedLog("old", ({"n": 1, "kind": "load"}, {"n": 2, "kind": "leaving"}), 3))
    ((gone, entries),) = documents.collect_closed(["new"])
    assert (gone.id, gone.page_name, gone.started, [entry["n"] for entry in entries]) == ("old", "agent", 3, [2])
    assert list(documents.collect_closed(["new"])) == []


def test_entries_that_come_after_a_document_was_collected_are_not_lost() -> None:
    documents = Documents()
    reported(documents, report("old", {"kind": "load"}))
    list(documents.collect_closed([]))
    documents.push("agent", PushedLog("old", ({"n": 2, "kind": "view"},), 0))
    assert [[entry["n"] for entry in entries] for _, entries in documents.collect_closed([])] == [[2]]


def test_a_document_that_stayed_has_nothing_pushed_left() -> None:
    documents = Documents()
    documents.push("agent", PushedLog("d", ({"n": 1, "kind": "leaving"},), 0))
    assert reported(documents, report("d", {"kind": "leaving"}, {"kind": "view"})) == [1, 2]
    assert list(documents.collect_closed(["d"])) == []


def test_a_request_is_under_way_until_it_has_arrived() -> None:
    documents = Documents()
    reported(documents, report("d", started=2))
    assert documents.under_way(traffic(arrived={"d": 1}), 6) == ["request 2 of 'agent' was sent, but has not arrived"]
    assert documents.under_way(traffic(arrived={"d": 2}), 6) == []


def test_a_request_that_the_browser_queues_is_not_under_way() -> None:
    documents = Documents()
    reported(documents, report("d", started=6))
    reported(documents, report("e", started=1), frame="other frame")
    reported(documents, report("f", started=1), frame="other browser", pool="other pool")
    full = traffic(arrived={"d": 6}, unanswered={"d": (1, 2, 3, 4, 5, 6)})
    assert documents.under_way(full, 6) == ["request 1 of 'agent' was sent, but has not arrived"]  # that of f


def test_a_document_that_is_gone_sends_nothing_more() -> None:
    documents = Documents()
    reported(documents, report("d", started=2))
    list(documents.collect_closed([]))
    assert documents.under_way(NOTHING, 6) == []


def test_what_went_with_its_document_is_under_way_until_the_server_has_noticed() -> None:
    """Noticed a step later it would be named as if the next thing had led to it."""
    documents = Documents()
    kept = {"kind": "sent", "request": 2, "keepalive": True}
    reported(documents, report("d", {"kind": "sent", "request": 1}, kept, started=2))
    list(documents.collect_closed([]))
    assert documents.under_way(traffic(arrived={"d": 2}, unanswered={"d": (1, 2)}), 6) == [
        "request 1 of 'agent' went with its document, but the server has not noticed"
    ]
    assert documents.under_way(traffic(arrived={"d": 2}, unanswered={"d": (2,)}), 6) == []


def test_a_socket_is_under_way_until_the_server_has_heard_of_it() -> None:
    documents = Documents()
    reported(documents, report("d", OPENED))
    assert documents.under_way(NOTHING, 6) == [
        "socket 1 of 'agent' (channel c) was opened, but the server has not heard of it"
    ]
    assert documents.under_way(traffic(sockets={"c": SocketTraffic(1)}), 6) == []


def test_a_socket_waits_behind_another_handshake() -> None:
    documents = Documents()
    reported(documents, report("d", OPENED))
    assert documents.under_way(traffic(sockets={"other": SocketTraffic(1)}), 6) == []


def test_a_document_is_asked_of_its_newest_socket_only() -> None:
    documents = Documents()
    reported(documents, report("d", OPENED, {"kind": "opened", "socket": 1}))
    written = traffic(sockets={"c": SocketTraffic(1, open=True, frames=4)})
    asked = json.loads(documents.question(written, 0, 0, 1))["sockets"]
    assert asked == {"c": {"owner": "d", "made": 1, "open": True, "closed": False, "frames": 4, "older": []}}
    reported(documents, report("e", OPENED), frame="second tab")
    assert json.loads(documents.question(written, 0, 0, 1))["sockets"] == {}  # the server knows of the first tab's only


def test_a_message_on_a_socket_is_under_way_until_it_has_arrived() -> None:
    documents = Documents()
    reported(documents, report("d", OPENED, {"kind": "opened", "socket": 1}, {"kind": "frame-sent", "socket": 1}))
    lacks = documents.under_way(traffic(sockets={"c": SocketTraffic(1, open=True)}), 6)
    assert lacks == ["message 1 on socket 1 of 'agent' (channel c) was sent, but has not arrived"]
    assert documents.under_way(traffic(sockets={"c": SocketTraffic(1, open=True, heard=1)}), 6) == []


def test_the_end_of_a_socket_is_under_way_until_the_server_has_noticed() -> None:
    open_there = traffic(sockets={"c": SocketTraffic(1, open=True)})
    ended = "socket 1 of 'agent' (channel c) has ended, but the server has not noticed"
    closing, gone, closed = Documents(), Documents(), Documents()
    reported(
        closing, report("d", OPENED, {"kind": "opened", "socket": 1}, sockets={"c": SocketReport(1, 1, "closing", 0)})
    )
    assert closing.under_way(open_there, 6) == [ended]
    reported(gone, report("d", OPENED, {"kind": "opened", "socket": 1}))
    list(gone.collect_closed([]))
    assert gone.under_way(open_there, 6) == [ended]
    reported(
        closed, report("d", OPENED, {"kind": "opened", "socket": 1}, {"kind": "closed", "socket": 1, "own": False})
    )
    assert closed.under_way(open_there, 6) == [ended]
    assert closed.under_way(traffic(sockets={"c": SocketTraffic(1, closed=True)}), 6) == []


def test_a_socket_waits_for_nothing_when_the_server_knows_of_a_newer_one() -> None:
    documents = Documents()
    sent = {"kind": "frame-sent", "socket": 1}
    closed = SocketReport(1, 1, "closed", 0)
    reported(documents, report("d", OPENED, {"kind": "opened", "socket": 1}, sent, sockets={"c": closed}))
    assert documents.under_way(traffic(sockets={"c": SocketTraffic(1, open=True)}), 6) != []
    assert documents.under_way(traffic(sockets={"c": SocketTraffic(2, open=True)}), 6) == []


def test_a_socket_that_was_dropped_before_it_was_open_may_never_be_heard_of() -> None:
    documents = Documents()
    reported(documents, report("d", OPENED, {"kind": "closed", "socket": 1, "own": True}, {**OPENED, "socket": 2}))
    assert documents.under_way(traffic(sockets={"c": SocketTraffic(1)}), 6) == []


def test_a_socket_is_awaited_after_one_that_the_server_had_heard_of_was_dropped_before_it_was_open() -> None:
    documents = Documents()
    reported(documents, report("d", OPENED))
    assert documents.under_way(traffic(sockets={"c": SocketTraffic(1)}), 6) == []
    reported(documents, report("d", {"kind": "closed", "socket": 1, "own": True}, {**OPENED, "socket": 2}))
    given_up = traffic(sockets={"c": SocketTraffic(1, closed=True)})
    lacks = documents.under_way(given_up, 6)
    assert lacks == ["socket 2 of 'agent' (channel c) was opened, but the server has not heard of it"]
    # Nobody is asked to see the end that it knows of: that is the first one's.
    assert json.loads(documents.question(given_up, 0, 0, 1))["sockets"] == {}


def test_a_request_that_the_page_gave_up_is_under_way_until_the_server_has_noticed() -> None:
    documents = Documents()
    gave_up = {"kind": "received", "request": 1, "error": "timeout"}
    reported(documents, report("d", {"kind": "sent", "request": 1}, gave_up, started=1))
    waiting = traffic(arrived={"d": 1}, unanswered={"d": (1,)})
    assert documents.under_way(waiting, 6) == ["request 1 of 'agent' was given up, but the server has not noticed"]
    assert documents.under_way(traffic(arrived={"d": 1}), 6) == []


def test_a_request_that_the_browser_goes_on_with_is_not_waited_for_when_the_page_gave_it_up() -> None:
    documents = Documents()
    gave_up = {"kind": "received", "request": 1, "error": "timeout"}
    reported(documents, report("d", {"kind": "sent", "request": 1, "keepalive": True}, gave_up, started=1))
    assert documents.under_way(traffic(arrived={"d": 1}, unanswered={"d": (1,)}), 6) == []
