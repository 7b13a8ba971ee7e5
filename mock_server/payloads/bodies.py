"""What the server reads: request bodies and frames, checked and given Python names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Final, get_args

from ..messages import Json, Request
from ..model import LegState
from .values import text_of

STATES: Final[tuple[LegState, ...]] = get_args(LegState)

# MediaParticipantRequest (reference 1.1): name on the wire → (name here, type).
_MEDIA_PARTICIPANT: Final[Mapping[str, tuple[str, str]]] = {
    "muted": ("muted", "boolean"),
    "held": ("held", "boolean"),
    "confined": ("confined", "boolean"),
    "recording": ("recording", "boolean"),
    "state": ("state", "state"),
    "wrapup": ("wrapup", "WrapupInput"),
    "wrapupSkipped": ("wrapup_skipped", "boolean"),
    "resumeTime": ("resume_time", "date-time"),
}
# What people write instead; too far from the right word for a comparison of letters.
_OTHER_WORDS: Final[Mapping[str, str]] = {"actions": "muted", "mute": "muted", "hold": "held", "onhold": "held"}


class BadBody(ValueError):
    """A body that cannot be read: Genesys' error code, the parameters of its message, and hints for the developer."""

    def __init__(self, code: str, *params: str, hints: tuple[str, ...] = ()) -> None:
        super().__init__(code, *params)
        self.code, self.params, self.hints = code, params, hints


@dataclass(frozen=True, slots=True)
class SocketMessage:
    """A frame from the page."""

    word: str
    topics: tuple[str, ...] = ()
    correlation: str = ""


def read_json(request: Request) -> Json:
    """The body as JSON. Raises BadBody when it is none or says that it is something else."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadBody("unsupported.media.type", hints=(f"the body was sent as '{kind}', not as application/json",))
    try:
        value: Json = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadBody("bad.request", hints=("the body is not JSON",)) from error
    return value


def read_participant_change(request: Request, *, strict: bool) -> dict[str, Json]:
    """The changes of a MediaParticipantRequest by Python name; `strict` refuses unknown properties.

    Raises BadBody, in which case nothing is to be changed.
    """
    body = read_json(request)
    if not isinstance(body, dict):
        hint = 'the body is an object such as {"muted": true}'
        raise BadBody("bad.request", hints=(hint,))
    unknown = [name for name in body if name not in _MEDIA_PARTICIPANT]
    if unknown and strict:
        raise BadBody("invalid.property", unknown[0], "MediaParticipantRequest", hints=(_near_property(unknown[0]),))
    changes: dict[str, Json] = {}
    for name, value in body.items():
        if name in _MEDIA_PARTICIPANT:
            own_name, kind = _MEDIA_PARTICIPANT[name]
            _check(name, kind, value)
            changes[own_name] = value
    return changes


def read_topics(request: Request) -> tuple[str, ...]:
    """The topics of a subscription: the body is a bare array of `{"id": topic}` (reference 5.2). Raises BadBody."""
    body = read_json(request)
    hint = 'the body is an array of objects: [{"id": "v2.users.<user>.conversations.calls"}]'
    if not isinstance(body, list):
        raise BadBody("bad.request", hints=(hint,))
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


def _check(name: str, kind: str, value: Json) -> None:
    """Raise BadBody unless the value is of this type."""
    right = {"boolean": _is_boolean, "state": _is_state, "WrapupInput": _is_object, "date-time": _is_date}[kind](value)
    if not right:
        allowed = {"boolean": "true, false", "state": ", ".join(STATES)}.get(kind, f"a {kind}")
        hint = f"'{name}' takes {allowed}; it was sent {text_of(value)}"
        raise BadBody("invalid.value", _shown(value), "string" if kind == "state" else kind, allowed, hints=(hint,))


def _is_boolean(value: Json) -> bool:
    return isinstance(value, bool)


def _is_state(value: Json) -> bool:
    return value in STATES


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_date(value: Json) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else text_of(value)


def _near_property(name: str) -> str:
    known = {word.lower(): word for word in _MEDIA_PARTICIPANT}
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    word = _OTHER_WORDS.get(name.lower()) or (known[near[0]] if near else None)
    instead = f"; the near one is '{word}'" if word else f"; its properties are {', '.join(_MEDIA_PARTICIPANT)}"
    return f"'{name}' is no property of MediaParticipantRequest{instead}"
