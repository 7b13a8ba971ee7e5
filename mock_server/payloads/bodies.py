"""What the server reads: request bodies and frames, checked and given Python names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from ..core.messages import Json, Nothing, Request
from ..core.settings import Settings
from .values import text_of

_JSON: Final = "application/json"


class BadBody(ValueError):
    """A body that cannot be read: Genesys' error code, the parameters of its message, and hints for the developer."""

    def __init__(self, code: str, *params: str, hints: tuple[str, ...] = ()) -> None:
        super().__init__(code, *params)
        self.code, self.params, self.hints = code, params, hints

    @classmethod
    def of_wrong_kind(cls, body: Json, model: str, allowed: str, settings: Settings, hint: str) -> BadBody:
        """JSON of another kind, such as an array where an object is read; a setting says how it is refused."""
        if settings.wrong_kind_code == "invalid.value":
            return cls("invalid.value", _shown(body), model, allowed, hints=(hint,))
        return cls("bad.request", hints=(hint,))


@dataclass(frozen=True, slots=True)
class SocketMessage:
    """A frame from the page."""

    word: str
    topics: tuple[str, ...] = ()
    correlation: str = ""


def read_json(request: Request, settings: Settings) -> Json:
    """The body as JSON. Raises BadBody when it is none or says that it is something else."""
    declared = request.headers.get("content-type", _JSON)
    if declared != _JSON and (kind := declared.partition(";")[0].strip().lower()) != _JSON:
        raise BadBody("unsupported.media.type", hints=(f"the body was sent as '{kind}', not as {_JSON}",))
    read = request.json
    if isinstance(read, Nothing):
        unread = request.body[:40].decode("utf-8", "replace")
        params = (unread, "JSON", "JSON") if settings.broken_json_code == "invalid.value" else ()
        raise BadBody(settings.broken_json_code, *params, hints=("the body is not JSON",))
    return read


def read_topics(request: Request, settings: Settings) -> tuple[str, ...]:
    """The topics of a subscription: the body is a bare array of `{"id": topic}` (PROTOCOL.md#subscriptions). Raises BadBody."""
    body = read_json(request, settings)
    hint = 'the body is an array of objects: [{"id": "v2.users.<user>.conversations.calls"}]'
    if not isinstance(body, list):
        raise BadBody.of_wrong_kind(body, "ChannelTopic", "an array", settings, hint)
    return tuple(_topic_id(item, hint) for item in body)


def read_socket_message(text: str) -> SocketMessage | None:
    """A frame such as `{"message": "ping"}`, or None when it says nothing known."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict) or not isinstance(frame.get("message"), str):
        return None
    topics = frame.get("topics", [])
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        return None
    return SocketMessage(frame["message"], tuple(topics), str(frame.get("correlationId", "")))


def _topic_id(item: Json, hint: str) -> str:
    topic = item.get("id") if isinstance(item, dict) else None
    if not isinstance(topic, str):
        raise BadBody("invalid.value", _shown(item), "ChannelTopic", '{"id": "<topic>"}', hints=(hint,))
    return topic


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else text_of(value)
