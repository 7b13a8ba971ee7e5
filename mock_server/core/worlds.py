"""Named starting states: users, calls and tokens. The same name and seed make the same bytes.

Words that a test uses stand in `state.aliases`: "agent", "call", "agent_leg", "agent_token", "client" …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal

from .model import Call, Client, Participant, State, Station, Token, User, uuid_of
from .scopes import EVERY
from .settings import Settings
from .values import closest, replace

START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()
CLIENT_ID: Final = "5a1b0c1e-0f0e-4d0c-a0b0-686f746d6963"  # the widget's OAuth client, the same in every world
SERVICE_CLIENT_ID: Final = "5a1b0c1e-0f0e-4d0c-a0b0-736572766963"  # one for client credentials
SERVICE_SECRET: Final = "service-secret"  # of the mock's own client; guards nothing

SCOPES: Final = frozenset(
    {
        "conversations",
        "notifications",
        "organization:readonly",
        "presence",
        "routing",
        "stations:readonly",
        "user-basic-info",
        "users",
    }
)

AGENT: Final = frozenset(
    {
        "conversation:call:add",
        "conversation:communication:consultTransfer",
        "conversation:communication:view",
        "conversation:participant:wrapup",
    }
)
SUPERVISOR: Final = AGENT | {"conversation:communication:disconnect", "analytics:conversationObservation:view"}
ADMINISTRATOR: Final = SUPERVISOR | {"conversation:call:record", "authorization:grant:add", "oauth:client:edit"}
PEOPLE: Final[Mapping[str, frozenset[str]]] = {
    "agent": AGENT,
    "colleague": AGENT,
    "supervisor": SUPERVISOR,
    "administrator": ADMINISTRATOR,
}
# Word of a token → whose it is and the client that got it. They outlive the longest story: only the page's own tokens,
# which it gets by signing in, expire after the client's usual day.
TOKENS: Final[Mapping[str, tuple[str, str]]] = {
    "agent_token": ("agent", "client"),
    "second_tab_token": ("agent", "client"),
    "desk_phone_token": ("agent", "desk_phone_client"),
    "colleague_token": ("colleague", "client"),
    "supervisor_token": ("supervisor", "client"),
    "administrator_token": ("administrator", "client"),
}
DAY: Final = 86_400.0
Purpose = Literal["customer", "agent", "ivr", "acd", "user", "external", "voicemail"]


class UnknownWorld(LookupError):
    """No world has this name; the message names the near one and all there are."""


@dataclass(frozen=True, slots=True)
class World:
    """A name, one line about it, and how it is made from settings and a seed."""

    name: str
    doc: str
    build: Callable[[Settings, int], State]


def build(name: str, seed: int = 1, settings: Settings | None = None) -> State:
    """Return the state of the world `name`; raises UnknownWorld."""
    world = WORLDS.get(name)
    if world is None:
        meant = f" Did you mean '{near}'?" if (near := closest(name, WORLDS)) else ""
        raise UnknownWorld(f"no world is called '{name}'.{meant} Worlds: {', '.join(WORLDS)}.")
    return world.build(settings or Settings(), seed)


# ---- the worlds


def _one_call(state: State) -> State:
    return _with_call(state, "call", **_arrived(state), agent_leg=_leg(state, "agent"))


def _muted_call(state: State) -> State:
    return _with_call(state, "call", **_arrived(state), agent_leg=replace(_leg(state, "agent"), muted=True))


def _held_call(state: State) -> State:
    return _with_call(state, "call", **_arrived(state, confined=True), agent_leg=_held(_leg(state, "agent")))


def _alerting_call(state: State) -> State:
    legs = _arrived(state)
    legs["acd_leg"] = replace(legs["acd_leg"], state="connected", end_time=None, disconnect_type=None)
    alerting = replace(_leg(state, "agent"), state="alerting", start_time=START - 5, connected_time=None)
    return _with_call(state, "call", **legs, agent_leg=alerting)


def _conference(state: State) -> State:
    return _with_call(
        state, "call", **_arrived(state), colleague_leg=_leg(state, "colleague"), agent_leg=_leg(state, "agent")
    )


def _transfer_back(state: State) -> State:
    # The agent was muted when the call went away: who reads the agent's first leg reads a muted one.
    first = _ended(replace(_leg(state, "agent"), muted=True), START - 60)
    back = replace(_leg(state, "agent"), start_time=START - 30, connected_time=START - 25)
    legs = {"former_agent_leg": first, "colleague_leg": _ended(_leg(state, "colleague"), START - 30), "agent_leg": back}
    return _with_call(state, "call", **_arrived(state), **legs)


def _two_calls(state: State) -> State:
    other = {f"other_{word}": leg for word, leg in _arrived(state, confined=True).items()}
    return _with_call(_one_call(state), "other_call", **other, other_agent_leg=_held(_leg(state, "agent")))


def _no_call(state: State) -> State:
    return state


def _world(name: str, doc: str, shape: Callable[[State], State]) -> World:
    return World(name, doc, lambda settings, seed: shape(_people(settings, seed)))


WORLDS: Final[Mapping[str, World]] = {
    world.name: world
    for world in (
        _world("one_call", "a customer, who came through a menu and a queue, talks to the agent", _one_call),
        _world("muted_call", "as one_call, and the agent is muted", _muted_call),
        _world("held_call", "as one_call, and the agent has put the customer on hold", _held_call),
        _world("alerting_call", "a call rings at the agent", _alerting_call),
        _world("conference", "a customer and two agents; the colleague is listed first", _conference),
        _world("transfer_back", "the call went to a colleague and came back: ended legs come first", _transfer_back),
        _world("two_calls", "the agent has two calls, the other one on hold", _two_calls),
        _world("no_call", "the agent is signed in and has no call", _no_call),
    )
}


# ---- calls


def _arrived(state: State, *, confined: bool = False) -> dict[str, Participant]:
    """A customer who came through a menu and a queue: a live leg and two ended ones."""
    customer = replace(_leg(state, None, "customer"), start_time=START - 120, connected_time=START - 120)
    ivr = replace(_leg(state, None, "ivr"), start_time=START - 120, connected_time=START - 120)
    acd = replace(_leg(state, None, "acd"), start_time=START - 110, connected_time=START - 110)
    return {
        "customer_leg": replace(customer, confined=confined),
        "ivr_leg": _ended(ivr, START - 110),
        "acd_leg": _ended(acd, START - 90),
    }


def _leg(state: State, user: str | None, purpose: Purpose = "agent") -> Participant:
    """A connected leg without ids; `user` is the word for whose it is."""
    cast = _cast(state.seed)
    person = state.users[state.aliases[user]] if user else None
    return Participant(
        id="",
        communication_id="",
        purpose=purpose,
        name=person.name if person else {"ivr": "Welcome menu", "acd": "Support"}.get(purpose, cast.customer),
        state="connected",
        user_id=person.id if person else None,
        queue_id=uuid_of(state.seed, "queue") if purpose in ("agent", "acd") else None,
        address=f"tel:{cast.phone}" if purpose == "customer" else f"sip:{user or purpose}@edge.example",
        start_time=START - 90,
        connected_time=START - 85,
        wrapup_required=purpose == "agent",
    )


def _held(leg: Participant) -> Participant:
    return replace(leg, held=True, start_hold_time=START - 20)


def _ended(leg: Participant, at: float) -> Participant:
    return replace(leg, state="terminated", end_time=at, disconnect_type="transfer")


def _with_call(state: State, word: str, **legs: Participant) -> State:
    """The state with a call of these legs, oldest first; its word and theirs become aliases of their new ids."""
    ids = {name: uuid_of(state.seed, "leg", name) for name in legs}
    named = tuple(
        replace(leg, id=ids[name], communication_id=uuid_of(state.seed, "communication", name))
        for name, leg in legs.items()
    )
    call = Call(uuid_of(state.seed, "call", word), named, START - 120, named[0].address)
    return replace(state.with_call(call), aliases={**state.aliases, word: call.id, **ids})


# ---- people


@dataclass(frozen=True, slots=True)
class _Cast:
    """Invented names; all that differs between seeds besides ids."""

    organization: str
    people: Mapping[str, tuple[str, str]]  # word → name and e-mail address
    customer: str
    phone: str


@lru_cache(maxsize=64)
def _cast(seed: int) -> _Cast:
    # Faker takes long to import, and all its providers longer still: only what is needed, only when a world is built.
    from faker.generator import Generator
    from faker.providers.person.en_US import Provider

    fake = Generator()
    fake.add_provider(Provider)
    fake.seed_instance(seed)
    people: dict[str, tuple[str, str]] = {}
    for word in PEOPLE:
        first, last = str(fake.format("first_name")), str(fake.format("last_name"))
        people[word] = (f"{first} {last}", f"{first}.{last}@hotmic.example".lower())
    customer = f"{fake.format('first_name')} {fake.format('last_name')}"
    phone = f"+155501{fake.random.randrange(100):02d}"  # a range that is kept for fiction
    return _Cast(f"{fake.format('last_name')} Support", people, customer, phone)


def _people(settings: Settings, seed: int) -> State:
    """The organisation before any call: users, OAuth clients and a token for each person."""
    cast = _cast(seed)
    users = {
        word: User(uuid_of(seed, "user", word), *cast.people[word], permissions) for word, permissions in PEOPLE.items()
    }
    life = settings.access_token_seconds
    more = EVERY if settings.other_scopes == "grant" else frozenset[str]()
    clients = {
        "client": Client(CLIENT_ID, "Mute widget", (), SCOPES, life, more_scopes=more),
        "desk_phone_client": Client(uuid_of(seed, "client", "desk phone"), "Desk phone", (), SCOPES, life),
        "service_client": Client(SERVICE_CLIENT_ID, "Service", (), SCOPES, life, SERVICE_SECRET),
    }
    tokens = {
        word: Token(uuid_of(seed, "token", word), clients[client].id, users[user].id, SCOPES, START, START + 10 * DAY)
        for word, (user, client) in TOKENS.items()
    }
    station = Station(uuid_of(seed, "station"), f"{cast.people['agent'][0]} WebRTC", users["agent"].id)
    aliases = {word: user.id for word, user in users.items()} | {word: client.id for word, client in clients.items()}
    return State(
        settings=settings,
        now=START,
        seed=seed,
        organization_id=uuid_of(seed, "organization"),
        organization_name=cast.organization,
        users={user.id: user for user in users.values()},
        clients={client.id: client for client in clients.values()},
        tokens={token.value: token for token in tokens.values()},
        stations={station.id: station},
        signed_in_user=aliases["agent"],
        aliases={
            **aliases,
            "station": station.id,
            "queue": uuid_of(seed, "queue"),
            "presence": uuid_of(seed, "presence", "Meal"),
            **{word: token.value for word, token in tokens.items()},
        },
    )
