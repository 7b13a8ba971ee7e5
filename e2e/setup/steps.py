"""Steps of the set-up: each is done once, remembered by a stamp, and reported in one line.

A step that was interrupted has left no stamp, so the next run does it again from its beginning.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO


class SetupError(Exception):
    """The set-up cannot go on. The message says what is missing and what to do."""


def fingerprint(*parts: str | Path) -> str:
    """A hash over texts and the contents of files: it changes when any of them does.

    Each part goes in with its length, so that moving a letter from one part to the next changes the hash too.
    Raises OSError when a file cannot be read.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part.read_bytes()
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


@dataclass(frozen=True)
class Stamp:
    """What a finished step left: the fingerprint of its inputs and what it found, as JSON.

    A stamp lies inside what it vouches for where that is possible, so that it goes when that goes.
    """

    path: Path

    def findings(self, key: str) -> dict[str, str] | None:
        """What the step found, or None when it was not finished with these inputs."""
        try:
            stamp = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(stamp, dict) or stamp.get("key") != key:
            return None
        found = stamp.get("found")
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else None

    def write(self, key: str, found: dict[str, str]) -> None:
        """Written beside and moved into place: a reader sees the old stamp or the new one, never a half."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.write_text(json.dumps({"key": key, "found": found}, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.path)

    def clear(self) -> None:
        """Before a step touches anything: from here until `write` it counts as not done."""
        self.path.unlink(missing_ok=True)


class StepPrinter:
    """Prints one line a step. A note, such as why something did not work, gets a line of its own beneath."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = sys.stdout if out is None else out
        self._open = False

    def began(self, name: str) -> None:
        """Begins the line, so that a long step can be seen while it runs."""
        self._write(f"set-up  {name:<17}")
        self._open = True

    def note(self, text: str) -> None:
        """A line beneath the step's."""
        self._write(("\n" if self._open else "") + f"        {text}\n")
        self._open = False

    def ended(self, name: str, text: str) -> None:
        """Ends the step's line, or writes it anew when notes came in between."""
        if not self._open:
            self.began(name)
        self._write(f"{text}\n")
        self._open = False

    def broke_off(self) -> None:
        """Ends a line that is still open, for whatever is printed next."""
        if self._open:
            self._write("\n")
        self._open = False

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class SetupStep(Protocol):
    """One thing that must be there before pytest starts."""

    @property
    def name(self) -> str: ...

    def up_to_date(self) -> bool:
        """Whether nothing is to be done. Cheap: files are read, no program is started."""

    def carry_out(self, printer: StepPrinter) -> str:
        """Does it, leaves a stamp, and says what was done. Raises SetupError."""


def set_up(steps: Iterable[SetupStep], lock: AbstractContextManager[object], printer: StepPrinter) -> None:
    """Carries out, in order, the steps that are not up to date. `lock` may be entered again and again."""
    for step in steps:
        if step.up_to_date():
            printer.ended(step.name, "up to date")
            continue
        began = time.perf_counter()
        with lock:
            # Asked again: another run in this checkout may just have done it while this one stood at the lock.
            if step.up_to_date():
                printer.ended(step.name, "up to date")
                continue
            printer.began(step.name)
            done = step.carry_out(printer)
        printer.ended(step.name, f"{done} in {time.perf_counter() - began:.1f} s")
