"""Knocking at the gateway from a test: requests by person and word, and answers in a line."""

import json
from collections.abc import Mapping

from mock_server.core import worlds
from mock_server.core.messages import Event, Json, Outcome, Request
from mock_server.core.model import Call, Participant, State
from mock_server.core.settings import Settings
from mock_server.core.values import replace
from mock_server.gateway import gateway
from mock_server.services.notifications import notifications


def world(name: str = "one_call", seed: int = 1, **settings: object) -> State:
    """A world; settings by name."""
    return worlds.build(name, seed, replace_settings(**settings))


def replace_settings(**settings: object) -> Settings:
    return Settings(**settings)  # type: ignore[arg-type]  # a table of settings; Settings checks its names


def request(
    state: State,
    method: str,
    path: str,
    body: Json = None,
    *,
    by: str = "agent",
    raw: bytes | None = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A request with the token of a person of the world; `{word}` in the path is an alias. `by=""`: no token."""
    token = {"authorization": f"Bearer {state.aliases[f'{by}_token']}"} if by else {}
    content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    sent = {"content-type": "application/json", **token, **(headers or {})}
    return Request(method, path.format(**state.aliases), query or {}, sent, content, correlation="correlation-1")


def ask(
    state: State,
    method: str,
    path: str,
    body: Json = None,
    *,
    by: str = "agent",
    query: Mapping[str, str] | None = None,
) -> Outcome:
    """What the gateway makes of such a request."""
    return gateway.handle(state, request(state, method, path, body, by=by, query=query))


LEG = "/api/v2/conversations/calls/{call}/participants/{agent_leg}"


def patch(state: State, body: Json, leg: str = "agent_leg", *, by: str = "agent", call: str = "call") -> Outcome:
    """PATCH of a leg, both by their words."""
    return ask(state, "PATCH", f"/api/v2/conversations/calls/{{{call}}}/participants/{{{leg}}}", body, by=by)


def done(outcome: Outcome) -> Outcome:
    """The outcome after its one job has run."""
    (job,) = outcome.jobs
    return gateway.run(outcome.state, job)


def afterwards(outcome: Outcome) -> list[tuple[float, Outcome]]:
    """The outcome's one job, then whatever follows of itself, each with how long after the job it is."""
    first = done(outcome)
    seen = [(0.0, first)]
    for seconds, job in first.later:
        seen.append((seconds, gateway.run(seen[-1][1].state, job)))
    return seen


def ran(outcome: Outcome) -> State:
    """The state after all the outcome's jobs, and those that they led to at once, have run."""
    state, jobs = outcome.state, list(outcome.jobs)
    while jobs:
        result = gateway.run(state, jobs.pop(0))
        state, jobs = result.state, [*jobs, *result.jobs]
    return state


def answer(outcome: Outcome) -> tuple[int, Json]:
    """Status and error code (None without one)."""
    assert outcome.response is not None
    body = outcome.response.body
    return outcome.response.status, body.get("code") if isinstance(body, dict) else None


def body(outcome: Outcome) -> dict[str, Json]:
    """The answer's JSON object."""
    assert outcome.response is not None
    assert isinstance(outcome.response.body, dict)
    return outcome.response.body


def entities(outcome: Outcome) -> list[dict[str, Json]]:
    """The entities of a listing."""
    listed = body(outcome)["entities"]
    assert isinstance(listed, list)
    return [entity for entity in listed if isinstance(entity, dict)]


def call_of(state: State, word: str = "call") -> Call:
    return state.calls[state.aliases[word]]


def leg_of(state: State, word: str = "agent_leg", call: str = "call") -> Participant:
    leg = call_of(state, call).participant(state.aliases[word])
    assert leg is not None
    return leg


def with_leg(state: State, word: str = "agent_leg", /, **fields: object) -> State:
    """The world with one leg changed."""
    leg = replace(leg_of(state, word), **fields)  # type: ignore[arg-type]  # a table of fields, as above
    return state.with_call(call_of(state).with_participant(leg))


def channel(state: State, *topics: str, by: str = "agent") -> tuple[State, str]:
    """A new channel with these topics (aliases in braces), and its id."""
    made = ask(state, "POST", "/api/v2/notifications/channels", by=by)
    channel_id = str(body(made)["id"])
    wanted: list[Json] = [{"id": topic.format(**state.aliases)} for topic in topics]
    path = f"/api/v2/notifications/channels/{channel_id}/subscriptions"
    subscribed = ask(made.state, "POST", path, wanted, by=by)
    assert answer(subscribed)[0] == 200, body(subscribed)
    return subscribed.state, channel_id


def connected(state: State, *topics: str, socket: str = "socket#1", by: str = "agent") -> State:
    """The world with an open socket that is subscribed to these topics."""
    state, channel_id = channel(state, *topics, by=by)
    return opened(state, channel_id, socket)


def opened(state: State, channel_id: str, socket: str = "socket#1") -> State:
    outcome = notifications.connect(state, channel_id, socket)
    assert isinstance(outcome, Outcome)
    return outcome.state


def later(state: State, seconds: float) -> State:
    """The same world so many seconds later, with nothing done in between."""
    return replace(state, now=state.now + seconds)


def topics_of(events: tuple[Event, ...]) -> list[str]:
    """The topics of these events."""
    return [event.topic for event in events]
