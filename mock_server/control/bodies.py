"""What verbs take and give, as types: read, checked, written and described (OpenAPI) by msgspec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import schema_components

from ..core.model import Fault
from ..core.program import MOCK
from ..core.settings import Settings
from ..core.worlds import WORLDS
from ..engine.journal import EntryKind
from ..engine.wire import KINDS

_SETTINGS: Final = schema_components([Settings])[1]["Settings"]["properties"]
_ONE_OF_KINDS: Final[dict[str, Any]] = {"enum": list(KINDS)}

# Checked by the verbs themselves, whose errors name what is near; the description has the choices.
World = Annotated[str, Meta(description=f"see `{MOCK} worlds`", extra_json_schema={"enum": [*WORLDS]})]
Chosen = Annotated[
    dict[str, Any],
    Meta(
        description=f"by name; the others have their defaults. See `{MOCK} settings`",
        extra_json_schema={"properties": _SETTINGS, "additionalProperties": False},
    ),
]
KindWord = Annotated[str, Meta(extra_json_schema=_ONE_OF_KINDS)]
Name = Annotated[str, Meta(description="of one parcel, `response#2`, or a kind: the oldest of it that can be taken")]
Whom = Annotated[str, Meta(description="a word of the world (see `world`), an id, or a leg's purpose")]
CallWord = Annotated[str, Meta(description="a word of the world, or an id")]
Who = Annotated[str, Meta(description="agent, supervisor, desk_phone, second_tab, colleague …: who has a token")]
Permission = Annotated[str, Meta(description="such as conversation:communication:view")]
Wait = Annotated[
    float, Meta(ge=0, le=600, description="seconds of real time to wait for it; an error if it is not there by then")
]
# A month is longer than any story: so many seconds are milliseconds that somebody meant.
Seconds = Annotated[float, Meta(ge=0, le=31 * 86_400, description="of virtual time")]


class Taken(Struct, frozen=True, forbid_unknown_fields=True):
    """What a verb takes; a name that is not here is a mistake."""


class NoBody(Taken, frozen=True):
    """Nothing."""


class Of(Taken, frozen=True):
    """A leg of a call."""

    whom: Whom = "agent"
    call: CallWord = "call"


class OfCall(Taken, frozen=True):
    """A call."""

    call: CallWord = "call"


class OfPerson(Taken, frozen=True):
    """Somebody who has a token."""

    person: Who = "agent"


class Pending(Taken, frozen=True):
    """Of which kind (every, if none is named), and how long to wait for one."""

    kind: Annotated[str, Meta(extra_json_schema={"enum": ["", *KINDS]})] = ""
    wait: Wait = 0


class Since(Taken, frozen=True):
    """The number of the newest entry that is known already."""

    since: Annotated[int, Meta(ge=0)] = 0


class Reset(Taken, frozen=True):
    """The world, seed and settings to begin with; null: those of before."""

    world: World | None = None
    seed: int | None = None
    settings: Chosen | None = None


class Kinds(Taken, frozen=True):
    """Kinds of parcel; all, if none is named."""

    kinds: tuple[KindWord, ...] = ()


class ParcelBody(Taken, frozen=True):
    """One parcel."""

    name: Name
    wait: Wait = 0


class Advance(Taken, frozen=True):
    """How much virtual time passes."""

    seconds: Seconds


class PermissionOf(Taken, frozen=True):
    """A permission and whose it is."""

    permission: Permission
    user: Annotated[str, Meta(description="a word of the world, or an id")] = "agent"


class Scopes(Taken, frozen=True):
    """OAuth scopes."""

    scopes: tuple[str, ...]


class SignIn(Taken, frozen=True):
    """The OAuth error that /oauth/authorize answers with; an empty one lets in again."""

    error: str = "access_denied"


class NewFault(Taken, frozen=True):
    """An effect, the operations that meet it (empty: each), how often in all (null: until taken away), and its options."""

    effect: Annotated[str, Meta(description=f"see `{MOCK} faults`")]
    on: Annotated[str, Meta(description=f"operation ids, with blanks between; see `{MOCK} routes`")]
    times: int | None = 1
    options: dict[str, str | int | float] = {}


class CloseSoon(Taken, frozen=True):
    """When the sockets are closed."""

    seconds: Seconds = 60


class Text(Taken, frozen=True):
    """Any text."""

    text: str


class Act(Taken, frozen=True):
    """Who does what, to whose leg of which call."""

    person: Who
    verb: Literal["mute", "unmute", "hold", "unhold", "answer", "hang_up"]
    whom: Whom = "agent"
    call: CallWord = "call"


class Ask(Taken, frozen=True):
    """Who sends which request to Genesys."""

    person: Who
    method: str
    path: Annotated[str, Meta(description="such as /api/v2/users/me", pattern="^/")]
    body: Any = None


# ---- what is given


class WireNow(Struct, frozen=True):
    """How the wire stands: whether anything is held, what can be released (oldest first), and all that is in flight."""

    held: bool
    pending: tuple[str, ...]
    in_flight: Annotated[dict[str, str], Meta(description="each parcel's name, and one line about it")]


class WorldNow(Struct, frozen=True):
    """Where the story stands: `now` in seconds since the epoch, of virtual time; `words` are those that verbs know."""

    world: str
    seed: int
    settings: Settings
    now: float
    words: Annotated[
        dict[str, str], Meta(description="users, calls, legs and clients by the words for them: their ids")
    ]
    origin: Annotated[str, Meta(description="where REST, OAuth and sockets are")]
    page_origin: Annotated[str, Meta(description="where mounted pages are")]


class Leg(Struct, frozen=True):
    """What Genesys holds of one leg."""

    id: str
    user: str | None
    purpose: str
    state: str
    muted: bool
    held: bool
    confined: bool


class CallNow(Struct, frozen=True):
    """A call's id and its legs, oldest first, ended ones included."""

    call: str
    legs: tuple[Leg, ...]


class Headers(Struct, frozen=True):
    """The header that a client of Genesys sends."""

    authorization: str


class EntryBody(Struct, frozen=True):
    """One thing that happened: `name` is the parcel, `cause` what led to it, `about` one line for people."""

    n: int
    kind: EntryKind
    name: str
    cause: str
    about: str
    data: Mapping[str, Any]


class JournalBody(Struct, frozen=True):
    """The entries, and the number to go on from; `dropped` of those asked for are no longer kept."""

    entries: tuple[EntryBody, ...]
    newest: int
    dropped: int


class Deadline(Struct, frozen=True):
    """Seconds of virtual time, or null."""

    seconds: float | None


class Faults(Struct, frozen=True):
    """Those that still act, in the order in which they were asked for."""

    faults: tuple[Fault, ...]


class Answered(Struct, frozen=True):
    """What Genesys answered; the body is null where there is none."""

    status: int
    body: Any


class ErrorBody(Struct, frozen=True, omit_defaults=True):
    """Why it was not done: a name for programs, a message for people, and the wire where that is what is wrong."""

    error: str
    message: str
    in_flight: dict[str, str] | UnsetType = UNSET
