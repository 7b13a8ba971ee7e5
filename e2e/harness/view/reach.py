"""How a widget reaches Genesys: which hosts the mock answers for, and which folders answer for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from mock_server.core import regions
from mock_server.serving.hosts import split

By = Literal["address", "hosts", "gateway"]
MODES: Final[Mapping[By, str]] = {
    "address": "the page's own address says where Genesys is, as the reference widget's does",
    "hosts": "the page asks `api.mypurecloud.de` and the like, over TLS, and the mock answers; by default of every region",
    "gateway": "the official SDK's gateway is set to the mock before the page's own code runs",
}


class BadReach(ValueError):
    """The parts of a Reach contradict each other, or name what is not there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a widget reaches Genesys. Whatever is not named here is refused: nothing leaves this machine.

    `environments` are those of Genesys whose hosts the mock answers for (`mypurecloud.de`); none stands for all. `page` is
    the origin at which mounted pages are, `https://widget.example`; "" for `http://localhost:PORT`. `folders` answer for
    other hosts, or for a path of them and below: {"cdn.example/npm/jquery@3": Path("node_modules/jquery")}.

    Raises BadReach, mock_server.core.regions.UnknownEnvironment and mock_server.serving.hosts.BadHost.
    """

    by: By = "address"
    environments: tuple[str, ...] = ()
    page: str = ""
    folders: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.by not in MODES:
            raise BadReach(f"a widget reaches Genesys by {', '.join(MODES)}, not by '{self.by}'")
        if self.environments and self.by != "hosts":
            raise BadReach(f"environments go with hosts; by {self.by} the mock answers at an address of its own")
        regions.hosts(self.environments)
        if self.page and self.page != f"https://{self.page_host}":
            raise BadReach(f"page is an origin such as https://widget.example, not '{self.page}'")
        for place, folder in self.folders.items():
            split(place)
            if not folder.is_dir():
                raise BadReach(f"there is no folder {folder} to answer for {place}")

    @property
    def page_host(self) -> str:
        """The host of `page`; "" without one."""
        return split(urlsplit(self.page).hostname or self.page)[0] if self.page else ""

    @property
    def answered(self) -> tuple[str, ...]:
        """The environments whose hosts the mock answers for."""
        return () if self.by != "hosts" else self.environments or regions.ENVIRONMENTS

    @property
    def needs_hosts(self) -> bool:
        """Whether the mock has to answer over TLS."""
        return bool(self.answered or self.page or self.folders)


def why_refused(reach: Reach, host: str) -> str:
    """Why a page that asked for this host got no answer, and what would give it one."""
    service = regions.service_of(host)
    if service and reach.by == "hosts":
        return f"a host of Genesys in another environment; this run answers for {', '.join(reach.answered)}"
    if service and reach.by == "gateway":
        return "the SDK's gateway was not set in this page, or it does not ask through the SDK; `hosts` would answer"
    if service:
        return "Genesys itself; the page should have been given another address, and `hosts` would answer for this one"
    if any(host.endswith(f".{environment}") for environment in regions.ENVIRONMENTS):
        return "a host of Genesys that the mock does not imitate; a folder can answer for it"
    return "not on this machine; a folder can answer for it"
