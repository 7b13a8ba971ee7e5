"""Errors, channels and the frames of a socket as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..core.messages import Json
from ..core.model import Channel, State, Token, uuid_of
from ..core.settings import Settings
from .values import Object, iso, present, text_of


def error(status: int, code: str, message: str, context: str) -> Object:
    """ErrorBody; fields that the official sample leaves out are left out (PROTOCOL.md#error-bodies)."""
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
    """OAuth's own error frame (PROTOCOL.md#oauth-endpoints)."""
    return {"error": code, "description": description, "error_description": description}


def granted(token: Token, seconds: float, refresh: str | None = None) -> Object:
    """The answer of /oauth/token; its words are OAuth's."""
    return present(access_token=token.value, token_type="bearer", expires_in=int(seconds), refresh_token=refresh)


# ---- notifications


@dataclass(frozen=True, slots=True)
class Rejected:
    """A topic that was not given: the error code, what a developer should know, and the permission that was missing."""

    topic: str
    code: str
    hint: str
    permission: str = ""


def channel(channel: Channel, base: str) -> Object:
    """Channel; `base` is where sockets are, as `wss://streaming.mypurecloud.de`."""
    return {"connectUri": f"{base}/channels/{channel.id}", "id": channel.id, "expires": iso(channel.expires)}


def channels(entities: tuple[Channel, ...], token: str, base: str) -> Object:
    """ChannelEntityListing; the ids of channels that another token made are hidden (PROTOCOL.md#channels)."""
    hidden = ("connectUri", "id")
    return {
        "entities": [
            {name: value for name, value in channel(one, base).items() if one.token == token or name not in hidden}
            for one in entities
        ]
    }


def topics(permitted: tuple[str, ...], rejected: tuple[Rejected, ...] = ()) -> Object:
    """ChannelTopicEntityListing."""
    good: list[Json] = [{"id": topic, "state": "Permitted", "selfUri": _topic_uri(topic)} for topic in permitted]
    bad: list[Json] = [
        present(
            id=one.topic,
            state="Rejected",
            rejectionReason=one.code,
            missingPermissions=[one.permission] if one.permission else None,
        )
        for one in rejected
    ]
    return {"entities": good + bad}


def _topic_uri(topic: str) -> str:
    return f"/api/v2/notifications/availabletopics/{topic}"


def event_frame(topic: str, body_text: str, settings: Settings, correlation: str) -> str:
    """The envelope of an event (PROTOCOL.md#frames); `body_text` is JSON and is put in as it is."""
    head = f'{{"topicName":{text_of(topic)},"version":{text_of(settings.event_version)},"eventBody":{body_text}'
    more = f',{text_of(settings.more_event_metadata)}:""' if settings.more_event_metadata else ""
    return f'{head},"metadata":{{"CorrelationId":{text_of(correlation)}{more}}}}}'


HEARTBEAT = text_of({"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}})
PONG = text_of({"topicName": "channel.metadata", "eventBody": {"message": "pong"}})


def socket_closing(state: State, channel_id: str) -> str:
    """`v2.system.socket_closing`; that its body says which channel is assumed (PROTOCOL.md#what-nobody-knows)."""
    known: Object = {"channelId": channel_id, "message": "The socket will be closed soon."}
    body = known if state.settings.socket_closing_body == "channel" else {}
    return _system_frame(state, "v2.system.socket_closing", body)


def no_longer_subscribed(state: State, channel: Channel) -> str:
    """`v2.system.no_longer_subscribed.{id}`: the channel was given up for another one."""
    return _system_message(state, channel, "no_longer_subscribed", "another_channel_subscribed")


def token_revoked(state: State, channel: Channel) -> str:
    """`v2.system.token_revoked.{id}`: the token that the channel was made with is no longer good."""
    return _system_message(state, channel, "token_revoked", "user_tokens_revoked")


def _system_message(state: State, channel: Channel, kind: str, reason: str) -> str:
    """SystemMessageSystemMessage; that the id in the topic is the channel's is assumed."""
    body = present(
        channelId=channel.id,
        systemTopicType=kind,
        organizationId=state.organization_id,
        userId=channel.user_id,
        oauthClientId=channel.client_id,
        reason=reason,
        message=reason.replace("_", " "),
    )
    return _system_frame(state, f"v2.system.{kind}.{channel.id}", body)


def _system_frame(state: State, topic: str, body: Object) -> str:
    if state.settings.system_frames == "as_events":
        correlation = uuid_of(state.seed, "system", topic, str(state.now))
        return event_frame(topic, text_of(body), state.settings, correlation)
    return text_of({"topicName": topic, "eventBody": body})


def subscribed(correlation: str, status: str = "subscribed") -> str:
    """The answer to a subscription over the socket; `result` is a string (PROTOCOL.md#frames)."""
    return text_of({"result": "200", "status": status, "correlationId": correlation})


def socket_failure(message: str, correlation: str, result: str = "400") -> str:
    """The answer to a frame that cannot be done (PROTOCOL.md#frames); "404" for a channel that is no more."""
    return text_of({"result": result, "status": "failure", "message": message, "correlationId": correlation})


def available_topics(topics: Mapping[str, Mapping[str, str]], permission: str, expand: frozenset[str]) -> Object:
    """AvailableTopicEntityListing of topics (`users` → kind → what it tells); `expand` adds to id and description."""
    return {
        "entities": [
            _available(of, kind, about, permission, expand)
            for of, kinds in topics.items()
            for kind, about in kinds.items()
        ]
    }


def _available(of: str, kind: str, about: str, permission: str, expand: frozenset[str]) -> Object:
    own = of == "users"  # one's own topics need no permission
    details: Json = {"type": "requiresPermissions", "permissions": [permission], "allowsCurrentUser": own}
    more: Object = {
        "permissionDetails": [details],
        "requiresPermissions": [permission],
        "requiresDivisionPermissions": False,
        "requiresAnyValidator": True,
        "requiresCurrentUserOrPermission": own,
        "enforced": True,
        "visibility": "Public",
        "transports": ["Websocket"],
        "topicParameters": ["id"],
    }
    known: Object = {"id": f"v2.{of}.{{id}}.{kind}", "description": about}
    return known | {name: value for name, value in more.items() if name in expand}
