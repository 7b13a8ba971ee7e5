"""Notification topics: which exist, who may have them, and what a subscription stands for (reference 5.2, 5.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from ..model import State
from .caller import may

MAX_LENGTH: Final = 200
_USER_TOPIC: Final = re.compile(r"v2\.users\.([^.?]+)([.?])(.+)", re.IGNORECASE)
KINDS: Final = frozenset(
    {"conversations", "conversations.calls", "conversationsummary", "presence", "routingstatus", "station"}
)


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


def refused(state: State, user_id: str | None, topic: str) -> tuple[str, str] | None:
    """The error code and a hint for the developer when this user may not have the topic, else None."""
    if len(topic) >= MAX_LENGTH:
        return "notification.invalid.topic", f"a topic has fewer than {MAX_LENGTH} characters"
    return next(_reasons(state, user_id, topic), None)


def _reasons(state: State, user_id: str | None, topic: str) -> Iterator[tuple[str, str]]:
    for one in members(topic):
        found = _USER_TOPIC.fullmatch(one)
        if found is None or found[3].lower() not in KINDS:
            yield "notification.invalid.topic", _instead(one)
        elif found[1].lower() != (user_id or "").lower() and not may(state, user_id, _needed(state)):
            yield "notification.unauthorized.topic", f"another user's topic needs {_needed(state)}"


def _needed(state: State) -> str:
    return state.settings.foreign_topic_permission


def _instead(topic: str) -> str:
    known = ", ".join(sorted(KINDS))
    if topic.lower().startswith("v2.conversations."):
        return f"there is no topic {topic}: a call is told on v2.users.<user>.conversations.calls"
    return f"there is no topic {topic}; known here is v2.users.<user>. with {known}"
