"""One round of asking every document, and whether another has to follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Frame, Page

from mock_server.engine.traffic import Traffic

from ..probe.probe import Report


@dataclass(slots=True)
class Round:
    """What the documents said. `again`: one was asked for the first time, or has gone."""

    traffic: Traffic  # before anybody was asked
    reports: dict[Frame, Report] = field(default_factory=dict)
    again: bool = False
    liveliest: dict[Page, Frame] = field(default_factory=dict)  # did something: better asked first the next time
    stirring: bool = False  # a document may have given another something to do which was asked before that

    def hear(self, frame: Frame, report: Report) -> None:
        """A document's answer, in the order of asking.

        In one process a document finds what those asked before it sent to it; between two it may be still on its way.
        """
        if report.active:
            self.liveliest.setdefault(frame.page, frame)
            self.stirring = self.stirring or bool(self.reports)
        elsewhere = any(not _with(frame, report, other, one) for other, one in self.reports.items())
        active = report.active or any(one.active for one in self.reports.values())
        self.stirring = self.stirring or (elsewhere and active)
        self.reports[frame] = report

    def put_in_order(self, frames: Iterable[Frame]) -> None:
        """Whoever was asked first: what is told of them does not depend on it."""
        self.reports = {frame: self.reports[frame] for frame in frames if frame in self.reports}

    @property
    def wanting(self) -> frozenset[Page]:
        """The pages that cannot go on without a frame."""
        return frozenset(frame.page for frame, report in self.reports.items() if report.wants_frame)


def _with(frame: Frame, report: Report, other: Frame, one: Report) -> bool:
    """Whether two documents are in one process: those of a page that share an origin are."""
    return frame.page is other.page and report.origin == one.origin != "null"
