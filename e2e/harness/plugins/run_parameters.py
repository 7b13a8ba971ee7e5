"""The run parameters that all shards must share: which hotmic judges which widget, how far, by what."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

import pytest

from e2e.setup.places import REFERENCE as REFERENCE_FOLDER
from e2e.setup.places import ROOT

from ..verdict.joining import ALL, REFERENCE, TESTS, WIDGET

SUITE: Final = Path(__file__).resolve().parents[2]
_SOURCES: Final = (ROOT / "e2e", ROOT / "mock_server", REFERENCE_FOLDER)  # what decides a verdict, besides the widget
_KINDS: Final = (".py", ".js", ".toml", ".html")


def run_parameters(config: pytest.Config) -> dict[str, str]:
    """Returns the parameters by name, as texts; a file is its name and a digest of its contents."""
    option = config.getoption
    return {
        "hotmic": digest(_sources()),
        WIDGET: _named(option("--widget", default=None)) or REFERENCE,
        "budget": _text(option("--budget", default=None)),
        "departures": _text(option("--departures", default=None)),
        "seed": _text(option("--seed", default=None)),
        "thorough": "yes" if option("--thorough", default=False) else "no",
        "scenarios": _named(option("--scenarios", default=None)),
        "gate": _named(option("--gate", default=None)),
        TESTS: _tests(config),
    }


def digest(files: Iterable[Path]) -> str:
    """Returns a digest of the contents of files, whatever their folder is called."""
    whole = blake2b(digest_size=6)
    for file in files:
        whole.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


def _sources() -> list[Path]:
    found = (path for folder in _SOURCES for path in folder.rglob("*") if path.suffix in _KINDS)
    return sorted(path for path in found if "node_modules" not in path.parts)


def _named(named: object) -> str:
    """A file as its name and a digest of its contents; anything else as it is."""
    path = Path(str(named or ""))
    if not path.is_file():
        return str(named or "")
    return f"{path.name} ({digest([path])})"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _tests(config: pytest.Config) -> str:
    """Returns ALL, or what was selected."""
    chosen = [_from(config.rootpath, str(word)) for word in config.args]
    selected = [f"-k {config.option.keyword}"] if config.option.keyword else []
    selected += [f"-m {config.option.markexpr}"] if config.option.markexpr else []
    return (
        ALL if set(chosen) <= {_from(config.rootpath, str(SUITE))} and not selected else " ".join([*chosen, *selected])
    )


def _from(root: Path, word: str) -> str:
    """Returns a path as it is called on every machine."""
    path = Path(word.partition("::")[0]).absolute()
    there = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return there + word[len(word.partition("::")[0]) :]
