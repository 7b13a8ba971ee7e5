"""Writes the files of a report into one folder, and reads the verdict of such a folder to merge it with others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from ..verdict import RunVerdict
from .junit import junit
from .markdown import markdown
from .page import page
from .record import BadRecord, verdict_of, written

RECORD: Final = "verdict.json"
TRACES: Final = "traces"
FILES: Final = (RECORD, "index.html", "summary.md", "junit.xml")


def write(verdict: RunVerdict, folder: Path) -> None:
    """Write every file of a report. Raises OSError."""
    verdict = verdict.lean()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).write_bytes(written(verdict))
    (folder / "index.html").write_text(page(verdict), encoding="utf-8")
    (folder / "summary.md").write_text(markdown(verdict), encoding="utf-8")
    (folder / "junit.xml").write_bytes(junit(verdict))


def empty(folder: Path) -> None:
    """Remove the files of an earlier report, and no others. Raises OSError."""
    if (folder / RECORD).is_file():
        for name in FILES:
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / TRACES, ignore_errors=True)


def copy_traces(report: Path, folder: Path) -> None:
    """Copy a part's traces to the whole report. A trace is named by its order, so the same name is the same story."""
    if (report / TRACES).is_dir():
        shutil.copytree(report / TRACES, folder / TRACES, dirs_exist_ok=True)


def read(folder: Path) -> RunVerdict:
    """Read the verdict of the report in a folder. Raises BadRecord."""
    path = folder / RECORD
    try:
        return verdict_of(path.read_bytes(), str(path))
    except OSError as error:
        raise BadRecord(f"there is no report in {folder}: {path} cannot be read ({error.strerror})") from error
