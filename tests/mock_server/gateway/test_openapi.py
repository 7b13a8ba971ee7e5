"""The mock's own description, and whatever anyone may send after reading it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server.core.messages import Json, Nothing, Outcome, Request
from mock_server.core.model import State
from mock_server.core.values import replace
from mock_server.gateway import gateway
from mock_server.gateway.openapi import document
from mock_server.server import MockGenesys

from ..door import connected, world

DOCUMENT: dict[str, Any] = json.loads(json.dumps(document(gateway.TABLE.routes)))
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    about["operationId"]: (method.upper(), path, about)
    for path, methods in DOCUMENT["paths"].items()
    for method, about in methods.items()
}


def test_it_tells_of_every_operation() -> None:
    routes = {route.operation: (route.method, route.path) for route in gateway.TABLE.routes}
    assert {name: (method, path) for name, (method, path, _) in OPERATIONS.items()} == routes


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_says_what_an_operation_does_and_needs(operation: str) -> None:
    _, path, about = OPERATIONS[operation]
    assert [word["name"] for word in about.get("parameters", [])] == [
        word[1:-1] for word in path.split("/") if word.startswith("{")
    ]
    assert ("security" in about) is path.startswith("/api/v2")
    assert about["responses"].keys() >= {"2XX", "4XX"}


def test_it_is_served(genesys: MockGenesys) -> None:
    answer = httpx.get(f"{genesys.origin}/_mock/openapi.json", headers={"origin": "http://localhost:1"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert answer.json() == DOCUMENT
    assert httpx.head(f"{genesys.origin}/_mock/openapi.json").status_code == 200
    assert httpx.post(f"{genesys.origin}/_mock/openapi.json").status_code == 401, "as any name that is no description"


# ---- whatever may be sent

STATE = connected(world("conference"), "v2.users.{agent}.conversations.calls")
IDS = st.sampled_from([*STATE.aliases.values(), *STATE.channels])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Some operation with some ids, some body that may be right, wrong or none at all, by somebody or nobody."""
    method, path, about = OPERATIONS[draw(st.sampled_from(sorted(OPERATIONS)))]
    for word in about.get("parameters", []):
        path = path.replace(f"{{{word['name']}}}", draw(IDS | st.text(min_size=1, max_size=20).map(quote)))
    body = draw(_bodies(about))
    token = draw(st.sampled_from([STATE.aliases["agent_token"], STATE.aliases["supervisor_token"], "unknown", ""]))
    headers = {"authorization": f"Bearer {token}"} if token else {}
    kind = draw(
        st.sampled_from(["application/json", "application/json", "text/plain", "", "application/json; charset=x"])
    )
    query = draw(st.dictionaries(st.sampled_from(["expand", "ignoreErrors", "client_id", "redirect_uri"]), st.text()))
    known = {"client_id": STATE.aliases["client"], "redirect_uri": "http://localhost/", "response_type": "code"}
    return Request(
        draw(st.sampled_from([method] * 8 + ["PUT", "PATCH", "TRACE", ""])),
        unquote(path),
        {**query, **draw(st.sampled_from([{}, known]))},
        {**headers, "content-type": kind},
        body,
        correlation="c",
    )


def _bodies(about: dict[str, Any]) -> st.SearchStrategy[bytes]:
    example: Json = about.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    whole = json.dumps(example).replace("<user>", STATE.aliases["agent"])
    near = ANY_JSON.map(lambda value: {key: value for key in example} if isinstance(example, dict) else [value])
    return (
        st.just(whole.encode())
        | near.map(lambda value: json.dumps(value).encode())
        | ANY_JSON.map(lambda value: json.dumps(value).encode())
        | st.binary(max_size=40)
        | st.just(b"[" * 50_000)
        | st.just(b"grant_type=authorization_code&code=x")
    )


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests())
def test_nothing_that_is_sent_makes_the_mock_fail_or_a_refused_request_change_anything(request: Request) -> None:
    outcome = gateway.handle(STATE, request)
    assert outcome.response is not None
    assert outcome.response.status < 500
    json.loads(outcome.response.content or b"{}") if outcome.response.text is None else None
    if outcome.response.status >= 400:
        assert _without_count(outcome.state) == STATE
        assert outcome.jobs + outcome.events + outcome.frames == ()
        assert not isinstance(outcome.response.body, Nothing)
    else:
        _done(outcome)


def _without_count(state: State) -> State:
    """A refused request counts among those of its minute, and does nothing else."""
    return replace(state, rates=STATE.rates)


def _done(outcome: Outcome) -> None:
    """Whatever was accepted can be carried out, and makes events."""
    state = outcome.state
    for job in outcome.jobs:
        after = gateway.run(state, job)
        state = after.state
        for event in after.events:
            json.loads(event.text())
