"""What is read out of a README: its blocks, tables and commands, and what is wrong with them."""

from pathlib import Path

import pytest

from e2e.setup.command import E2E, TESTS
from tests.readme import Block, blocks, commands, differences, run_python, tables, wrong_command

Rows = list[tuple[str, ...]]

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


def test_a_block_that_is_not_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="the block that begins at line 2 is not closed"):
        list(blocks("text\n```python\n"))


def test_tables_are_found_and_their_marks_taken_off() -> None:
    assert list(tables(SAMPLE)) == [(("World", "What"), [("one_call", "a | b"), ("two_calls", "c")])]
    assert list(tables("```text\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n")) == []


def test_commands_are_parsed() -> None:
    _, block = blocks(SAMPLE)
    assert list(commands(block)) == [(13, ["python3", "-m", "e2e", "-k", "two words"])]


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        ([("a", "1"), ("b", "2")], []),
        ([("a", "1")], ["T: 'b' is missing from the README"]),
        ([("a", "1"), ("b", "2"), ("c", "3")], ["T: the README has 'c', the code has not"]),
        ([("a", "1"), ("b", "3")], ["T: 'b' is ('2',), the README says ('3',)"]),
        ([("b", "2"), ("a", "1")], ["T: the order in the README is another than the code's"]),
    ],
)
def test_a_difference_between_table_and_code_is_named(shown: Rows, lines: list[str]) -> None:
    assert differences("T", shown, [("a", "1"), ("b", "2")]) == lines


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("python3 -m e2e -k mute --headed --setup-only", ""),
        ("python3 -m tests --browser=x", "python3 -m tests has no option --browser=x"),
        ("python3 -m mock_server worlds", ""),
        ("python3 -m mock_server world", "mock_server has no command 'world'; it has worlds"),
        ("python3 -m nothing", "there is no command 'python3 -m nothing'"),
        ("hotmic judge widget.toml -k mute --budget 60s", ""),
        ("uvx --from x hotmic describe dist --output widget.toml", ""),
        ("hotmic merge a --gate b", "hotmic merge has no option --gate"),
        ("hotmic serve --port 0", ""),
        ("hotmic jugde", "hotmic has no command 'jugde'; it has judge, describe, merge, "),
        ("git clone x", ""),
        ("rm -rf x", "'rm -rf x' is no command of this project"),
    ],
)
def test_a_command_that_is_not_there_is_named(line: str, wrong: str) -> None:
    found = wrong_command(line.split(), (E2E, TESTS), ["worlds"], {"-k", "--headed"})
    assert found.startswith(wrong) and bool(found) == bool(wrong)


def test_a_python_block_that_fails_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_python(Block("python", "1 / 0\n", 1), tmp_path, "A.md", {"agent", "wire"})


def test_a_test_block_is_run_with_the_mock(tmp_path: Path) -> None:
    run_python(
        Block("python", "def test_it(genesys):\n    assert genesys.leg('agent')\n", 1),
        tmp_path,
        "A.md",
        {"agent", "wire"},
    )


def test_a_test_block_that_fails_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"the block at line 9 of A\.md fails"):
        run_python(
            Block("python", "def test_it(genesys):\n    assert genesys.leg('agent').muted\n", 9),
            tmp_path,
            "A.md",
            {"agent", "wire"},
        )


def test_a_browser_block_is_collected_and_its_fixtures_found(tmp_path: Path) -> None:
    run_python(Block("python", "def test_it(agent, wire):\n    wire.hold()\n", 1), tmp_path, "A.md", {"agent", "wire"})


def test_a_browser_block_with_an_unknown_fixture_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the block at line 1 of A.md asks for no fixture: agnt"):
        run_python(Block("python", "def test_it(agnt):\n    pass\n", 1), tmp_path, "A.md", {"agent", "wire"})
