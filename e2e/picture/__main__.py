"""Plays one order in which a mutant breaks a promise, writes its report, and saves the story on that page as example.png.

The order is chosen for what a reader sees: the 202 of the agent's mute comes last, after a supervisor has unmuted.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from e2e.bench.stand import FIXTURES, WIDGET, player
from e2e.harness import report
from e2e.harness.explorer.player import Player
from e2e.harness.explorer.recording import record
from e2e.harness.explorer.shrinking import again
from e2e.harness.mutants.mutants import SUFFIX, read_mutant
from e2e.harness.plugins import trials
from e2e.harness.verdict import RunVerdict
from e2e.harness.view.adapters import reference

MUTANT: Final = "late-response-clobbers-event"
SCHEDULE: Final = "supervisor-unmutes: agent#1 request#6 job#1 event#1 supervisor#1 job#2 event#2"
PICTURE: Final = Path(report.__file__).with_name("example.png")
WIDTH: Final = 960  # CSS pixels of the page: all lanes fit, and a README shows so wide a picture in its own size
LARGEST: Final = 150_000  # bytes


def main() -> int:
    """Take the picture. Returns 1 when the order no longer breaks a promise or the picture is too large, else 0."""
    with player() as played, TemporaryDirectory() as folder:
        if not write_report(played, Path(folder)):
            print(f"{MUTANT} breaks no promise in the order {SCHEDULE}", file=sys.stderr)
            return 1
        image = photographed(played, Path(folder) / "index.html")
    if len(image) > LARGEST:
        print(f"the picture has {len(image)} bytes, and may have {LARGEST}", file=sys.stderr)
        return 1
    PICTURE.write_bytes(image)
    print(f"{PICTURE}: {len(image)} bytes")
    return 0


def write_report(played: Player, folder: Path) -> bool:
    """The report of the order in a folder; returns whether a promise was broken."""
    mutant = read_mutant((FIXTURES / "mutants" / MUTANT).with_suffix(SUFFIX))
    played.genesys.mount(f"/mutants/{mutant.name}", WIDGET, instead=mutant.files(WIDGET))
    played.use_widget(reference.mutant(mutant.name))
    race = played.replay(SCHEDULE)
    if not race.broken:
        return False
    recording = record(played, folder, race)
    trial = trials.played(race, "your widget", again(race.schedule, " --widget widget.toml"), recording)
    report.write(RunVerdict(datetime.now(UTC).date(), "your widget", trials=(trial,)), folder)
    return True


def photographed(played: Player, page: Path) -> bytes:
    """The story of a report, as PNG: what broke, the swim lanes, what the agent saw; without what only opens on a click."""
    context = played.new_context()
    tab = context.new_page()
    tab.set_viewport_size({"width": WIDTH, "height": 800})
    tab.goto(page.as_uri())
    story = tab.locator("article.story").first
    story.evaluate("story => story.querySelectorAll('.details, details').forEach((part) => part.remove())")
    image = story.screenshot()
    context.close()
    return image


if __name__ == "__main__":
    sys.exit(main())
