"""Descriptions for tests: read as a file acme.toml, and their mistakes."""

from pathlib import Path

import pytest

from e2e.harness.view.description import BadDescription, Description, parsed

ADDRESS = 'address = "http://localhost:3000/"\n'


def described(text: str, tmp_path: Path) -> Description:
    return parsed(text, tmp_path / "acme.toml")


def mistakes(text: str, tmp_path: Path) -> list[str]:
    """The lines of the error that this text gets, without the first."""
    with pytest.raises(BadDescription) as caught:
        described(text, tmp_path)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]
