"""Tests that a transcript is the same whenever the same happened, and another when something else did."""

from __future__ import annotations

from e2e.harness.timeline.timeline import Timeline
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
