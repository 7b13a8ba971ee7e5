"""Serves several hosts over TLS: the mock for those of Genesys, a folder for each other one.

api.mypurecloud.de  login.  streaming.   the mock, as on its plain port
widget.example, cdn.example              a folder
anything else                            421, and who is answered for
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..core.regions import ENVIRONMENTS, hosts, service_of
from .pages import SITE_HOST, Mount, Pages, host_of

LOOPBACK = ("127.0.0.1", "localhost", SITE_HOST)


class BadHost(ValueError):
    """A folder cannot be served at this host; the message says why."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts that are served on a port of loopback. `fingerprint` and `authority`: see tls.Certificate.

    `close` ends it.
    """

    names: tuple[str, ...]
    port: int
    fingerprint: str
    authority: str
    close: Callable[[], None]

    @property
    def chromium_arguments(self) -> tuple[str, ...]:
        """The arguments with which Chromium finds these hosts here, trusts them, and finds no other host at all."""
        trust = f"--ignore-certificate-errors-spki-list={self.fingerprint}"
        return (*sealing_arguments(self.names, self.port), trust)


def sealing_arguments(names: Iterable[str] = (), port: int = 0) -> tuple[str, ...]:
    """Return the arguments with which Chromium finds these hosts at `port` of loopback, loopback itself, and no other host.

    Of the rules the first that fits counts; an exclusion takes a host out of all of them. A proxy would look names up by itself.
    """
    mapped = (f"MAP {name}:443 127.0.0.1:{port}" for name in names)
    rules = ", ".join([*mapped, "MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in (*LOOPBACK, "[::1]"))])
    return f"--host-resolver-rules={rules}", "--no-proxy-server"


class Front:
    """The application behind the TLS listener: `genesys` answers for Genesys' hosts and for loopback.

    `folders`: host, or host and path ("cdn.example/npm/jquery"), → what is served there. `pages`: hosts that show the folder of
    `site`, or, while it has none, what is `mounted`. What is asked for and not there goes to `mounted.missing`.
    """

    def __init__(
        self,
        genesys: ASGIApp,
        folders: Mapping[str, Mount],
        environments: Iterable[str] = ENVIRONMENTS,
        *,
        pages: Iterable[str] = (),
        mounted: Pages | None = None,
        site: Pages | None = None,
    ) -> None:
        self._genesys, mounted = genesys, mounted or Pages()
        self._missing = mounted.missing
        own: dict[str, Pages] = {}
        for place, mount in folders.items():
            host, path = split(place)
            own.setdefault(host, Pages(mounted)).mount(path, mount)
        self._pages = {host: (there,) for host, there in own.items()}
        for host in pages:
            self._pages[host] = (*self._pages.get(host, ()), site or Pages(), mounted)
        genesys_hosts = (host for host in hosts(environments) if host not in self._pages)
        self.names = (*genesys_hosts, *self._pages)
        self._known = frozenset((*self.names, *LOOPBACK))
        self._folders: ASGIApp = CORSMiddleware(self._folder, allow_origins=["*"], allow_methods=["GET", "HEAD"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = host_of(scope)
        if host not in self._known:
            await _say(421, f"nobody answers for {host} here, but for {', '.join(self.names)}", scope, receive, send)
        elif host in self._pages or service_of(host) == "apps":
            await self._folders(scope, receive, send)
        else:
            await self._genesys(scope, receive, send)

    async def _folder(self, scope: Scope, receive: Receive, send: Send) -> None:
        host, path = host_of(scope), scope["path"]
        every = self._pages.get(host, ())
        for pages in every:
            if pages.holds(path):
                await pages(scope, receive, send)
                return
        there = ", ".join(prefix for pages in every for prefix in pages.prefixes) or "nothing; give a folder for it"
        line = self._missing.add(f"nothing is at {path} of {host}; there is {there}", path)
        await _say(404, line, scope, receive, send)


def split(place: str) -> tuple[str, str]:
    """Return host and path of `cdn.example/npm`, `https://cdn.example/npm/`. Raises BadHost."""
    scheme, mark, rest = place.rpartition("://")
    host, _, path = rest.partition("/")
    if mark and scheme != "https":
        raise BadHost(f"'{place}' cannot be answered from a folder: only https is, not {scheme}")
    if not host or any(letter in host for letter in "*:@? ") or host in LOOPBACK:
        raise BadHost(f"'{place}' is no host with an optional path, such as cdn.example or cdn.example/npm/jquery")
    if service_of(host) in ("api", "login", "streaming"):
        raise BadHost(f"{host} is answered by the mock itself, and cannot be a folder")
    return host.lower(), path.strip("/")


def wildcards(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a certificate for these hosts: one `*.` for the hosts of an environment, the others as they are."""
    named = ("*." + name.partition(".")[2] if service_of(name) else name for name in names)
    return tuple(dict.fromkeys((*named, *LOOPBACK)))


async def _say(status: int, words: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await send({"type": "websocket.http.response.body", "body": words.encode()})
    else:
        await PlainTextResponse(f"{words}\n", status)(scope, receive, send)
