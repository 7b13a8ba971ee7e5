"""Each mutant fits the reference and describes its bug; a file that does not gets an error that names the place."""

import json
from dataclasses import astuple
from datetime import date
from pathlib import Path

import msgspec
import pytest

from e2e.harness.explorer.race import Race
from e2e.harness.explorer.scenarios import SCENARIOS, read_schedule
from e2e.harness.mutants.kills import COLUMNS, PROPERTY, Kill, table
from e2e.harness.mutants.mutants import SECTIONS, Mutant, mutants, parse_mutant
from e2e.harness.mutants.variants import SUFFIX, BadVariant, read_variant
from e2e.harness.promises import PROMISES, Verdict
from e2e.harness.timeline.timeline import Timeline
from tests.readme import tables

FIXTURES = Path(__file__).parents[3] / "fixtures"
REFERENCE = FIXTURES / "widget"
MUTANTS = mutants(FIXTURES / "mutants")
EACH = pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in MUTANTS])

# Mistakes of mute buttons as they were seen in real widgets and in reports of bugs; the others are hotmic's own.
CATALOGUE = """
wrong-participant-customer first-agent-leg other-agent inverted-body wrong-route full-state-body
double-click-double-patch patch-on-mount mute-while-alerting held-means-muted optimistic-never-reverted
json-on-empty-202 late-response-clobbers-event error-swallowed spinner-stuck 2xx-as-truth 401-as-generic
fetch-ok-not-checked event-before-response-flicker event-toggles muted-while-held-suppressed foreign-conversation
wrong-shape heartbeat-crash case-sensitive-topic unhold-auto-unmute consult-held-flap terminated-ignored
ended-while-inflight-resurrects transfer-keeps-label no-reconnect reconnect-without-refetch put-replaces-topics
no-watchdog reload-shows-unmuted two-tabs-each-toggle oauth-loses-conversation shortcut-while-typing
enabled-without-call thread-conversation-actions thread-put-actions thread-post-participant thread-is-muted
thread-mute-change-listener thread-silent-403 thread-hour-old-token thread-wrong-scope thread-still-audible
thread-local-media-out-of-step
"""
GOOD = """bug: the caller is muted
why: it is listed first
breaks: never_stuck
schedule: one-click:
section: request

# a comment
--- a/a.js
+++ b/a.js
@@ -1,4 +1,3 @@
 one
-  two
+  deux
 three
-four
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
    lines = (FIXTURES / "mutants" / f"{mutant.name}.mutant").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("+") and not line.startswith("+++ ") for line in lines) <= 8


@EACH
def test_a_mutant_names_an_order_of_a_scenario(mutant: Mutant) -> None:
    scenario, _ = read_schedule(mutant.schedule, SCENARIOS)
    assert mutant.scenario == SCENARIOS[scenario.name]


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


def test_each_entry_of_the_catalogue_is_a_mutant() -> None:
    assert set(CATALOGUE.split()) <= {mutant.name for mutant in MUTANTS}


def test_each_promise_has_a_mutant_that_breaks_it() -> None:
    assert {mutant.breaks for mutant in MUTANTS} == set(PROMISES)


def test_each_mistake_of_the_forum_thread_is_a_mutant_whose_story_says_what_would_be_right() -> None:
    thread = [mutant for mutant in MUTANTS if mutant.section == "thread"]
    assert len(thread) == 10
    assert [mutant.name for mutant in thread if not mutant.hint] == []


def test_no_two_mutants_are_the_same() -> None:
    assert len({json.dumps(list(map(astuple, mutant.patches))) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("path", sorted((FIXTURES / "variants").iterdir()), ids=lambda path: path.stem)
def test_a_variant_fits_the_reference_and_says_why(path: Path) -> None:
    variant = read_variant(path)
    assert path.suffix == SUFFIX
    assert 20 < len(variant.why) <= 120
    assert all(content != (REFERENCE / file).read_bytes() for file, content in variant.files(REFERENCE).items())


# ---- reading one


def test_the_files_of_a_mutant_are_those_of_the_reference_with_its_changes(folder: Path) -> None:
    assert parse_mutant("m", GOOD).files(folder) == {"a.js": b"one\n  deux\nthree\n"}


def test_a_second_patch_of_a_file_applies_to_the_result_of_the_first(folder: Path) -> None:
    again = "--- a/a.js\n+++ b/a.js\n@@ -1,2 +1,2 @@\n one\n-  deux\n+  zwei\n"
    assert parse_mutant("m", GOOD + again).files(folder) == {"a.js": b"one\n  zwei\nthree\n"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("why: it is listed first\n", "", "mutant 'm' lacks a value for: why"),
        ("why: it is listed first\n", "why:\n", "mutant 'm' lacks a value for: why"),
        ("why:", "reason:", "mutant 'm', line 2: 'reason: it is listed first' is not one of bug, why"),
        ("why: it is listed first", "bug: again", "mutant 'm', line 2: 'bug: again' is not one of bug, why"),
        ("never_stuck", "never_stick", "mutant 'm', breaks: 'never_stick' is not known; did you mean 'never_stuck'?"),
        ("request", "nonsense", "mutant 'm', section: 'nonsense' is not known; there is request, response"),
        ("--- a/a.js\n", "", "mutant 'm', line 8: '+++ b/a.js' is not one of bug, why"),
        (GOOD[GOOD.index("---") :], "", "mutant 'm' changes nothing"),
        (GOOD[GOOD.index("@@") :], "", "mutant 'm' changes nothing"),
        ("@@ -1,4 +1,3 @@", "@@ -1,5 +1,4 @@", "mutant 'm', line 15: Hunk is shorter than expected. A hunk is '@@ "),
    ],
)
def test_a_file_that_is_no_mutant_is_refused(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(BadVariant) as error:
        parse_mutant("m", GOOD.replace(old, new, 1))
    assert message in str(error.value)


def test_a_patch_that_does_not_fit_is_refused(folder: Path) -> None:
    with pytest.raises(BadVariant, match="mutant 'm', line 12: expected line 2 of a.js to be\n  tow\nand it is\n  two"):
        parse_mutant("m", GOOD.replace("  two", "  tow")).files(folder)
    with pytest.raises(BadVariant, match="mutant 'm', line 9: no file b.js; there is a.js"):
        parse_mutant("m", GOOD.replace("a.js", "b.js")).files(folder)


def test_messages_about_a_variant_name_it(folder: Path) -> None:
    path = folder / "v.variant"
    path.write_text("why: people do\n" + GOOD[GOOD.index("---") :].replace("  two", "zebra"))
    with pytest.raises(BadVariant, match="variant 'v', line 6: expected line 2 of a.js to be\nzebra"):
        read_variant(path).files(folder)
    path.write_text(GOOD)
    with pytest.raises(
        BadVariant, match="variant 'v', line 1: 'bug: the caller is muted' is not one of why, each once"
    ):
        read_variant(path)


def test_a_hint_is_optional_and_not_empty() -> None:
    assert parse_mutant("m", GOOD).hint == ""
    assert parse_mutant("m", f"hint: do it so\n{GOOD}").hint == "do it so"
    with pytest.raises(BadVariant, match="mutant 'm' lacks a value for: hint"):
        parse_mutant("m", f"hint:\n{GOOD}")


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("one-click", "mutant 'm', schedule: 'one-click' is no schedule"),
        ("one-clik:", "mutant 'm', schedule: scenario 'one-clik' is not known; did you mean 'one-click'?"),
    ],
)
def test_a_schedule_that_is_none_is_refused(schedule: str, message: str) -> None:
    with pytest.raises(BadVariant) as error:
        parse_mutant("m", GOOD.replace("one-click:", schedule))
    assert message in str(error.value)


# ---- the table


def race(*broken: str, steps: tuple[str, ...] = ("agent#1",)) -> Race:
    verdicts = tuple(Verdict(name, "broken" if name in broken else "held") for name in PROMISES)
    return Race(SCENARIOS["one-click"], steps, steps, Timeline(), verdicts)


def test_the_promise_that_a_mutant_names_comes_first() -> None:
    kill = Kill.of(parse_mutant("m", GOOD), race("never_flickers", "never_stuck"))
    assert kill.broken == ("never_stuck", "never_flickers")
    assert not kill.survives
    assert kill.schedule == "one-click:"


def test_a_mutant_that_breaks_another_promise_or_none_survives() -> None:
    assert Kill.of(parse_mutant("m", GOOD), race("never_flickers")).survives
    assert Kill.of(parse_mutant("m", GOOD), None, 200).survives


def test_the_table_says_what_killed_each_mutant_and_which_survived() -> None:
    rows = [
        Kill("c", "page", "never_stuck", "trouble", schedules=200, seconds=61.04),
        Kill("a", "page", "never_stuck", "trouble", ("never_stuck", "says_why"), 3, 0.5, "trouble: refuse-403"),
        Kill("b", "page", "never_stuck", "trouble", ("says_why",), 1, 0.2, "trouble:"),
        Kill("d", "request", "quiet_page", "one-click", ("quiet_page",), 1, 0.25, "one-click:"),
    ]
    assert [" ".join(line.split()) for line in table(rows, date(2026, 11, 24)) if "---" not in line] == [
        "As of 2026-11-24: 4 mutants, 2 of which survived.",
        "",
        "| mutant | killed by | scenario | schedules | seconds | smallest schedule |",
        "| `d` | quiet_page | one-click | 1 | 0.2 | `one-click:` |",
        "| `a` | never_stuck | trouble | 3 | 0.5 | `trouble: refuse-403` |",
        "| `b` | SURVIVES never_stuck, though it breaks says_why | trouble | 1 | 0.2 | `trouble:` |",
        "| `c` | SURVIVES never_stuck | trouble | 200 | 61.0 | none |",
    ]


def test_the_readme_has_every_mutant_killed_as_its_file_says() -> None:
    """`python3 -m e2e --mutants` prints it; how many schedules it took, and how long, may change from run to run."""
    text = (FIXTURES / "README.md").read_text(encoding="utf-8")
    header, rows = next(table for table in tables(text) if table[0][0] == "mutant")
    assert header == COLUMNS
    assert [row[:3] for row in rows] == [(one.name, one.breaks, one.scenario.name) for one in MUTANTS]
    assert {read_schedule(row[5], SCENARIOS)[0].name for row in rows} == {one.scenario.name for one in MUTANTS}
    assert f": {len(MUTANTS)} mutants, none of which survived." in text


def test_the_table_comes_across_processes() -> None:
    kill = Kill("a", "page", "never_stuck", "trouble", ("never_stuck",), 3, 0.5, "trouble: refuse-403")
    name, text = kill.as_property()
    assert name == PROPERTY
    assert msgspec.json.decode(text, type=Kill) == kill
