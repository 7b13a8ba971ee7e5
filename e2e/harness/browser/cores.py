"""Keeps each process of a distributed run, with its browser, to its own share of the cores.

A test's work passes from Python over Playwright to the browser and back, one after the other. If two tests take turns on all
cores, each evicts the other's data from the caches: on two cores a run takes a twentieth longer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import pytest


def keep_to_a_share(config: pytest.Config) -> None:
    """Restrict this process and its children to its share, if it is one of pytest-xdist's and the system allows that."""
    given = getattr(config, "workerinput", None)
    if given is None or sys.platform != "linux":
        return
    number, processes = int(given["workerid"].removeprefix("gw")), int(given["workercount"])
    if mine := share(sorted(os.sched_getaffinity(0)), number, processes):
        os.sched_setaffinity(0, mine)


def share(cores: Sequence[int], number: int, processes: int) -> Sequence[int]:
    """The cores of the process with this number, from 0, and of no other; none if there are fewer cores than processes."""
    if len(cores) < processes:
        return ()
    return cores[number * len(cores) // processes : (number + 1) * len(cores) // processes]
