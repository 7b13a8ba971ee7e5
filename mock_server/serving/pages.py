"""Pages that the mock serves beside the API: folders, and folders with some files replaced (mutants)."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

# A script that does not change while it is served lets the browser keep its compiled code; a widget under development may change.
_KEEP = "public, max-age=31536000, immutable"
_FRESH = "no-store"
_DESTINATION = (
    b"sec-fetch-dest"  # the header by which a browser says what it asks for; a module's imports are asked for as it is
)
_STRICT = re.compile(rb"(?:\s|//.*|/\*[\s\S]*?\*/|\xef\xbb\xbf)*(['\"])use strict\1")
# What a system's own table may say otherwise; a browser runs no module of another kind.
_KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html"}


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder under a path; `instead` replaces files of it, by their name relative to the folder."""

    folder: Path
    instead: Mapping[str, bytes] = field(default_factory=dict)
    immutable: bool = False

    def read(self, name: str) -> bytes | None:
        """The file's content, or None when there is none inside the folder."""
        if name in self.instead:
            return self.instead[name]
        if "\0" in name:  # no file is called so, and asking the system raises ValueError
            return None
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            return None
        return path.read_bytes()


class Pages:
    """Mounted folders by path prefix; the longest prefix wins. Folders may be mounted while others are served.

    `before_workers` stands in front of each script that a browser asks for to run it in a Worker; that of `like`, if it is given.
    """

    def __init__(self, like: Pages | None = None) -> None:
        self.before_workers = b""
        self._like = like
        self._mounts: dict[str, Mount] = {}
        self.prefixes: tuple[str, ...] = ()
        self._kept: dict[str, bytes] = {}

    def mount(self, prefix: str, mount: Mount) -> None:
        words = prefix.strip("/")
        self._mounts = {**self._mounts, f"/{words}/" if words else "/": mount}
        self.prefixes = tuple(self._mounts)
        self._kept = {}

    def holds(self, path: str) -> bool:
        return path.startswith(self.prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        prefix = max((p for p in self._mounts if path.startswith(p)), key=len)
        mount = self._mounts[prefix]
        name = path[len(prefix) :] or "index.html"
        content = self._kept.get(path) if mount.immutable else None
        if content is None:
            content = mount.read(name)
        if content is None:
            await Response(f"no file {name} under {prefix}\n", 404, media_type="text/plain")(scope, receive, send)
            return
        if mount.immutable:
            self._kept[path] = content
        headers = {"cache-control": _KEEP if mount.immutable else _FRESH}
        kind = _KINDS.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind == "text/javascript":
            headers["vary"] = _DESTINATION.decode()
            if (_DESTINATION, b"worker") in scope["headers"]:
                content = self._in_worker(content)
        await Response(content, headers=headers, media_type=kind)(scope, receive, send)

    def _in_worker(self, script: bytes) -> bytes:
        front = (self._like or self).before_workers
        strict = b"'use strict';" if front and _STRICT.match(script) else b""  # it counts only at the beginning
        return strict + front + b"\n" * bool(front) + script
