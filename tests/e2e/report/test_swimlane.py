"""Tests the geometry of a story's picture."""

from dataclasses import replace

import pytest

from e2e.harness.report.swimlane import DESK, LETTER, MARK, PHONE, Measures, swimlane
from e2e.harness.verdict import Step
from tests.e2e.trials import DRAWN

LANES = swimlane(DRAWN)


def test_arrows_go_from_lane_to_lane_and_points_are_in_one() -> None:
    xs = {lane.name: lane.x for lane in LANES.lanes}
    for row in LANES.rows:
        assert (row.x, row.to) == (xs[row.step.lane], xs[row.step.to or row.step.lane])
    assert xs["page"] - xs["agent"] == DESK.lane


def test_a_line_at_which_promises_broke_has_room_for_their_names() -> None:
    heights = [row.height for row in LANES.rows]
    assert heights == [DESK.row + (2 * MARK if row.marks else 0) for row in LANES.rows]
    assert [row.marks for row in LANES.rows if row.marks] == [("never_falsely_muted", "rests_on_the_truth")]
    for above, below in zip(LANES.rows, LANES.rows[1:], strict=False):
        assert below.top == above.top + above.height
    assert LANES.height > LANES.rows[-1].top + LANES.rows[-1].height


def test_what_was_in_flight_at_the_same_time_is_side_by_side() -> None:
    bars = {bar.name: bar for bar in LANES.bars}
    assert set(bars) == {"request#6", "response#6", "job#1", "event#1", "event#2"}
    assert bars["event#1"].x != bars["event#2"].x
    assert bars["event#1"].y == bars["event#2"].y
    rows = {row.step.line: row for row in LANES.rows if row.step.line}
    assert (bars["request#6"].y, bars["request#6"].height) == (rows[2].y, rows[3].y - rows[2].y)


def test_a_ribbon_each_for_what_was_seen_and_what_was_true() -> None:
    agent, *_, genesys = LANES.lanes
    states = {x: [ribbon.state for ribbon in LANES.ribbons if ribbon.x == x] for x in (agent.x, genesys.x)}
    assert states == {agent.x: ["unmuted", "muted"], genesys.x: ["unmuted", "muted"]}
    ends = [ribbon.y + ribbon.height for ribbon in LANES.ribbons if ribbon.state == "unmuted"]
    begins = [ribbon.y for ribbon in LANES.ribbons if ribbon.state == "muted"]
    assert ends == begins


def test_words_that_have_no_room_are_cut_and_an_event_keeps_its_end() -> None:
    words = {row.step.line: row.words for row in LANES.rows}
    assert words[3].endswith("…") and len(words[3]) < 32
    assert words[8].startswith("event#1 …") and words[8].endswith("muted=true")


def test_a_story_in_which_nothing_was_seen_of_the_mute_has_no_ribbon_of_it() -> None:
    silent = replace(DRAWN, steps=tuple(step for step in DRAWN.steps if step.kind not in ("view", "truth")))
    assert swimlane(silent).ribbons == ()


WIDEST_PHONE = 310  # of 390 pixels: the page's own edges take the rest


def test_on_a_phone_all_lanes_are_side_by_side_and_words_stand_above_what_they_are_about() -> None:
    narrow = swimlane(DRAWN, PHONE)
    assert [lane.name for lane in narrow.lanes] == [lane.name for lane in LANES.lanes]
    assert narrow.width <= WIDEST_PHONE
    assert {(row.words_x, row.anchor) for row in narrow.rows} == {(PHONE.number + 8, "start")}
    assert all(row.top < row.words_y < row.y < row.top + PHONE.row for row in narrow.rows)


@pytest.mark.parametrize("measures", [DESK, PHONE])
def test_a_second_tab_makes_only_a_desk_picture_wider(measures: Measures) -> None:
    tabs = replace(DRAWN, lanes=("agent", "page", "page, tab 2", "wire", "genesys"))
    more = swimlane(tabs, measures).width - swimlane(DRAWN, measures).width
    assert more == (DESK.lane if measures is DESK else 0)


@pytest.mark.parametrize(
    ("words", "anchor"),
    [
        ("request#7 PATCH muted=false by supervisor", "start"),
        ("request#7 PATCH muted=false by supervisor (other_call)", "end"),  # there is more room on the left
    ],
)
def test_a_request_of_a_person_has_room_for_who_sent_it_and_for_which_call(words: str, anchor: str) -> None:
    drawn = swimlane(replace(DRAWN, steps=(Step(1, "request", "wire", "", words, 0.0),)))
    (row,) = drawn.rows
    assert (row.words, row.anchor) == (words, anchor)
    begins = row.words_x - (len(words) * LETTER if anchor == "end" else 0)
    assert DESK.number < begins and begins + len(words) * LETTER <= drawn.width
