"""A player outside of pytest that measures how long each part of a play takes, and what all its processes cost."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from e2e.harness.browser.frames import ARGUMENTS, Frames
from e2e.harness.browser.isolation import Isolation
from e2e.harness.browser.launching import arguments
from e2e.harness.explorer.opening import OpenedScenario
from e2e.harness.explorer.player import Player
from e2e.harness.stillness.settle import Stopwatch
from e2e.harness.view.adapters.reference import REFERENCE
from e2e.harness.view.reach import Reach
from e2e.setup import browser as browsers
from mock_server.server import MockGenesys

FIXTURES: Final = Path(__file__).resolve().parents[2] / "fixtures"
WIDGET: Final = FIXTURES / "widget"
SDK: Final = FIXTURES / "sdk/node_modules/purecloud-platform-client-v2/dist/web-cjs"
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Timed(Player):
    """A player that adds up in `seconds` what loading pages and taking steps took since they were cleared."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def _open(self, *args: Any) -> OpenedScenario:
        watch = Stopwatch()
        opened = super()._open(*args)
        self.seconds["loading"] += watch.seconds
        return opened

    def _steps(self, *args: Any) -> Any:
        watch = Stopwatch()
        taken = super()._steps(*args)
        self.seconds["steps"] += watch.seconds
        return taken


@contextmanager
def player() -> Iterator[Timed]:
    """A player of the reference widget and its variants, in a browser of its own."""
    with MockGenesys() as genesys, sync_playwright() as playwright:
        genesys.mount("/widget", WIDGET, immutable=True)
        genesys.mount("/sdk", SDK, immutable=True)
        isolation = Isolation.opened(Reach(), genesys)
        launch = [*arguments(isolation), *ARGUMENTS]
        browser = playwright.chromium.launch(executable_path=str(browsers.found(headed=False)), args=launch)
        isolation.prove(browser)
        played = Timed(genesys, browser.new_context, REFERENCE, isolation, Frames.of(browser))
        yield played
        played.close()
        browser.close()
        isolation.close()


def cpu_seconds() -> float | None:
    """The processor time in seconds of this process and its living descendants; None where the system does not report it."""
    try:
        rows = [row for path in Path("/proc").iterdir() if path.name.isdigit() and (row := _row(path))]
    except OSError:
        return None
    ours = {os.getpid()}
    while grown := {pid for pid, parent, _ in rows if parent in ours} - ours:
        ours |= grown
    return sum(spent for pid, _, spent in rows if pid in ours)


def _row(process: Path) -> tuple[int, int, float] | None:
    """The number of a process, its parent's, and its processor time in seconds; None when it has ended."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(process.name), int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
