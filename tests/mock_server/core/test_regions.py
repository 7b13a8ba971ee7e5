"""Which host is whose, and the list of regions beside the official SDK's."""

import re

import pytest

from e2e.setup.places import SDK
from mock_server.core import regions
from mock_server.core.regions import UnknownEnvironment
from mock_server.gateway import gateway

from ..door import answer, ask, body, request, world

SOURCE = SDK / "node_modules/purecloud-platform-client-v2/src/purecloud-platform-client-v2/PureCloudRegionHosts.js"


def test_the_regions_are_those_of_the_official_sdk() -> None:
    listed = re.findall(r"(\w+): '([\w.-]+)'", SOURCE.read_text(encoding="utf-8"))
    assert dict(listed) == regions.REGIONS


def test_every_environment_has_a_host_for_each_service() -> None:
    assert regions.hosts(["usw2.pure.cloud"]) == (
        "api.usw2.pure.cloud",
        "login.usw2.pure.cloud",
        "streaming.usw2.pure.cloud",
        "apps.usw2.pure.cloud",
    )
    assert len(regions.hosts()) == 4 * len(regions.REGIONS)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("mypurecloud.dee", "; mypurecloud.de is near. "),
        ("eu-central-1", "; eu_central_1 is near, whose environment is mypurecloud.de. "),
        ("elsewhere", ". "),
    ],
)
def test_an_unknown_environment_is_named_with_the_near_one(word: str, near: str) -> None:
    with pytest.raises(UnknownEnvironment) as error:
        regions.hosts([word])
    assert str(error.value).startswith(f"'{word}' is the environment of no region{near}There are mypurecloud.com, ")


@pytest.mark.parametrize(
    ("host", "service", "base"),
    [
        ("api.mypurecloud.de", "api", "wss://streaming.mypurecloud.de"),
        ("login.use2.us-gov-pure.cloud:443", "login", "wss://streaming.use2.us-gov-pure.cloud"),
        ("realtime.mypurecloud.de", "", ""),
        ("127.0.0.1:8765", "", ""),
    ],
)
def test_a_host_says_which_service_it_is_and_where_its_sockets_are(host: str, service: str, base: str) -> None:
    assert (regions.service_of(host), regions.socket_base(host)) == (service, base)


@pytest.mark.parametrize(
    ("host", "path", "right"),
    [
        ("api.mypurecloud.de", "/oauth/token", "login.mypurecloud.de"),
        ("api.mypurecloud.de", "/logout", "login.mypurecloud.de"),
        ("login.mypurecloud.de", "/api/v2/users/me", "api.mypurecloud.de"),
        ("api.mypurecloud.de", "/api/v2/users/me", ""),
        ("login.mypurecloud.de", "/oauth/token", ""),
        ("127.0.0.1:8765", "/oauth/token", ""),
    ],
)
def test_a_path_asked_at_the_wrong_host_has_a_right_one(host: str, path: str, right: str) -> None:
    assert regions.right_host(host, path) == right


def test_the_wrong_host_is_answered_404_and_the_hint_names_the_right_one() -> None:
    state = world()
    asked = request(state, "GET", "/api/v2/users/me", headers={"host": "login.mypurecloud.de"})
    outcome = gateway.handle(state, asked)
    assert answer(outcome) == (404, "not.found")
    assert outcome.hints == ("login.mypurecloud.de does not serve /api/v2/users/me; api.mypurecloud.de does",)


def test_a_channel_is_in_the_environment_that_was_asked() -> None:
    state = world()
    made = gateway.handle(
        state, request(state, "POST", "/api/v2/notifications/channels", headers={"host": "api.apne2.pure.cloud"})
    )
    assert str(body(made)["connectUri"]).startswith("wss://streaming.apne2.pure.cloud/channels/")
    listed = str(body(ask(made.state, "GET", "/api/v2/notifications/channels"))["entities"])
    assert "ws://127.0.0.1/channels/" in listed and "wss:" not in listed
