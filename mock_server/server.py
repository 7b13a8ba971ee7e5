"""MockGenesys: the mock on real sockets, in a thread of its own; the one door between threads."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Self, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from . import faults, worlds
from .asgi import Hub
from .engine import Engine, Writes
from .journal import Entry
from .messages import Frame, Outcome, Request, Response
from .model import Call, Fault, Participant, State, User
from .pages import Mount, Pages
from .people import Person, call_named, leg_named
from .services import notifications
from .settings import Settings
from .traffic import Traffic
from .wire import KINDS, Kind, NotInFlight

T = TypeVar("T")

_PATIENCE = 10.0  # seconds of real time after which a hung server is an error; never a pace


class PortTaken(OSError):
    """The port is in use; the message names it."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on this address; raises PortTaken."""
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"port {port} of {host} is taken; give another with --port, or 0 for any free one") from error
    return listener


def config_for(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn runs the mock: asyncio's own loop, no timer of its own that could end something by itself."""
    return uvicorn.Config(
        app,
        loop="asyncio",
        http="httptools",
        ws="websockets-sansio",
        interface="asgi3",
        lifespan="off",
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        timeout_keep_alive=86_400,
        timeout_graceful_shutdown=1,
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=False,
    )


class _Server(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        # uvloop may write an answer before an event that was queued earlier; the order on the wire would be a lie.
        assert type(loop).__module__.partition(".")[0] == "asyncio", (
            f"the mock needs asyncio's own loop, not {type(loop)}"
        )
        await super().startup(sockets)
        self._on_started()


class MockGenesys:
    """Genesys Cloud on a port of loopback.

    Example:
        with MockGenesys("one_call") as genesys:
            httpx.get(genesys.origin + "/api/v2/users/me", headers=genesys.headers("agent"))
    """

    def __init__(
        self,
        world: str = "one_call",
        *,
        seed: int = 1,
        settings: Settings | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._host, self._port = host, port
        self._world = (world, seed, settings or Settings())
        self.pages = Pages()
        self._moved = threading.Condition()
        self._thread: threading.Thread | None = None

    # ---- life

    def start(self) -> Self:
        """Listen; returns when the first request can come. Raises PortTaken, worlds.UnknownWorld."""
        self._listener = listen(self._host, self._port)
        self.port: int = self._listener.getsockname()[1]
        self._begin(self._build(*self._world))
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._server = _Server(config_for(self._app), lambda: started.set_result(asyncio.get_running_loop()))
        self._thread = threading.Thread(target=self._run, args=(started,), name="mock-genesys", daemon=True)
        self._thread.start()
        self._loop = started.result(_PATIENCE)
        return self

    def stop(self) -> None:
        """End every connection and the thread."""
        if self._thread is None:
            return
        self._call(self._hub.give_up)
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._thread = None

    def run_in_real_time(self) -> None:
        """Let virtual time follow the clock, for a person at a browser; returns when the server ends (Ctrl-C raises here)."""
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._follow_the_clock, self._loop.time())
        while self._thread.is_alive():
            self._thread.join(1.0)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset(self, world: str | None = None, *, seed: int | None = None, settings: Settings | None = None) -> None:
        """Start again from a world (None: the same), with an empty journal and an open wire."""
        old_world, old_seed, old_settings = self._world
        self._world = (world or old_world, old_seed if seed is None else seed, settings or old_settings)
        state = self._build(*self._world)
        self._call(lambda: self._start_again(state))

    # ---- addresses and words

    @property
    def origin(self) -> str:
        """Where REST, OAuth and sockets are: `http://127.0.0.1:PORT`."""
        return f"http://{self._host}:{self.port}"

    @property
    def page_origin(self) -> str:
        """Where mounted pages are: another origin than the API's, so that CORS is exercised."""
        return f"http://localhost:{self.port}"

    @property
    def state(self) -> State:
        return self._engine.state

    def headers(self, person: str = "agent") -> dict[str, str]:
        """The Authorization header of a person of the world."""
        return {"authorization": f"Bearer {self.state.aliases[f'{person}_token']}"}

    def call(self, word: str = "call") -> Call:
        return call_named(self.state, word)

    def leg(self, whom: str = "agent", call: str = "call") -> Participant:
        """What Genesys holds of a leg: `genesys.leg("agent").muted`."""
        return leg_named(self.state, self.call(call), whom)

    def person(self, name: str) -> Person:
        """supervisor, desk_phone, second_tab, colleague, customer's side: whoever has `<name>_token` in the world."""
        return Person(name, self.act, lambda: self.state)

    def mount(
        self, prefix: str, folder: Path, *, instead: Mapping[str, bytes] | None = None, immutable: bool = False
    ) -> None:
        """Serve a folder under a path of `page_origin`, with some files replaced."""
        self.pages.mount(prefix, Mount(folder, instead or {}, immutable))

    # ---- the wire

    def hold(self, *kinds: Kind) -> None:
        """From now on these kinds of parcel (all, if none is named) stay on the wire until released."""
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            raise ValueError(f"'{unknown[0]}' is no kind of parcel; kinds are {', '.join(KINDS)}")
        self._call(lambda: self._engine.hold(kinds or KINDS))

    def open(self) -> None:
        """Hold nothing any more; what is held goes, oldest first."""
        self._perform(self._engine.open)

    def release(self, name: str) -> None:
        """Let one parcel go, by name or kind; raises NotInFlight naming what is in flight."""
        self._perform(lambda: self._engine.release(name))

    @property
    def held(self) -> bool:
        """Whether anything stays on the wire until it is released."""
        return bool(self._engine.held)

    def lose(self, name: str) -> None:
        """Take one parcel off the wire for ever."""
        self._perform(lambda: self._engine.lose(name))

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of what can be released now."""
        return tuple(parcel.name for parcel in self._call(lambda: self._engine.pending))

    @property
    def in_flight(self) -> tuple[tuple[str, str], ...]:
        """Every parcel on the wire with one line about it."""
        return tuple((p.name, p.about) for p in self._call(lambda: self._engine.wire.parcels))

    def journal(self, since: int = 0) -> tuple[Entry, ...]:
        """What happened on the server after entry number `since`."""
        return self._call(lambda: self._engine.journal.since(since))

    # ---- causes

    def revoke(self, permission: str, user: str = "agent") -> None:
        """Take a permission away."""
        self._change_user(
            user, f"takes {permission} from {user}", lambda u: replace(u, permissions=u.permissions - {permission})
        )

    def grant(self, permission: str, user: str = "agent") -> None:
        """Give a permission."""
        self._change_user(
            user, f"gives {permission} to {user}", lambda u: replace(u, permissions=u.permissions | {permission})
        )

    def limit_scopes(self, *scopes: str) -> None:
        """From now on the page's client has only these OAuth scopes, and so have the tokens it was given."""
        self._change(
            f"limits the client to {', '.join(scopes) or 'no scope'}",
            lambda state: _with_scopes(state, frozenset(scopes)),
        )

    def expire_token(self) -> None:
        """Every token that the page was given has expired."""
        self._change("the page's token expires", _with_expired_tokens)

    def refuse_sign_in(self, error: str = "access_denied") -> None:
        """From now on /oauth/authorize answers with this OAuth error ("" to let in again)."""
        self._change(
            f"sign-in is refused: {error}" if error else "sign-in is allowed",
            lambda s: replace(s, sign_in_refused=error),
        )

    def advance(self, seconds: float) -> None:
        """Let virtual time pass on the server (the fixture `time` moves the page as well)."""
        self._perform(lambda: self._engine.advance(seconds))

    @property
    def next_deadline(self) -> float | None:
        """Seconds until the server would do something by itself, or None."""
        return self._call(lambda: self._engine.next_deadline)

    # ---- faults

    def fault(self, effect: str, on: str, times: int | None = 1, **options: str | int | float) -> None:
        """`times` requests to operation `on` (None: every one) meet this effect. Raises faults.BadFault."""
        fault = faults.checked(Fault(effect, on, times, options))
        self._call(lambda: self._engine.add_fault(fault))

    def clear_faults(self) -> None:
        self._change("no more faults", lambda state: replace(state, faults=()))

    def cut_socket(self) -> None:
        """Every open socket breaks, with no close frame."""
        self._disturb("the sockets break", notifications.cut_sockets)

    def silence_socket(self) -> None:
        """Every open socket stays open, and nothing comes any more."""
        self._disturb("the sockets fall silent", notifications.silence_sockets)

    def close_soon(self, seconds: float = 60.0) -> None:
        """Genesys announces the end of every open socket, and closes it after so many seconds of virtual time."""
        self._disturb("the sockets will close", lambda state: notifications.close_sockets_soon(state, seconds))

    def send_frame(self, text: str) -> None:
        """Write any text to every open socket, as a frame of Genesys that no state explains."""
        frame = Frame("system", text, f"frame {text[:40]}")
        self._disturb(
            "a strange frame", lambda state: Outcome(state, frames=tuple((name, frame) for name in state.sockets))
        )

    # ---- stillness

    def traffic(self) -> Traffic:
        return self._call(self._hub.ledger.snapshot)

    def await_traffic(self, after: int, seconds: float = _PATIENCE) -> Traffic:
        """Block until something crossed since version `after`; raises TimeoutError after so many real seconds."""
        with self._moved:
            if not self._moved.wait_for(lambda: self._hub.ledger.version > after, seconds):
                raise TimeoutError(f"nothing crossed in {seconds:g} s")
        return self.traffic()

    def abandon(self, document: str, numbers: Iterable[int]) -> None:
        """Requests that the page gave up before they arrived: later ones need not wait for them."""
        wanted = tuple(numbers)
        self._call(lambda: self._hub.ledger.abandon(document, wanted))

    # ---- inside

    def _build(self, world: str, seed: int, settings: Settings) -> State:
        state = worlds.build(world, seed=seed, settings=settings)
        return replace(state, socket_base=self.origin.replace("http", "ws", 1))

    def _begin(self, state: State) -> None:
        self._engine = Engine(state)
        self._hub = Hub(self._engine, self.pages, self._notify)

    def _start_again(self, state: State) -> None:
        """A new hub: what still ends on connections of before ends in the old one, and can't touch this world."""
        old = self._hub
        self._begin(state)
        old.give_up()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._hub(scope, receive, send)

    def _run(self, started: Future[asyncio.AbstractEventLoop]) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
                runner.run(self._server.serve([self._listener]))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    def _follow_the_clock(self, before: float) -> None:
        now = self._loop.time()
        self._hub.perform(self._engine.advance(now - before))
        wait = self._engine.next_deadline
        self._loop.call_later(min(1.0, wait) if wait else 1.0, self._follow_the_clock, now)

    def _notify(self) -> None:
        with self._moved:
            self._moved.notify_all()

    def _call(self, what: Callable[[], T]) -> T:
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(what())
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(_PATIENCE)

    def _perform(self, what: Callable[[], Writes]) -> None:
        self._call(lambda: self._hub.perform(what()))

    def act(self, request: Request) -> Response:
        """A request of someone who is not at the page, through the same gateway; answered at once."""

        def act() -> Response:
            response, writes = self._engine.act(request)
            self._hub.perform(writes)
            return response

        return self._call(act)

    def _change(self, about: str, how: Callable[[State], State]) -> None:
        self._perform(lambda: self._engine.change(about, how))

    def _change_user(self, user: str, about: str, how: Callable[[User], User]) -> None:
        user_id = self.state.aliases[user]
        self._change(about, lambda state: state.with_user(how(state.users[user_id])))

    def _disturb(self, about: str, how: Callable[[State], Outcome]) -> None:
        self._perform(lambda: self._engine.disturb(about, how))


def _page_tokens(state: State) -> list[str]:
    persons = {value for name, value in state.aliases.items() if name.endswith("_token")}
    return [value for value in state.tokens if value not in persons]


def _with_expired_tokens(state: State) -> State:
    expired = {value: replace(state.tokens[value], expires=state.now) for value in _page_tokens(state)}
    return replace(state, tokens={**state.tokens, **expired})


def _with_scopes(state: State, scopes: frozenset[str]) -> State:
    client = state.clients[state.aliases["client"]]
    tokens = {value: replace(state.tokens[value], scopes=scopes) for value in _page_tokens(state)}
    return replace(
        state, clients={**state.clients, client.id: replace(client, scopes=scopes)}, tokens={**state.tokens, **tokens}
    )


__all__ = ["MockGenesys", "NotInFlight", "PortTaken"]
