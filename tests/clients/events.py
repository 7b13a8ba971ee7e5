"""A socket that keeps its frames, and the models of the events in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from websockets.sync.client import ClientConnection, connect

from mock_server.core.messages import Json
from mock_server.server import MockGenesys

# What stands in a topic behind `v2.users.<user>.`, or before the id of any other → the SDK's model of the body.
MODELS: Mapping[str, str] = {
    "conversations.calls": "ConversationCallEventTopicCallConversation",
    "conversations": "ConversationEventTopicConversation",
    "conversationsummary": "UserConversationsEventUserConversationSummary",
    "presence": "PresenceEventUserPresence",
    "routingStatus": "UserRoutingStatusUserRoutingStatus",
    "station": "UserStationChangeTopicUserStations",
    "routing.queues.conversations.calls": "QueueConversationCallEventTopicCallConversation",
    "routing.queues.conversations": "QueueConversationEventTopicConversation",
    "system.no_longer_subscribed": "SystemMessageSystemMessage",
    "system.subscription_changed": "SystemMessageSystemMessage",
    "system.token_revoked": "SystemMessageSystemMessage",
}
TOPICS = tuple(f"v2.users.{{agent}}.{kind}" for kind in MODELS if not kind.startswith(("system.", "routing.")))
QUEUE_TOPICS = ("v2.routing.queues.{queue}.conversations.calls", "v2.routing.queues.{queue}.conversations")
# A body that the SDKs do not know (mock_server/PROTOCOL.md#what-nobody-knows).
UNDECLARED = frozenset({"system.socket_closing"})
PATIENCE = 5.0  # seconds of real time after which a frame that does not come is an error


@dataclass(frozen=True)
class SocketEvent:
    """One event: the end of its topic, and its body as text."""

    kind: str
    body: str


class EventSocket:
    """An open socket of a person, subscribed to topics."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def next(self) -> dict[str, Json]:
        """The next frame; raises TimeoutError."""
        frame: dict[str, Json] = json.loads(self.socket.recv(timeout=PATIENCE))
        return frame

    def until_pong(self) -> list[dict[str, Json]]:
        """Every frame that was written before the answer to a ping of now."""
        self.socket.send('{"message": "ping"}')
        frames: list[dict[str, Json]] = []
        while (frame := self.next()).get("eventBody") != {"message": "pong"}:
            frames.append(frame)
        return frames


@contextmanager
def listening(genesys: MockGenesys, *topics: str, person: str = "agent") -> Iterator[EventSocket]:
    """A socket subscribed to these topics; words of the world stand in braces."""
    who = genesys.person(person)
    channel = who.request("POST", "/api/v2/notifications/channels").body
    assert isinstance(channel, dict)
    wanted: list[Json] = [{"id": topic.format(**genesys.state.aliases)} for topic in topics]
    who.request("POST", f"/api/v2/notifications/channels/{channel['id']}/subscriptions", wanted)
    with connect(str(channel["connectUri"]), compression=None) as socket:
        yield EventSocket(socket)


def event_of(frame: Mapping[str, Json]) -> SocketEvent:
    """The event in a frame: `v2.users.<id>.conversations.calls` → `conversations.calls`."""
    _, of, *words = str(frame["topicName"]).split(".")
    if of == "routing":
        words = [of, words[0], *words[2:]]  # without the queue
    kind = ".".join(words[1:] if of == "users" else words if of == "routing" else [of, words[0]])
    return SocketEvent(kind, json.dumps(frame["eventBody"]))
