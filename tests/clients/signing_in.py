"""What a browser does for a client that is none: it goes to /oauth/authorize, and reads the code from where that leads."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx

from mock_server.core.worlds import SERVICE_CLIENT_ID
from mock_server.server import MockGenesys

REDIRECT = "http://localhost:8080/widget/index.html"


def code_from(genesys: MockGenesys, **asked: str) -> str:
    """A code for the service's own client, or for another with its challenge."""
    query = {"client_id": SERVICE_CLIENT_ID, "redirect_uri": REDIRECT, "response_type": "code", **asked}
    answer = httpx.get(f"{genesys.origin}/oauth/authorize", params=query)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
