"""Every README runs: its Python is executed, its commands are known, its TOML is read, its tables are those of the code."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import e2e.harness
from e2e.harness.explorer.actions import action, check, gesture
from e2e.harness.explorer.scenarios import KEYS as SCENARIO_KEYS
from e2e.harness.explorer.scenarios import PAGES, SCENARIOS, read_scenarios, read_schedule
from e2e.harness.mutants.mutants import KEYS as MUTANT_KEYS
from e2e.harness.promises import PROMISES
from e2e.harness.report import FILES
from e2e.harness.verdict import EXIT_CODES, read_gate
from e2e.harness.view.description import parsed
from e2e.harness.view.description.keys import SIGN, SIGN_MORE, STATES, takes
from e2e.harness.view.description.keys import TABLES as DESCRIPTION
from e2e.harness.view.reach import MODES
from e2e.harness.view.validating import Key
from e2e.setup.command import E2E, TESTS
from e2e.setup.places import PLAYWRIGHT_TEST
from mock_server.control.describe import rows as verbs
from mock_server.core.settings import described
from mock_server.core.worlds import WORLDS
from mock_server.engine.wire import KINDS as PARCELS
from mock_server.gateway.faults import EFFECTS
from tests.links import places, texts
from tests.readme import (
    KINDS,
    Block,
    blocks,
    commands,
    differences,
    fixtures,
    run_python,
    tables,
    wrong_command,
)
from tests.test_layers import HARNESS, MOCK_SERVER

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
LONGEST = 150  # lines of README.md
LARGEST_PICTURE = 150_000  # bytes
MOCK_COMMANDS = ("serve", "routes", "worlds", "faults", "settings", "control")
BROWSER_FIXTURES = fixtures(
    (Path(e2e.harness.__file__).with_name("plugins") / "fixtures.py").read_text(encoding="utf-8")
)
MOCK_FIXTURES = fixtures((ROOT / "mock_server" / "pytest_plugin.py").read_text(encoding="utf-8"))
Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Document:
    """A Markdown file of the repository, and what it is called from the checkout."""

    name: str
    text: str

    @property
    def blocks(self) -> list[Block]:
        return list(blocks(self.text))

    def of_kind(self, kind: str) -> Iterator[Block]:
        return (block for block in self.blocks if block.kind == kind)


DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): Document(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    for path in texts(ROOT)
    if path.suffix == ".md"
}
each_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=list(DOCUMENTS))


# ---- tables


def first_line(about: str | None) -> str:
    return (about or "").strip().splitlines()[0]


def description_keys() -> Rows:
    """The keys of a widget.toml, but for the signs."""
    of_tables = ((table, keys) for table, keys in DESCRIPTION.items() if table not in STATES)
    return [key_row(f"{table}.{key.name}" if table else key.name, key) for table, keys in of_tables for key in keys]


def key_row(name: str, key: Key) -> tuple[str, ...]:
    return (name, *(bare(cell) for cell in (takes(key), key.default, key.about)))


def bare(cell: str) -> str:
    """A cell as `tables` reads it."""
    return cell.strip("`*")


# The header's first cell → the rows that the code has. A table is in a document or not; if it is, it is complete.
TABLES: dict[str, Callable[[], Rows]] = {
    "key": description_keys,
    "state": lambda: [(state, *map(bare, words)) for state, words in STATES.items()],
    "sign": lambda: [(key.name, takes(key), bare(key.about)) for key in (*SIGN, *SIGN_MORE)],
    "scenario key": lambda: [(key.name, takes(key), key.about) for key in SCENARIO_KEYS],
    "world": lambda: [(world.name, world.doc) for world in WORLDS.values()],
    "fault": lambda: [(e.name, "definite" if e.definite else "indefinite", e.doc) for e in EFFECTS.values()],
    "setting": lambda: [tuple(row) for row in described()],
    "verb": lambda: [(f"{method} {name}", takes, doc) for method, name, takes, doc in verbs()],
    "by": lambda: list(MODES.items()),
    "promise": lambda: [(name, first_line(check.__doc__)) for name, check in PROMISES.items()],
}


@each_document
def test_tables_are_those_of_the_code(document: Document) -> None:
    wrong = []
    for header, rows in tables(document.text):
        rows_of = TABLES.get(header[0].lower())
        if rows_of is not None:
            width = len(header)
            wrong += differences(header[0], rows, [row[:width] for row in rows_of()])
    assert wrong == []


def test_every_table_of_the_code_stands_in_a_document() -> None:
    there = {header[0].lower() for document in DOCUMENTS.values() for header, _ in tables(document.text)}
    assert set(TABLES) - there == {"setting"}  # `python3 -m mock_server settings` prints that one


def table(document: str, first: str) -> Rows:
    """The rows of the one table of a document whose header begins with this cell."""
    (rows,) = [rows for header, rows in tables(DOCUMENTS[document].text) if header[0] == first]
    return rows


def words(cell: str) -> list[str]:
    """The code spans of a cell; the outermost marks are gone already."""
    return [word.strip("`") for word in cell.split("`, `")]


def test_the_fixtures_of_the_table_are_there() -> None:
    named = {word for cell, _ in table("e2e/README.md", "fixture") for word in words(cell)}
    assert named - BROWSER_FIXTURES - MOCK_FIXTURES == set()


def test_the_steps_of_the_table_can_be_played() -> None:
    for who, steps in table("e2e/README.md", "who"):
        for person in words(who):
            for step in words(steps):
                _ = gesture(step) if person in PAGES else action(person, step)  # raises BadScenario


def test_the_kinds_of_parcels_are_all_there() -> None:
    assert sorted(word for cell, *_ in table("mock_server/README.md", "kind") for word in words(cell)) == sorted(
        PARCELS
    )


def test_the_exit_codes_are_those_of_the_verdict() -> None:
    assert [int(code) for code, _ in table("e2e/README.md", "exit code")] == list(dict.fromkeys(EXIT_CODES.values()))


def test_the_files_of_a_report_are_all_there() -> None:
    assert {*FILES, "traces/"} == {name for name, _ in table("e2e/README.md", "file")}


# ---- README.md


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(DOCUMENTS["README.md"].text.splitlines()) <= LONGEST


def test_both_commands_are_shown() -> None:
    shown = {" ".join(words[:3]) for block in DOCUMENTS["README.md"].of_kind("console") for _, words in commands(block)}
    assert {"python3 -m e2e", "python3 -m tests"} <= shown


def test_it_says_how_many_mutants_there_are() -> None:
    there = len(list((README.parent / "fixtures" / "mutants").iterdir()))
    assert f"{there} widgets with one bug each" in " ".join(DOCUMENTS["README.md"].text.split())


def test_its_picture_is_small_and_the_command_that_takes_it_is_named() -> None:
    picture = ROOT / "e2e/harness/report/example.png"
    assert picture.relative_to(ROOT).as_posix() in DOCUMENTS["README.md"].text
    assert picture.stat().st_size <= LARGEST_PICTURE
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "python3 -m e2e --picture" in DOCUMENTS["README.md"].text


@pytest.mark.parametrize(
    ("document", "package", "order"),
    [("README.md", "e2e/harness", HARNESS), ("mock_server/README.md", "mock_server", MOCK_SERVER)],
)
def test_the_map_has_every_room_in_the_order_of_the_imports(document: str, package: str, order: str) -> None:
    named = [word for cell, *_ in table(document, "room") for word in words(cell) if word.endswith("/")]
    assert named == [f"{room}/" for room in order.split() if (ROOT / package / room).is_dir()]


def test_a_recipe_names_what_the_files_that_it_names_have() -> None:
    """`EFFECTS` stands in one of the files of its row."""
    for what, recipe in table("README.md", "to add"):
        files = [ROOT / named.target for named in places(recipe)]
        sources = "".join(path.read_text(encoding="utf-8") for file in files for path in modules(file))
        missing = [name for name in re.findall(r"`([A-Z]\w+)`", recipe) if not re.search(rf"\b{name}\b", sources)]
        assert missing == [], what


def modules(place: Path) -> list[Path]:
    """The modules of a folder, or the file itself."""
    return [path for path in (place.rglob("*.py") if place.is_dir() else [place]) if path.is_file()]


def test_the_probes_document_lists_every_file() -> None:
    probe = ROOT / "e2e/harness/probe"
    document = DOCUMENTS["e2e/harness/probe/README.md"]
    listed = {row[0] for header, rows in tables(document.text) if header[0] == "file" for row in rows}
    there = {path.relative_to(probe).as_posix() for path in probe.rglob("*") if path.suffix in (".js", ".py")}
    assert listed == there - {"__init__.py"}


def test_the_probes_document_lists_every_native_that_is_wrapped() -> None:
    """By file: what is given to `native.wrap` or defined anew on a prototype. Names in variables are not looked for."""
    probe = ROOT / "e2e/harness/probe"
    (rows,) = [rows for header, rows in tables(DOCUMENTS["e2e/harness/probe/README.md"].text) if header[1] == "native"]
    listed = {(file, word) for file, natives, _ in rows for word in re.findall(r"\w+", natives)}
    wrapped = {
        (path.name, name)
        for path in probe.glob("*.js")
        for name in re.findall(
            r"(?:native\.wrap|Object\.defineProperty)\((?!window, '__)[\w.]+, '(\w+)'", path.read_text()
        )
    }
    assert len(wrapped) > 20
    assert wrapped - listed == set()


# ---- blocks


@each_document
def test_each_block_says_what_it_is(document: Document) -> None:
    unmarked = [f"line {block.line}: '{block.kind}'" for block in document.blocks if block.kind not in KINDS]
    assert unmarked == [], f"a block is marked with one of {', '.join(KINDS)}"


@each_document
def test_python_runs(document: Document, tmp_path: Path) -> None:
    for block in document.of_kind("python"):
        run_python(block, tmp_path, document.name, BROWSER_FIXTURES)


@each_document
def test_json_is_json(document: Document) -> None:
    """A block is one value, or one value a line."""
    for block in document.of_kind("json"):
        try:
            json.loads(block.text)
        except ValueError:
            _ = [json.loads(line) for line in block.text.splitlines()]


def every_block(kind: str) -> list[Block]:
    return [block for document in DOCUMENTS.values() for block in document.of_kind(kind)]


def test_javascript_is_an_example_that_is_run() -> None:
    shown = [block.text for block in every_block("javascript")]
    assert shown == [(PLAYWRIGHT_TEST / "mute.spec.js").read_text(encoding="utf-8")]


def test_descriptions_are_read(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "node_modules/jquery").mkdir(parents=True)
    (tmp_path / "dist/desk.html").touch()
    read = [parsed(block.text, tmp_path / "widget.toml") for block in every_block("toml")]
    assert {one.address.partition("?")[0] for one in read} == {"http://localhost:3000/", "desk.html"}


def test_the_head_of_a_mutant_is_explained_in_full() -> None:
    assert [name for name, _ in table("fixtures/README.md", "head")] == [*MUTANT_KEYS, "hint"]


def test_a_mutant_that_is_shown_is_one() -> None:
    (shown,) = every_block("diff mutant")
    assert shown.text in [path.read_text(encoding="utf-8") for path in (ROOT / "fixtures/mutants").iterdir()]


def test_scenarios_are_read_and_mean_something(tmp_path: Path) -> None:
    (shown,) = every_block("toml scenarios")
    (tmp_path / "mine.toml").write_text(shown.text, encoding="utf-8")
    for scenario in read_scenarios(tmp_path / "mine.toml").values():
        check(scenario)


def test_gates_are_read(tmp_path: Path) -> None:
    for shown in every_block("toml gate"):
        (tmp_path / "promises.toml").write_text(shown.text, encoding="utf-8")
        assert read_gate(tmp_path / "promises.toml", SCENARIOS)


def test_schedules_are_read() -> None:
    """A line of text that is a schedule, in a block of its own or in a command."""
    lines = [line for block in every_block("text") for line in block.text.splitlines()]
    shown = [line for line in lines if line.partition(":")[0].split(" -")[0] in SCENARIOS]
    for block in every_block("console"):
        shown += [words[words.index("--schedule") + 1] for _, words in commands(block) if "--schedule" in words]
    assert len(shown) > 2
    for schedule in shown:
        read_schedule(schedule, SCENARIOS)  # raises BadScenario


@each_document
def test_commands_are_known(document: Document) -> None:
    options = pytest_options()
    wrong = []
    for block in document.of_kind("console"):
        found = list(commands(block))
        wrong += [] if found else [f"line {block.line}: a console block has lines that begin with '$ '"]
        checked = ((line, wrong_command(words, (E2E, TESTS), MOCK_COMMANDS, options)) for line, words in found)
        wrong += [f"line {line}: {why}" for line, why in checked if why]
    assert wrong == []


@cache
def pytest_options() -> set[str]:
    """Every option that pytest and its plugins take, as pytest's own help names them."""
    shown = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], capture_output=True, text=True, check=True
    ).stdout
    lines = re.findall(r"(?m)^  (-.*?)(?:  .*)?$", shown)
    return {re.split(r"[ =]", name)[0] for line in lines for name in line.split(", ")}
