"""What nobody outside Genesys knows, each as a named setting with a default (see `python3 -m mock_server settings`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args, get_type_hints


def _limit(default: Any, about: str) -> Any:
    """A figure that the protocol reference states."""
    return field(default=default, metadata={"about": about})


def _assumed(default: Any, about: str, entry: int | None = None) -> Any:
    """A guess about the real service; `entry` is its number in the last section of the protocol reference."""
    return field(default=default, metadata={"about": about, "assumed": True, "entry": entry})


@dataclass(frozen=True, slots=True)
class Settings:
    """The behaviour of the mock where the protocol reference is silent, and the limits that it states.

    `python3 -m mock_server settings` prints them all. Each assumption is tried both ways in tests.
    """

    accepted_body: Literal["empty", "object"] = _assumed("empty", "the bytes of the 202; 'object' is `{}`", 3)
    event_before_response: bool = _assumed(False, "with the wire open the event may be written before the 202", 4)
    event_when_unchanged: bool = _assumed(True, "a PATCH with the value already set still emits a snapshot", 5)
    foreign_leg_status: Literal[400, 403] = _assumed(400, "patching another user's leg", 7)
    mute_needs_permission: bool = _assumed(True, "whether the declared permissions are needed for the own leg", 8)
    expired_token_code: Literal["bad.credentials", "credentials.expired"] = _assumed(
        "bad.credentials", "the 401 of an expired token", 9
    )
    mute_alerting: Literal["conflict", "accept"] = _assumed("conflict", "muting a leg that nobody has answered yet")
    hang_up_state: Literal["disconnected", "terminated"] = _assumed(
        "disconnected", "state of a leg that hung up; both occur"
    )
    snapshots_per_hold: int = _assumed(1, "one organisation was seen to send 2 for each hold and unhold", 6)
    enforce_scopes: bool = _assumed(True, "whether a token's scopes are checked", 10)
    unknown_property: Literal["refuse", "ignore"] = _assumed("refuse", "a property that no model has", 2)
    wrong_method_status: Literal[404, 405] = _assumed(405, "a known path asked with a wrong method", 1)
    retry_after_on_429: bool = _assumed(True, "whether the server's own 429 carries Retry-After", 17)
    foreign_topic_permission: str = _assumed(
        "analytics:conversationObservation:view", "the permission for another user's topics"
    )
    garbage_frames: Literal["ignore", "refuse"] = _assumed("ignore", "a frame from the page that says nothing known")
    deleted_subscriptions_status: Literal[200, 202, 204] = _assumed(200, "DELETE of all subscriptions", 18)
    logout_revokes: bool = _assumed(True, "/logout ends the tokens that this client got for the user")
    unknown_channel_status: int = _assumed(404, "HTTP status of a handshake on an unknown channel", 12)
    displaced_close_code: int = _assumed(1000, "close code when a second socket displaces the first", 12)
    closing_close_code: int = _assumed(1001, "close code at the end of a channel's life", 11)
    socket_on_expired_token: Literal["close", "keep"] = _assumed("keep", "an open socket when its token expires", 11)
    event_version: str = _assumed("2", "`version` of every event", 14)
    event_topic_case: Literal["as_subscribed", "upper"] = _assumed(
        "as_subscribed", "how ids in the topics of events are written"
    )
    heartbeat_seconds: float = _limit(30.0, "seconds between two heartbeats of a socket")
    closing_notice_seconds: float = _limit(60.0, "socket_closing comes about a minute before a planned close")
    channel_seconds: float = _limit(86_400.0, "life of a channel; subscribing begins it anew")
    channels_per_user: int = _limit(20, "channels of a user and client; one more pushes out the least used")
    topics_per_channel: int = _limit(1_000, "subscriptions of a channel")
    requests_per_minute: int = _limit(300, "requests of one token in a minute; one more is answered 429")
    code_seconds: float = _assumed(300.0, "how long an authorization code can be exchanged")
    journal_limit: int = _limit(100_000, "entries; older ones are dropped and the journal says how many")


def described() -> Iterator[tuple[str, str, str, str]]:
    """Each setting's name, default, values where they are few, and what it is; assumptions say so."""
    kinds = get_type_hints(Settings)
    for item in fields(Settings):
        values = [str(value) for value in get_args(kinds[item.name])] or (
            ["True", "False"] if kinds[item.name] is bool else []
        )
        assumed = "assumed: " if item.metadata.get("assumed") else ""
        yield item.name, str(item.default), " | ".join(values), assumed + item.metadata["about"]
