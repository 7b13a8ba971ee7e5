"""Tests a verdict as files: what each has in it, that text from a page means nothing in them, that JSON comes back the same."""

import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema  # type: ignore[import-untyped]  # it brings no types
import pytest
from msgspec import structs

from e2e.harness.promises import PROMISES
from e2e.harness.report import empty, read, write
from e2e.harness.report.junit import junit
from e2e.harness.report.markdown import LONGEST, markdown
from e2e.harness.report.page import page
from e2e.harness.report.record import BadRecord, schema, verdict_of, written
from e2e.harness.verdict import Trouble
from tests.e2e.trials import DRAWN, HOSTILE, everything, trial, verdict

SCHEMA = Path(__file__).resolve().parents[3] / "e2e/harness/report/verdict.schema.json"
WRITE = (
    "python3 -c 'import json; from e2e.harness.report.record import schema; print(json.dumps(schema(), indent=1))'"
    " > e2e/harness/report/verdict.schema.json"
)


# ---- JSON


def test_a_verdict_that_is_read_back_is_the_same() -> None:
    assert verdict_of(written(everything()), "x") == everything()


def test_what_is_concluded_comes_first() -> None:
    record = json.loads(written(everything()))
    assert list(record)[:3] == ["format", "conclusion", "exit_code"]
    assert (record["conclusion"], record["exit_code"]) == ("broken", 1)
    assert record["promises"]["rests_on_the_truth"] == {
        "outcome": "broken",
        "held": 4,
        "broken": 2,
        "untested": 0,
        "broken_in": ["supervisor-unmutes", "hold"],
        "accepted_in": [],
        "why": DRAWN.why("rests_on_the_truth"),
        "again": DRAWN.again,
    }
    assert list(record["promises"]) == list(PROMISES)


def test_the_schema_describes_what_is_written() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(schema())), f"write it anew: {WRITE}"
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(written(everything())), schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"exit_code": 7}, r"Invalid enum value 7 - at `\$.exit_code`"),
        ({"format": "hotmic-verdict-0"}, r"Invalid enum value 'hotmic-verdict-0' - at `\$.format`"),
        ({"date": "today"}, r"at `\$.date`"),
    ],
)
def test_a_file_that_is_no_verdict_says_where(change: dict[str, object], says: str) -> None:
    text = json.dumps({**json.loads(written(everything())), **change}).encode()
    with pytest.raises(BadRecord, match=f"shard/verdict.json is no verdict of hotmic .*{says}"):
        verdict_of(text, "shard/verdict.json")


@pytest.mark.parametrize("change", [{"exit_code": 7}, {"conclusion": "fine"}, {"scenarios": [{}]}])
def test_the_schema_refuses_what_is_none(change: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**json.loads(written(everything())), **change}, schema())


# ---- the folder


def test_all_files_are_written_and_taken_away_again(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    write(everything(), folder)
    (folder / "traces").mkdir()
    (folder / "notes.txt").touch()
    assert sorted(path.name for path in folder.iterdir()) == [
        "index.html",
        "junit.xml",
        "notes.txt",
        "summary.md",
        "traces",
        "verdict.json",
    ]
    assert read(folder) == everything().lean()
    empty(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_folder_that_is_no_report_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    empty(tmp_path)
    assert (tmp_path / "index.html").exists()
    with pytest.raises(BadRecord, match="there is no report in .*verdict.json cannot be read"):
        read(tmp_path)


def test_only_the_smallest_stories_are_drawn() -> None:
    longer = replace(DRAWN, scenario="hold", text=DRAWN.text + "\nmore")
    run = verdict(
        structs.replace(trial("hold", never_falsely_muted="b", rests_on_the_truth="b"), stories=(longer,)),
        structs.replace(trial(never_falsely_muted="b", rests_on_the_truth="b"), stories=(DRAWN,)),
    )
    first, second = run.lean().trials
    assert (first.stories[0].steps, first.stories[0].pictures, first.stories[0].text) == ((), (), longer.text)
    assert second.stories == (DRAWN,)


# ---- JUnit


def test_junit_has_a_case_for_each_promise_in_each_scenario() -> None:
    root = ElementTree.fromstring(junit(everything()))
    counted = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": "9", "failures": "4", "errors": "1", "skipped": "2"}
    ends = {
        (case.get("classname"), case.get("name")): next((child.tag for child in case), "")
        for case in root.iter("testcase")
    }
    assert ends["supervisor-unmutes", "never_falsely_muted"] == "failure"
    assert ends["supervisor-unmutes", "no_storm"] == ""
    assert ends["hold", "never_flickers"] == "skipped"
    assert ends["could not judge", "test_b"] == "error"
    failure = root.find("testsuite/testcase[@name='rests_on_the_truth']/failure")
    assert failure is not None
    assert (failure.text or "").endswith(f"again:  {DRAWN.again}")


def test_junit_holds_what_xml_cannot() -> None:
    run = replace(everything(), widget="a\x00b\x1b[31m")
    assert ElementTree.fromstring(junit(run)).get("name") == "hotmic: a�b�[31m"


# ---- Markdown


def test_the_summary_says_what_a_reviewer_asks() -> None:
    text = markdown(everything())
    assert text.startswith("## hotmic: acme ")
    assert "✗ broken" in text.splitlines()[0]
    assert "| `rests_on_the_truth` | ✗ **broken** | 4 | 2 | 0 | `supervisor-unmutes`, `hold` |" in text
    assert "| `never_flickers` | ◐ accepted |" in text
    assert "- **could not judge** `test_b`: the page did not load" in text
    assert "- EXPIRED says\\_why" in text
    assert f"again:  {DRAWN.again}" in text


def test_the_summary_begins_with_the_worst() -> None:
    run = verdict(
        trial("a", no_storm="b"), trial("b", never_stuck="b", says_why="b"), trial("c", never_falsely_muted="b")
    )
    lines = markdown(run).splitlines()
    assert [line for line in lines if line.startswith("- **broken**")] == [
        "- **broken** `never_falsely_muted`: why",
        "- **broken** `never_stuck`: why; also breaks `says_why`",
        "- **broken** `no_storm`: why",
    ]
    rows = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert rows[:4] == ["never_falsely_muted", "never_stuck", "says_why", "no_storm"]
    stories = [line for line in lines if line.startswith("<summary>")]
    assert [re.findall(r"<code>(\w+)</code>:", line)[0] for line in stories] == [
        "never_falsely_muted",
        "never_stuck",
        "no_storm",
    ]


def test_the_text_of_a_page_means_nothing_in_the_summary() -> None:
    outside = re.sub(r"(?s)```text\n.*?```", "", markdown(everything()))
    assert "<script>" not in outside
    assert {row.replace("\\|", "").count("|") for row in outside.splitlines() if row.startswith("|")} == {7}


def test_the_summary_fits_a_comment() -> None:
    many = tuple(trial(f"s{n}", text="x" * 9000, **{promise: "b"}) for n, promise in enumerate(PROMISES))
    text = markdown(verdict(*many))
    assert len(text) < LONGEST
    assert text.endswith("More stories are in the report.\n")


# ---- the page


class Read(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def test_the_page_needs_no_other_file() -> None:
    text = page(everything())
    addresses = [
        value or "" for _, attrs in Read(text).tags for name, value in attrs.items() if name in ("src", "href")
    ]
    beside = {"verdict.json", "junit.xml", "summary.md", DRAWN.trace}
    assert [one for one in addresses if not one.startswith(("#", "data:")) and one not in beside] == []
    assert "@import" not in text and "url(" not in text


def test_the_text_of_a_page_means_nothing_on_the_page() -> None:
    text = page(everything())
    assert HOSTILE not in text
    assert len(Read(text).all("script")) == 1


def test_each_line_can_be_read_and_the_broken_one_is_marked() -> None:
    text = page(everything())
    options = [attrs for attrs in Read(text).all("g") if attrs.get("role") == "option"]
    assert len(options) == 2 * len(DRAWN.steps)  # for a desk and for a phone
    assert {attrs["aria-label"] for attrs in options if "broken" in str(attrs["class"])} == {
        "5: sees MUTED, broken here: never_falsely_muted, rests_on_the_truth"
    }
    assert len(Read(text).all("image")) == len(DRAWN.pictures)


def test_what_broke_comes_first_with_what_the_agent_saw_and_what_was_true() -> None:
    text = page(everything())
    first, _, rest = text.partition('<ol class="cards">')[2].partition("</li>")
    assert re.findall(r"<h3><a href=.#story-(\d).>(.*?)</a>", first) == [("1", DRAWN.breaches[0].why)]
    assert "also breaks <code>rests_on_the_truth</code>" in first
    assert re.findall(r'<rect class="ribbon (\w+)".*?<span class="quiet">(.*?)</span> (.*?)</p>', first) == [
        ("muted", "the agent sees", "MUTED"),
        ("unmuted", "Genesys holds", "UNMUTED"),
    ]
    assert '<use href="#story-1-broken"/>' in first and 'id="story-1-broken"' in rest


def test_the_name_of_a_test_stands_in_no_headline() -> None:
    name = "e2e/suite/test_mute.py::test_one"
    told = structs.replace(trial(name, never_stuck="b"), from_test=True)
    story = replace(told.stories[0], schedule="", again=f"python3 -m e2e -k {name}")
    text = page(verdict(structs.replace(told, stories=(story,)), troubles=(Trouble(name, "no button"),)))
    shown = re.sub(r"(?s)<details.*?</details>|<table.*?</table>", "", text)
    assert shown.count(name) == 1
    assert f'<pre>no button</pre><p class="quiet">in <code>{name}</code></p></li>' in shown


def test_more_lines_of_a_story_are_counted() -> None:
    run = verdict(structs.replace(trial(never_falsely_muted="b"), stories=(replace(DRAWN, more=7),)))
    assert "7 more lines" in page(run)
    assert "more lines" not in page(everything())


def test_a_page_of_a_run_that_judged_nothing() -> None:
    assert "Nothing in this run judged a promise." in page(verdict())


def test_doubts_stand_in_the_summary_and_on_the_page() -> None:
    (doubt,) = everything().doubts
    assert "- 1 doubt: add this line" in markdown(everything())
    assert "  - \\[alert\\] css = " in markdown(everything())
    assert escape(doubt.about) in page(everything()).replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert "doubt" not in markdown(verdict(trial(never_stuck="h")))


def test_what_prevented_judging_stands_in_the_summary_with_its_likely_causes_once() -> None:
    why = "no Mute button was found\n  not found    no file app.js\n  asked        Genesys for nothing"
    written = markdown(verdict(troubles=(Trouble("test_a", why), Trouble("test_b", why))))
    assert "| promise |" not in written, "nothing was tried"
    assert "never_stuck" not in page(verdict(troubles=(Trouble("test_a", why),)))
    assert written.count("no Mute button was found") == 2
    assert written.count("\n  - not found    no file app.js\n  - asked        Genesys for nothing\n") == 1
