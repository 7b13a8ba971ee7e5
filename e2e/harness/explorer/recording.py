"""Plays an order that broke a promise once more for the report: pictures of what the agent saw, and Playwright's trace."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext

from ..report.camera import Camera
from ..session.stage import Stage
from ..timeline.transcript import transcript
from ..verdict import Picture
from .player import Player
from .race import Race

TRACES: Final = "traces"  # a folder of the report


def pictures(player: Player, folder: Path, race: Race) -> tuple[tuple[Picture, ...], str]:
    """What the agent saw where the first of its promises broke, and the trace's path in the report's folder.

    Nothing, when to be looked at changed what happened: a report shows the story that it tells.
    """
    trace = Path(TRACES, f"{race.scenario.name}-{blake2b(race.schedule.encode(), digest_size=4).hexdigest()}.zip")
    frames = player.frames is not None
    camera, contexts = Camera(frames=frames), list[BrowserContext]()
    secrets: set[str] = set()
    (folder / TRACES).mkdir(parents=True, exist_ok=True)

    def recorded() -> BrowserContext:
        contexts.append(player.new_context())
        contexts[-1].tracing.start(title=race.schedule, snapshots=True)
        return contexts[-1]

    def before(step: str, stage: Stage) -> None:
        secrets.update(stage.genesys.state.secrets)

    def ended(stage: Stage) -> None:
        contexts[-1].tracing.stop(path=folder / trace)
        mask_archive(folder / trace, secrets.union(stage.genesys.state.secrets))

    again = player.play(
        race.scenario, race.steps, new_context=recorded, camera=camera, before=before, ended=ended
    ).result
    if transcript(again.timeline) != transcript(race.timeline):
        (folder / trace).unlink(missing_ok=True)
        return (), ""
    return camera.pictures(again.timeline, race.broken[0], again.pictures), str(trace)


def mask_archive(path: Path, secrets: Iterable[str]) -> None:
    """Write a zip file again with every secret cut to four characters, and stars to its length: offsets in it still count."""
    masks = [(secret.encode(), secret[:4].encode() + b"*" * (len(secret.encode()) - 4)) for secret in secrets]
    beside = path.with_suffix(".masked")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            for secret, mask in masks:
                content = content.replace(secret, mask)
            new.writestr(item, content)
    beside.replace(path)
