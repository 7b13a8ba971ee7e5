"""The README runs: its Python is executed, its commands are known, its tables are those of the code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.harness.promises import PROMISES
from e2e.setup.command import E2E, TESTS
from mock_server.faults import EFFECTS
from mock_server.gateway import OPERATIONS
from mock_server.settings import described
from mock_server.worlds import WORLDS
from tests.readme import (
    KINDS,
    Block,
    arguments_of_tests,
    blocks,
    commands,
    defines_tests,
    differences,
    tables,
    wrong_command,
)

pytest_plugins = ["pytester"]

README = Path(__file__).resolve().parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = list(blocks(TEXT))
MOCK_COMMANDS = ("serve", "routes", "worlds", "faults", "settings")
# Fixtures that need no browser; a block with another is collected, not run.
WITHOUT_BROWSER = {"genesys", "genesys_server", "tmp_path", "monkeypatch"}
Rows = list[tuple[str, ...]]


def first_line(about: str | None) -> str:
    return (about or "").strip().splitlines()[0]


# The header's first word → the rows that the code has. A table is in the README or not; if it is, it is complete.
TABLES: dict[str, Callable[[], Rows]] = {
    "world": lambda: [(world.name, world.doc) for world in WORLDS.values()],
    "fault": lambda: [(e.name, "definite" if e.definite else "indefinite", e.doc) for e in EFFECTS.values()],
    "operation": lambda: [(r.operation, r.method, r.path) for r in OPERATIONS.values()],
    "setting": lambda: [tuple(row) for row in described()],
    "promise": lambda: [(name, first_line(check.__doc__)) for name, check in PROMISES.items()],
}


def pytest_options(config: pytest.Config) -> set[str]:
    """Every option that pytest and its plugins take, from pytest's own parser."""
    groups = [config._parser._anonymous, *config._parser._groups]
    return {name for group in groups for option in group.options for name in option.names()}


def test_each_block_says_what_it_is() -> None:
    unmarked = [f"line {block.line}: '{block.kind}'" for block in BLOCKS if block.kind not in KINDS]
    assert unmarked == [], f"a block is marked with one of {', '.join(KINDS)}"


def test_python_runs(pytester: pytest.Pytester) -> None:
    for block in BLOCKS:
        if block.kind == "python":
            run_python(block, pytester)


def run_python(block: Block, pytester: pytest.Pytester) -> None:
    """Run a block; where it needs a browser, see that pytest can collect it and finds its fixtures."""
    if not defines_tests(block):
        exec(compile(block.text, f"README.md, line {block.line}", "exec"), {"__name__": "readme"})
        return
    browser = bool(arguments_of_tests(block) - WITHOUT_BROWSER)
    plugin = "e2e.harness.plugin" if browser else "mock_server.pytest_plugin"
    pytester.makepyfile(test_block=block.text)
    pytester.makeconftest("" if plugin in block.text else f"pytest_plugins = ['{plugin}']")
    pytester.makeini(
        "[pytest]\nfilterwarnings =\n    error\n    ignore:Session-scoped fixtures defined as instance methods"
    )
    options = ["--setup-plan"] if browser else ["-p", "no:playwright"]
    result = pytester.runpytest_inprocess(*options, "-p", "no:cacheprovider")
    assert result.ret == 0, f"the block at line {block.line} of README.md fails"


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


def test_a_python_block_that_fails_fails(pytester: pytest.Pytester) -> None:
    with pytest.raises(ZeroDivisionError):
        run_python(Block("python", "1 / 0\n", 1), pytester)


def test_a_test_block_is_run_with_the_mock(pytester: pytest.Pytester) -> None:
    run_python(Block("python", "def test_it(genesys):\n    assert genesys.leg('agent')\n", 1), pytester)


def test_a_test_block_that_fails_is_named_by_its_line(pytester: pytest.Pytester) -> None:
    with pytest.raises(AssertionError, match=r"the block at line 9 of README\.md fails"):
        run_python(Block("python", "def test_it(genesys):\n    assert genesys.leg('agent').muted\n", 9), pytester)


def test_a_browser_block_is_collected_and_its_fixtures_found(pytester: pytest.Pytester) -> None:
    run_python(Block("python", "def test_it(agent, wire):\n    wire.hold()\n", 1), pytester)


def test_a_browser_block_with_an_unknown_fixture_fails(pytester: pytest.Pytester) -> None:
    with pytest.raises(AssertionError, match="the block at line 1"):
        run_python(Block("python", "def test_it(agnt):\n    pass\n", 1), pytester)
