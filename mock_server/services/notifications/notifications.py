"""The sockets of notification channels: subscribers of events, heartbeats, pongs, how a socket ends.

The facts: PROTOCOL.md#frames, PROTOCOL.md#the-end-of-a-socket. What is to be written comes back as frames. A frame that closes
a socket stands in its lane behind what was written before; until it is written the socket is kept, marked as ending.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Final

from ... import payloads
from ...core.messages import Event, Frame, Outcome
from ...core.model import Channel, Socket, State, uuid_of
from ...core.values import cache_last_call, replace
from . import topics
from .topics import subscribed_as

_HEARTBEAT: Final = Frame("heartbeat", payloads.HEARTBEAT, "heartbeat")
_PONG: Final = Frame("pong", payloads.PONG, "pong")
_NEVER: Final = float("inf")
_MOST_MISSED: Final = 1_000  # events that a channel without a socket keeps


def connect(state: State, channel_id: str, socket_name: str) -> Outcome | int:
    """Take a handshake: returns the state with the socket, or the HTTP status of the refusal.

    The channel's id is all it needs. A channel has one socket: an earlier one is closed.
    """
    channel = state.channel(channel_id)
    if channel is None or channel.expires <= state.now:
        return state.settings.unknown_channel_status
    earlier = _sockets(state, (channel_id,))
    closed = _closed(state, earlier, state.settings.displaced_close_code, "closed: another socket took its channel")
    state = closed.state.with_channel(replace(channel, last_used=state.now, missed=()))
    socket = Socket(socket_name, channel_id, state.now, state.now + state.settings.heartbeat_seconds)
    missed = tuple((socket_name, Frame("event", text, "missed event")) for text in channel.missed)
    return replace(closed, state=state.with_socket(_planned(state, socket, channel)), frames=closed.frames + missed)


def hear(state: State, socket: str, text: str) -> Outcome:
    """Answer a frame from the page: a ping, a subscription, or something unknown. A silent socket answers nothing."""
    end = state.sockets.get(socket)
    if end is None or end.silent or end.ending:
        return Outcome(state)
    message = payloads.read_socket_message(text)
    if message is not None and message.word == "ping":
        return Outcome(state, frames=((socket, _PONG),))
    words = ("subscribe", "unsubscribe") if state.settings.unsubscribe_frame == "answer" else ("subscribe",)
    if message is not None and message.word in words:
        channel = state.channel(end.channel_id)
        if channel is None or channel.expires <= state.now:
            gone = _failure("The channel was not found.", message.correlation, "404")
            return Outcome(state, frames=((socket, gone),))
        return (_subscribed if message.word == "subscribe" else _unsubscribed)(state, socket, channel, message)
    if state.settings.garbage_frames == "refuse":
        return Outcome(state, frames=((socket, _failure("The message is not valid.", "")),))
    return Outcome(state)


def subscribers(state: State, topic: str) -> tuple[tuple[str, str], ...]:
    """Return each open socket whose channel is subscribed to the topic, and the topic as it was subscribed."""
    known = _listening(state.sockets, state.channels)
    if topic not in known:
        known[topic] = tuple(_subscribers(state, topic))
    return known[topic]


@cache_last_call
def _listening(
    sockets: Mapping[str, Socket], channels: Mapping[str, Channel]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Keep the subscribers of each topic that was asked for: with a thousand sockets they take long to find."""
    return {}


def _subscribers(state: State, topic: str) -> Iterator[tuple[str, str]]:
    for socket in state.sockets.values():
        channel = state.channel(socket.channel_id)
        if channel is not None and not channel.starved and not socket.ending:
            written = subscribed_as(channel.topics, topic)
            if written is not None:
                yield socket.name, written


def event_text(state: State, event: Event, topic: str) -> str:
    """The frame of an event for one who subscribed `topic`."""
    if state.settings.event_topic_case == "upper":
        topic = ".".join(word.upper() if number == 2 else word for number, word in enumerate(topic.split(".")))
    correlation = event.correlation
    if state.settings.event_correlation == "own":
        correlation = uuid_of(state.seed, "event", correlation, topic, str(state.now))
    return payloads.event_frame(topic, event.text(), state.settings, correlation)


def kept_for_later(state: State, event: Event) -> State:
    """The state in which channels without a socket keep this event for their next one, if a setting says so."""
    if not state.settings.replay_missed_events:
        return state
    listening = {socket.channel_id for socket in state.sockets.values() if not socket.ending}
    for channel in state.channels.values():
        topic = subscribed_as(channel.topics, event.topic)
        if topic is not None and channel.id not in listening and not channel.starved:
            missed = (*channel.missed, event_text(state, event, topic))[-_MOST_MISSED:]
            state = state.with_channel(replace(channel, missed=missed))
    return state


# ---- time


def due(state: State, *, heartbeats: bool = True) -> float | None:
    """Return when the server will next write to a socket by itself, in seconds since the epoch; None: never."""
    earliest = min((_next(socket, heartbeats) for socket in state.sockets.values()), default=_NEVER)
    return None if earliest == _NEVER else earliest


def put_off_heartbeats(state: State, seconds: float) -> State:
    """Let the next heartbeat of each socket come so many seconds later."""
    later = {s.name: replace(s, heartbeat_due=s.heartbeat_due + seconds) for s in state.sockets.values()}
    return replace(state, sockets=later)


def tick(state: State) -> Outcome:
    """Do all that is due now: heartbeats, notices of a planned close, closes."""
    frames: list[tuple[str, Frame]] = []
    changed: dict[str, Socket] = {}
    for socket in state.sockets.values():
        if _next(socket) <= state.now:
            changed[socket.name] = _ticked(state, socket, frames)
    return (
        Outcome(replace(state, sockets={**state.sockets, **changed}), frames=tuple(frames))
        if changed
        else Outcome(state)
    )


def _next(socket: Socket, heartbeats: bool = True) -> float:
    """When something is due at this socket."""
    if socket.silent or socket.ending:
        return _NEVER
    heartbeat = socket.heartbeat_due if heartbeats else _NEVER
    return min(heartbeat, socket.closing_due or _NEVER, socket.close_due or _NEVER)


def _ticked(state: State, socket: Socket, frames: list[tuple[str, Frame]]) -> Socket:
    """The socket after what is due at it, which is added to `frames`."""
    if socket.close_due is not None and socket.close_due <= state.now:
        frames.append((socket.name, _close(state.settings.closing_close_code, "closed: its time is over")))
        return replace(socket, ending=True)
    if socket.closing_due is not None and socket.closing_due <= state.now:
        frames.append((socket.name, _notice(state, socket)))
        socket = replace(socket, closing_due=None)
    if socket.heartbeat_due <= state.now:
        frames.append((socket.name, _HEARTBEAT))
        every = state.settings.heartbeat_seconds
        missed = (state.now - socket.heartbeat_due) // every
        socket = replace(socket, heartbeat_due=socket.heartbeat_due + (missed + 1) * every)
    return socket


def _planned(state: State, socket: Socket, channel: Channel) -> Socket:
    """The socket with the end that its channel's life sets it. One that opens in the last minute is not told of it beforehand.

    Told at once, a client that takes the notice for an order to connect anew, as the official SDKs do, would go round in circles.
    """
    end = channel.expires
    if state.settings.socket_on_expired_token == "close":
        token = state.token(channel.token)
        end = min(end, token.expires if token else state.now)
    notice = end - state.settings.closing_notice_seconds
    return replace(socket, closing_due=notice if notice > state.now else None, close_due=end)


# ---- the ends of sockets


def cut_sockets(state: State, channels: Container[str] | None = None) -> Outcome:
    """Break the connections of these channels (None: all) without a close frame."""
    names = tuple(socket.name for socket in _sockets(state, channels))
    return Outcome(replace(state, sockets={n: s for n, s in state.sockets.items() if n not in names}), cut=names)


def silence_sockets(state: State, channels: Container[str] | None = None) -> Outcome:
    """Write nothing to these sockets from now on; they stay open, as a half-open connection does."""
    silent = {socket.name: replace(socket, silent=True) for socket in _sockets(state, channels)}
    return Outcome(replace(state, sockets={**state.sockets, **silent}))


def close_sockets_soon(state: State, seconds: float = 60.0, channels: Container[str] | None = None) -> Outcome:
    """Send `v2.system.socket_closing` now, and close after so many seconds; the channels stay."""
    open_ones = [socket for socket in _sockets(state, channels) if not socket.silent and not socket.ending]
    soon = {s.name: replace(s, closing_due=None, close_due=state.now + seconds) for s in open_ones}
    frames = tuple((socket.name, _notice(state, socket)) for socket in open_ones)
    return Outcome(replace(state, sockets={**state.sockets, **soon}), frames=frames)


def end_of_token(state: State, value: str, *, revoked: bool = False) -> Outcome:
    """Return what follows the end of a token: the sockets of channels made with it may receive a notice, and may close.

    `revoked`: somebody took it away, and the notice is `v2.system.token_revoked`; when it expires there is none.
    """
    channels = {channel.id for channel in state.channels.values() if channel.token == value}
    settings = state.settings
    notices = _notices(state, channels, payloads.token_revoked) if revoked and settings.revoked_token_notice else ()
    if settings.socket_on_expired_token == "keep":
        return Outcome(state, frames=notices)
    why = "closed: its token is no longer valid"
    closed = _closed(state, _sockets(state, channels), settings.closing_close_code, why)
    return replace(closed, frames=notices + closed.frames)


def without_channels(state: State, channels: Container[str]) -> Outcome:
    """The state without these channels; their sockets receive a notice and close."""
    notices = _notices(state, channels, payloads.no_longer_subscribed)
    closed = _closed(
        state, _sockets(state, channels), state.settings.closing_close_code, "closed: its channel was given up"
    )
    left = {key: channel for key, channel in state.channels.items() if key not in channels}
    return replace(closed, state=replace(closed.state, channels=left), frames=notices + closed.frames)


def starve(state: State, channels: Container[str] | None = None) -> Outcome:
    """Send no event on these channels (None: all) from now on, though they take subscriptions and send heartbeats."""
    starved = {c.id: replace(c, starved=True) for c in state.channels.values() if channels is None or c.id in channels}
    return Outcome(replace(state, channels={**state.channels, **starved}))


def _notices(
    state: State, channels: Container[str], text: Callable[[State, Channel], str]
) -> tuple[tuple[str, Frame], ...]:
    """A system message to every socket of these channels that can receive one."""
    frames: list[tuple[str, Frame]] = []
    for socket in _sockets(state, channels):
        if not socket.silent and not socket.ending:
            content = text(state, state.channels[socket.channel_id])
            topic = str(json.loads(content)["topicName"])
            frames.append((socket.name, Frame("system", content, topic.split(".")[2], topic=topic)))
    return tuple(frames)


def renewed(state: State, channel: Channel) -> State:
    """The state with this channel, whose life begins again because it was subscribed; so do its sockets' plans."""
    renewed = replace(channel, last_used=state.now, expires=state.now + state.settings.channel_seconds)
    planned = {
        socket.name: _planned(state, socket, renewed)
        for socket in state.sockets_of(channel.id)
        if socket.close_due == _planned(state, socket, channel).close_due
    }
    return replace(state.with_channel(renewed), sockets={**state.sockets, **planned})


def _sockets(state: State, channels: Container[str] | None) -> Iterator[Socket]:
    return (s for s in state.sockets.values() if channels is None or s.channel_id in channels)


def _closed(state: State, which: Iterable[Socket], code: int, about: str) -> Outcome:
    """These sockets end: their close frames, behind what stands in their lanes. A silent one receives none."""
    left = dict(state.sockets)
    frames: list[tuple[str, Frame]] = []
    for socket in which:
        if socket.silent:
            del left[socket.name]
        elif not socket.ending:
            left[socket.name] = replace(socket, ending=True)
            frames.append((socket.name, _close(code, about)))
    return Outcome(replace(state, sockets=left), frames=tuple(frames))


def _close(code: int, about: str) -> Frame:
    return Frame("close", "", about, closes=code)


def _notice(state: State, socket: Socket) -> Frame:
    text = payloads.socket_closing(state, socket.channel_id)
    return Frame("system", text, "socket_closing", topic="v2.system.socket_closing")


def _subscribed(state: State, socket: str, channel: Channel, message: payloads.SocketMessage) -> Outcome:
    """Add topics to the channel, over its socket."""
    wanted = tuple(dict.fromkeys((*channel.topics, *message.topics)))
    refused = [topics.refused(state, channel.user_id, topic) for topic in message.topics]
    hints = tuple(why.hint for why in refused if why)
    if hints or len(wanted) > state.settings.topics_per_channel:
        return Outcome(
            state, frames=((socket, _failure("Not all topics may be subscribed.", message.correlation)),), hints=hints
        )
    state = renewed(state, replace(channel, topics=wanted))
    return Outcome(state, frames=((socket, Frame("system", payloads.subscribed(message.correlation), "subscribed")),))


def _unsubscribed(state: State, socket: str, channel: Channel, message: payloads.SocketMessage) -> Outcome:
    """Take topics from the channel, over its socket."""
    state = state.with_channel(replace(channel, topics=topics.without(channel.topics, message.topics)))
    text = payloads.subscribed(message.correlation, "unsubscribed")
    return Outcome(state, frames=((socket, Frame("system", text, "unsubscribed")),))


def _failure(message: str, correlation: str, result: str = "400") -> Frame:
    return Frame("system", payloads.socket_failure(message, correlation, result), f"failure: {message}")


__all__ = [
    "close_sockets_soon",
    "connect",
    "cut_sockets",
    "due",
    "end_of_token",
    "event_text",
    "hear",
    "kept_for_later",
    "renewed",
    "silence_sockets",
    "starve",
    "subscribed_as",
    "subscribers",
    "tick",
    "without_channels",
]
