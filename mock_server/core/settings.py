"""Settings: what nobody outside Genesys knows, each with a name and a default (see `python3 -m mock_server settings`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args, get_type_hints

from .program import MOCK
from .values import near


class BadSetting(ValueError):
    """There is no such setting, or it cannot have this value; the message says what is possible."""


def _limit(default: Any, about: str) -> Any:
    """A figure that PROTOCOL.md states, or a limit of the mock's own."""
    return field(default=default, metadata={"about": about})


def _assumed(default: Any, about: str) -> Any:
    """A guess about the real service (PROTOCOL.md#what-nobody-knows)."""
    return field(default=default, metadata={"about": about, "assumed": True})


@dataclass(frozen=True, slots=True)
class Settings:
    """The behaviour of the mock where PROTOCOL.md knows nothing, and the limits that it states.

    `python3 -m mock_server settings` prints them all. Each assumption is tried both ways in tests.
    """

    # ---- muting, and the events that tell of it
    accepted_body: Literal["empty", "object"] = _assumed("empty", "the bytes of the 202; 'object' is `{}`")
    event_before_response: bool = _assumed(False, "with the wire open the event may be written before the 202")
    event_when_unchanged: bool = _assumed(True, "a PATCH with the value already set still emits a snapshot")
    snapshots_per_mute: int = _assumed(1, "snapshots of a mute; doubles were seen only for hold")
    snapshots_per_hold: int = _assumed(1, "one organisation was seen to send 2 for each hold and unhold")
    foreign_leg_status: Literal[400, 403] = _assumed(400, "patching another user's leg")
    mute_needs_permission: bool = _assumed(True, "whether the declared permissions are needed for the own leg")
    mute_is_kept: bool = _assumed(True, "whether a mute outlives hold, consult and wrap-up")
    mute_is_handed_on: bool = _assumed(False, "whether the leg that a transfer makes is muted as the one before")
    apply_seconds: float = _assumed(0.0, "time between a 202 and its change; 0.45 s was seen once, for a hold")
    mute_alerting: Literal["conflict", "accept"] = _assumed("conflict", "muting a leg that nobody has answered yet")

    # ---- the ends of legs, consults, outgoing calls
    hang_up_state: Literal["disconnected", "terminated"] = _assumed(
        "disconnected", "state of a leg that hung up; both occur"
    )
    disconnect_settles_seconds: float = _assumed(
        0.2, "disconnectType was seen to change so long after the end of a leg; 0: it is final at once"
    )
    first_disconnect_type: str = _assumed("endpoint", "disconnectType of a leg that hung up, until it settles")
    trailing_snapshots: int = _assumed(1, "snapshots that tell the end of a leg once more, after it has settled")
    consult_flap_seconds: float = _assumed(
        0.15, "a consult was seen to hold the agent's leg, unhold it so long after, and hold it again; 0: held once"
    )
    deleted_status: Literal[200, 202, 204] = _assumed(200, "DELETE of a conversation or a consult; not declared")

    # ---- wrong requests
    wrong_method_status: Literal[404, 405] = _assumed(405, "a known path asked with a wrong method")
    unknown_path_code: Literal["not.found", "bad.request"] = _assumed("not.found", "a path that no operation has")
    misplaced_path: Literal["refuse", "serve"] = _assumed(
        "refuse", "a path asked at another of Genesys' hosts, such as /oauth/token at api. instead of login."
    )
    broken_json_code: Literal["bad.request", "invalid.value"] = _assumed("bad.request", "a body that is not JSON")
    wrong_kind_code: Literal["bad.request", "invalid.value"] = _assumed(
        "bad.request", "a body of another kind, such as an array for an object"
    )
    unknown_property: Literal["refuse", "ignore"] = _assumed("refuse", "a property that no model has")
    wrong_type: Literal["invalid.value", "bad.request", "coerce"] = _assumed(
        "invalid.value", "a value of another type, such as \"true\" for true; 'coerce' reads it as true"
    )
    context_is_correlation: bool = _assumed(True, "whether an error's contextId is the answer's ININ-Correlation-Id")

    # ---- who may
    sign_in: Literal["at_once", "page"] = _assumed("at_once", "/oauth/authorize redirects, or first shows who signs in")
    other_clients: Literal["serve", "refuse"] = _assumed(
        "serve",
        "an OAuth client's id that the world has not: your organisation has it, as a client like the page's, or not",
    )
    other_scopes: Literal["grant", "refuse"] = _assumed(
        "grant", "a scope of Genesys' that the world's client has not: your organisation's client has it, or not"
    )
    expired_token_code: Literal["bad.credentials", "credentials.expired"] = _assumed(
        "bad.credentials", "the 401 of an expired token"
    )
    enforce_scopes: bool = _assumed(True, "whether a token's scopes are checked")
    missing_scope_code: Literal["app.not.authorized.for.scope", "not.authorized"] = _assumed(
        "app.not.authorized.for.scope", "the 403 of a token without the scope"
    )
    application_listing: Literal["not.a.user", "empty"] = _assumed(
        "not.a.user", "GET /conversations by an application: the definition says 400, a guide reports an empty list"
    )
    logout_revokes: bool = _assumed(True, "/logout ends the tokens that this client got for the user")
    foreign_topic_permission: str = _assumed(
        "analytics:conversationObservation:view", "the permission for another user's topics, and for a queue's"
    )
    retry_after_on_429: bool = _assumed(True, "whether the server's own 429 carries Retry-After")
    rate_headers_on_429: bool = _assumed(True, "whether the server's own 429 carries inin-ratelimit-*")

    # ---- sockets
    socket_on_expired_token: Literal["close", "keep"] = _assumed(
        "keep", "an open socket when its token expires or is revoked"
    )
    closing_close_code: int = _assumed(1001, "close code at the end of a channel's or a token's life")
    revoked_token_notice: bool = _assumed(True, "the sockets of a revoked token receive v2.system.token_revoked")
    unknown_channel_status: int = _assumed(404, "HTTP status of a handshake on an unknown channel")
    displaced_close_code: int = _assumed(1000, "close code when a second socket displaces the first")
    system_frames: Literal["bare", "as_events"] = _assumed(
        "bare", "v2.system.* frames without version and metadata, or with them as events have them"
    )
    socket_closing_body: Literal["channel", "empty"] = _assumed(
        "channel", "eventBody of v2.system.socket_closing: the channel and a message, or {}"
    )
    event_version: str = _assumed("2", "`version` of every event")
    more_event_metadata: str = _assumed("", "name of a further key in every event's metadata; empty: there is none")
    event_correlation: Literal["request", "own"] = _assumed(
        "request", "an event's CorrelationId is its request's, or one of its own"
    )
    event_topic_case: Literal["as_subscribed", "upper"] = _assumed(
        "as_subscribed", "how ids in the topics of events are written"
    )
    presence_event_case: Literal["upper", "as_rest"] = _assumed(
        "upper", "systemPresence in events: ON_QUEUE, or On Queue as in answers"
    )
    deleted_subscriptions_status: Literal[200, 202, 204] = _assumed(200, "DELETE of all subscriptions")
    unsubscribe_frame: Literal["answer", "ignore"] = _assumed(
        "answer", "a frame that takes subscriptions away is answered as one that adds them, or unknown"
    )
    replay_missed_events: bool = _assumed(False, "a channel's new socket gets the events since its last one ended")
    garbage_frames: Literal["ignore", "refuse"] = _assumed("ignore", "a frame from the page that says nothing known")
    channel_beyond_limit: Literal["evict", "starve"] = _assumed(
        "evict", "one channel too many pushes out the least used (definition), or gets no events (seen)"
    )

    # ---- limits
    heartbeat_seconds: float = _limit(30.0, "seconds between two heartbeats of a socket")
    closing_notice_seconds: float = _limit(60.0, "socket_closing comes about a minute before a planned close")
    channel_seconds: float = _limit(86_400.0, "life of a channel; subscribing begins it anew")
    channels_per_user: int = _limit(20, "channels of a user and client; one more pushes out the least used")
    topics_per_channel: int = _limit(1_000, "subscriptions of a channel")
    requests_per_minute: int = _limit(300, "requests of one token in a minute; one more is answered 429")
    access_token_seconds: float = _limit(86_400.0, "life of the access tokens that are given out, 300 to 172,800")
    code_seconds: float = _assumed(300.0, "how long an authorization code can be exchanged")
    largest_body: int = _assumed(3_000_000, "bytes of a request's body; one more is answered 413")
    journal_limit: int = _limit(20_000, "entries; older ones are dropped and the journal says how many")

    def __post_init__(self) -> None:
        if not 300 <= self.access_token_seconds <= 172_800:
            raise BadSetting(f"access_token_seconds is 300 to 172800, not {self.access_token_seconds:g}")


def checked(given: Mapping[str, Any]) -> Settings:
    """Return the settings with these values, the others by default. Raises BadSetting."""
    kinds = get_type_hints(Settings)
    for name, value in given.items():
        if name not in kinds:
            listed = f"`{MOCK} settings` lists them"
            raise BadSetting(f"no setting is called '{name}'{near(name, kinds)} ({listed})")
        if not _fits(value, kinds[name]):
            raise BadSetting(f"the setting '{name}' is {_values(kinds[name])}, not {value!r}")
    return Settings(**given)


def _fits(value: object, kind: type) -> bool:
    choices = get_args(kind)
    if choices:
        return any(type(value) is type(choice) and value == choice for choice in choices)
    return type(value) in ((int, float) if kind is float else (kind,))  # true and false are no numbers here


def _values(kind: type) -> str:
    """What a setting can be, in words."""
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    return " or ".join(map(repr, get_args(kind))) or words[kind]


def described() -> Iterator[tuple[str, str, str, str]]:
    """Each setting's name, default, values where they are few, and what it is; assumptions say so."""
    kinds = get_type_hints(Settings)
    for item in fields(Settings):
        values = [str(value) for value in get_args(kinds[item.name])] or (
            ["True", "False"] if kinds[item.name] is bool else []
        )
        assumed = "assumed: " if item.metadata.get("assumed") else ""
        yield item.name, str(item.default), " | ".join(values), assumed + item.metadata["about"]
