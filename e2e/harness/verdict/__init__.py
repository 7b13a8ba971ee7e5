"""The verdict on a widget: per promise and scenario held, broken or untested; what a team accepts; one exit code."""

from .gate import Acceptance, BadGate, read_gate
from .model import EXIT_CODES, Breach, Counts, Failure, RunVerdict, Story, Trial, Trouble

__all__ = [
    "EXIT_CODES",
    "Acceptance",
    "BadGate",
    "Breach",
    "Counts",
    "Failure",
    "RunVerdict",
    "Story",
    "Trial",
    "Trouble",
    "read_gate",
]
