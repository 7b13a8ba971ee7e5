"""The models that requests bring: which properties they have, of which type, and how they are called here.

read_model(request, "MediaParticipantRequest", settings)    {"muted": true} → {"muted": True}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, get_args

from ..core.messages import Json, Request
from ..core.model import LegState, RoutingState
from ..core.settings import Settings
from ..core.values import closest
from .bodies import BadBody, read_json
from .values import Object, text_of

STATES: Final[tuple[LegState, ...]] = get_args(LegState)
# A type that is a list of words, and the words.
_ENUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "state": STATES,
    "routingStatus": get_args(RoutingState),
    "speakTo": ("DESTINATION", "OBJECT", "BOTH", "CONFERENCE"),
    "transferType": ("Attended", "Unattended"),
    "recordingState": ("ACTIVE", "PAUSED", "NONE"),  # of a Conversation; a CallConversation writes it in lower case
}
# Model → name on the wire → (name here, type). Without a name here a property is taken and has no effect.
_Model = Mapping[str, tuple[str, str]]


def _unused(*names: str) -> dict[str, tuple[str, str]]:
    return {name: ("", "any") for name in names}


_DESTINATION: Final[_Model] = {
    "address": ("address", "string"),
    "name": ("name", "string"),
    "userId": ("user_id", "string"),
    "queueId": ("queue_id", "string"),
}
MODELS: Final[Mapping[str, _Model]] = {
    "MediaParticipantRequest": {
        "muted": ("muted", "boolean"),
        "held": ("held", "boolean"),
        "confined": ("confined", "boolean"),
        "recording": ("recording", "boolean"),
        "state": ("state", "state"),
        "wrapup": ("wrapup", "WrapupInput"),
        "wrapupSkipped": ("wrapup_skipped", "boolean"),
        "resumeTime": ("resume_time", "date-time"),
    },
    "Conversation": {
        "recordingState": ("recording_state", "recordingState"),
        "conversationIds": ("conversation_ids", "strings"),
        "state": ("state", "state"),
        "participants": ("participants", "objects"),
        **_unused("id", "name", "externalTag", "startTime", "endTime", "address", "maxParticipants", "divisions"),
        **_unused("recentTransfers", "securePause", "utilizationLabelId", "inactivityTimeout", "selfUri"),
    },
    "CreateCallRequest": {
        "phoneNumber": ("address", "string"),
        "callUserId": ("user_id", "string"),
        "callQueueId": ("queue_id", "string"),
        "callFromQueueId": ("from_queue_id", "string"),
        "participants": ("participants", "objects"),
        "attributes": ("attributes", "strings by name"),
        **_unused("callerId", "callerIdName", "priority", "languageId", "routingSkillsIds", "routingSkillExpression"),
        **_unused("conversationIds", "uuiData", "externalContactId", "label"),
    },
    "ConsultTransfer": {
        "speakTo": ("speak_to", "speakTo"),
        "consultingUserId": ("consulting_user_id", "string"),
        "destination": ("destination", "Destination"),
    },
    "ConsultTransferUpdate": {
        "speakTo": ("speak_to", "speakTo"),
        "consultingUserId": ("consulting_user_id", "string"),
    },
    "TransferRequest": {
        "userId": ("user_id", "string"),
        "address": ("address", "string"),
        "queueId": ("queue_id", "string"),
        "userName": ("user_name", "string"),
        "voicemail": ("voicemail", "boolean"),
        "transferType": ("transfer_type", "transferType"),
        **_unused("keepInternalMessageAlive"),
    },
    "WrapupInput": {
        "code": ("code", "string"),
        "notes": ("notes", "string"),
        "tags": ("tags", "strings"),
        "durationSeconds": ("seconds", "integer"),
        **_unused("name", "endTime", "provisional", "disableEndTimeUpdates"),
    },
    "SetUuiDataRequest": {"uuiData": ("uui_data", "string")},
    "ParticipantAttributes": {"attributes": ("attributes", "strings by name")},
    "UserPresence": {
        "presenceDefinition": ("definition", "PresenceDefinition"),
        "message": ("message", "string"),
        **_unused("id", "name", "source", "sourceId", "primary", "futurePresenceDefinition", "modifiedDate", "selfUri"),
    },
    "RoutingStatus": {"status": ("status", "routingStatus"), **_unused("userId", "startTime")},
}
# What people write instead; too far from the right word for a comparison of letters.
_OTHER_WORDS: Final[Mapping[str, str]] = {
    "actions": "muted",
    "body": "muted",
    "mute": "muted",
    "hold": "held",
    "onhold": "held",
}


def read_model(request: Request, model: str, settings: Settings) -> dict[str, Json]:
    """Return the properties of a body by their names here. Raises BadBody, and then nothing is to be changed."""
    body = read_json(request, settings)
    if not isinstance(body, dict):
        hint = f'the body is an object such as {{"{next(iter(MODELS[model]))}": …}}'
        raise BadBody.of_wrong_kind(body, model, "an object", settings, hint)
    return properties(body, model, settings)


def destination_of(value: Json) -> dict[str, str]:
    """Return whom a Destination or a Participant names: those of address, name, user_id and queue_id that it has."""
    known = value if isinstance(value, dict) else {}
    return {own: text for name, (own, _) in _DESTINATION.items() if isinstance(text := known.get(name), str) and text}


def properties(body: Object, model: str, settings: Settings) -> dict[str, Json]:
    """Return the properties of an object by their names here; raises BadBody for unknown ones (by a setting) and bad values."""
    known = MODELS[model]
    found: dict[str, Json] = {}
    for name, value in body.items():
        if name not in known:
            if settings.unknown_property == "refuse":
                raise BadBody("invalid.property", name, model, hints=(_near_property(name, model),))
            continue
        own_name, kind = known[name]
        checked = _checked(name, kind, value, settings)
        if own_name:
            found[own_name] = checked
    return found


def _checked(name: str, kind: str, value: Json, settings: Settings) -> Json:
    """The value, if it is of this type (a setting may read a word as the boolean it says). Raises BadBody."""
    if kind in MODELS and isinstance(value, dict):
        return properties(value, kind, settings)
    if settings.wrong_type == "coerce" and kind == "boolean" and value in ("true", "false"):
        return value == "true"
    words = _ENUMS.get(kind)
    if value in words if words else _CHECKS[kind](value):
        return value
    allowed = ", ".join(words) if words else "true, false" if kind == "boolean" else f"a {kind}"
    hint = f"'{name}' takes {allowed}; it was sent {text_of(value)}"
    if settings.wrong_type == "bad.request":
        raise BadBody("bad.request", hints=(hint,))
    shown = value if isinstance(value, str) else text_of(value)
    raise BadBody("invalid.value", shown, "string" if kind in _ENUMS else kind, allowed, hints=(hint,))


def _is_date(value: Json) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


_CHECKS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "any": lambda value: True,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "date-time": _is_date,
    "strings": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "objects": lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
    "strings by name": lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
    "WrapupInput": _is_object,
    "Destination": _is_object,
    "PresenceDefinition": _is_object,
}


def _near_property(name: str, model: str) -> str:
    known = {word.lower(): word for word in MODELS[model]}
    word = _OTHER_WORDS.get(name.lower(), "")
    if word not in MODELS[model]:
        word = known.get(closest(name.lower(), known, 0.5), "")
    instead = f"; the near one is '{word}'" if word else f"; its properties are {', '.join(MODELS[model])}"
    return f"'{name}' is no property of {model}{instead}"
