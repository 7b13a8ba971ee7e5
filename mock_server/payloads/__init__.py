"""The JSON that Genesys sends and reads: the only home of camelCase.

Each builder names the model it follows, as declared by the official SDKs (protocol reference, sections 2, 3 and 5).
"""

from .bodies import (
    STATES,
    BadBody,
    SocketMessage,
    read_json,
    read_participant_change,
    read_socket_message,
    read_topics,
)
from .calls import call, call_event, conversation, conversation_event, listing
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
from .people import token_info, user_me
from .values import Object, iso, text_of

__all__ = [
    "HEARTBEAT",
    "PONG",
    "STATES",
    "BadBody",
    "Object",
    "SocketMessage",
    "call",
    "call_event",
    "channel",
    "channels",
    "conversation",
    "conversation_event",
    "error",
    "event_frame",
    "granted",
    "iso",
    "listing",
    "oauth_error",
    "read_json",
    "read_participant_change",
    "read_socket_message",
    "read_topics",
    "socket_closing",
    "socket_failure",
    "subscribed",
    "text_of",
    "token_info",
    "topics",
    "user_me",
]
