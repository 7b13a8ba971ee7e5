"""What the server remembers: frozen values, so that a reset is an assignment and a step is a comparison."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct, field

from .settings import Settings
from .values import replace

LegState = Literal[
    "alerting",
    "dialing",
    "contacting",
    "offering",
    "connected",
    "disconnected",
    "terminated",
    "converting",
    "uploading",
    "transmitting",
    "parked",
    "none",
]
RoutingState = Literal["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING", "COMMUNICATING"]
PRESENCES: tuple[str, ...] = (
    "Available",
    "Away",
    "Break",
    "Busy",
    "Idle",
    "Meal",
    "Meeting",
    "Offline",
    "On Queue",
    "Training",
)
ENDED: frozenset[LegState] = frozenset({"disconnected", "terminated"})


class User(Struct, frozen=True):
    """A person of the organisation, with the permissions that roles gave. Times are as in Participant."""

    id: str
    name: str
    email: str
    permissions: frozenset[str] = frozenset()
    presence: str = "Available"  # a system presence: PRESENCES
    presence_message: str = ""
    presence_since: float | None = None  # None: since before the story
    routing_status: RoutingState = "IDLE"
    routing_since: float | None = None


class Station(Struct, frozen=True):
    """A phone, and whose it is now."""

    id: str
    name: str
    user_id: str | None = None


class Wrapup(Struct, frozen=True, gc=False):
    """An agent's wrap-up of a call; `code` is the id of a wrap-up code."""

    code: str
    notes: str = ""
    tags: tuple[str, ...] = ()
    seconds: int = 0
    end_time: float = 0.0


class Participant(Struct, frozen=True, gc=False):
    """One leg of a call. An ended leg stays in its call, with its end time.

    Times are seconds since the epoch, in the server's virtual time. The journal keeps legs as they were: the collector of
    garbage does not look into them, nor into a tuple of them, for there can be no circle in plain values.
    """

    id: str
    communication_id: str
    purpose: Literal["customer", "agent", "ivr", "acd", "user", "external", "voicemail"]
    name: str
    state: LegState
    user_id: str | None = None
    queue_id: str | None = None
    address: str = ""
    direction: Literal["inbound", "outbound"] = "inbound"
    muted: bool = False
    held: bool = False
    confined: bool = False
    recording: bool = False
    start_time: float = 0.0
    connected_time: float | None = None
    start_hold_time: float | None = None
    end_time: float | None = None
    disconnect_type: str | None = None
    wrapup_required: bool = False
    wrapup_skipped: bool = False
    wrapup: Wrapup | None = None
    consult_participant_id: str | None = None  # whom this agent consults
    uui_data: str = ""  # user-to-user information, RFC 7433
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def live(self) -> bool:
        return self.state == "connected"

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Call(Struct, frozen=True):
    """A conversation that is a call; participants stand oldest first, ended ones included."""

    id: str
    participants: tuple[Participant, ...]
    start_time: float
    address: str = ""
    recording_state: Literal["none", "active", "paused"] = "none"  # of the whole call; a leg may be recorded besides

    def participant(self, participant_id: str) -> Participant | None:
        for p in reversed(self.participants):  # who is asked for is on the call, and those who came last still are
            if p.id == participant_id:
                return p
        return None

    def legs_of(self, user_id: str) -> tuple[Participant, ...]:
        return tuple(p for p in self.participants if p.user_id == user_id)

    def live_leg_of(self, user_id: str) -> Participant | None:
        return next((p for p in reversed(self.participants) if p.user_id == user_id and p.live), None)

    @property
    def ended(self) -> bool:
        return all(p.ended for p in self.participants)

    def with_participant(self, changed: Participant) -> Call:
        return replace(self, participants=tuple([changed if p.id == changed.id else p for p in self.participants]))


class Client(Struct, frozen=True):
    """An OAuth client of the organisation; token_seconds is the life of the tokens it is given.

    A token has `scopes`, unless others are asked for: of these, and of `more_scopes`.
    """

    id: str
    name: str
    redirect_uris: tuple[str, ...] = ()  # empty: any
    scopes: frozenset[str] = frozenset()
    token_seconds: float = 86_400.0
    secret: str | None = None
    more_scopes: frozenset[str] = frozenset()


class Token(Struct, frozen=True):
    """An access token; `expires` in seconds of virtual time. A client-credentials token has no user."""

    value: str
    client_id: str
    user_id: str | None
    scopes: frozenset[str]
    issued: float
    expires: float


class RefreshToken(Struct, frozen=True):
    """A refresh token of a confidential client, issued with `token` (the access token's value); it can be used once."""

    value: str
    client_id: str
    user_id: str
    scopes: frozenset[str]
    token: str


class AuthorizationCode(Struct, frozen=True):
    """A code of the code grant: /oauth/authorize issued it, /oauth/token takes it once."""

    value: str
    client_id: str
    user_id: str
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str | None
    expires: float


class Channel(Struct, frozen=True):
    """A notification channel; its id is the only secret of the socket's handshake."""

    id: str
    user_id: str | None
    client_id: str
    token: str
    created: float
    expires: float
    last_used: float
    topics: tuple[str, ...] = ()
    starved: bool = False  # it looks well, but no event comes
    missed: tuple[str, ...] = ()  # events since its socket went, kept only where a setting replays them


class Socket(Struct, frozen=True):
    """One connection to a channel: `silent` is a half-open one, to which nothing is written any more."""

    name: str
    channel_id: str
    opened: float
    heartbeat_due: float
    silent: bool = False
    closing_due: float | None = None  # when socket_closing is written
    close_due: float | None = None  # when the server closes it
    ending: bool = False  # its close is on the wire: nothing more is written to it


class Fault(Struct, frozen=True):
    """Something that no state explains, asked for by name: an effect.

    `on`: the id of the operation that meets it, of several with blanks between, or empty for every one. It acts `times` times
    in all; None means until it is taken away.
    """

    effect: str
    on: str
    times: int | None = 1
    options: Mapping[str, str | int | float] = field(default_factory=dict)

    def meets(self, operation: str) -> bool:
        named = self.on.split()
        return not named or operation in named

    @property
    def about(self) -> str:
        """The fault in a line of a story."""
        return f"{self.effect} on {' or '.join(self.on.split()) or 'any operation'}"


class State(Struct, frozen=True):
    """All that the server knows. Questions are nouns; every change is a new State."""

    settings: Settings
    now: float
    seed: int
    organization_id: str
    organization_name: str
    users: Mapping[str, User] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    clients: Mapping[str, Client] = field(default_factory=dict)
    tokens: Mapping[str, Token] = field(default_factory=dict)
    codes: Mapping[str, AuthorizationCode] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    sockets: Mapping[str, Socket] = field(default_factory=dict)
    stations: Mapping[str, Station] = field(default_factory=dict)
    refreshes: Mapping[str, RefreshToken] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    rates: Mapping[str, tuple[float, int]] = field(default_factory=dict)  # token → (window's start, requests in it)
    serial: int = 0
    socket_base: str = "ws://127.0.0.1"  # where channels are connected to; the server sets it
    sign_in_refused: str = ""  # the OAuth error that /oauth/authorize answers with, or empty
    signed_in_user: str = ""  # who sits at the browser: the one that /oauth/authorize signs in
    session: bool = False  # whether that user has pressed the login page's button
    aliases: Mapping[str, str] = field(default_factory=dict)  # "agent" → id: the words a test uses for users and calls

    def call(self, call_id: str) -> Call | None:
        return self.calls.get(call_id)

    def user(self, user_id: str | None) -> User | None:
        return self.users.get(user_id or "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """All access tokens, refresh tokens and codes: they are shown in full nowhere."""
        return (*self.tokens, *self.refreshes, *self.codes)

    def token(self, value: str) -> Token | None:
        return self.tokens.get(value)

    def station_of(self, user_id: str) -> Station | None:
        return next((s for s in self.stations.values() if s.user_id == user_id), None)

    def channel(self, channel_id: str) -> Channel | None:
        return self.channels.get(channel_id)

    def calls_of(self, user_id: str) -> Iterator[Call]:
        """The calls in which this user has a leg that is not over."""
        return (c for c in self.calls.values() if any(not p.ended for p in c.legs_of(user_id)))

    def sockets_of(self, channel_id: str) -> Iterator[Socket]:
        return (s for s in self.sockets.values() if s.channel_id == channel_id)

    def with_call(self, call: Call) -> State:
        return replace(self, calls={**self.calls, call.id: call})

    def with_user(self, user: User) -> State:
        return replace(self, users={**self.users, user.id: user})

    def with_token(self, token: Token) -> State:
        return replace(self, tokens={**self.tokens, token.value: token})

    def with_channel(self, channel: Channel) -> State:
        return replace(self, channels={**self.channels, channel.id: channel})

    def with_socket(self, socket: Socket) -> State:
        return replace(self, sockets={**self.sockets, socket.name: socket})

    def without_socket(self, name: str) -> State:
        return replace(self, sockets={key: s for key, s in self.sockets.items() if key != name})

    def fresh(self, kind: str) -> tuple[State, str]:
        """The state that has used one more id, and the id: a UUID; the same seed and history give the same one."""
        serial = self.serial + 1
        return replace(self, serial=serial), uuid_of(self.seed, kind, serial)


def uuid_of(seed: int, *words: str | int) -> str:
    """A UUID made from a seed and words; the same input always gives the same one."""
    digest = hashlib.blake2b(":".join((str(seed), *map(str, words))).encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"
