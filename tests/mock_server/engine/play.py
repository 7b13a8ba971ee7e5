"""An engine played in memory: each step says in words what was written.

play = Play()
play.listen()                         # a channel, its socket, a subscription
play.patch(muted=True)                # ["request#1: 202", "socket#1: event muted"]
"""

import json
from collections.abc import Sequence
from typing import Any

from mock_server.core.messages import Frame, Json, Outcome, Request, Response
from mock_server.core.model import Fault, State
from mock_server.engine.engine import Engine, Write, Writes
from mock_server.gateway import faults

from ..door import LEG, channel, request, world

PATCH = "patchConversationsCallParticipant"
CALLS = "v2.users.{agent}.conversations.calls"


class Play:
    """An engine in a world, and the words for what it writes."""

    def __init__(self, state: State | None = None) -> None:
        self.engine = Engine(world() if state is None else state)

    def listen(self, *topics: str) -> str:
        """A new channel with these topics (the agent's calls, if none is named) and a socket on it; its name."""
        return self.engine.connect(self.channel(*(topics or (CALLS,))))[0]

    def channel(self, *topics: str) -> str:
        """A new channel with these topics; its id."""
        state, channel_id = channel(self.engine.state, *topics)
        self.engine.change("a channel", lambda _: Outcome(state))
        return channel_id

    def request(self, method: str, path: str, body: Json = None, by: str = "agent") -> list[str]:
        return self.lines(self.engine.arrive(self.asked(method, path, body, by))[1])

    def patch(self, by: str = "agent", **body: Json) -> list[str]:
        """PATCH of the agent's leg."""
        return self.request("PATCH", LEG, body, by)

    def act(self, by: str = "supervisor", **body: Json) -> list[str]:
        """The same by someone who is not at the page."""
        response, writes = self.engine.act(self.asked("PATCH", LEG, body, by))
        return [str(response.status), *self.lines(writes)]

    def release(self, *names: str) -> list[str]:
        return [word for name in names for word in self.lines(self.engine.release(name))]

    def asked(self, method: str, path: str, body: Json, by: str) -> Request:
        return request(self.engine.state, method, path, body, by=by)

    def lines(self, writes: Writes) -> list[str]:
        """`request#1: 202`, `socket#1: event muted`, `socket#1: close 1001`."""
        return [f"{write.to}: {self._content(write)}" for write in writes]

    @property
    def pending(self) -> list[str]:
        """What can be released."""
        return [parcel.name for parcel in self.engine.pending]

    def journaled(self, *kinds: str) -> list[str]:
        """The journal's entries of these kinds: `delivered event#1`."""
        return [f"{e.kind} {e.name}".rstrip() for e in self.engine.journal if e.kind in kinds]

    def _content(self, write: Write) -> str:
        match write.content:
            case Response(status):
                return str(status)
            case Frame("event") as frame:
                return f"event {snapshot(self.engine.state, frame.text)}"
            case Frame(kind):
                return kind
            case int(code):
                return f"{write.kind} {code}"
            case _:
                return write.kind


def snapshot(state: State, text: str) -> str:
    """`muted, held`, `live` (neither) or `ended`: what an event says of the agent's newest leg."""
    legs: Sequence[dict[str, Json]] = json.loads(text)["eventBody"]["participants"]
    leg = next(leg for leg in legs if leg["id"] == state.aliases["agent_leg"])
    if leg["state"] != "connected":
        return "ended"
    return ", ".join(word for word in ("muted", "held") if leg[word]) or "live"


def playing(name: str = "one_call", sockets: int = 1, **settings: Any) -> Play:
    """A world with sockets that listen to the agent's calls."""
    play = Play(world(name, **settings))
    for _ in range(sockets):
        play.listen()
    return play


def faulty(effect: str, times: int | None = 1, **options: str | float) -> Play:
    play = playing()
    play.engine.add_fault(faults.checked(Fault(effect, PATCH, times, options)))
    return play
