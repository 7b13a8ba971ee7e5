"""Adds to the command line, once pytest has read it, what it leaves open: which tests, how many processes, which report.

An option that nobody knows is an error that names the nearest one.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import pytest

from e2e.setup.command import SUITES, Suite
from e2e.setup.options import unknown
from e2e.setup.places import ROOT

from ..view.near import like

OPTION: Final = "--suite"
PACKAGES: Final = ("e2e", "mock_server")  # hotmic's own
PLAYS_SCHEDULE: Final = "suite/test_races.py"  # the one test that plays a --schedule
FINDS_MUTANTS: Final = "selftest/test_mutants.py"
REPORT: Final = "report"  # where a run that judges a release is reported by default
NEAR: Final = 0.75  # how much of a word another has to have: '--lst-failed' does not mean '--log-file'
MOST_WORKERS: Final = 4  # beyond this each further browser costs more memory than it saves time


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, choices=SUITES, required=True, help="the command whose tests are run when none are named")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, None, None]:
    """Before pytest looks for conftest.py beside the tests that are named. Raises pytest.UsageError."""
    suite = SUITES[early_config.known_args_namespace.suite]
    for plugin in suite.plugins:  # after those that are installed, whose fixtures they override
        early_config.pluginmanager.import_plugin(plugin)
    given = vars(parser.parse_known_args(args))
    more = [*report(given), *workers(suite, given, os.cpu_count() or 1)]
    if not given["file_or_dir"]:
        early_config.known_args_namespace.file_or_dir = tests = default_tests(suite, given)
        more += tests
    args[:0] = more
    yield
    if mistakes := list(_unknown(parser, suite, args)):
        raise pytest.UsageError(
            "\n".join([*mistakes, f"All options: {suite.command} --help; pytest's: {suite.command} -- --help"])
        )


def pytest_collect_file(file_path: Path) -> None:
    """Raises pytest.UsageError for a test in a package that has the name of one of hotmic's: it could not be imported."""
    package = next(
        (one for one in outermost_package(file_path) if one.name in PACKAGES and one != ROOT / one.name), None
    )
    if package is not None:
        raise pytest.UsageError(
            f"{package} has the name of hotmic's own package '{package.name}', so {file_path.name} in it cannot be imported: "
            "rename the folder, or take its __init__.py away"
        )


def outermost_package(file: Path) -> Iterator[Path]:
    """The folder of the package that a module belongs to, of a package within a package the outermost; none for others."""
    packages = list(takewhile(lambda folder: (folder / "__init__.py").is_file(), file.parents))
    yield from packages[-1:]


# What the command line says, by the names that pytest gives its options; those of a plugin that is switched off are missing.
Given = Mapping[str, Any]
SELECTING: Final = ("file_or_dir", "keyword", "markexpr", "lf", "stepwise", "collectonly", "deselect")
WATCHING: Final = ("headed", "slowmo", "schedule", "usepdb", "trace")


def default_tests(suite: Suite, given: Given) -> list[str]:
    """The tests that are run when the command line names none."""
    if given.get("schedule"):
        return [str(suite.folder / PLAYS_SCHEDULE)]
    if given.get("mutants"):
        return [str(suite.folder / FINDS_MUTANTS)]
    return [str(suite.folder)]


def report(given: Given) -> list[str]:
    """A run that judges a release is reported; one story played again leaves the report in which it was found."""
    judges = given.get("widget") or given.get("gate")
    if not judges or given.get("schedule") or given.get("report") or not is_whole(given):
        return []
    return [f"--report={REPORT}"]


def workers(suite: Suite, given: Given, cores: int) -> list[str]:
    """How many processes share a whole run in the browser, as pytest-xdist's options: a core each, unless somebody watches.

    Each begins with a share of its own, one file after the other, and takes from the others when it has done it: tests that
    can use the same page run in it one after the other, and none waits at the end.
    """
    chosen = given.get("numprocesses", 1) is not None
    if chosen or cores < 2 or not suite.needs_browser or not is_whole(given) or is_watched(given):
        return []
    distribution = [] if given["dist"] != "no" else ["--dist", "worksteal"]
    return ["-n", str(min(cores, MOST_WORKERS)), *distribution]


def is_whole(given: Given) -> bool:
    """Whether no tests are named and none selected."""
    return not any(map(given.get, SELECTING))


def is_watched(given: Given) -> bool:
    """Whether somebody looks at the browser, or debugs, or wants the run to stop at once."""
    return any(map(given.get, WATCHING)) or given.get("capture") == "no" or given.get("maxfail") == 1


def _unknown(parser: pytest.Parser, suite: Suite, args: Iterable[str]) -> Iterable[str]:
    given, others = parser.parse_known_and_unknown_args(list(args))
    # pytest does not list its options, but what it has read goes by their long names, or nearly.
    named = [f"--{name.replace('_', '-')}" for name in vars(given)]
    for word in (word for word in others if word.startswith("-")):
        near = like(word.partition("=")[0], named, NEAR)
        known = [name for name in near if _knows(parser, name)]
        yield unknown(word, [*suite.parser().names, *known])


def _knows(parser: pytest.Parser, name: str) -> bool:
    try:
        return name not in parser.parse_known_and_unknown_args([name])[1]
    except pytest.UsageError:  # it wants a value
        return True
