"""Each process of a run that is shared out keeps to its share of the cores, with its browser.

Whatever a test does goes from Python over Playwright to the browser and back, one after the other. Where the processes of two
tests take turns on all cores, each finds the other's data in the caches: on two cores a run takes a twentieth longer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import pytest


def keep_to_a_share(config: pytest.Config) -> None:
    """For this process and those that it will start, if it is one of pytest-xdist's and the system lets it choose."""
    given = getattr(config, "workerinput", None)
    if given is None or sys.platform != "linux":
        return
    number, processes = int(given["workerid"].removeprefix("gw")), int(given["workercount"])
    if mine := share(sorted(os.sched_getaffinity(0)), number, processes):
        os.sched_setaffinity(0, mine)


def share(cores: Sequence[int], number: int, processes: int) -> Sequence[int]:
    """Of the process with this number, from 0: nobody else's; none where there are fewer cores than processes."""
    if len(cores) < processes:
        return ()
    return cores[number * len(cores) // processes : (number + 1) * len(cores) // processes]
