"""Notification topics: which exist, who may have them, and what a subscription stands for (reference 5.2, 5.3, 5.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from ..model import State
from ..payloads import Rejected
from .caller import may

MAX_LENGTH: Final = 200
_USER_TOPIC: Final = re.compile(r"v2\.users\.([^.?]+)([.?])(.+)", re.IGNORECASE)
_SYSTEM: Final = "v2.system."  # comes without a subscription, which is allowed nevertheless
# What follows `v2.users.{id}.`, and what its events tell.
USER_TOPICS: Final[Mapping[str, str]] = {
    "conversations": "Conversations of a user, in the shape of GET /conversations/{id}",
    "conversations.calls": "Calls of a user, in the shape of GET /conversations/calls/{id}",
    "conversationsummary": "How many conversations a user has",
    "presence": "The presence of a user",
    "routingStatus": "The routing status of a user",
    "station": "The phone of a user",
}
KINDS: Final = frozenset(kind.lower() for kind in USER_TOPICS)


@lru_cache(maxsize=4096)
def members(topic: str) -> tuple[str, ...]:
    """The individual topics of a subscription: `v2.users.U?presence&conversations` is two, any other is itself."""
    found = _USER_TOPIC.fullmatch(topic)
    if found is None or found[2] == ".":
        return (topic,)
    return tuple(f"{topic[: found.end(1)]}.{kind}" for kind in found[3].split("&"))


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
    """Why this user may not have the topic, or None."""
    if len(topic) >= MAX_LENGTH:
        return Rejected(topic, "notification.invalid.topic", f"a topic has fewer than {MAX_LENGTH} characters")
    return next(_reasons(state, user_id, topic), None)


def permission(state: State) -> str:
    """What another user's topics need."""
    return state.settings.foreign_topic_permission


def _reasons(state: State, user_id: str | None, topic: str) -> Iterator[Rejected]:
    for one in members(topic):
        found = _USER_TOPIC.fullmatch(one)
        if one.lower().startswith(_SYSTEM):
            continue
        needed = permission(state)
        if found is None or found[3].lower() not in KINDS:
            yield Rejected(topic, "notification.invalid.topic", _instead(one))
        elif found[1].lower() != (user_id or "").lower() and not may(state, user_id, needed):
            hint = f"another user's topic needs {needed}"
            yield Rejected(topic, "notification.unauthorized.topic", hint, needed)


def _instead(topic: str) -> str:
    known = ", ".join(USER_TOPICS)
    if topic.lower().startswith("v2.conversations."):
        return f"there is no topic {topic}: a call is told on v2.users.<user>.conversations.calls"
    return f"there is no topic {topic}; known here is v2.users.<user>. with {known}"
