"""Tests that the parts of a run are joined to the whole, and that what is no part of it is refused with a reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from e2e.harness.report import write
from e2e.harness.report.__main__ import main, merged
from e2e.harness.verdict import Counts, Failure, NotParts, RunVerdict, Trial, Trouble, joined
from tests.e2e.trials import DRAWN, TODAY, accept, trial, verdict

RUN_PARAMETERS = {"hotmic": "abc", "widget": "acme", "budget": "200", "tests": "all"}


def part(k: int, n: int, *trials: Trial, **more: object) -> RunVerdict:
    return replace(verdict(*trials), parts=(f"{k}/{n}",), run_parameters=RUN_PARAMETERS, **more)  # type: ignore[arg-type]  # `more` has its fields


def from_test(name: str) -> Trial:
    return structs.replace(trial(name, never_stuck="h"), from_test=True, orders=1)


def parts() -> dict[str, RunVerdict]:
    """Two parts of a run: both explored the same scenario, and one ran a test."""
    one = structs.replace(trial(never_stuck="h", no_storm="u"), known=2, merged=1, seconds=1.5)
    other = structs.replace(trial(never_stuck="b", no_storm="h"), orders=4, complete=True, seconds=2.0)
    return {"a": part(1, 2, one), "b": part(2, 2, from_test("hold"), other, others=3)}


def test_what_the_parts_found_is_the_whole() -> None:
    whole = joined(parts())
    explored, story = whole.trials
    assert (explored.counts["never_stuck"], explored.counts["no_storm"]) == (Counts(5, 1), Counts(3, 0, 3))
    assert (explored.orders, explored.known, explored.merged, explored.seconds) == (7, 2, 1, 3.5)
    assert (explored.complete, explored.extent) == (False, "7 orders explored, 2 branches at most known and not walked")
    assert (story.scenario, whole.others, whole.parts, whole.run_parameters) == ("hold", 3, (), RUN_PARAMETERS)
    assert (whole.conclusion, whole.exit_code) == ("broken", 1)
    assert whole.smallest("never_stuck") == explored.stories[0]


def test_the_order_in_which_they_are_named_makes_no_difference() -> None:
    assert joined(dict(reversed(parts().items()))) == joined(parts())


def test_a_scenario_is_whole_when_each_part_of_it_is() -> None:
    whole = structs.replace(trial(never_stuck="h"), complete=True)
    both = {"a": part(1, 2, whole), "b": part(2, 2, whole)}
    assert (joined(both).trials[0].complete, joined(both).trials[0].extent) == (True, "all 6 orders")
    lacking = {**both, "b": part(2, 2)}
    assert not joined(lacking).trials[0].complete


def test_what_prevented_judging_a_part_prevents_judging_the_whole() -> None:
    trouble = Trouble("the widget", "no Mute button was found")
    both = {
        "a": part(1, 2, trial(never_stuck="h")),
        "b": part(2, 2, troubles=(trouble,), widget="/somewhere/acme.toml"),
    }
    whole = joined(both)
    assert (whole.conclusion, whole.troubles, whole.widget) == ("not judged", (trouble,), "acme")
    failed = joined({**both, "b": part(2, 2, failures=(Failure("test_a", "1 == 2"),))})
    assert failed.exit_code == 1


def test_a_part_that_was_stopped_leaves_the_whole_unfinished() -> None:
    whole = joined({"a": part(1, 2, trial(never_stuck="b")), "b": part(2, 2, stopped=True)})
    assert (whole.conclusion, whole.exit_code, bool(whole.breaches)) == ("unfinished", 2, True)


def test_nothing_judged_in_any_part_is_no_success() -> None:
    assert joined({"a": part(1, 2), "b": part(2, 2)}).exit_code == 2


def test_the_reference_widget_has_to_try_every_promise_in_all_parts_together() -> None:
    parameters = {"widget": "reference", "tests": "all"}
    both = {name: replace(one, run_parameters=parameters, trials=one.trials[:1]) for name, one in parts().items()}
    (trouble,) = joined(both).troubles
    assert trouble.why.startswith("promises that nothing in this run exercised: one_click_one_right_patch, ")


def test_only_the_whole_can_say_that_a_breach_happens_no_more() -> None:
    known = accept("never_stuck")
    both = {"a": part(1, 2, trial(never_stuck="h"), accepts=(known,)), "b": part(2, 2, accepts=(known,))}
    assert both["a"].mended == ()
    assert joined(both).mended == (known,)


def test_the_day_is_that_of_the_last_part() -> None:
    assert joined({**parts(), "a": replace(parts()["a"], date=date(2026, 6, 2))}).date == date(2026, 6, 2)
    assert joined(parts()).date == TODAY


@pytest.mark.parametrize(
    ("reports", "why"),
    [
        ({"a": part(1, 3), "b": part(3, 3)}, "the report of part 2/3 is missing: give that of each part"),
        ({"a": part(1, 2), "b": part(1, 2), "c": part(2, 2)}, "a and b are the same part of the run: 1/2"),
        ({"a": part(1, 2), "b": part(2, 3)}, "a is part 1/2; b is part 2/3: of how many?"),
        ({"a": verdict()}, "a is the report of a whole run, made without --shard K/N"),
        (
            {"a": part(1, 2), "b": replace(part(2, 2), run_parameters={**RUN_PARAMETERS, "budget": "6"})},
            "budget: 200 in a, 6 in b; the parts of a run have the same",
        ),
        (
            {"a": part(1, 2), "b": replace(part(2, 2), run_parameters={**RUN_PARAMETERS, "widget": "other"})},
            "widget: acme in a, other in b",
        ),
        (
            {
                "a": part(1, 2),
                "b": replace(part(2, 2), run_parameters={**RUN_PARAMETERS, "gate": "promises.toml (12)"}),
            },
            "gate: none in a, promises.toml (12) in b",
        ),
    ],
)
def test_what_is_no_part_of_the_run_is_named(reports: Mapping[str, RunVerdict], why: str) -> None:
    with pytest.raises(NotParts) as caught:
        joined(reports)
    assert why in str(caught.value)


# ---- the command


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    drawn = structs.replace(trial("supervisor-unmutes", rests_on_the_truth="b"), stories=(DRAWN,))
    write(part(1, 2, trial(never_stuck="h")), tmp_path / "a")
    write(part(2, 2, drawn), tmp_path / "b")
    trace = tmp_path / "b" / DRAWN.trace
    trace.parent.mkdir()
    trace.write_bytes(b"a trace")
    return tmp_path


def test_one_report_is_written_with_the_traces_of_all(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["a", "b", "--report", "whole"]) == 1
    assert sorted(path.name for path in (reports / "whole").iterdir()) == [
        "index.html",
        "junit.xml",
        "summary.md",
        "traces",
        "verdict.json",
    ]
    assert (reports / "whole" / DRAWN.trace).read_bytes() == b"a trace"
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].startswith("broken (1 held, 1 broken, ") and lines[-2].endswith("— exit code 1")
    assert lines[-1] == f"report:  {Path('whole', 'index.html')}"


def test_a_part_that_is_missing_is_named_and_nothing_is_written(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["a"]) == 2
    assert capsys.readouterr().err == "merge: the report of part 2/2 is missing: give that of each part\n"
    assert not (reports / "report").exists()


def test_a_folder_without_a_report_is_named(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["a", "c"]) == 2
    assert "there is no report in" in capsys.readouterr().err


def test_no_part_is_overwritten(reports: Path) -> None:
    with pytest.raises(NotParts, match="b is one of the reports that are merged: say where the whole one goes"):
        merged([Path("a"), Path("b")], Path("b"))
    with pytest.raises(NotParts, match="a is named twice"):
        merged([Path("a"), Path("a")], Path("whole"))
