"""Takes a picture of a page at each stillness at which the agent's view of it has changed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from playwright.sync_api import Error, Page

from ..promises import Verdict
from ..timeline.timeline import Moment, Timeline
from ..verdict import Picture
from .story.cells import describe, rows_of

QUALITY: Final = 70  # of a JPEG: text stays sharp, and a report with fifty of them can be sent by mail
# The part of the window that is not empty: a widget takes up little of it.
_BOX: Final = """() => {
  const boxes = [...document.body.querySelectorAll('*')].map((part) => part.getBoundingClientRect());
  const seen = boxes.filter(({ width, height, right, bottom }) => width && height && right > 0 && bottom > 0);
  if (!seen.length) return [0, 0, innerWidth, innerHeight];
  const edge = (side, least) => least(...seen.map((box) => box[side]));
  const [left, top] = [Math.max(0, edge('left', Math.min) - 16), Math.max(0, edge('top', Math.min) - 16)];
  const [right, bottom] = [edge('right', Math.max) + 16, edge('bottom', Math.max) + 16];
  return [left, top, Math.min(innerWidth, right) - left, Math.min(innerHeight, bottom) - top];
}"""
Box = tuple[float, float, float, float]
T = TypeVar("T")
When = Literal["before", "broken"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a page, and the number of the story's last moment when it was taken.

    `image` is a JPEG; it is empty where pages paint by command, since their frames are the pictures.
    """

    page: str
    moment: int
    shows: str
    box: Box
    image: bytes = b""


class Camera:
    """Takes the pictures of one story. With `frames` the pages paint by command, and it only measures what is not empty."""

    def __init__(self, *, frames: bool = False) -> None:
        self.shots: list[Shot] = []
        self._frames = frames

    def look(self, pages: Mapping[str, Page], views: Mapping[str, Mapping[str, Any]], timeline: Timeline) -> None:
        """Take a picture, at a stillness, of each page (by its word) whose view differs from its last picture."""
        for word, page in pages.items():
            shows = describe(views[word]) if word in views else "no widget"
            last = next((shot for shot in reversed(self.shots) if shot.page == word), None)
            if last is not None and last.shows == shows:
                continue
            try:
                left, top, width, height = page.evaluate(_BOX)
                image = b"" if self._frames else page.screenshot(type="jpeg", quality=QUALITY, caret="initial")
            except Error:
                continue  # it went away meanwhile
            self.shots.append(Shot(word, len(timeline.moments), shows, (left, top, width, height), image))

    def pictures(
        self, timeline: Timeline, verdict: Verdict, painted: Mapping[int, bytes] | None = None
    ) -> tuple[Picture, ...]:
        """Choose what the agent saw where a promise broke, and just before that if it was something else.

        `painted` are the frames that were painted by command, as PNG: the number of a moment → what was first seen there.
        """
        page = _page(timeline, timeline.moments[verdict.moment - 1])
        shots = [shot for shot in self.shots if shot.page == page]
        if painted:
            views = [timeline.moments[n - 1] for n in sorted(painted) if timeline.moments[n - 1].page == page]
            chosen = _chosen(views, [view.n for view in views], *_broke(timeline, verdict))
            return tuple(_frame(when, view, painted[view.n], shots) for when, view in chosen)
        if self._frames:
            return ()
        chosen_shots = _chosen(shots, [shot.moment for shot in shots], *_broke(timeline, verdict))
        return tuple(Picture(when, page, shot.shows, _uri("jpeg", shot.image), shot.box) for when, shot in chosen_shots)


def _page(timeline: Timeline, moment: Moment) -> str:
    """The page that a moment is of, or that sent the request."""
    probe = moment.data.get("probe")
    sent = (one for one in timeline.moments if one.kind == "sent") if probe else ()
    senders = (one.page for one in sent if f"{one.data['document']}/{one.data['request']}" == probe)
    return moment.page or next(senders, "agent")


def _broke(timeline: Timeline, verdict: Verdict) -> tuple[int, int]:
    """From which moment to which (their numbers) a promise broke: until it is still, at a stillness from its marked line on."""
    first = last = verdict.moment
    rests = [moment.kind == "rest" for moment in timeline.moments]
    if rests[first - 1]:
        first = max((row.moment for row in rows_of(timeline, first) if row.moment <= first), default=first)
    while last < len(rests) and not (rests[last - 1] and not rests[last]):  # a stillness has a moment for each page
        last += 1
    return first, last


def _chosen(seen: Sequence[T], moments: Sequence[int], first: int, last: int) -> list[tuple[When, T]]:
    """What was seen just before the first moment, and what came from then until the last; if nothing came, it was still that."""
    before = [one for one, n in zip(seen, moments, strict=True) if n < first][-1:]
    came = [one for one, n in zip(seen, moments, strict=True) if first <= n <= last][:1]
    if not came:
        return [("broken", one) for one in before]
    return [*(("before", one) for one in before), ("broken", came[0])]


def _frame(when: When, view: Moment, image: bytes, shots: Sequence[Shot]) -> Picture:
    box = next((shot.box for shot in shots if shot.moment >= view.n), shots[-1].box if shots else (0, 0, 1280, 720))
    return Picture(when, view.page, describe(view.data["view"]), _uri("png", image), box)


def _uri(kind: str, image: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(image).decode()}"
