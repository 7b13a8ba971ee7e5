"""Tests that what pages did at the same time is put into one order, whichever connection was quicker."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from e2e.harness.timeline.canonical import canonical, in_order
from mock_server.core.messages import Request
from mock_server.core.worlds import build
from mock_server.engine.engine import Engine, Input
from mock_server.engine.journal import Entry


def test_what_pages_did_is_named_by_the_number_of_the_document() -> None:
    request = Request("GET", "/", {}, {"x-hotmic": "9f3a/7"}, b"", "9f3a")
    documents: dict[str, str] = {}
    inputs = canonical((Input("arrive", "", request), Input("gone", "request#4")), documents, {"request#4": "d1/6"})
    assert [one.verb for one in inputs] == ["gone", "arrive"]
    assert inputs[0].who == "d1/6"
    assert isinstance(inputs[1].content, Request)
    assert (inputs[1].content.headers["x-hotmic"], inputs[1].content.sender) == ("d1/7", "d1")


def ordered(*entries: Entry) -> list[tuple[int, str]]:
    return [(entry.n, entry.name) for entry in in_order(entries)]


def entry(n: int, kind: Any, name: str, cause: str = "page", **data: Any) -> Entry:
    return Entry(n, kind, name, cause, "", data)


AT_ONCE = (
    lambda n: entry(n, "heard", "socket#1"),
    lambda n: entry(n, "closed", "socket#1"),
    lambda n: entry(n, "offered", "socket#2", channel="c"),
    lambda n: entry(n, "offered", "request#9", "9f3a", probe="9f3a/9"),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_whatever_was_quicker_the_journal_has_one_order(order: tuple[int, ...]) -> None:
    entries = [AT_ONCE[which](n) for n, which in enumerate(order, 1)]
    assert ordered(*entries) == [(1, "socket#1"), (2, "socket#1"), (3, "socket#2"), (4, "request#9")]
    assert [one.kind for one in in_order(entries)] == ["heard", "closed", "offered", "offered"]


def test_nothing_is_moved_across_what_the_server_did_between() -> None:
    entries = [
        entry(1, "offered", "request#1", "9f3a", probe="9f3a/1"),
        entry(2, "arrived", "request#1", "9f3a"),
        entry(3, "closed", "socket#1"),
    ]
    assert ordered(*entries) == [(1, "request#1"), (2, "request#1"), (3, "socket#1")]


def test_what_ends_as_soon_as_it_began_ends_after_it_began() -> None:
    entries = [entry(1, "offered", "socket#2", channel="c"), entry(2, "closed", "socket#2")]
    assert ordered(*entries) == [(1, "socket#2"), (2, "socket#2")]
    assert [one.kind for one in in_order(entries)] == ["offered", "closed"]


def test_what_people_do_is_not_what_pages_do() -> None:
    engine = Engine(build("one_call"))
    headers = {"authorization": f"Bearer {engine.state.aliases['supervisor_token']}"}
    engine.act(Request("GET", "/api/v2/users/me", {}, headers, b"", "supervisor"))
    entries = list(engine.journal)
    assert in_order(entries) == entries
