"""Prints how many schedules the explorer plays in a second, and how soon it finds mutants beside a script with random delays."""

from __future__ import annotations

import sys

from .hunting import hunts
from .rates import rates
from .stand import player


def main() -> int:
    """Print all figures. Returns 0."""
    with player() as played:
        for part in (rates, hunts):
            for line in part(played):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
