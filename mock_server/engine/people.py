"""People who act without the page: each verb is a request with a token of their own, through the same gateway."""

from __future__ import annotations

import json
from collections.abc import Callable

from ..core.messages import Json, Request, Response
from ..core.model import Call, Participant, State, User
from ..core.values import near

CALL_LEG = "/api/v2/conversations/calls/{call}/participants/{leg}"


class Refused(AssertionError):
    """Genesys refused the request of a person; the message has the status and body."""


class UnknownWord(LookupError):
    """A word that names nobody, no call and no leg of this world; the message has the words that do."""


class Person:
    """Someone who acts on a call: a supervisor, a desk phone, a second tab.

    Example: `supervisor.unmute("agent")`.
    """

    def __init__(self, name: str, act: Callable[[Request], Response], state: Callable[[], State]) -> None:
        self.name = name
        self._act = act
        self._state = state

    @property
    def state(self) -> State:
        """What Genesys holds now."""
        return self._state()

    def mute(self, whom: str = "agent", call: str = "call") -> None:
        self.patch({"muted": True}, whom, call)

    def unmute(self, whom: str = "agent", call: str = "call") -> None:
        self.patch({"muted": False}, whom, call)

    def hold(self, whom: str = "agent", call: str = "call") -> None:
        self.patch({"held": True}, whom, call)

    def unhold(self, whom: str = "agent", call: str = "call") -> None:
        self.patch({"held": False}, whom, call)

    def answer(self, whom: str = "agent", call: str = "call") -> None:
        self.patch({"state": "connected"}, whom, call)

    def hang_up(self, whom: str = "agent", call: str = "call") -> None:
        self.patch({"state": "disconnected"}, whom, call)

    def transfer(self, whom: str = "agent", to: str = "colleague", call: str = "call") -> None:
        """Transfer the call of `whom` to the user `to`, whose phone rings; `answer(to)` takes it."""
        state = self._state()
        the_call = call_named(state, call)
        path = CALL_LEG.format(call=the_call.id, leg=leg_named(state, the_call, whom).id)
        self.request("POST", f"{path}/replace", {"userId": state.aliases[to]})

    def patch(self, body: dict[str, Json], whom: str = "agent", call: str = "call") -> None:
        """PATCH the newest leg of `whom`; both names are words of the world (`genesys.state.aliases`) or ids.

        Raises Refused when Genesys answers with anything but a 2xx.
        """
        state = self.state
        the_call = call_named(state, call)
        path = CALL_LEG.format(call=the_call.id, leg=leg_named(state, the_call, whom).id)
        self.request("PATCH", path, body)

    def request(self, method: str, path: str, body: Json = None) -> Response:
        """Send any request with this person's token; raises Refused for anything but a 2xx."""
        state = self.state
        token = state.aliases.get(f"{self.name}_token", "")
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        response = self._act(Request(method, path, {}, headers, content, self.name))
        if response.status >= 300:
            raise Refused(f"{self.name}: {method} {path} was answered {response.status}: {response.content.decode()}")
        return response


def token_named(state: State, person: str) -> str:
    """Return the access token of a person of the world, `<person>_token`; raises UnknownWord naming those who have one."""
    token = state.aliases.get(f"{person}_token")
    if token is None:
        persons = [word.removesuffix("_token") for word in state.aliases if word.endswith("_token")]
        raise UnknownWord(f"nobody in this world is called '{person}'{near(person, persons)}")
    return token


def user_named(state: State, word: str) -> User:
    """Return the user that a test means by `word`; raises UnknownWord naming the users there are."""
    user = state.user(state.aliases.get(word, word))
    if user is None:
        users = [name for name, value in state.aliases.items() if value in state.users]
        raise UnknownWord(f"no user is called '{word}' in this world{near(word, users)}")
    return user


def call_named(state: State, word: str) -> Call:
    """Return the call that a test means by `word`; raises UnknownWord naming the calls there are."""
    call = state.call(state.aliases.get(word, word))
    if call is None:
        known = sorted(name for name, value in state.aliases.items() if value in state.calls)
        raise UnknownWord(f"no call is called '{word}' in this world; there is {', '.join(known) or 'none'}")
    return call


def leg_named(state: State, call: Call, word: str) -> Participant:
    """Return the leg that a test means: a leg's alias or id, or the live (else the newest) leg of a user's alias."""
    value = state.aliases.get(word, word)
    leg = call.participant(value) or call.live_leg_of(value)
    if leg is None:
        legs = call.legs_of(value) or tuple(p for p in call.participants if p.purpose == word)
        if not legs:
            there = ", ".join(f"{p.purpose} {p.name}".strip() for p in call.participants)
            raise UnknownWord(f"nobody called '{word}' is on this call; there is {there}")
        leg = legs[-1]
    return leg
