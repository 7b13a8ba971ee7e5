"""One sample of JSON per operation and topic, made by the mock in its seeded world.

fixtures/payloads/ holds them for people to read; `python3 -m tests.mock_server.payloads.samples` writes them anew.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from mock_server import payloads
from mock_server.core.messages import Json, Nothing, Outcome, Request
from mock_server.core.model import State
from mock_server.core.routing import Route
from mock_server.core.values import replace
from mock_server.core.worlds import CLIENT_ID, SERVICE_CLIENT_ID, SERVICE_SECRET
from mock_server.gateway import gateway
from mock_server.services.notifications import notifications

from ..door import LEG, ask, connected, done, leg_of, opened, patch, request, world

FOLDER = Path(__file__).parents[3] / "fixtures" / "payloads"
TOPICS = ("v2.users.{agent}.conversations.calls", "v2.users.{agent}.conversations")
IDS: Final = {
    "{conversationId}": "{call}",
    "{participantId}": "{agent_leg}",
    "{userId}": "{agent}",
    "{sourceId}": "PURECLOUD",
    "{stationId}": "{station}",
}
EXPAND = "presence,routingStatus,station,authorization,organization,token,date"


def samples() -> dict[str, Json]:
    """Name of the file (without `.json`) → its content."""
    return dict([*_operations(), *_frames(), ("error", _error())])


def written(sample: Json) -> str:
    """A sample as it stands in its file."""
    return json.dumps(sample, indent=2) + "\n"


def _operations() -> Iterator[tuple[str, Json]]:
    state = replace(connected(world("conference"), *TOPICS), socket_base="ws://127.0.0.1:8080")
    for route in gateway.OPERATIONS.values():
        then = BEFORE[route.operation](state) if route.operation in BEFORE else state
        sent = _request(then, route)
        yield route.operation, {"request": _sent(sent), "response": _answered(gateway.handle(then, sent))}


def _wrapped_up(state: State) -> State:
    return done(patch(state, {"wrapup": {"code": "resolved", "notes": "all is well", "tags": ["billing"]}})).state


def _in_consult(state: State) -> State:
    who: dict[str, Json] = {"userId": state.aliases["supervisor"]}
    return done(ask(state, "POST", f"{LEG}/consult", {"destination": who})).state


def _over(state: State) -> State:
    return done(patch(state, {"state": "disconnected"})).state


# What happened before the request, and who sends it where that is not the agent.
BEFORE: Final[Mapping[str, Callable[[State], State]]] = {
    "getConversationsCallParticipantWrapup": _wrapped_up,
    "getConversationsCallParticipantCommunicationWrapup": _wrapped_up,
    "patchConversationsCallParticipantConsult": _in_consult,
    "deleteConversationsCallParticipantConsult": _in_consult,
    "getConversationsCallsHistory": _over,
}
BY: Final[Mapping[str, str]] = {"patchConversationsCall": "supervisor", "deleteConversation": "supervisor"}


def _request(state: State, route: Route) -> Request:
    """A request that this operation grants."""
    if route.operation == "postOauthToken":
        form = {"grant_type": "client_credentials", "client_id": SERVICE_CLIENT_ID, "client_secret": SERVICE_SECRET}
        return Request(route.method, route.path, body=urlencode(form).encode())
    (channel_id,) = state.channels
    path = route.path
    for name, alias in {**IDS, "{channelId}": channel_id, "{communicationId}": leg_of(state).communication_id}.items():
        path = path.replace(name, alias)
    example = route.example.replace("<user>", state.aliases["agent"]).replace("<presence>", state.aliases["presence"])
    body = json.loads(example) if example else None
    asked = {
        "client_id": CLIENT_ID,
        "redirect_uri": "http://localhost:8080/widget/index.html",
        "response_type": "token",
    }
    public = {
        "getOauthAuthorize": {**asked, "state": "s"},
        "getLogout": asked,
        "getUsersMe": {"expand": EXPAND},
        "getUser": {"expand": EXPAND},
    }
    by = "" if route.needs.public else BY.get(route.operation, "agent")
    return request(state, route.method, path, body, by=by, query=public.get(route.operation, {}))


def _sent(sent: Request) -> Json:
    query = f"?{urlencode(sent.query)}" if sent.query else ""
    line = f"{sent.method} {sent.path}{query}"
    if not sent.body:
        return {"line": line}
    is_json = sent.headers.get("content-type") == "application/json"
    return {"line": line, "body": json.loads(sent.body) if is_json else sent.body.decode()}


def _answered(outcome: Outcome) -> Json:
    response = outcome.response
    assert response is not None
    headers: Json = dict(response.headers)
    if response.text is not None:
        return {"status": response.status, "headers": headers, "text": response.text}
    if isinstance(response.body, Nothing):
        return {"status": response.status, "headers": headers}
    return {"status": response.status, "headers": headers, "body": response.body}


def _frames() -> Iterator[tuple[str, Json]]:
    state = connected(world("conference"), *TOPICS)
    muted = done(patch(state, {"muted": True}))
    for topic in TOPICS:
        event = next(event for event in muted.events if event.topic == topic.format(**state.aliases))
        yield topic.format(agent="{id}"), json.loads(notifications.event_text(muted.state, event, event.topic))
    (channel_id,) = state.channels
    yield "channel.metadata.heartbeat", json.loads(payloads.HEARTBEAT)
    yield "channel.metadata.pong", json.loads(payloads.PONG)
    yield "v2.system.socket_closing", json.loads(payloads.socket_closing(state, channel_id))
    (of_token,) = state.channels.values()
    yield "v2.system.token_revoked.{id}", json.loads(payloads.token_revoked(state, of_token))
    yield "v2.system.no_longer_subscribed.{id}", json.loads(payloads.no_longer_subscribed(state, of_token))
    user = state.users[state.aliases["agent"]]
    yield "v2.users.{id}.presence", json.loads(payloads.presence_event(state, user))
    yield "v2.users.{id}.routingStatus", json.loads(payloads.routing_event(state, user))
    yield "v2.users.{id}.station", json.loads(payloads.station_event(state, user))
    topics: list[Json] = [TOPICS[0].format(**state.aliases)]
    text = json.dumps({"message": "subscribe", "topics": topics, "correlationId": "1"})
    answer = notifications.hear(opened(state, channel_id, "socket#2"), "socket#2", text).frames[0][1]
    yield "subscribe", {"heard": json.loads(text), "answered": json.loads(answer.text)}


def _error() -> Json:
    return _answered(patch(world(), {"isMuted": True}))


def main() -> None:
    """Write every sample, and nothing else, into the folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, sample in samples().items():
        (FOLDER / f"{name}.json").write_text(written(sample), encoding="utf-8")


if __name__ == "__main__":
    main()
