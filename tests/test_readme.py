"""The README runs: its Python is executed, its commands are known, its tables are those of the code."""

from collections.abc import Callable
from pathlib import Path

import pytest

import e2e.harness
from e2e.harness.promises import PROMISES
from e2e.harness.view.description import parsed
from e2e.harness.view.description.keys import SIGN, SIGN_MORE, STATES, takes
from e2e.harness.view.description.keys import TABLES as DESCRIPTION
from e2e.harness.view.reach import MODES
from e2e.harness.view.validating import Key
from e2e.setup.command import E2E, TESTS
from e2e.setup.places import PLAYWRIGHT_TEST
from mock_server.core.settings import described
from mock_server.core.worlds import WORLDS
from mock_server.gateway.faults import EFFECTS
from tests.inner import run_tests
from tests.readme import (
    KINDS,
    Block,
    arguments_of_tests,
    blocks,
    commands,
    defines_tests,
    differences,
    fixtures,
    tables,
    wrong_command,
)

README = Path(__file__).resolve().parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = list(blocks(TEXT))
MOCK_COMMANDS = ("serve", "routes", "worlds", "faults", "settings", "control")
# Fixtures that need no browser.
WITHOUT_BROWSER = {"genesys", "genesys_server", "tmp_path", "monkeypatch"}
HARNESS = Path(e2e.harness.__file__).with_name("plugins") / "fixtures.py"
Rows = list[tuple[str, ...]]


def first_line(about: str | None) -> str:
    return (about or "").strip().splitlines()[0]


def description_keys() -> Rows:
    """The keys of a widget.toml, but for the signs."""
    tables = ((table, keys) for table, keys in DESCRIPTION.items() if table not in STATES)
    return [key_row(f"{table}.{key.name}" if table else key.name, key) for table, keys in tables for key in keys]


def key_row(name: str, key: Key) -> tuple[str, ...]:
    return (name, *(bare(cell) for cell in (takes(key), key.default, key.about)))


def bare(cell: str) -> str:
    """A cell as `tables` reads it."""
    return cell.strip("`*")


# The header's first word → the rows that the code has. A table is in the README or not; if it is, it is complete.
TABLES: dict[str, Callable[[], Rows]] = {
    "key": description_keys,
    "state": lambda: [(state, *map(bare, told)) for state, told in STATES.items()],
    "sign": lambda: [(key.name, takes(key), bare(key.about)) for key in (*SIGN, *SIGN_MORE)],
    "world": lambda: [(world.name, world.doc) for world in WORLDS.values()],
    "fault": lambda: [(e.name, "definite" if e.definite else "indefinite", e.doc) for e in EFFECTS.values()],
    "setting": lambda: [tuple(row) for row in described()],
    "by": lambda: list(MODES.items()),
    "promise": lambda: [(name, first_line(check.__doc__)) for name, check in PROMISES.items()],
}


def pytest_options(config: pytest.Config) -> set[str]:
    """Every option that pytest and its plugins take, from pytest's own parser."""
    groups = [config._parser._anonymous, *config._parser._groups]
    return {name for group in groups for option in group.options for name in option.names()}


def test_each_block_says_what_it_is() -> None:
    unmarked = [f"line {block.line}: '{block.kind}'" for block in BLOCKS if block.kind not in KINDS]
    assert unmarked == [], f"a block is marked with one of {', '.join(KINDS)}"


def test_python_runs(tmp_path: Path) -> None:
    for block in BLOCKS:
        if block.kind == "python":
            run_python(block, tmp_path)


def run_python(block: Block, folder: Path) -> None:
    """Run a block. Where its tests need a browser, its imports and definitions are run, and its fixtures are known."""
    if not defines_tests(block):
        run_here(block)
    elif arguments_of_tests(block) <= WITHOUT_BROWSER:
        ran = run_tests(folder, block.text, "mock_server.pytest_plugin")
        assert ran.returncode == 0, f"the block at line {block.line} of README.md fails:\n{ran.stdout}"
    else:
        run_here(block)
        unknown = arguments_of_tests(block) - WITHOUT_BROWSER - fixtures(HARNESS.read_text(encoding="utf-8"))
        assert not unknown, (
            f"the block at line {block.line} of README.md asks for no fixture: {', '.join(sorted(unknown))}"
        )


def run_here(block: Block) -> None:
    exec(compile(block.text, f"README.md, line {block.line}", "exec"), {"__name__": "readme"})


def test_javascript_is_an_example_that_is_run() -> None:
    shown = [block.text for block in BLOCKS if block.kind == "javascript"]
    assert shown == [(PLAYWRIGHT_TEST / "mute.spec.js").read_text(encoding="utf-8")]


def test_descriptions_are_read(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "node_modules/jquery").mkdir(parents=True)
    (tmp_path / "dist/desk.html").touch()
    read = [parsed(block.text, tmp_path / "widget.toml") for block in BLOCKS if block.kind == "toml"]
    assert [one.address.partition("?")[0] for one in read] == ["http://localhost:3000/", "desk.html"]


def test_commands_are_known(pytestconfig: pytest.Config) -> None:
    options = pytest_options(pytestconfig)
    wrong = []
    for block in (block for block in BLOCKS if block.kind == "console"):
        found = list(commands(block))
        wrong += [] if found else [f"line {block.line}: a console block has lines that begin with '$ '"]
        checked = ((line, wrong_command(words, (E2E, TESTS), MOCK_COMMANDS, options)) for line, words in found)
        wrong += [f"line {line}: {why}" for line, why in checked if why]
    assert wrong == []


def test_both_commands_are_shown() -> None:
    shown = {" ".join(words[:3]) for b in BLOCKS if b.kind == "console" for _, words in commands(b)}
    assert {"python3 -m e2e", "python3 -m tests"} <= shown


def test_tables_are_those_of_the_code() -> None:
    wrong = []
    for header, rows in tables(TEXT):
        rows_of = TABLES.get(header[0].lower())
        if rows_of is not None:
            width = len(header)
            wrong += differences(header[0], rows, [row[:width] for row in rows_of()])
    assert wrong == []


def test_it_says_how_many_mutants_there_are() -> None:
    there = len(list((README.parent / "fixtures" / "mutants").iterdir()))
    assert f"{there} widgets with one bug each" in TEXT


# ---- the checker itself, on small samples

SAMPLE = """# Title

```python
answer = 6 * 7
```

| World | What |
|---|---|
| `one_call` | a \\| b |
| **two_calls** | c |

```console
$ python3 -m e2e -k "two words"  # a comment
output
```
"""


def test_blocks_are_found_with_their_lines() -> None:
    assert list(blocks(SAMPLE)) == [
        Block("python", "answer = 6 * 7\n", 4),
        Block("console", '$ python3 -m e2e -k "two words"  # a comment\noutput\n', 13),
    ]


def test_a_block_that_is_not_closed_is_told() -> None:
    with pytest.raises(ValueError, match="the block that begins at line 2 is not closed"):
        list(blocks("text\n```python\n"))


def test_tables_are_found_and_their_marks_taken_off() -> None:
    assert list(tables(SAMPLE)) == [(("World", "What"), [("one_call", "a | b"), ("two_calls", "c")])]
    assert list(tables("```text\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n")) == []


def test_commands_are_taken_apart() -> None:
    _, block = blocks(SAMPLE)
    assert list(commands(block)) == [(13, ["python3", "-m", "e2e", "-k", "two words"])]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ([("a", "1"), ("b", "2")], []),
        ([("a", "1")], ["T: 'b' is missing from the README"]),
        ([("a", "1"), ("b", "2"), ("c", "3")], ["T: the README has 'c', the code has not"]),
        ([("a", "1"), ("b", "3")], ["T: 'b' is ('2',), the README says ('3',)"]),
        ([("b", "2"), ("a", "1")], ["T: the order in the README is another than the code's"]),
    ],
)
def test_a_difference_between_table_and_code_is_named(said: Rows, lines: list[str]) -> None:
    assert differences("T", said, [("a", "1"), ("b", "2")]) == lines


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("python3 -m e2e -k mute --headed --setup-only", ""),
        ("python3 -m tests --browser=x", "python3 -m tests has no option --browser=x"),
        ("python3 -m mock_server worlds", ""),
        ("python3 -m mock_server world", "mock_server has no command 'world'; it has worlds"),
        ("python3 -m nothing", "there is no command 'python3 -m nothing'"),
        ("git clone x", ""),
        ("rm -rf x", "'rm -rf x' is no command of this project"),
    ],
)
def test_a_command_that_is_not_there_is_named(line: str, wrong: str) -> None:
    assert wrong_command(line.split(), (E2E, TESTS), ["worlds"], {"-k", "--headed"}) == wrong


def test_a_python_block_that_fails_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_python(Block("python", "1 / 0\n", 1), tmp_path)


def test_a_test_block_is_run_with_the_mock(tmp_path: Path) -> None:
    run_python(Block("python", "def test_it(genesys):\n    assert genesys.leg('agent')\n", 1), tmp_path)


def test_a_test_block_that_fails_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"the block at line 9 of README\.md fails"):
        run_python(Block("python", "def test_it(genesys):\n    assert genesys.leg('agent').muted\n", 9), tmp_path)


def test_a_browser_block_is_collected_and_its_fixtures_found(tmp_path: Path) -> None:
    run_python(Block("python", "def test_it(agent, wire):\n    wire.hold()\n", 1), tmp_path)


def test_a_browser_block_with_an_unknown_fixture_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the block at line 1 of README.md asks for no fixture: agnt"):
        run_python(Block("python", "def test_it(agnt):\n    pass\n", 1), tmp_path)
