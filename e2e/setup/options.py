"""hotmic's own options. They are declared in a table; everything that is not in it goes to pytest as it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from e2e.setup.steps import SetupError


@dataclass(frozen=True)
class Option:
    """One option: a switch, or with `value` (the name of the value in the help) one that takes a value."""

    name: str
    help: str
    value: str | None = None

    @property
    def usage(self) -> str:
        return f"{self.name} {self.value}" if self.value else self.name


@dataclass(frozen=True)
class Arguments:
    """A command line taken apart: hotmic's options by name (a switch has the value ""), and the rest for pytest."""

    own: dict[str, str]
    pytest: tuple[str, ...]

    def switched(self, name: str) -> bool:
        return name in self.own

    def pytest_has(self, *names: str) -> bool:
        """Whether one of pytest's options was given, as `--name`, `--name=value` or, for `-k`, `-kvalue`."""
        return any(
            argument == name or argument.startswith(name if is_short(name) else f"{name}=")
            for argument in self.pytest
            for name in names
        )

    def pytest_value(self, name: str) -> str | None:
        """The value of one of pytest's long options, the last when it was given more than once."""
        found = None
        for argument, following in pairwise((*self.pytest, "")):
            if argument == name:
                found = following or None
            elif argument.startswith(f"{name}="):
                found = argument.removeprefix(f"{name}=")
        return found


def is_short(name: str) -> bool:
    return name.startswith("-") and not name.startswith("--")


def parse(arguments: Sequence[str], options: Sequence[Option]) -> Arguments:
    """`--name value` and `--name=value` are the same; after `--` everything is pytest's. Raises SetupError."""
    by_name = {option.name: option for option in options}
    own: dict[str, str] = {}
    rest: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        option = by_name.get(name)
        if word == "--":
            rest += [word, *words]
            break
        if option is None:
            rest.append(word)
        elif option.value is None:
            if equals:
                raise SetupError(f"{name} takes no value, but was given '{value}'")
            own[name] = ""
        else:
            if not equals:
                value = words.pop(0) if words else ""
            if not value:
                raise SetupError(f"{name} needs a value: {option.usage}")
            own[name] = value
    return Arguments(own, tuple(rest))


def help_text(command: str, summary: str, options: Sequence[Option]) -> str:
    """What `--help` prints."""
    width = max(len(option.usage) for option in options)
    lines = [f"usage: {command} [option …] [pytest argument …]", "", summary, "", "options:"]
    for option in options:
        first, *more = wrap(option.help, 100 - width)
        lines += [f"  {option.usage:<{width}}  {first}", *(f"  {'':<{width}}  {line}" for line in more)]
    lines += ["", f"Everything else goes to pytest as it is. pytest's own options: {command} -- --help"]
    return "\n".join(lines)
