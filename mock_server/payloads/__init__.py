"""The JSON that Genesys sends and reads: the only home of camelCase.

Each builder names the model it follows, as declared by the official SDKs (protocol reference, sections 2, 3 and 5).
"""

from .bodies import BadBody, SocketMessage, read_json, read_socket_message, read_topics
from .calls import call, call_event, conversation, conversation_event, listing
from .inputs import STATES, destination_of, read_model, read_participant_change
from .notices import (
    HEARTBEAT,
    PONG,
    channel,
    channels,
    error,
    event_frame,
    granted,
    oauth_error,
    socket_closing,
    socket_failure,
    subscribed,
    topics,
)
from .people import (
    organization,
    presence,
    presence_definitions,
    presence_event,
    presence_named,
    routing_event,
    routing_status,
    station,
    station_event,
    token_info,
    user,
    user_me,
    user_stations,
)
from .records import assigned_wrapup, consult, created_call, past_call, wrapup_codes
from .values import Object, iso, text_of

__all__ = [
    "HEARTBEAT",
    "PONG",
    "STATES",
    "BadBody",
    "Object",
    "SocketMessage",
    "assigned_wrapup",
    "call",
    "call_event",
    "channel",
    "channels",
    "consult",
    "conversation",
    "conversation_event",
    "created_call",
    "destination_of",
    "error",
    "event_frame",
    "granted",
    "iso",
    "listing",
    "oauth_error",
    "organization",
    "past_call",
    "presence",
    "presence_definitions",
    "presence_event",
    "presence_named",
    "read_json",
    "read_model",
    "read_participant_change",
    "read_socket_message",
    "read_topics",
    "routing_event",
    "routing_status",
    "socket_closing",
    "socket_failure",
    "station",
    "station_event",
    "subscribed",
    "text_of",
    "token_info",
    "topics",
    "user",
    "user_me",
    "user_stations",
    "wrapup_codes",
]
