"""One adapter per widget: how to open it, what its controls are called, how its view is read."""

from .reference import REFERENCE

WIDGETS = {REFERENCE.name: REFERENCE}

__all__ = ["REFERENCE", "WIDGETS"]
