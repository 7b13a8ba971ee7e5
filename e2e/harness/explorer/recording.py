"""Records an order that broke a promise for the report: plays it again, takes pictures, and writes Playwright's trace."""

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

TRACES: Final = "traces"  # a folder inside that of the report


def record(player: Player, folder: Path, race: Race) -> tuple[tuple[Picture, ...], str]:
    """Pictures of what the agent saw where the first promise broke, and the path of the trace in the report's `folder`.

    None of either when the recorded play was another story: a report shows the story that it describes.
    """
    trace = Path(TRACES, f"{race.scenario.name}-{blake2b(race.schedule.encode(), digest_size=4).hexdigest()}.zip")
    frames = player.frames is not None
    camera, contexts = Camera(frames=frames), list[BrowserContext]()
    secrets: set[str] = set()
    (folder / TRACES).mkdir(parents=True, exist_ok=True)

    def new_context() -> BrowserContext:
        contexts.append(player.new_context())
        contexts[-1].tracing.start(title=race.schedule, snapshots=True)
        return contexts[-1]

    def before(step: str, stage: Stage) -> None:
        secrets.update(stage.genesys.state.secrets)

    def ended(stage: Stage) -> None:
        contexts[-1].tracing.stop(path=folder / trace)
        mask_archive(folder / trace, secrets.union(stage.genesys.state.secrets))

    again = player.play(
        race.scenario, race.steps, new_context=new_context, camera=camera, before=before, ended=ended
    ).result
    if transcript(again.timeline) != transcript(race.timeline):
        (folder / trace).unlink(missing_ok=True)
        return (), ""
    return camera.pictures(again.timeline, race.broken[0], again.pictures), str(trace)


def mask_archive(path: Path, secrets: Iterable[str]) -> None:
    """Replace all but the first four characters of every secret in a zip file by stars; positions in its files stay."""
    masks = [(secret.encode(), secret[:4].encode() + b"*" * (len(secret.encode()) - 4)) for secret in secrets]
    beside = path.with_suffix(".masked")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            for secret, mask in masks:
                content = content.replace(secret, mask)
            new.writestr(item, content)
    beside.replace(path)
