"""A stand-in for running programs: it notes each command and answers from a table, and starts nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from e2e.setup.steps import SetupError

# What a command prints, the error it ends with, or something to do that says what it prints.
Answer = str | SetupError | Callable[[], str]


@dataclass
class Commands:
    """Answers by the first entry whose words are in the command; a command without an answer prints nothing."""

    answers: dict[str, Answer] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def __call__(
        self, command: Sequence[str | Path], *, cwd: Path = Path(), env: Mapping[str, str] | None = None
    ) -> str:
        line = " ".join(str(word) for word in command)
        self.ran.append(line)
        for words, answer in self.answers.items():
            if words in line:
                if isinstance(answer, SetupError):
                    raise answer
                return answer() if callable(answer) else answer
        return ""


def touch(*files: Path) -> str:
    """Makes empty files and the folders they are in, as an installation would; prints nothing."""
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    return ""
