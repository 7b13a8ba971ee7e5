"""Notification topics: which there are, who may subscribe to them, and which ones a subscription contains.

The facts: PROTOCOL.md#subscriptions, PROTOCOL.md#available-topics, PROTOCOL.md#topics-and-events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from ...core.model import State
from ...payloads import Rejected
from ..caller import may

MAX_LENGTH: Final = 200
_TOPIC: Final = re.compile(r"v2\.(users|routing\.queues)\.([^.?]+)([.?])(.+)", re.IGNORECASE)
_SYSTEM: Final = "v2.system."  # comes without a subscription, which is allowed nevertheless
_SHAPES: Final[Mapping[str, str]] = {
    "conversations": "in the shape of GET /conversations/{id}",
    "conversations.calls": "in the shape of GET /conversations/calls/{id}",
}
# Whose events there are: what follows its id in a topic, and what the events contain.
TOPICS: Final[Mapping[str, Mapping[str, str]]] = {
    "users": {
        "conversations": f"Conversations of a user, {_SHAPES['conversations']}",
        "conversations.calls": f"Calls of a user, {_SHAPES['conversations.calls']}",
        "conversationsummary": "How many conversations a user has",
        "presence": "The presence of a user",
        "routingStatus": "The routing status of a user",
        "station": "The phone of a user",
    },
    "routing.queues": {
        "conversations": f"Conversations of a queue, {_SHAPES['conversations']}",
        "conversations.calls": f"Calls of a queue, {_SHAPES['conversations.calls']}",
    },
}
_KINDS: Final = {of: frozenset(kind.lower() for kind in kinds) for of, kinds in TOPICS.items()}


@lru_cache(maxsize=4096)
def members(topic: str) -> tuple[str, ...]:
    """Return the individual topics of a subscription: `v2.users.U?presence&conversations` is two, any other is itself."""
    found = _TOPIC.fullmatch(topic)
    if found is None or found[3] == ".":
        return (topic,)
    return tuple(f"{topic[: found.end(2)]}.{kind}" for kind in found[4].split("&"))


def subscribed_as(channel_topics: tuple[str, ...], topic: str) -> str | None:
    """The individual topic, as the subscriber wrote it, under which an event of `topic` comes; None: not subscribed."""
    return _index(channel_topics).get(topic.lower())


@lru_cache(maxsize=4096)
def _index(channel_topics: tuple[str, ...]) -> Mapping[str, str]:
    """Every individual topic in lower case, for topics are the same in any case."""
    return {one.lower(): one for topic in channel_topics for one in members(topic)}


def without(channel_topics: tuple[str, ...], unwanted: tuple[str, ...]) -> tuple[str, ...]:
    """The subscriptions that are left when these topics, in any case, are taken away."""
    gone = {topic.lower() for topic in unwanted}
    return tuple(topic for topic in channel_topics if topic.lower() not in gone)


def refused(state: State, user_id: str | None, topic: str) -> Rejected | None:
    """Return why this user may not have the topic, or None."""
    if len(topic) >= MAX_LENGTH:
        return Rejected(topic, "notification.invalid.topic", f"a topic has fewer than {MAX_LENGTH} characters")
    return next(_reasons(state, user_id, topic), None)


def permission(state: State) -> str:
    """Return the permission that topics of another user and of queues need."""
    return state.settings.foreign_topic_permission


def _reasons(state: State, user_id: str | None, topic: str) -> Iterator[Rejected]:
    for one in members(topic):
        found = _TOPIC.fullmatch(one)
        if one.lower().startswith(_SYSTEM):
            continue
        needed = permission(state)
        of = found[1].lower() if found else ""
        if found is None or found[4].lower() not in _KINDS[of]:
            yield Rejected(topic, "notification.invalid.topic", _instead(one, of))
        elif not (of == "users" and found[2].lower() == (user_id or "").lower()) and not may(state, user_id, needed):
            whose = "another user's topic" if of == "users" else "a queue's topic"
            yield Rejected(topic, "notification.unauthorized.topic", f"{whose} needs {needed}", needed)


def _instead(topic: str, of: str) -> str:
    """Return what there is instead of a topic; `of` is whose events it would be of, or ""."""
    if topic.lower().startswith("v2.conversations."):
        return f"there is no topic {topic}: events of a call come on v2.users.<user>.conversations.calls"
    known = (f"v2.{one}.<id>. with {', '.join(TOPICS[one])}" for one in ([of] if of else TOPICS))
    return f"there is no topic {topic}; known here is {', and '.join(known)}"
