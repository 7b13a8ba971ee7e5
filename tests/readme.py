"""Reads a README as a program: its fenced blocks and its tables.

python          is executed; tests are run by pytest, unless they need a browser: then their fixtures are looked up
console         each line that begins with `$ ` is a command: known to one of the two command lines, to the mock's, or to `hotmic`
javascript      is a file of fixtures/examples, word for word
toml            is a description of a widget
toml scenarios  is a file of scenarios
toml gate       is a file of accepted breaches
yaml            is a workflow that calls gate.yml
json            is JSON, one value or one a line
diff mutant     is the file of a mutant, which fits the reference widget
text            is for people; a line that looks like a schedule is one
"""

import ast
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from e2e.command.main import COMMANDS
from e2e.setup.command import E2E, Suite
from e2e.setup.options import describe_parser, merge_parser
from tests.inner import run_tests

KINDS = (
    "python",
    "console",
    "javascript",
    "toml",
    "toml scenarios",
    "toml gate",
    "yaml",
    "json",
    "diff mutant",
    "text",
)
# Fixtures that need no browser.
WITHOUT_BROWSER = frozenset({"genesys", "genesys_server", "tmp_path", "monkeypatch"})


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, its text, and the line at which its text begins."""

    kind: str
    text: str
    line: int


def blocks(readme: str) -> Iterator[Block]:
    """Every fenced block, in order. Raises ValueError for a fence that is not closed."""
    fence: tuple[str, int] | None = None
    inside: list[str] = []
    for number, line in enumerate(readme.splitlines(), start=1):
        if not line.lstrip().startswith("```"):
            inside.append(line)
        elif fence is None:
            fence, inside = (line.strip().removeprefix("```"), number), []
        else:
            yield Block(fence[0], "\n".join(inside) + "\n", fence[1] + 1)
            fence = None
    if fence is not None:
        raise ValueError(f"the block that begins at line {fence[1]} is not closed")


def tables(readme: str) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Every table outside of blocks: its header and its rows, each cell without the marks around its words."""
    outside = re.sub(r"(?ms)^ *```.*?^ *```", "", readme)
    for lines in re.findall(r"(?m)(?:^\|.*\|[ \t]*$\n?){2,}", outside):
        header, _, *rows = (_cells(line) for line in lines.splitlines())
        yield header, rows


def _cells(line: str) -> tuple[str, ...]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return tuple(cell.strip().strip("`*").replace("\\|", "|") for cell in cells)


def differences(table: str, shown: Sequence[tuple[str, ...]], real: Sequence[tuple[str, ...]]) -> list[str]:
    """How a table of the README differs from what the code prints, a line each; rows are compared by their first cell."""
    there = {row[0]: row for row in shown}
    known = {row[0]: row for row in real}
    lines = [f"{table}: '{name}' is missing from the README" for name in known if name not in there]
    lines += [f"{table}: the README has '{name}', the code has not" for name in there if name not in known]
    lines += [
        f"{table}: '{name}' is {known[name][1:]}, the README says {row[1:]}"
        for name, row in there.items()
        if name in known and known[name] != row
    ]
    if not lines and [row[0] for row in shown] != [row[0] for row in real]:
        lines.append(f"{table}: the order in the README is another than the code's")
    return lines


def commands(block: Block) -> Iterator[tuple[int, list[str]]]:
    """The commands of a console block: the number of the line, and the words."""
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if line.startswith("$ "):
            yield number, shlex.split(line.removeprefix("$ "), comments=True)


def wrong_command(words: Sequence[str], suites: Iterable[Suite], mock: Sequence[str], pytest_options: set[str]) -> str:
    """What is wrong with a command, or "". `mock` are the commands of mock_server; git, cd and programs on PATH pass."""
    match words:
        case ["python3", "-m", "pip", "install", _]:
            return ""
        case ["python3", "-m", "mock_server", command, *_]:
            return "" if command in mock else f"mock_server has no command '{command}'; it has {', '.join(mock)}"
        case ["python3", "-m", module, *rest]:
            suite = next((suite for suite in suites if suite.name == module), None)
            if suite is None:
                return f"there is no command 'python3 -m {module}'"
            return _wrong_option(f"python3 -m {module}", rest, {*suite.parser().names, *pytest_options})
        case ["uvx", "--from", _, *rest] if rest[:1] == ["hotmic"]:
            return wrong_command(rest, suites, mock, pytest_options)
        case ["hotmic", command, *_] if command not in COMMANDS:
            return f"hotmic has no command '{command}'; it has {', '.join(COMMANDS)}"
        case ["hotmic", command, *rest]:
            judge = {*E2E.parser().names, *pytest_options}
            known = {"judge": judge, "describe": describe_parser().names, "merge": merge_parser().names}
            return _wrong_option(f"hotmic {command}", rest, known[command]) if command in known else ""
        case ["git" | "cd" | ".ci/run", *_]:
            return ""
        case _:
            return f"'{' '.join(words)}' is no command of this project"


def _wrong_option(command: str, words: Iterable[str], known: Iterable[str]) -> str:
    unknown = [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]
    return f"{command} has no option {unknown[0]}" if unknown else ""


def run_python(block: Block, folder: Path, document: str, browser_fixtures: Set[str]) -> None:
    """Run a block. Where its tests need a browser, its imports and definitions are run, and its fixtures are looked up.

    Raises AssertionError, which names the document and the line, and whatever a block without tests raises.
    """
    at = f"the block at line {block.line} of {document}"
    if defines_tests(block) and arguments_of_tests(block) <= WITHOUT_BROWSER:
        ran = run_tests(folder, block.text, "mock_server.pytest_plugin")
        assert ran.returncode == 0, f"{at} fails:\n{ran.stdout}"
        return
    exec(compile(block.text, f"{document}, line {block.line}", "exec"), {"__name__": "readme"})
    unknown = arguments_of_tests(block) - WITHOUT_BROWSER - browser_fixtures if defines_tests(block) else set()
    assert not unknown, f"{at} asks for no fixture: {', '.join(sorted(unknown))}"


def defines_tests(block: Block) -> bool:
    return any(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in ast.parse(block.text).body)


def arguments_of_tests(block: Block) -> set[str]:
    """The fixtures that the tests of a block ask for."""
    functions = [n for n in ast.walk(ast.parse(block.text)) if isinstance(n, ast.FunctionDef)]
    return {argument.arg for function in functions for argument in function.args.args}


def fixtures(plugin: str) -> set[str]:
    """The fixtures that a plugin's source defines."""
    functions = [node for node in ast.parse(plugin).body if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if any("pytest.fixture" in ast.unparse(mark) for mark in f.decorator_list)}
