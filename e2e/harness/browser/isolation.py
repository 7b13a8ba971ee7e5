"""Keeps a browser to this machine: the arguments with which Chromium starts, and the script that runs first in its pages.

Host names are resolved by rules alone: those that the mock answers for are on this machine, and any other is not found. So no
name is ever looked up, and a request that no rule allows fails at once, in the page and in the story.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page

from mock_server.core.regions import hosts as genesys_hosts
from mock_server.server import MockGenesys
from mock_server.serving.hosts import LOOPBACK, Hosts, sealing_arguments, split
from mock_server.serving.pages import Mount

from ..view.reach import Reach
from ..view.widget import CannotJudge, Origins

ENVIRONMENT = "mypurecloud.de"  # of a page for which no other is given
NOT_FOUND = "net::ERR_NAME_NOT_RESOLVED"  # the error of a request to a host that no rule names
_NOBODY_THERE = "net::ERR_CONNECTION_REFUSED"
_NOBODY = "nobody.localhost"
_NOT_STARTED = (
    "it was not started with the arguments of `Isolation.arguments`, or is no Chromium, or asks by a proxy; "
    "Playwright's server takes arguments when it is started by `playwright run-server --unsafe`"
)
# WebRTC sends UDP to an address without asking the resolver. The first is the headless shell's, the second the full browser's.
_NO_UDP = (
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_ANSWERING = ("api", "login", "streaming")

# Sets the gateway of every ApiClient that the official SDK makes: its constructor puts itself there, in each of its bundles.
_GATEWAY = """(() => {
  let client;
  Object.defineProperty(window, 'ApiClient', {
    configurable: true,
    enumerable: true,
    get: () => client,
    set(value) {
      client = value;
      if (typeof value?.setGateway === 'function') value.setGateway(%s);
    },
  });
})();"""


class NotSealed(AssertionError):
    """Requests could leave this machine: the browser does not obey the rules with which it should have been started."""


class Isolation:
    """Knows where pages, API and everything else are for one browser. `hosts`: what the mock serves over TLS, or None."""

    def __init__(self, reach: Reach, genesys: MockGenesys, hosts: Hosts | None = None) -> None:
        self.reach, self._genesys, self._hosts = reach, genesys, hosts
        self._names = frozenset((*(hosts.names if hosts else ()), *LOOPBACK, "::1"))

    @classmethod
    def opened(cls, reach: Reach, genesys: MockGenesys) -> Isolation:
        """The isolation for this reach; from now on the mock serves its hosts. Raises what MockGenesys.serve_hosts raises."""
        if not reach.needs_hosts:
            return cls(reach, genesys)
        folders = {place: Mount(folder, immutable=True, routes=True) for place, folder in reach.folders.items()}
        pages = (reach.page_host,) if reach.page else ()
        return cls(reach, genesys, genesys.serve_hosts(folders, environments=reach.answered, pages=pages))

    def close(self) -> None:
        """Let the mock stop serving the hosts."""
        if self._hosts is not None:
            self._hosts.close()

    @property
    def origins(self) -> Origins:
        """Where the page and the API are."""
        page = self.reach.page or self._genesys.page_origin
        site = self.reach.page or self._genesys.site_origin
        if self.reach.by != "hosts":
            return Origins(page, self._genesys.origin, ENVIRONMENT, site)
        environment = (*self.reach.environments, ENVIRONMENT)[0]
        return Origins(page, f"https://api.{environment}", environment, site)

    @property
    def apis(self) -> tuple[str, ...]:
        """The origins that the probe takes for Genesys."""
        named = (host for host in genesys_hosts(self.reach.answered) if host.partition(".")[0] in _ANSWERING)
        return (self._genesys.origin, *(f"https://{host}" for host in named))

    @property
    def pages(self) -> tuple[str, ...]:
        """The origins where the mock serves what is mounted, and the probe in front of what a Worker runs."""
        folders = (f"https://{split(place)[0]}" for place in self.reach.folders)
        return tuple(dict.fromkeys((self._genesys.page_origin, self._genesys.site_origin, self.origins.page, *folders)))

    @property
    def arguments(self) -> list[str]:
        """The arguments with which Chromium is started."""
        return [*(self._hosts.chromium_arguments if self._hosts else sealing_arguments()), *_NO_UDP]

    @property
    def script(self) -> str:
        """The script that runs in every document before the page's own code; "" for none."""
        if self.reach.by != "gateway":
            return ""
        parts = urlsplit(self._genesys.origin)
        gateway = {"host": parts.hostname, "port": parts.port, "protocol": parts.scheme}
        return _GATEWAY % json.dumps(gateway)

    def prove(self, browser: Browser) -> None:
        """Raises NotSealed unless this browser finds the names of `arguments` where they say, and no other name.

        Every browser by itself resolves a name that ends in .localhost to this machine: one that does so here does not obey the
        rules, and would look up any name. Raises CannotJudge for one that runs where the mock cannot be reached.
        """
        context = browser.new_context()
        try:
            page = context.new_page()
            self._reach_from(page)
            if _found(page, f"http://{_NOBODY}:{self._genesys.port}/"):
                raise NotSealed(f"this browser finds {_NOBODY}, though no rule names it: {_NOT_STARTED}")
            for host in self._hosts.names[:1] if self._hosts else ():
                if not _found(context.new_page(), f"https://{host}/"):
                    raise NotSealed(f"this browser does not find {host}, for which the mock answers: {_NOT_STARTED}")
        finally:
            context.close()

    def _reach_from(self, page: Page) -> None:
        try:
            page.goto(self._genesys.origin, wait_until="commit")
        except Error as error:
            if _NOBODY_THERE not in error.message:
                return  # what `prove` tries next gives the reason
            raise CannotJudge(
                f"this browser runs where nothing answers at {self._genesys.origin}, the address of the mock: start Playwright's "
                "server on this machine, or in its network (a container: --network host)"
            ) from error

    def stays(self, url: str) -> bool:
        """Whether a request to this address stays on this machine, as one to an address without a host does."""
        host = urlsplit(url).hostname
        return host is None or host in self._names


def _found(page: Page, url: str) -> bool:
    try:
        page.goto(url, wait_until="commit")
    except Error as error:
        if NOT_FOUND in error.message:
            return False
        raise NotSealed(
            f"this browser cannot be proven to keep to its rules, for {error.message}: {_NOT_STARTED}"
        ) from error
    return True
