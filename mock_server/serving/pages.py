"""Pages that the mock serves beside the API: folders, and folders with some files replaced (mutants)."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from .missing import Missing

# An origin of its own for one folder, on the mock's port. Browsers find every name in .localhost on this machine.
SITE_HOST: Final = "widget.localhost"
# A script that does not change while it is served lets the browser keep its compiled code; a widget under development may change.
_KEEP: Final = "public, max-age=31536000, immutable"
_FRESH: Final = "no-store"
_ASK_AGAIN: Final = "no-cache"  # a path that is a page when it is navigated to, and nothing when a script asks for it
_DESTINATION = (
    b"sec-fetch-dest"  # the header by which a browser says what it asks for; a module's imports are asked for as it is
)
_STRICT = re.compile(rb"(?:\s|//.*|/\*[\s\S]*?\*/|\xef\xbb\xbf)*(['\"])use strict\1")
# What a system's own table may say otherwise; a browser runs no module of another kind.
_KINDS: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html"}


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder under a path; `instead` replaces files of it, by their name relative to the folder.

    With `routes` it is served as hosts serve a single-page app: a navigation to a path that no file has gets index.html.
    """

    folder: Path
    instead: Mapping[str, bytes] = field(default_factory=dict)
    immutable: bool = False
    routes: bool = False

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

    def page_of(self, route: str) -> str:
        """The name of the page that a navigation to `route` gets, which no file is called; "" for none."""
        if not self.routes or not is_route(route):
            return ""
        pages = (f"{route.rstrip('/')}/index.html", f"{route.rstrip('/')}.html", "index.html")
        return next((page for page in pages if self.read(page) is not None), "")


def is_route(name: str) -> bool:
    """Whether a path may be a view of a single-page app: its end is not that of a file, such as .js or .png."""
    return _kind_of(name) is None


class Pages:
    """Mounted folders by path prefix; the longest prefix wins. Folders may be mounted while others are served.

    `before_workers` stands in front of each script that a browser asks for to run it in a Worker. What is asked for and not there
    goes to `missing`. With `like`, both are those of `like`.
    """

    def __init__(self, like: Pages | None = None) -> None:
        self.before_workers = b""
        self._like = like
        self.missing: Missing = like.missing if like else Missing()
        self._mounts: dict[str, Mount] = {}
        self.prefixes: tuple[str, ...] = ()
        self._kept: dict[str, bytes] = {}

    def mount(self, prefix: str, mount: Mount) -> None:
        words = prefix.strip("/")
        self._mounts = {**self._mounts, f"/{words}/" if words else "/": mount}
        self.prefixes = tuple(self._mounts)
        self._kept = {}

    def clear(self) -> None:
        """Mount nothing any more."""
        self._mounts, self.prefixes, self._kept = {}, (), {}

    def holds(self, path: str) -> bool:
        return path.startswith(self.prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path: str = scope["path"]
        prefix = max((p for p in self._mounts if path.startswith(p)), key=len, default="")
        if not prefix:
            return _nothing(f"no folder is served at {path}")
        mount = self._mounts[prefix]
        name = path[len(prefix) :] or "index.html"
        content = self._content(mount, path, name)
        if content is not None:
            return self._file(scope, name, content, _KEEP if mount.immutable else _FRESH)
        page = mount.page_of(name) if _navigates(scope) else ""
        if page == f"{name}/index.html":  # addresses in it are relative to its folder
            asked = scope["query_string"].decode("latin-1")
            return RedirectResponse(f"{path}/?{asked}" if asked else f"{path}/")
        if page and (content := self._content(mount, f"{prefix}{page}", page)) is not None:
            return self._file(scope, page, content, _ASK_AGAIN)
        return _nothing(self.missing.note(name, mount.folder, prefix))

    def _content(self, mount: Mount, path: str, name: str) -> bytes | None:
        content = self._kept.get(path)
        if content is None:
            content = mount.read(name)
            if content is not None and mount.immutable:
                self._kept[path] = content
        return content

    def _file(self, scope: Scope, name: str, content: bytes, cache: str) -> Response:
        headers, kind = {"cache-control": cache}, _kind_of(name) or "application/octet-stream"
        if kind == "text/javascript":
            headers["vary"] = _DESTINATION.decode()
            if (_DESTINATION, b"worker") in scope["headers"]:
                content = self._in_worker(content)
        return Response(content, headers=headers, media_type=kind)

    def _in_worker(self, script: bytes) -> bytes:
        front = (self._like or self).before_workers
        strict = b"'use strict';" if front and _STRICT.match(script) else b""  # it counts only at the beginning
        return strict + front + b"\n" * bool(front) + script


def host_of(scope: Scope) -> str:
    """The host that was asked, in small letters and without a port."""
    value: bytes = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return value.decode("latin-1").lower().partition(":")[0]


def _navigates(scope: Scope) -> bool:
    """Whether a page or a frame is to show the answer; browsers say so, others take what a browser would show."""
    sent = dict(scope["headers"])
    mode: bytes | None = sent.get(b"sec-fetch-mode")
    return mode == b"navigate" if mode is not None else b"text/html" in sent.get(b"accept", b"")


def _kind_of(name: str) -> str | None:
    return _KINDS.get(Path(name).suffix) or mimetypes.guess_type(name)[0]


def _nothing(words: str) -> Response:
    return Response(f"{words}\n", 404, media_type="text/plain")
