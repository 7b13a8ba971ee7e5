"""How a person calls hotmic: the command `hotmic` where it is installed, `python3 -m …` in a checkout."""

import shlex

from e2e.setup.places import INSTALLED

REFERENCE = "reference"  # the word for the widget that hotmic brings

HOTMIC = "hotmic" if INSTALLED else "python3 -m e2e"  # before `describe` and `merge`
JUDGE = "hotmic judge" if INSTALLED else "python3 -m e2e"
FETCH_REFERENCE = "hotmic judge reference --setup-only" if INSTALLED else "python3 -m e2e --setup-only"
NAME = "hotmic" if INSTALLED else "e2e"  # before a message


def widget_words(widget: str | None, installed: bool = INSTALLED) -> str:
    """The words by which JUDGE is told the widget, quoted for a shell, with a blank before them; None: the reference widget."""
    if installed:
        return f" {shlex.quote(widget or REFERENCE)}"
    return f" --widget {shlex.quote(widget)}" if widget else ""
