"""Reads the widget that `--widget` names, from a widget.toml or a Python adapter.

keys.py       every table and key, and what holds where one is left out
genesys.py    the mock's settings, as keys
kinds.py      what a key takes, and what can be wrong with it
values.py     what they say, as values
reading.py    TOML → Description, or an error with every mistake
address.py    Genesys' placeholders
javascript.py whether an expression can be read
world.py      placeholders for ids that a story's world has
scripts.py    Description → the function bodies that the probe runs, of name.js and look.js
loading.py    `--widget` → Widget
"""

from .loading import load_widget, widget
from .reading import parsed, read
from .values import BadDescription, Description, Finder, Sign

__all__ = ["BadDescription", "Description", "Finder", "Sign", "load_widget", "parsed", "read", "widget"]
