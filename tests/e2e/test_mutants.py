"""Each mutant fits the reference and says what it is; a file that does not is told so in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.harness.kills import Kill, table
from e2e.harness.mutants import SECTIONS, Mutant, mutants, parsed, story_of
from e2e.harness.promises import PROMISES, Verdict
from e2e.harness.variants import SUFFIX, BadVariant, read_variant

pytest_plugins = ["mock_server.pytest_plugin"]  # knows the mark that the suite's stories bear
FIXTURES = Path(__file__).parents[2] / "fixtures"
REFERENCE = FIXTURES / "widget"
MUTANTS = mutants(FIXTURES / "mutants")
EACH = pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in MUTANTS])

GOOD = """bug: the caller is muted
why: it is listed first
breaks: never_stuck
story: test_mute.test_mute
section: request

# a comment
--- a.js
<<<<<<<
  two
=======
  deux
>>>>>>>
<<<<<<<
four
=======
>>>>>>>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.js").write_text("one\n  two\nthree\nfour\n")
    return tmp_path


# ---- the mutants that there are


@EACH
def test_a_mutant_fits_the_reference_and_changes_it(mutant: Mutant) -> None:
    changed = mutant.files(REFERENCE)
    assert changed
    assert all(content != (REFERENCE / file).read_bytes() for file, content in changed.items())


@EACH
def test_a_mutant_is_small(mutant: Mutant) -> None:
    assert sum(len(edit.new.splitlines()) for edit in mutant.edits) <= 8


@EACH
def test_a_mutant_names_a_story_of_the_suite(mutant: Mutant) -> None:
    story = story_of(mutant)
    assert callable(story.function)
    assert {mark.name for mark in story.marks} <= {"world"}


@EACH
def test_a_mutant_speaks_of_the_agent_in_one_line(mutant: Mutant) -> None:
    assert 20 < len(mutant.bug) <= 120
    assert 20 < len(mutant.why) <= 120


@pytest.mark.parametrize(
    ("section", "least"),
    [("request", 10), ("response", 8), ("event", 12), ("connection", 4), ("page", 5), ("thread", 10)],
)
def test_each_section_has_its_mutants(section: str, least: int) -> None:
    assert section in SECTIONS
    assert sum(mutant.section == section for mutant in MUTANTS) >= least


def test_each_promise_has_a_mutant_that_breaks_it() -> None:
    assert {mutant.breaks for mutant in MUTANTS} == set(PROMISES)


def test_each_mistake_of_the_forum_thread_is_a_mutant_whose_story_says_what_would_be_right() -> None:
    thread = [mutant for mutant in MUTANTS if mutant.section == "thread"]
    assert len(thread) == 10
    assert [mutant.name for mutant in thread if not mutant.hint] == []


def test_no_two_mutants_are_the_same() -> None:
    assert len({json.dumps([[e.file, e.old, e.new] for e in mutant.edits]) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("path", sorted((FIXTURES / "variants").iterdir()), ids=lambda path: path.stem)
def test_a_variant_fits_the_reference_and_says_why(path: Path) -> None:
    variant = read_variant(path)
    assert path.suffix == SUFFIX
    assert 20 < len(variant.why) <= 120
    assert all(content != (REFERENCE / file).read_bytes() for file, content in variant.files(REFERENCE).items())


# ---- reading one


def test_edits_replace_whole_lines(folder: Path) -> None:
    assert parsed("m", GOOD).files(folder) == {"a.js": b"one\n  deux\nthree\n"}


def test_a_later_edit_meets_what_an_earlier_one_made(folder: Path) -> None:
    again = "<<<<<<<\n  deux\n=======\n  zwei\n>>>>>>>\n"
    assert parsed("m", GOOD + again).files(folder) == {"a.js": b"one\n  zwei\nthree\n"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("why: it is listed first\n", "", "mutant 'm' does not say: why"),
        ("why: it is listed first\n", "why:\n", "mutant 'm' does not say: why"),
        ("why:", "reason:", "mutant 'm', line 2: 'reason: it is listed first' is not one of bug, why"),
        ("why: it is listed first", "bug: again", "mutant 'm', line 2: 'bug: again' is not one of bug, why"),
        ("never_stuck", "never_stick", "breaks: there is no 'never_stick'; did you mean 'never_stuck'?"),
        ("request", "nonsense", "section: there is no 'nonsense'; there is request, response"),
        ("--- a.js\n", "", "'<<<<<<<' is not one of bug"),
        (GOOD[GOOD.index("---") :], "", "mutant 'm' changes nothing"),
        (GOOD[GOOD.index("---") :], "--- a.js\n", "mutant 'm' changes nothing"),
        ("--- a.js\n", "--- a.js\nstray\n", "line 9: 'stray' stands outside of a block"),
        ("  deux\n>>>>>>>\n", "  deux\n", "line 9: a block is <<<<<<<, lines, =======, lines, >>>>>>>"),
        ("  two\n=======\n", "  two\n", "line 9: a block is <<<<<<<, lines"),
    ],
)
def test_a_file_that_is_no_mutant_is_told_so(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(BadVariant) as error:
        parsed("m", GOOD.replace(old, new, 1))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "  two\n",
            "  tow\n",
            "line 9: this must stand in a.js exactly once and is not there:\n  tow\nnear it:\n  2:   two",
        ),
        ("  two\n", "zebra\n", "zebra\nnothing there is like it"),
        ("a.js", "b.js", "line 9: no file b.js; there is a.js"),
    ],
)
def test_an_edit_that_does_not_fit_is_told_so(old: str, new: str, says: str, folder: Path) -> None:
    with pytest.raises(BadVariant) as error:
        parsed("m", GOOD.replace(old, new, 1)).files(folder)
    assert says in str(error.value)


def test_a_variant_is_told_so_by_its_own_name(folder: Path) -> None:
    path = folder / "v.variant"
    path.write_text("why: people do\n" + GOOD[GOOD.index("---") :].replace("  two", "zebra"))
    with pytest.raises(BadVariant, match="variant 'v', line 3: this must stand in a.js exactly once"):
        read_variant(path).files(folder)
    path.write_text(GOOD)
    with pytest.raises(
        BadVariant, match="variant 'v', line 1: 'bug: the caller is muted' is not one of why, each once"
    ):
        read_variant(path)


def test_a_hint_is_there_or_not_and_is_not_empty() -> None:
    assert parsed("m", GOOD).hint == ""
    assert parsed("m", f"hint: do it so\n{GOOD}").hint == "do it so"
    with pytest.raises(BadVariant, match="mutant 'm' does not say: hint"):
        parsed("m", f"hint:\n{GOOD}")


def test_lines_that_stand_there_twice_are_told(folder: Path) -> None:
    (folder / "a.js").write_text("  two\n  two\n")
    with pytest.raises(BadVariant, match="a.js exactly once and is there 2 times"):
        parsed("m", GOOD).files(folder)


# ---- stories


def test_a_case_of_a_test_has_its_parameter_and_its_world() -> None:
    text = GOOD.replace("test_mute.test_mute", "test_mute.test_the_right_leg_is_muted_in_each_world[conference]")
    story = story_of(parsed("m", text))
    assert story.arguments == {"world": "conference"}
    assert [(mark.name, mark.args) for mark in story.marks] == [("world", ("conference",))]


def test_the_world_of_a_test_counts() -> None:
    story = story_of(parsed("m", GOOD.replace("test_mute.test_mute", "test_mute.test_unmute")))
    assert [(mark.name, mark.args) for mark in story.marks] == [("world", ("muted_call",))]


def test_a_plain_value_goes_by_its_text() -> None:
    story = story_of(
        parsed("m", GOOD.replace("test_mute.test_mute", "test_forbidden.test_a_refused_mute_is_said[404]"))
    )
    assert story.arguments == {"status": 404}


@pytest.mark.parametrize(
    ("story", "says"),
    [
        ("test_mute", "'test_mute' is no module.test or module.test[case]"),
        ("test_mut.test_mute", "there is no e2e/test_mut.py"),
        ("test_mute.test_mut", "there is no 'test_mut'; did you mean 'test_mute'?"),
        ("test_mute.test_mute[1]", "story's case: there is no '1'"),
        ("test_forbidden.test_a_refused_mute_is_said", "story's case: there is no ''; there is 400, 404"),
        ("test_forbidden.test_a_refused_mute_is_said[40]", "story's case: there is no '40'; did you mean '40"),
    ],
)
def test_a_story_that_is_none_is_told_so(story: str, says: str) -> None:
    with pytest.raises(BadVariant) as error:
        story_of(parsed("m", GOOD.replace("test_mute.test_mute", story)))
    assert says in str(error.value)


# ---- the table


def verdicts(*broken: str) -> tuple[Verdict, ...]:
    return tuple(Verdict(name, "broken" if name in broken else "held") for name in PROMISES)


def test_the_promise_that_a_mutant_names_comes_first() -> None:
    kill = Kill.of(parsed("m", GOOD), verdicts("never_flickers", "never_stuck"))
    assert kill.broken == ("never_stuck", "never_flickers")
    assert not kill.survives


def test_a_mutant_that_breaks_another_promise_survives() -> None:
    assert Kill.of(parsed("m", GOOD), verdicts("never_flickers")).survives


def test_the_table_says_what_killed_each_mutant_and_which_survived() -> None:
    said: list[tuple[str, Any]] = [("c", ()), ("a", ("never_stuck", "says_why")), ("b", ("says_why",))]
    rows = [(Kill(name, "page", "never_stuck", "test_x.test_y", broken), 0.5) for name, broken in said]
    rows.append((Kill("d", "request", "quiet_page", "test_x.test_z", ("quiet_page",)), 1.25))
    assert [" ".join(line.split()) for line in table(rows)] == [
        "mutant section story seconds killed by",
        "d request test_x.test_z 1.25 quiet_page",
        "a page test_x.test_y 0.50 never_stuck, says_why",
        "b page test_x.test_y 0.50 SURVIVES never_stuck, though it breaks says_why",
        "c page test_x.test_y 0.50 SURVIVES never_stuck",
        "4 mutants, 2 of which survived",
    ]
