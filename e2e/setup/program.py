"""How a person calls hotmic: the command `hotmic` where it is installed, `python3 -m …` in a checkout."""

import json
import os
import shlex
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from e2e.setup.places import INSTALLED

REFERENCE = "reference"  # the word for the widget that hotmic brings


def typed(environ: Mapping[str, str], prefix: Path, direct_url: str | None) -> str:
    """What is typed before a command's name: `hotmic`, or `uvx --from … hotmic` in the environment that uvx made for one call.

    `prefix` is that of the environment, `direct_url` the text by which a package says where it is from (PEP 610).
    """
    if "UV" not in environ or not prefix.parent.name.startswith("archive-"):  # uv's cache has such folders
        return "hotmic"
    return shlex.join(["uvx", *(["--from", source(json.loads(direct_url))] if direct_url else []), "hotmic"])


def source(direct_url: Mapping[str, object]) -> str:
    """Where a package is from, as uv and pip take it."""
    url, vcs = str(direct_url["url"]), direct_url.get("vcs_info")
    if isinstance(vcs, Mapping):
        revision = vcs.get("requested_revision")
        return f"{vcs['vcs']}+{url}" + (f"@{revision}" if revision else "")
    parts = urlsplit(url)
    return unquote(parts.path) if parts.scheme == "file" else url


def _typed_here() -> str:
    try:
        direct_url = distribution("hotmic").read_text("direct_url.json")
    except PackageNotFoundError:
        direct_url = None
    return typed(os.environ, Path(sys.prefix), direct_url)


HOTMIC = "hotmic" if INSTALLED else "python3 -m e2e"  # in a command's help, before `describe` and `merge`
JUDGES = "hotmic judge" if INSTALLED else "python3 -m e2e"  # in a command's help
NAME = "hotmic" if INSTALLED else "e2e"  # before a message
JUDGE = f"{_typed_here()} judge" if INSTALLED else "python3 -m e2e"  # to be pasted
FETCH_REFERENCE = f"{JUDGE} {REFERENCE} --setup-only" if INSTALLED else f"{JUDGE} --setup-only"  # the same


def widget_words(widget: str | None, installed: bool = INSTALLED) -> str:
    """The words by which JUDGE is told the widget, quoted for a shell, with a blank before them; None: the reference widget."""
    if installed:
        return f" {shlex.quote(widget or REFERENCE)}"
    return f" --widget {shlex.quote(widget)}" if widget else ""
