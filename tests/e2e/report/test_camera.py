"""Tests which pictures of a story a report shows: what the agent saw where a promise broke, and the different view before."""

import zipfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Error, Page

from e2e.harness.explorer.recording import mask_archive
from e2e.harness.promises import Verdict
from e2e.harness.report.camera import Camera, Shot
from e2e.harness.timeline.timeline import Timeline
from tests.e2e.stories import StoryBuilder, timeline_of, view


class Paper:
    """A page whose pictures are numbers: 1, 2, …"""

    def __init__(self) -> None:
        self.taken = 0
        self.gone = False

    def evaluate(self, script: str) -> list[int]:
        if self.gone:
            raise Error("Target page has been closed")
        return [1, 2, 3, 4]

    def screenshot(self, **options: Any) -> bytes:
        self.taken += 1
        return str(self.taken).encode()


def look(camera: Camera, paper: Paper, words: str, timeline: Timeline) -> None:
    camera.look({"agent": cast(Page, paper)}, {"agent": view(words)}, timeline)


def test_a_picture_is_taken_when_something_else_is_seen() -> None:
    camera, paper = Camera(), Paper()
    for words in ("UNMUTED", "UNMUTED", "UNMUTED pending", "MUTED", "MUTED"):
        look(camera, paper, words, Timeline())
    assert [shot.shows for shot in camera.shots] == ["UNMUTED", "UNMUTED (pending)", "MUTED"]
    assert paper.taken == 3


def test_a_page_that_goes_away_is_not_pictured() -> None:
    camera, paper = Camera(), Paper()
    paper.gone = True
    look(camera, paper, "MUTED", Timeline())
    assert camera.shots == []


VIEWS = "sees UNMUTED | rest | sees MUTED | rest | rest | sees UNMUTED | rest"
SHOTS = [
    Shot("agent", 3, "UNMUTED", (0, 0, 3, 3), b"1"),
    Shot("agent", 5, "MUTED", (0, 0, 5, 5), b"2"),
    Shot("agent", 8, "UNMUTED", (0, 0, 8, 8), b"3"),
    Shot("agent tab 2", 4, "elsewhere", (0, 0, 4, 4), b"4"),
]


def pictured(camera: Camera, kind: str, moment: int, painted: dict[int, bytes] | None = None) -> list[str]:
    timeline = timeline_of(VIEWS)
    assert timeline.moments[moment - 1].kind == kind
    camera.shots = SHOTS
    pictures = camera.pictures(timeline, Verdict("never_flickers", "broken", moment, "why"), painted)
    images = {f"data:image/{k};base64,{b64encode(n).decode()}": n.decode() for k in ("jpeg", "png") for n in PAPERS}
    return [f"{one.when} {one.shows} {images[one.image]} {one.box[2]}" for one in pictures]


PAPERS = (b"1", b"2", b"3", b"4")


@pytest.mark.parametrize(
    ("kind", "moment", "shown"),
    [
        ("view", 4, ["before UNMUTED 1 3", "broken MUTED 2 5"]),  # pictured at the rest that follows
        ("rest", 6, ["before UNMUTED 1 3", "broken MUTED 2 5"]),  # nothing else was seen since
        ("rest", 8, ["before MUTED 2 5", "broken UNMUTED 3 8"]),
        ("view", 2, ["broken UNMUTED 1 3"]),
    ],
)
def test_the_picture_of_where_it_broke_and_the_one_before(kind: str, moment: int, shown: list[str]) -> None:
    assert pictured(Camera(), kind, moment) == shown


@pytest.mark.parametrize(
    ("kind", "moment", "shown"),
    [
        ("view", 4, ["before UNMUTED 1 3", "broken MUTED 2 5"]),
        ("rest", 8, ["before MUTED 2 5", "broken UNMUTED 3 8"]),
        ("view", 2, ["broken UNMUTED 1 3"]),
    ],
)
def test_frames_by_command_are_the_pictures_where_there_are_any(kind: str, moment: int, shown: list[str]) -> None:
    assert pictured(Camera(frames=True), kind, moment, {2: b"1", 4: b"2", 7: b"3"}) == shown
    assert pictured(Camera(frames=True), kind, moment) == []


# What is seen, and which pictures show a breach at the moment of a kind: the last one of it that comes before `~`.
JUST_BEFORE = [
    # The view was the same before, and stayed: an earlier one, as of loading, has nothing to do with it.
    ("sees none gone | rest | sees UNMUTED | rest | truth muted | rest ~", "rest", ["broken UNMUTED"]),
    ("sees none gone | rest | sees UNMUTED | rest | asks GET /x ~| 200 | rest", "offered", ["broken UNMUTED"]),
    # What came of it at the same stillness.
    (
        "sees UNMUTED | rest | sees UNMUTED pending | rest flight | 403 ~| sees UNMUTED alert | rest | sees MUTED | rest",
        "received",
        ["before UNMUTED (pending)", "broken UNMUTED, “why”"],
    ),
    (
        "sees UNMUTED | rest | sees UNMUTED pending | sees MUTED | rest ~",
        "rest",
        ["before UNMUTED (pending)", "broken MUTED"],
    ),
    (
        "sees UNMUTED | rest | sees UNMUTED pending | sees MUTED ~| rest",
        "view",
        ["before UNMUTED (pending)", "broken MUTED"],
    ),
    ("sees UNMUTED ~| rest", "view", ["broken UNMUTED"]),
]


@pytest.mark.parametrize(("text", "kind", "shown"), JUST_BEFORE)
def test_the_picture_before_is_the_one_just_before(text: str, kind: str, shown: list[str]) -> None:
    until, timeline = timeline_of(text.partition("~")[0].strip(" |")), timeline_of(text.replace("~", ""))
    broke = max(moment.n for moment in until.moments if moment.kind == kind)
    painted = {moment.n: b"png" for moment in timeline.moments if moment.kind == "view"}
    pictures = Camera(frames=True).pictures(timeline, Verdict("never_flickers", "broken", broke, "why"), painted)
    assert [f"{one.when} {one.shows}" for one in pictures] == shown


def test_the_picture_is_of_the_page_that_sent_the_request() -> None:
    builder = StoryBuilder().play("sees UNMUTED | rest")
    moments = builder.timeline.moments
    seen = {"view": view("MUTED"), "painted": True, "document": "e"}
    builder.add("view", "agent tab 2", "", "", seen)
    builder.play("asks GET /x")
    painted = {moment.n: b"png" for moment in moments if moment.kind == "view"}
    assert (moments[-2].kind, moments[-1].kind) == ("offered", "arrived")
    moments[-3] = replace(moments[-3], page="agent tab 2")
    verdict = Verdict("no_storm", "broken", moments[-2].n, "why")
    (picture,) = Camera(frames=True).pictures(builder.timeline, verdict, painted)
    assert (picture.page, picture.shows) == ("agent tab 2", "MUTED")


def test_without_a_picture_there_is_none() -> None:
    assert Camera().pictures(timeline_of("rest"), Verdict("never_flickers", "broken", 1, "why")) == ()


def test_secrets_in_an_archive_are_cut_and_keep_their_length(tmp_path: Path) -> None:
    path = tmp_path / "trace.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("trace.network", "Bearer abcdefgh; other")
        archive.writestr("resources/a.bin", b"\x00abcdefgh\xff")
    mask_archive(path, ["abcdefgh"])
    with zipfile.ZipFile(path) as archive:
        assert archive.read("trace.network") == b"Bearer abcd****; other"
        assert archive.read("resources/a.bin") == b"\x00abcd****\xff"
    assert [path.name for path in tmp_path.iterdir()] == ["trace.zip"]
