"""When every document has to be asked once more: what one did may have given another something to do."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Frame

from e2e.harness.probe.probe import Report
from e2e.harness.stillness.poll import Round
from mock_server.engine.traffic import Traffic

PAGE, TAB = object(), object()


@dataclass(eq=False)
class FakeFrame:
    page: object


def asked_round(*documents: tuple[object, str, bool]) -> tuple[Round, list[Frame]]:
    """A round in which documents, by (page, origin), report whether they were active; and their frames."""
    asked, frames = Round(cast(Traffic, None)), []
    for page, origin, active in documents:
        frame: Any = FakeFrame(page)
        report: Any = SimpleNamespace(origin=origin, active=active, wants_frame=active)
        asked.add(frame, cast(Report, report))
        frames.append(frame)
    return asked, frames


@pytest.mark.parametrize(
    ("documents", "unsettled"),
    [
        ([(PAGE, "a", True)], False),
        ([(PAGE, "a", False), (PAGE, "a", False)], False),
        ([(PAGE, "a", True), (PAGE, "a", False)], False),  # the second was asked after what the first did
        ([(PAGE, "a", False), (PAGE, "a", True)], True),
        ([(PAGE, "a", True), (PAGE, "b", False)], True),  # what it sent may be under way between two processes
        ([(PAGE, "null", True), (PAGE, "null", False)], True),
        ([(PAGE, "a", True), (TAB, "a", False)], True),
        ([(PAGE, "a", False), (TAB, "a", False)], False),
    ],
)
def test_whether_a_document_may_have_more_to_do(documents: list[tuple[object, str, bool]], unsettled: bool) -> None:
    assert asked_round(*documents)[0].unsettled is unsettled


def test_the_document_that_did_something_first_is_noted() -> None:
    asked, (_, second, _) = asked_round((PAGE, "a", False), (PAGE, "a", True), (PAGE, "a", True))
    assert asked.active == {PAGE: second}
    assert asked.wanting_frame == {PAGE}


def test_the_order_of_reports_does_not_depend_on_who_was_asked_first() -> None:
    asked, (first, second) = asked_round((PAGE, "a", True), (TAB, "a", False))
    asked.put_in_order([second, first, cast(Frame, object())])
    assert list(asked.reports) == [second, first]
