"""What crosses between a page and Genesys: requests, responses, jobs, events and frames, all frozen."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct, field

from .model import State, Token

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Nothing(Struct, frozen=True):
    """The body of an answer that has none."""


NOTHING: Final = Nothing()
_DECODER: Final = json.JSONDecoder()
compact: Final = json.JSONEncoder(separators=(",", ":")).encode  # `json.dumps` makes an encoder for each text


class Request(Struct, frozen=True):
    """One HTTP request. `name`, `correlation`, `operation`, `params`, `by` (whose token it brings) are filled in on its way."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""
    sender: str = ""  # a page's document, or a person
    name: str = ""
    correlation: str = ""
    operation: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    by: Token | None = None

    @property
    def navigation(self) -> bool:
        """Whether a browser asks for a whole document (Fetch metadata: `Sec-Fetch-Mode`)."""
        return self.headers.get("sec-fetch-mode") == "navigate"

    @property
    def bearer(self) -> str | None:
        """The access token of the Authorization header, or None."""
        return _bearer(self.headers.get("authorization", ""))

    @property
    def json(self) -> Json | Nothing:
        """The value of the body in JSON; Nothing when it is empty or is no JSON."""
        return json_of(self.body)


@lru_cache(maxsize=256)  # whoever asks brings the same again and again
def _bearer(authorization: str) -> str | None:
    kind, _, value = authorization.partition(" ")
    return (value.strip() or None) if kind.lower() == "bearer" else None


def json_of(body: bytes) -> Json | Nothing:
    """Return the value of a body in JSON; Nothing when it is empty or is no JSON."""
    if not body:
        return NOTHING
    try:
        text = body.decode().strip(" \t\n\r")  # UTF-8, as RFC 8259 asks for; `json.loads` would guess
        read: Json
        read, end = _DECODER.raw_decode(text)  # `decode` looks for the spaces in twice the time that reading takes
    except (
        ValueError,
        RecursionError,
        StopIteration,
    ):  # the second for a million brackets, the last for no JSON at all
        return NOTHING
    return read if end == len(text) else NOTHING


class Response(Struct, frozen=True, dict=True):
    """One answer. `lost`: it never reaches the page; "silence" leaves the page waiting, "cut" breaks the connection."""

    status: int
    body: Json | Nothing = NOTHING
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None  # a page of HTML instead of JSON
    lost: str | None = None

    @property
    def content(self) -> bytes:
        """The body as bytes; made once, for the journal keeps it too."""
        if self.body is NOTHING and self.text is None:
            return b""
        kept = self.__dict__  # a copy has its own; not by `cached_property`, whose lock costs as much as the writing
        if "content" not in kept:
            made = compact(self.body) if self.text is None else self.text
            kept["content"] = made.encode()
        content: bytes = kept["content"]
        return content

    @property
    def content_type(self) -> str | None:
        if self.text is not None:
            return "text/html; charset=utf-8"
        return None if isinstance(self.body, Nothing) else "application/json"


class Event(Struct, frozen=True):
    """A topic and the snapshot that its subscribers get; addressed to sockets by the engine.

    `text` makes the snapshot's JSON on first use and keeps it: one with a thousand subscribers is written down once.
    """

    topic: str
    text: Callable[[], str]
    about: str
    correlation: str = ""


Telling = Callable[[], tuple[Event, ...]]  # the events of one change, made when there is somebody to listen


class Job(Struct, frozen=True):
    """What Genesys does after it has answered: a change of one call, run by the function named `kind`.

    `copies` is how many events its change sends to each socket: 1, or 0 and 2 for a dropped and a doubled event.
    `after` is how many seconds of virtual time it stands on the wire before it can run.
    """

    kind: str
    call_id: str
    participant_id: str
    changes: Mapping[str, Json]
    about: str
    correlation: str = ""
    copies: int = 1
    after: float = 0.0


class Frame(Struct, frozen=True):
    """What one socket is sent: an event, a heartbeat, a pong or a system message (`kind`), or its end (`closes`)."""

    kind: Literal["event", "heartbeat", "pong", "system", "close"]
    text: str
    about: str
    topic: str = ""
    closes: int | None = None


class Outcome(Struct, frozen=True):
    """What a handler made of a request: the new state, and what is to be put on the wire."""

    state: State
    response: Response | None = None
    jobs: tuple[Job, ...] = ()
    later: tuple[
        tuple[float, Job], ...
    ] = ()  # (seconds, job): what Genesys does by itself when so much time has passed
    tellings: tuple[Telling, ...] = ()
    frames: tuple[tuple[str, Frame], ...] = ()  # (socket, frame)
    cut: tuple[str, ...] = ()  # sockets whose connection breaks without a close
    delay: float = 0.0  # seconds of virtual time that response, jobs and events wait
    hints: tuple[str, ...] = ()  # for the developer, never on the wire
    headers: Mapping[str, str] = field(default_factory=dict)  # what layers add to the response's: the gateway does it
    operation: str = ""  # the id of the operation that answered; empty where the path and method are none

    @property
    def events(self) -> tuple[Event, ...]:
        """The events, each with its topic."""
        return tuple([event for telling in self.tellings for event in telling()])


Handler = Callable[[State, Request], Outcome]
Layer = Callable[[Handler, State, Request], Outcome]
Runner = Callable[[State, Job], Outcome]
