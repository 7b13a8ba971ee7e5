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
from .story.cells import describe

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
        """Choose what the agent saw where a promise broke, and the last different view before.

        `painted` are the frames that were painted by command, as PNG: the number of a moment → what was first seen there.
        """
        moment = timeline.moments[verdict.moment - 1]
        page = moment.page or "agent"
        shots = [shot for shot in self.shots if shot.page == page]
        if painted:
            views = [timeline.moments[n - 1] for n in sorted(painted) if timeline.moments[n - 1].page == page]
            return _frames(shots, views, painted, moment.n)
        if not shots or self._frames:
            return ()
        if moment.kind == "rest":
            place = max((n for n, shot in enumerate(shots) if shot.moment <= moment.n), default=0)
        else:
            place = next((n for n, shot in enumerate(shots) if shot.moment >= moment.n), len(shots) - 1)
        return tuple(
            Picture(when, page, shot.shows, _uri("jpeg", shot.image), shot.box) for when, shot in _two(shots, place)
        )


def _frames(
    shots: Sequence[Shot], views: Sequence[Moment], painted: Mapping[int, bytes], moment: int
) -> tuple[Picture, ...]:
    place = max((n for n, view in enumerate(views) if view.n <= moment), default=0)
    pictures = []
    for when, view in _two(views, place):
        box = next((shot.box for shot in shots if shot.moment >= view.n), shots[-1].box if shots else (0, 0, 1280, 720))
        shows = describe(view.data["view"])
        pictures.append(Picture(when, view.page, shows, _uri("png", painted[view.n]), box))
    return tuple(pictures)


def _two(seen: Sequence[T], place: int) -> list[tuple[Literal["before", "broken"], T]]:
    """The item at a place, after the one before it if there is one."""
    here: list[tuple[Literal["before", "broken"], T]] = [("broken", one) for one in seen[place : place + 1]]
    return [("before", seen[place - 1]), *here] if place else here


def _uri(kind: str, image: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(image).decode()}"
