"""One round of asking every document; decides whether another has to follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Frame, Page

from mock_server.engine.traffic import Traffic

from ..probe.probe import Report


@dataclass(slots=True)
class Round:
    """What the documents reported. `again`: one was asked for the first time, or is gone."""

    traffic: Traffic  # before the first was asked
    reports: dict[Frame, Report] = field(default_factory=dict)
    again: bool = False
    active: dict[Page, Frame] = field(
        default_factory=dict
    )  # the first that did something: is asked first the next time
    unsettled: bool = False  # a document may have given work to another that was asked before it

    def add(self, frame: Frame, report: Report) -> None:
        """Take a document's report, in the order of asking.

        Within one process a document has received what those asked before it sent to it; between two it may be under way.
        """
        if report.active:
            self.active.setdefault(frame.page, frame)
            self.unsettled = self.unsettled or bool(self.reports)
        elsewhere = any(not _in_one_process(frame, report, other, one) for other, one in self.reports.items())
        active = report.active or any(one.active for one in self.reports.values())
        self.unsettled = self.unsettled or (elsewhere and active)
        self.reports[frame] = report

    def put_in_order(self, frames: Iterable[Frame]) -> None:
        """Put the reports in the order of these frames, so that nothing depends on who was asked first."""
        self.reports = {frame: self.reports[frame] for frame in frames if frame in self.reports}

    def every(self) -> Iterator[tuple[Frame, Report]]:
        """Every document's report, and behind it those of its Workers."""
        for frame, report in self.reports.items():
            yield frame, report
            for worker in report.workers:
                yield frame, worker

    @property
    def wanting_frame(self) -> frozenset[Page]:
        """The pages that have nothing to do before their next animation frame."""
        return frozenset(frame.page for frame, report in self.reports.items() if report.wants_frame)


def _in_one_process(frame: Frame, report: Report, other: Frame, one: Report) -> bool:
    """Whether two documents are in one process, as those of a page that share an origin are."""
    return frame.page is other.page and report.origin == one.origin != "null"
