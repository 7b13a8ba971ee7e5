"""The scripts that run first in every document of a context: the probe, and the one that sets when a document begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import BrowserContext


class Disposable(Protocol):
    """What `add_init_script` returns."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Scripts:
    probe: str
    begin: str
    added: tuple[Disposable, Disposable]


class InitScripts:
    """Keeps these two scripts in each of its contexts, and changes one of them only where it is another than before."""

    def __init__(self) -> None:
        self._of: dict[BrowserContext, _Scripts] = {}

    def __iter__(self) -> Iterator[BrowserContext]:
        return iter(self._of)

    def add(self, context: BrowserContext, probe: str, begin: str) -> None:
        """Put both into a context, before its pages are opened."""
        self._of[context] = _Scripts(probe, begin, (context.add_init_script(probe), context.add_init_script(begin)))

    def change_probe(self, probe: str, begin: str) -> None:
        """Let later documents have this probe; the other script comes anew too, for it runs behind the probe."""
        for context, scripts in self._of.items():
            if scripts.probe != probe:
                for script in scripts.added:
                    script.close()
                self.add(context, probe, begin)

    def change_begin(self, begin: str) -> None:
        """Let later documents begin by this script."""
        for context, scripts in self._of.items():
            if scripts.begin != begin:
                scripts.added[1].close()
                added = (scripts.added[0], context.add_init_script(begin))
                self._of[context] = _Scripts(scripts.probe, begin, added)
