"""The command `hotmic`: `judge`, `describe`, `merge`, and those of the mock, `serve` and what lists what it knows."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import version

from .hiding import Hidden, check

WRONG_USE = 2


@dataclass(frozen=True)
class Command:
    """A command behind `hotmic`, with words of its own, of which it also prints the help."""

    about: str
    run: Callable[[Sequence[str]], int]


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code: 2 for a mistake in the call."""
    given = sys.argv[1:] if words is None else words
    name, *rest = given or [""]
    if name in ("", "-h", "--help"):
        print(usage())
        return 0 if name else WRONG_USE
    if name in ("-V", "--version"):
        print(f"hotmic {version('hotmic')}")
        return 0
    command = COMMANDS.get(name)
    if command is None:
        near = get_close_matches(name, COMMANDS, 1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
        return complain(f"there is no command '{name}'; {meant}")
    try:
        check()
    except Hidden as error:
        return complain(str(error))
    return command.run(rest)


def usage() -> str:
    """The help: every command in a line."""
    width = max(map(len, COMMANDS))
    return "\n".join(
        [
            "usage: hotmic COMMAND [word …]",
            "",
            'Finds agent widgets that say "muted" while the caller still hears.',
            "",
            *(f"  {name:<{width}}  {command.about}" for name, command in COMMANDS.items()),
            "",
            "Help on one of them: hotmic COMMAND --help; which hotmic this is: hotmic --version",
        ]
    )


def complain(message: str) -> int:
    print(f"hotmic: {message}", file=sys.stderr)
    return WRONG_USE


# ---- the commands; what they need is imported when they are run


def judge(words: Sequence[str]) -> int:
    from e2e.setup.command import judge as run

    return run(words)


def describe(words: Sequence[str]) -> int:
    from e2e.setup.command import DESCRIBE, E2E
    from e2e.setup.command import main as run

    return run(E2E, [DESCRIBE, *words])


def merge(words: Sequence[str]) -> int:
    from e2e.setup.command import E2E, MERGE
    from e2e.setup.command import main as run

    return run(E2E, [MERGE, *words])


def of_the_mock(name: str) -> Callable[[Sequence[str]], int]:
    """A command of the mock."""

    def run(words: Sequence[str]) -> int:
        from e2e.setup.places import REFERENCE, SDK_BUNDLES
        from e2e.setup.program import FETCH_REFERENCE
        from mock_server.__main__ import Caller
        from mock_server.__main__ import main as run

        caller = Caller("hotmic", {"/widget": REFERENCE, "/sdk": SDK_BUNDLES}, FETCH_REFERENCE, owns_process=True)
        return run([name, *words], caller)

    return run


COMMANDS = {
    "judge": Command("judge a widget in a browser: held (exit code 0), broken (1), could not judge (2)", judge),
    "describe": Command("look at a page, and write a first widget.toml", describe),
    "merge": Command("join the reports of all parts of a run (judge --shard)", merge),
    "serve": Command("serve the mock of Genesys Cloud until Ctrl-C", of_the_mock("serve")),
    "worlds": Command("the states in which the mock can start", of_the_mock("worlds")),
    "routes": Command("the operations that the mock knows", of_the_mock("routes")),
    "faults": Command("the effects that a fault may have", of_the_mock("faults")),
    "settings": Command("the mock's settings: limits, and assumptions where nobody knows", of_the_mock("settings")),
    "control": Command(
        "the verbs of the mock's control API, for a harness in another language", of_the_mock("control")
    ),
}
