"""Tests that a transcript is the same whenever the same happened, and another when something else did."""

from __future__ import annotations

from e2e.harness.timeline.timeline import Moment, Timeline
from e2e.harness.timeline.transcript import transcript

ID = "0b1c2d3e-0000-4000-a000-00000000000{}"


def transcribed(
    *,
    id_: str = "1",
    port: int = 1,
    document: str = "aaaaaaaaaaaa",
    frames: int = 1,
    muted: bool = True,
    exact_frames: bool = False,
) -> str:
    timeline = Timeline(names={ID.format("9"): "agent"}, exact_frames=exact_frames)
    url = f"http://127.0.0.1:{port}/x?of={ID.format(id_)}&by={ID.format('9')}"
    timeline.note("clicks mute", "agent", document=document, url=url, frames=frames, view={"muted": muted})
    return transcript(timeline)


def test_ids_ports_documents_and_frames_make_no_difference() -> None:
    assert transcribed() == transcribed(id_="2", port=4711, document="bbbbbbbbbbbb", frames=3)
    assert "agent" in transcribed()
    assert "id-" in transcribed()


def test_frames_make_a_difference_where_they_are_painted_by_command() -> None:
    assert transcribed(exact_frames=True) == transcribed(exact_frames=True)
    assert transcribed(exact_frames=True) != transcribed(exact_frames=True, frames=2)


def test_what_happened_makes_a_difference() -> None:
    assert transcribed() != transcribed(muted=False)


def loads(*documents: tuple[str, bool, str]) -> str:
    """The transcript of a page whose documents are (id, whether it is the page's own, address)."""
    timeline = Timeline()
    for place, (document, top, url) in enumerate(documents, start=1):
        data = {"document": document, "top": top, "url": url}
        timeline.moments.append(Moment(place, "load", "agent", "", "", data, 0, 0, 0.0))
    return transcript(timeline)


def test_whether_an_iframe_was_met_before_its_page_came_makes_no_difference() -> None:
    page, widget = ("aaaaaaaaaaaa", True, "https://crm.example/"), ("cccccccccccc", False, "https://mic.example/")
    assert loads(page, ("bbbbbbbbbbbb", False, "about:blank"), widget) == loads(page, widget)
    assert loads(("bbbbbbbbbbbb", True, "about:blank"), page, widget) != loads(page, widget)
    assert loads(page, ("bbbbbbbbbbbb", False, "https://ads.example/"), widget) != loads(page, widget)
