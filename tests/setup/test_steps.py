"""A step is done once, reported in one line, and done again after an interruption."""

import io
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from e2e.setup.steps import SetupError, SetupStep, Stamp, StepPrinter, fingerprint, set_up


@dataclass
class Install:
    """A step that counts how often it was carried out, and may be broken off in the middle."""

    stamp: Stamp
    key: str = "inputs"
    breaks_off: BaseException | None = None
    done: list[str] = field(default_factory=list)
    name: str = "things"

    def up_to_date(self) -> bool:
        return self.stamp.findings(self.key) is not None

    def carry_out(self, printer: StepPrinter) -> str:
        self.stamp.clear()
        self.done.append(self.key)
        if self.breaks_off is not None:
            raise self.breaks_off
        self.stamp.write(self.key, {})
        return "installed 2 things"


@pytest.fixture
def stamp(tmp_path: Path) -> Stamp:
    return Stamp(tmp_path / "inside" / ".stamp")


def printed(*steps: SetupStep) -> list[str]:
    """The lines that a set-up prints, without how long each step took."""
    out = io.StringIO()
    set_up(steps, nullcontext(), StepPrinter(out))
    return [line.rpartition(" in ")[0] or line for line in out.getvalue().splitlines()]


def test_a_step_is_done_once(stamp: Stamp) -> None:
    step = Install(stamp)
    assert printed(step) == ["set-up  things           installed 2 things"]
    assert printed(step) == ["set-up  things           up to date"]
    assert step.done == ["inputs"]


def test_a_step_is_done_again_when_its_inputs_change(stamp: Stamp) -> None:
    step = Install(stamp)
    printed(step)
    step.key = "other inputs"
    printed(step)
    assert step.done == ["inputs", "other inputs"]


@pytest.mark.parametrize("how", [KeyboardInterrupt(), SetupError("no network")])
def test_a_step_broken_off_is_done_again_even_with_the_inputs_it_had_before(stamp: Stamp, how: BaseException) -> None:
    step = Install(stamp)
    printed(step)
    step.key, step.breaks_off = "new inputs", how
    with pytest.raises(type(how)):
        printed(step)
    step.key, step.breaks_off = "inputs", None
    printed(step)
    assert step.done == ["inputs", "new inputs", "inputs"]


def test_a_step_that_another_process_did_meanwhile_is_not_done_twice(stamp: Stamp) -> None:
    step = Install(stamp)

    class AnotherWasFirst(nullcontext[None]):
        def __enter__(self) -> None:
            stamp.write("inputs", {})

    out = io.StringIO()
    set_up([step], AnotherWasFirst(), StepPrinter(out))
    assert (step.done, out.getvalue()) == ([], "set-up  things           up to date\n")


def test_steps_after_a_failed_one_are_not_begun(stamp: Stamp, tmp_path: Path) -> None:
    broken = Install(stamp, breaks_off=SetupError("no network"))
    after = Install(Stamp(tmp_path / "after"))
    with pytest.raises(SetupError):
        printed(broken, after)
    assert after.done == []


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '"text"', "{}", '{"key": "inputs"}', '{"key": "inputs", "found": []}', "\udcff"],
    ids=["empty", "half", "list", "text", "nothing in it", "no findings", "findings no object", "not UTF-8"],
)
def test_a_damaged_stamp_counts_as_none(stamp: Stamp, content: str) -> None:
    stamp.path.parent.mkdir()
    stamp.path.write_bytes(content.encode(errors="surrogateescape"))
    assert stamp.findings("inputs") is None


def test_a_stamp_gives_back_what_was_found(stamp: Stamp) -> None:
    stamp.write("inputs", {"node": "/usr/bin/node"})
    assert stamp.findings("inputs") == {"node": "/usr/bin/node"}
    assert stamp.findings("other inputs") is None


def test_writing_a_stamp_leaves_nothing_else(stamp: Stamp) -> None:
    stamp.write("inputs", {})
    stamp.write("inputs", {})
    assert list(stamp.path.parent.iterdir()) == [stamp.path]


def test_a_fingerprint_changes_with_every_part(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("a==1")
    before = fingerprint("3.11", file)
    file.write_text("a==2")
    assert len({before, fingerprint("3.11", file), fingerprint("3.12", file), fingerprint("3.11", "a==2 ")}) == 4
    assert fingerprint("3.1", "1a") != fingerprint("3.11", "a")
    assert fingerprint("3.11", file) == fingerprint("3.11", "a==2")


def test_notes_stand_beneath_the_line_and_the_result_is_printed_with_its_name() -> None:
    out = io.StringIO()
    printer = StepPrinter(out)
    printer.began("browser")
    printer.note("passed over: /usr/bin/chromium-browser does not answer --version")
    printer.note("playwright install failed")
    printer.ended("browser", "installed by apt-get")
    printer.broke_off()
    assert out.getvalue().splitlines() == [
        "set-up  browser          ",
        "        passed over: /usr/bin/chromium-browser does not answer --version",
        "        playwright install failed",
        "set-up  browser          installed by apt-get",
    ]


def test_what_follows_a_step_that_broke_off_begins_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    printer = StepPrinter()
    printer.began("sdk")
    printer.broke_off()
    printer.note("after")
    assert capsys.readouterr().out == "set-up  sdk              \n        after\n"
