"""A transcript is the same whenever the same happened, and another when something else did."""

from __future__ import annotations

from e2e.harness.timeline.timeline import Timeline
from e2e.harness.timeline.transcript import transcript

ID = "0b1c2d3e-0000-4000-a000-00000000000{}"


def told(
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


def test_ids_ports_documents_and_frames_tell_nothing() -> None:
    assert told() == told(id_="2", port=4711, document="bbbbbbbbbbbb", frames=3)
    assert "agent" in told()
    assert "id-" in told()


def test_frames_tell_where_they_come_by_command() -> None:
    assert told(exact_frames=True) == told(exact_frames=True)
    assert told(exact_frames=True) != told(exact_frames=True, frames=2)


def test_what_happened_tells() -> None:
    assert told() != told(muted=False)
