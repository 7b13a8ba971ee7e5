"""What nobody outside Genesys knows, each as a named setting with a default (see `python3 -m mock_server settings`)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """The behaviour of the mock where the protocol reference is silent, and the limits that it states.

    Every field whose comment says "assumed" is a guess about the real service; the number is the entry in the last
    section of the protocol reference.
    """

    accepted_body: Literal["empty", "object"] = "empty"  # assumed, 3: the bytes of the 202; "object" is `{}`
    event_before_response: bool = False  # assumed, 4: with the wire open the event may be written before the 202
    event_when_unchanged: bool = True  # assumed, 5: a PATCH with the value already set still emits a snapshot
    foreign_leg_status: Literal[400, 403] = 400  # assumed, 7: patching another user's leg
    mute_needs_permission: bool = True  # assumed, 8: whether the declared permissions are needed for the own leg
    expired_token_code: Literal["bad.credentials", "credentials.expired"] = "bad.credentials"  # assumed, 9
    mute_alerting: Literal["conflict", "accept"] = "conflict"  # assumed: muting a leg that nobody has answered yet
    hang_up_state: Literal["disconnected", "terminated"] = "disconnected"  # assumed: both occur on ended legs
    snapshots_per_hold: int = 1  # assumed, 6: one organisation was seen to send 2 for each hold and unhold
    enforce_scopes: bool = True  # assumed, 10: whether a token's scopes are checked
    unknown_property: Literal["refuse", "ignore"] = "refuse"  # assumed, 2
    wrong_method_status: Literal[404, 405] = 405  # assumed, 1
    retry_after_on_429: bool = True  # assumed, 17: whether the server's own 429 carries Retry-After
    foreign_topic_permission: str = "analytics:conversationObservation:view"  # assumed: for another user's topics
    garbage_frames: Literal["ignore", "refuse"] = "ignore"  # assumed: a frame from the page that says nothing known
    deleted_subscriptions_status: Literal[200, 202, 204] = 200  # assumed, 18
    logout_revokes: bool = True  # assumed: /logout ends the tokens that this client got for the user
    unknown_channel_status: int = 404  # assumed, 12: HTTP status of a handshake on an unknown channel
    displaced_close_code: int = 1000  # assumed, 12: close code when a second socket displaces the first
    closing_close_code: int = 1001  # assumed, 11: close code at the end of a channel's life
    socket_on_expired_token: Literal["close", "keep"] = "keep"  # assumed, 11
    event_version: str = "2"  # assumed, 14
    heartbeat_seconds: float = 30.0
    closing_notice_seconds: float = 60.0  # socket_closing comes about a minute before a planned close
    channel_seconds: float = 86_400.0
    channels_per_user: int = 20
    topics_per_channel: int = 1_000
    requests_per_minute: int = 300  # per token
    code_seconds: float = 300.0  # assumed: how long an authorization code can be exchanged
    journal_limit: int = 100_000  # entries; older ones are dropped and the journal says how many
