"""The environments of Genesys Cloud's regions, and what each host of an environment serves.

api.mypurecloud.de        /api/v2/…
login.mypurecloud.de      /oauth/…, /logout
streaming.mypurecloud.de  sockets
apps.mypurecloud.de       pages
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from .values import closest

# `PureCloudRegionHosts` of the official JavaScript SDK; a test compares the two (tests/mock_server/core/test_regions.py).
REGIONS: Final[Mapping[str, str]] = {
    "us_east_1": "mypurecloud.com",
    "eu_west_1": "mypurecloud.ie",
    "ap_southeast_2": "mypurecloud.com.au",
    "ap_northeast_1": "mypurecloud.jp",
    "eu_central_1": "mypurecloud.de",
    "us_west_2": "usw2.pure.cloud",
    "ca_central_1": "cac1.pure.cloud",
    "ap_northeast_2": "apne2.pure.cloud",
    "eu_west_2": "euw2.pure.cloud",
    "ap_south_1": "aps1.pure.cloud",
    "us_east_2": "use2.us-gov-pure.cloud",
    "sa_east_1": "sae1.pure.cloud",
    "me_central_1": "mec1.pure.cloud",
    "ap_northeast_3": "apne3.pure.cloud",
    "eu_central_2": "euc2.pure.cloud",
    "mx_central_1": "mxc1.pure.cloud",
    "ap_southeast_1": "apse1.pure.cloud",
    "eusc_de_east_1": "edee1.eusc-pure.cloud",
}
ENVIRONMENTS: Final = tuple(REGIONS.values())
SERVICES: Final = ("api", "login", "streaming", "apps")
_SERVICE_OF: Final = {f"{service}.{place}": (service, place) for place in ENVIRONMENTS for service in SERVICES}
_SERVES: Final = (("/api/", "api"), ("/oauth/", "login"), ("/logout", "login"))  # paths, by how they begin


class UnknownEnvironment(ValueError):
    """No region of Genesys Cloud has this environment; the message names those that are near."""


def hosts(environments: Iterable[str] = ENVIRONMENTS) -> tuple[str, ...]:
    """Return all hosts of these environments that the mock answers for. Raises UnknownEnvironment."""
    return tuple(f"{service}.{_known(place)}" for place in environments for service in SERVICES)


def service_of(host: str) -> str:
    """Return the service of a host, `api` of api.mypurecloud.de, whatever its port; "" for a host that is none of Genesys'."""
    return _SERVICE_OF.get(host.partition(":")[0], ("", ""))[0]


def socket_base(host: str) -> str:
    """Return where the sockets of this host are, `wss://streaming.mypurecloud.de`; "" for a host that is none of Genesys'."""
    place = _SERVICE_OF.get(host.partition(":")[0], ("", ""))[1]
    return f"wss://streaming.{place}" if place else ""


def right_host(host: str, path: str) -> str:
    """Return the host of Genesys that serves this path when `host` is another of them; "" when it is the right one."""
    if host not in _SERVICE_OF:  # most are asked at an address of this machine
        return ""
    service, place = _SERVICE_OF[host]
    serves = next((name for begin, name in _SERVES if path.startswith(begin)), service)
    return "" if serves == service else f"{serves}.{place}"


def _known(environment: str) -> str:
    if environment in ENVIRONMENTS:
        return environment
    near = closest(environment, [*ENVIRONMENTS, *REGIONS])
    means = f"; {near} is near" if near else ""
    if near in REGIONS:
        means += f", whose environment is {REGIONS[near]}"
    raise UnknownEnvironment(
        f"'{environment}' is the environment of no region{means}. There are {', '.join(ENVIRONMENTS)}"
    )
