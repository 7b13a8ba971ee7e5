"""Errors, channels and the frames of a socket as JSON."""

from __future__ import annotations

from ..messages import Json
from ..model import Channel, State, Token
from .values import Object, iso, text_of


def error(status: int, code: str, message: str, context: str) -> Object:
    """ErrorBody; fields that the official sample leaves out are left out (reference 3.1)."""
    return {
        "message": message,
        "code": code,
        "status": status,
        "messageParams": {},
        "contextId": context,
        "details": [],
        "errors": [],
    }


def oauth_error(code: str, description: str) -> Object:
    """OAuth's own error frame (reference 4.1)."""
    return {"error": code, "description": description, "error_description": description}


def granted(token: Token, seconds: float) -> Object:
    """The answer of /oauth/token; its words are OAuth's."""
    return {"access_token": token.value, "token_type": "bearer", "expires_in": int(seconds)}


# ---- notifications


def channel(state: State, channel: Channel) -> Object:
    """Channel."""
    uri = f"{state.socket_base}/channels/{channel.id}"
    return {"connectUri": uri, "id": channel.id, "expires": iso(channel.expires)}


def channels(state: State, entities: tuple[Channel, ...]) -> Object:
    """ChannelEntityListing."""
    return {"entities": [channel(state, one) for one in entities]}


def topics(permitted: tuple[str, ...], rejected: tuple[tuple[str, str], ...] = ()) -> Object:
    """ChannelTopicEntityListing; `rejected` holds (topic, reason)."""
    good: list[Json] = [{"id": topic, "state": "Permitted", "selfUri": _topic_uri(topic)} for topic in permitted]
    bad: list[Json] = [{"id": topic, "state": "Rejected", "rejectionReason": why} for topic, why in rejected]
    return {"entities": good + bad}


def _topic_uri(topic: str) -> str:
    return f"/api/v2/notifications/availabletopics/{topic}"


def event_frame(topic: str, body_text: str, version: str, correlation: str) -> str:
    """The envelope of an event (reference 5.4); `body_text` is JSON and is put in as it is."""
    head = f'{{"topicName":{text_of(topic)},"version":{text_of(version)},"eventBody":{body_text}'
    return f'{head},"metadata":{{"CorrelationId":{text_of(correlation)}}}}}'


HEARTBEAT = text_of({"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}})
PONG = text_of({"topicName": "channel.metadata", "eventBody": {"message": "pong"}})


def socket_closing(channel_id: str) -> str:
    """`v2.system.socket_closing`; its body is assumed (reference 8, 13): it says which channel."""
    body: Object = {"channelId": channel_id, "message": "The socket will be closed soon."}
    return text_of({"topicName": "v2.system.socket_closing", "eventBody": body})


def subscribed(correlation: str) -> str:
    """The answer to a subscription over the socket; `result` is a string (reference 5.4)."""
    return text_of({"result": "200", "status": "subscribed", "correlationId": correlation})


def socket_failure(message: str, correlation: str) -> str:
    """The answer to a frame that cannot be done (reference 5.4)."""
    return text_of({"result": "400", "status": "failure", "message": message, "correlationId": correlation})
