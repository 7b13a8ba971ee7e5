"""Notification channels and their subscriptions over REST (PROTOCOL.md#channels, PROTOCOL.md#subscriptions)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ... import payloads
from ...core.messages import NOTHING, Outcome, Request, Response
from ...core.model import Channel, State
from ...core.regions import socket_base
from ...core.routing import Needs, Route
from ...core.values import replace
from ...payloads.refusals import refuse, refuse_body
from . import notifications, topics

NEEDS: Final = Needs(scopes=frozenset({"notifications"}))
_CHANNELS: Final = "/api/v2/notifications/channels"
_SUBSCRIPTIONS: Final = f"{_CHANNELS}/{{channelId}}/subscriptions"


def get_channels(state: State, request: Request) -> Outcome:
    """The channels that this token made, or with `includechannels=oauthclient` all of its user and client."""
    assert request.by is not None, "the route is not public: the gateway has authenticated the request"
    token = request.by.value
    all_of_client = request.query.get("includechannels", "token").lower() == "oauthclient"
    listed = tuple(channel for channel in _own(state, request) if all_of_client or channel.token == token)
    return Outcome(state, Response(200, payloads.channels(listed, token, _base(state, request))))


def head_channel(state: State, request: Request) -> Outcome:
    """Answer 200 while there is the channel, else 404."""
    return Outcome(state, Response(200)) if _channel(state, request) else refuse(state, request, "not.found")


def get_available_topics(state: State, request: Request) -> Outcome:
    """The topics that can be subscribed, and what they need."""
    expand = frozenset(request.query.get("expand", "").split(","))
    known = payloads.available_topics(topics.TOPICS, topics.permission(state), expand)
    return Outcome(state, Response(200, known))


def post_channels(state: State, request: Request) -> Outcome:
    """Make a channel, whatever the body is: SDKs send none, `null` or an object. It may replace the one used least recently.

    By a setting the one channel too many pushes nothing out and gets no events, as was seen (PROTOCOL.md#channels).
    """
    assert request.by is not None, "the route is not public: the gateway has authenticated the request"
    pushed = _pushed_out(state, tuple(_own(state, request)))
    starved = bool(pushed) and state.settings.channel_beyond_limit == "starve"
    state, channel_id = state.fresh("channel")
    end = state.now + state.settings.channel_seconds
    channel = Channel(
        channel_id, request.by.user_id, request.by.client_id, request.by.value, state.now, end, last_used=state.now
    )
    answer = Response(200, payloads.channel(channel, _base(state, request)))
    if starved:
        return Outcome(state.with_channel(replace(channel, starved=True)), answer)
    ended = notifications.without_channels(state, pushed)
    return replace(ended, state=ended.state.with_channel(channel), response=answer)


def get_subscriptions(state: State, request: Request) -> Outcome:
    channel = _channel(state, request)
    if channel is None:
        return refuse(state, request, "not.found")
    return Outcome(state, Response(200, payloads.topics(channel.topics)))


def post_subscriptions(state: State, request: Request) -> Outcome:
    """Add topics to the channel's."""
    channel = _channel(state, request)
    return (
        refuse(state, request, "not.found") if channel is None else _subscribe(state, request, channel, channel.topics)
    )


def put_subscriptions(state: State, request: Request) -> Outcome:
    """Replace all the channel's topics."""
    channel = _channel(state, request)
    return refuse(state, request, "entity.not.found") if channel is None else _subscribe(state, request, channel, ())


def delete_subscriptions(state: State, request: Request) -> Outcome:
    channel = _channel(state, request)
    if channel is None:
        return refuse(state, request, "not.found")
    status = state.settings.deleted_subscriptions_status
    return Outcome(state.with_channel(replace(channel, topics=())), Response(status, NOTHING))


def _subscribe(state: State, request: Request, channel: Channel, kept: tuple[str, ...]) -> Outcome:
    """`kept` and the topics of the body; with `ignoreErrors` those that may not be had are only reported."""
    try:
        asked = payloads.read_topics(request, state.settings)
    except payloads.BadBody as bad:
        return refuse_body(state, request, bad)
    why_not = [refused for topic in asked if (refused := topics.refused(state, channel.user_id, topic))]
    hints = tuple(one.hint for one in why_not)
    if why_not and request.query.get("ignoreErrors", "").lower() != "true":
        return refuse(state, request, why_not[0].code, hints=hints)
    rejected = {one.topic for one in why_not}
    wanted = tuple(dict.fromkeys((*kept, *(topic for topic in asked if topic not in rejected))))
    if len(wanted) > state.settings.topics_per_channel:
        return refuse(state, request, "notification.subscription.too.many.subscriptions")
    answer = Response(200, payloads.topics(wanted, tuple(why_not)))
    return Outcome(notifications.renewed(state, replace(channel, topics=wanted)), answer, hints=hints)


def _base(state: State, request: Request) -> str:
    """Where the channel's socket is: in the environment that was asked."""
    return socket_base(request.headers.get("host", "")) or state.socket_base


def _own(state: State, request: Request) -> Iterator[Channel]:
    """Channels belong to a user and an OAuth client: a renewed token still has them."""
    by = request.by
    return (
        channel
        for channel in state.channels.values()
        if by and channel.user_id == by.user_id and channel.client_id == by.client_id and channel.expires > state.now
    )


def _channel(state: State, request: Request) -> Channel | None:
    wanted = request.params["channelId"]
    return next((channel for channel in _own(state, request) if channel.id == wanted), None)


def _pushed_out(state: State, own: tuple[Channel, ...]) -> tuple[str, ...]:
    """Return what a further channel replaces: at the limit the one used least recently, those without a connection first."""
    connected = {socket.channel_id for socket in state.sockets.values()}
    by_use = sorted(own, key=lambda channel: (channel.id in connected, channel.last_used))
    too_many = max(0, len(own) + 1 - state.settings.channels_per_user)
    return tuple(channel.id for channel in by_use[:too_many])


ROUTES: Final = (
    Route("getNotificationsChannels", "GET", _CHANNELS, NEEDS, get_channels),
    Route("postNotificationsChannels", "POST", _CHANNELS, NEEDS, post_channels),
    Route("headNotificationsChannel", "HEAD", f"{_CHANNELS}/{{channelId}}", NEEDS, head_channel),
    Route(
        "getNotificationsAvailabletopics",
        "GET",
        "/api/v2/notifications/availabletopics",
        NEEDS,
        get_available_topics,
    ),
    Route("getNotificationsChannelSubscriptions", "GET", _SUBSCRIPTIONS, NEEDS, get_subscriptions),
    Route(
        "postNotificationsChannelSubscriptions",
        "POST",
        _SUBSCRIPTIONS,
        NEEDS,
        post_subscriptions,
        '[{"id": "v2.users.<user>.conversations.calls"}]',
    ),
    Route(
        "putNotificationsChannelSubscriptions",
        "PUT",
        _SUBSCRIPTIONS,
        NEEDS,
        put_subscriptions,
        '[{"id": "v2.users.<user>.conversations.calls"}]',
    ),
    Route("deleteNotificationsChannelSubscriptions", "DELETE", _SUBSCRIPTIONS, NEEDS, delete_subscriptions),
)
