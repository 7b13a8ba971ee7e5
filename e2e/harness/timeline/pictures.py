"""Finds the picture that shows a moment of a story."""

from __future__ import annotations

from collections.abc import Mapping

from ..browser.frames import Pictures
from .timeline import Timeline


def by_moment(timeline: Timeline, pictures: Pictures) -> Mapping[int, bytes]:
    """Map the number of each moment at which a view was painted to its picture, if there is one."""
    views = [moment for moment in timeline.moments if moment.kind == "view" and moment.data.get("painted")]
    keys = {moment.n: (str(moment.data["document"]), int(moment.data["n"])) for moment in views}
    return {n: pictures[key] for n, key in keys.items() if key in pictures}
