"""Concludes the verdict on a widget: each promise in each scenario, the breaches that a team accepts, and one exit code."""

from .gate import Acceptance, BadGate, read_gate
from .joining import NotParts, joined, untried
from .model import (
    EXIT_CODES,
    Breach,
    Card,
    Conclusion,
    Counts,
    Failure,
    PromiseOutcome,
    RunVerdict,
    Story,
    Trial,
    Trouble,
)
from .picture import LaneKind, Picture, Step

__all__ = [
    "EXIT_CODES",
    "Acceptance",
    "BadGate",
    "Breach",
    "Card",
    "Conclusion",
    "Counts",
    "Failure",
    "LaneKind",
    "NotParts",
    "PromiseOutcome",
    "Picture",
    "RunVerdict",
    "Step",
    "Story",
    "Trial",
    "Trouble",
    "joined",
    "read_gate",
    "untried",
]
