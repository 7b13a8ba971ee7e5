"""Style and types, checked before the harness's own tests run."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from e2e.setup.children import ChildFailed, Run, quietly
from e2e.setup.options import Arguments
from e2e.setup.places import VENV, venv_program
from e2e.setup.pytest_options import WITH_VALUE

# Name, program in .venv, arguments; what each checks is set in pyproject.toml.
CHECKS = (
    ("ruff check", "ruff", ("check", "--quiet")),
    ("ruff format", "ruff", ("format", "--check", "--quiet", "--diff")),
    ("mypy", "mypy", ("--no-error-summary",)),
)

# pytest's options that run some of the tests, or none: somebody who looks at one test is not to wait for the rest.
SELECTING = ("-k", "-m", "--lf", "--last-failed", "--sw", "--stepwise", "--co", "--collect-only", "--deselect")


def wanted(arguments: Arguments, folder: Path) -> bool:
    """Whether the whole suite in `folder` is run, and so the checks too."""
    return not arguments.pytest_has(*SELECTING) and not paths_in(folder, arguments.pytest)


def paths_in(folder: Path, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments that name tests in `folder`, such as `tests/setup/test_lock.py::test_a`: the rest are options, or
    the values of options, and pytest still has to be told where the tests are.
    """

    def inside(argument: str) -> bool:
        path = Path(argument.partition("::")[0])
        return not argument.startswith("-") and path.exists() and path.resolve().is_relative_to(folder)

    words = pairwise(("", *arguments))
    return tuple(word for before, word in words if before not in WITH_VALUE and inside(word))


def failed(say: Callable[[str], None], run: Run = quietly, venv: Path = VENV) -> tuple[str, ...]:
    """Runs all checks, one line each, and shows the report of each that fails; returns the names of those.

    Raises SetupError when one cannot be started.
    """
    names = []
    for name, program, arguments in CHECKS:
        began = time.perf_counter()
        try:
            run([venv_program(venv, program), *arguments])
        except ChildFailed as error:
            names.append(name)
            say(f"checks  {name:<17}failed\n{error.printed.rstrip()}")
        else:
            say(f"checks  {name:<17}clean in {time.perf_counter() - began:.1f} s")
    return tuple(names)
