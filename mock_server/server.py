"""MockGenesys: the mock on real sockets, in a thread of its own; it alone crosses between threads."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Self, TypeVar

from starlette.types import Receive, Scope, Send

from .control import ControlEntrance, Guard
from .core import worlds
from .core.messages import Request, Response
from .core.model import Call, Participant, State
from .core.regions import ENVIRONMENTS
from .core.settings import Settings
from .core.values import replace
from .engine.administration import Administration
from .engine.engine import Engine, Input, Writes
from .engine.journal import Entry
from .engine.people import Person, call_named, leg_named, token_named
from .engine.traffic import Traffic
from .engine.wire import KINDS, NotInFlight, ParcelKind, kind_named
from .serving.asgi import Hub
from .serving.hosts import LOOPBACK, Front, Hosts, wildcards
from .serving.pages import SITE_HOST, Mount, Pages
from .serving.serving import PATIENCE, CannotListen, PortTaken, Serving, listen

T = TypeVar("T")


class MockGenesys(Administration):
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
        control_token: str | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._world = (world, seed, settings or Settings())
        self.pages = Pages()
        self.site, self.missing = Pages(self.pages), self.pages.missing
        self._control = ControlEntrance(self, Guard(host) if control_token is None else Guard(host, control_token))
        self._moved = threading.Condition()
        self._awaited = 0  # how many threads wait for something to cross
        self._left: tuple[Hub, ...] = ()  # of the world before, whose connections were left to their pages
        self._serving: Serving | None = None

    # ---- life

    def start(self) -> Self:
        """Listen; returns when the first request can come. Raises PortTaken, CannotListen, worlds.UnknownWorld."""
        listener = listen(self._host, self._port)
        self.port: int = listener.getsockname()[1]
        try:
            self._begin(self._build(*self._world))
        except LookupError:
            listener.close()
            raise
        self._serving = Serving(self._app, listener)
        return self

    def stop(self) -> None:
        """End every connection and the thread."""
        if self._serving is not None:
            for hub in (*self._left, self._hub):
                self._call(hub.give_up)
            self._call(lambda: self._control.give_up("the mock was stopped"))
            self._serving.stop()
            self._serving = None

    def run_in_real_time(self) -> None:
        """Let virtual time follow the clock, for a person at a browser; returns when the server ends (Ctrl-C raises here)."""
        loop = self._running.loop
        loop.call_soon_threadsafe(self._follow_the_clock, loop, loop.time())
        self.wait()

    def wait(self) -> None:
        """Return when the server ends (Ctrl-C raises here); time stands still, but for `advance`."""
        self._running.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset(
        self,
        world: str | None = None,
        *,
        seed: int | None = None,
        settings: Settings | None = None,
        patient: bool = False,
    ) -> None:
        """Start again from a world (None: the same), with an empty journal and an open wire. Raises worlds.UnknownWorld.

        Connections of before are broken; if `patient`, they are left to their pages, which are about to go.
        """
        old_world, old_seed, old_settings = self._world
        new = (world or old_world, old_seed if seed is None else seed, settings or old_settings)
        state = self._build(*new)
        self._world = new
        self._call(lambda: self._start_again(state, patient))

    # ---- addresses and words

    @property
    def origin(self) -> str:
        """Where REST, OAuth and sockets are: `http://127.0.0.1:PORT`."""
        return f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{self.port}"

    @property
    def page_origin(self) -> str:
        """Where mounted pages are: another origin than the API's, so that CORS is exercised."""
        return f"http://localhost:{self.port}"

    @property
    def site_origin(self) -> str:
        """Where the folder of `mount_site` is, at the root: an origin of its own, which only browsers find."""
        return f"http://{SITE_HOST}:{self.port}"

    @property
    def control_token(self) -> str:
        """What a harness in another language sends as `Authorization: Bearer …` to `origin`/_mock/…; Python needs none."""
        return self._control.guard.token

    @property
    def world(self) -> str:
        """The name of the world."""
        return self._world[0]

    @property
    def state(self) -> State:
        return self._engine.state

    def headers(self, person: str = "agent") -> dict[str, str]:
        """The Authorization header of a person of the world. Raises people.UnknownWord."""
        return {"authorization": f"Bearer {token_named(self.state, person)}"}

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

    def put_before_workers(self, script: str) -> None:
        """From now on this JavaScript runs in each Worker before its own script, if that is among the mounted pages."""
        self.pages.before_workers = script.encode()

    def mount_site(self, folder: Path | None, *, immutable: bool = False) -> None:
        """Serve a folder at the root of `site_origin`, as a single-page app is; None: nothing is there any more."""
        self.site.clear()
        if folder is not None:
            self.site.mount("/", Mount(folder, immutable=immutable, routes=True))

    def serve_hosts(
        self,
        folders: Mapping[str, Mount] | None = None,
        *,
        environments: Iterable[str] = ENVIRONMENTS,
        pages: Iterable[str] = (),
        port: int = 0,
    ) -> Hosts:
        """Answer over TLS, on a port of its own, for Genesys' hosts in these environments, and for hosts with a folder.

        `folders`: "cdn.example", or "cdn.example/npm/jquery" for a path and below, → what is there. `pages` are hosts that show
        the folder of `mount_site`, or what is mounted. It ends by its `close`, or with the mock. Raises UnknownEnvironment,
        BadHost, PortTaken, CannotListen.
        """
        from .serving.tls import certificate  # here, for it takes as long to import as all the rest

        front = Front(
            self._app,
            folders or {},
            environments,
            pages=pages,
            mounted=self.pages,
            site=self.site,
        )
        listener = listen(LOOPBACK[0], port)
        shown = certificate(wildcards(front.names))
        close = self._running.add(front, listener, shown.context)
        return Hosts(front.names, listener.getsockname()[1], shown.fingerprint, shown.authority, close)

    # ---- the wire

    def hold(self, *kinds: ParcelKind) -> None:
        """Keep these kinds of parcel (all, if none is named) on the wire from now on. Raises wire.UnknownKind."""
        wanted = tuple(map(kind_named, kinds))
        self._call(lambda: self._engine.hold(wanted or KINDS))

    def open(self) -> None:
        """Hold nothing any more, and release what is held, oldest first."""
        self.perform(Engine.open)

    def take_turns(self) -> None:
        """Let one thing at a time reach the pages until `open`, and the next when `next_turn` is called, or time passes."""
        self._call(self._engine.take_turns)

    @property
    def waits_for_turn(self) -> bool:
        """Whether anything waits for its turn to reach the pages."""
        self.traffic()
        return self._engine.waits_for_turn

    def next_turn(self) -> None:
        """Let the next thing that waits for its turn reach the pages."""
        self.perform(Engine.next_turn)

    def release(self, name: str) -> None:
        """Release one parcel, by name or kind; raises NotInFlight naming what is in flight."""
        self.perform(lambda engine: engine.release(name))

    @property
    def held(self) -> bool:
        """Whether anything stays on the wire until it is released."""
        return bool(self._engine.held)

    def lose(self, name: str) -> None:
        """Take one parcel off the wire for ever."""
        self.perform(lambda engine: engine.lose(name))

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of what can be released now."""
        self.traffic()
        return tuple(parcel.name for parcel in self._engine.pending)

    @property
    def in_flight(self) -> tuple[tuple[str, str], ...]:
        """Every parcel on the wire with one line about it."""
        self.traffic()
        return tuple((p.name, p.about) for p in self._engine.wire.parcels)

    def journal(self, since: int = 0) -> tuple[Entry, ...]:
        """Return what happened on the server after entry number `since`; of more than `journal_limit` entries the older are gone.

        They are numbered: what is missing between `since` and the first was dropped.
        """
        self.traffic()
        return self._call(lambda: self._engine.journal.since(since)) if self._engine.journal.count > since else ()

    # ---- time

    def advance(self, seconds: float, *, heartbeats: bool = True) -> None:
        """Let so many seconds of virtual time pass on the server (the fixture `time` moves the page as well).

        Without heartbeats each socket's next one comes as much later.
        """
        self.perform(lambda engine: engine.advance(seconds, heartbeats=heartbeats))

    @property
    def next_deadline(self) -> float | None:
        """Seconds until the server would do something by itself, or None."""
        self.traffic()
        return self._engine.next_deadline

    @property
    def next_deadline_without_heartbeats(self) -> float | None:
        """Seconds until the server would do something by itself but send a heartbeat, or None."""
        self.traffic()
        return self._engine.next_deadline_without_heartbeats

    # ---- playing it without the page

    def perform(self, cause: Callable[[Engine], Writes]) -> None:
        """Do something with the engine, and write what it led to; raises what it raises."""

        def perform() -> None:
            self._hub.perform(cause(self._engine))
            self._seen = (self._hub, self._hub.ledger.snapshot())

        self._call(perform)

    def copy(self, *, record: bool = False) -> Engine:
        """Return a copy of the engine as it is now. With `record`, what pages do from now on is kept for `inputs`."""

        def copy() -> Engine:
            self._engine.inputs = [] if record else None
            return self._engine.copy()

        return self._call(copy)

    def inputs(self) -> tuple[Input, ...]:
        """Return what pages have done since `copy(record=True)`, or since the last call of this."""

        def taken() -> tuple[Input, ...]:
            inputs, self._engine.inputs = self._engine.inputs or [], []
            return tuple(inputs)

        self.traffic()
        return self._call(taken) if self._engine.inputs else ()

    # ---- stillness

    def traffic(self) -> Traffic:
        """Return what has crossed. The loop's thread is asked only when something has since the last call.

        It costs two switches of threads, many times for each thing that a page does. What is not changed in place, such as the
        wire, can be read from any thread after this: nothing was under way, or it is over.
        """
        hub, seen = self._seen
        if hub is not self._hub or seen.version != hub.ledger.version:
            hub, seen = self._seen = self._call(lambda: (self._hub, self._hub.ledger.snapshot()))
        return seen

    def await_traffic(self, after: int, seconds: float = PATIENCE) -> Traffic:
        """Block until something crossed since version `after`; raises TimeoutError after so many real seconds."""
        with self._moved:
            self._awaited += 1  # before the look at the version: what crosses after it notifies
            try:
                if not self._moved.wait_for(lambda: self._hub.ledger.version > after, seconds):
                    raise TimeoutError(f"nothing crossed in {seconds:g} s")
            finally:
                self._awaited -= 1
        return self.traffic()

    def abandon(self, document: str, numbers: Iterable[int]) -> None:
        """Note requests that the page gave up before they arrived: later ones need not wait for them."""
        wanted = tuple(numbers)
        self._call(lambda: self._hub.ledger.abandon(document, wanted))

    # ---- inside

    def _build(self, world: str, seed: int, settings: Settings) -> State:
        state = worlds.build(world, seed=seed, settings=settings)
        return replace(state, socket_base=self.origin.replace("http", "ws", 1))

    def _begin(self, state: State) -> None:
        self._engine = Engine(state)
        self._hub = Hub(self._engine, self.pages, self.site, self._control, self._notify)
        self._seen = (self._hub, self._hub.ledger.snapshot())

    def _start_again(self, state: State, patient: bool) -> None:
        """Replace the hub: what still ends on earlier connections ends in the old one, and cannot touch this world."""
        left, old = self._left, self._hub
        self._begin(state)
        # The pages that these connections were left to are gone. A browser goes on with a keepalive request all the same, and
        # opens no more than six connections to a host.
        for hub in (*left, *(() if patient else (old,))):
            hub.give_up()
        self._left = (old,) if patient else ()
        self._control.give_up("the world was begun anew")

    def _app(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return self._hub(scope, receive, send)

    def _follow_the_clock(self, loop: AbstractEventLoop, before: float) -> None:
        now = loop.time()
        self._hub.perform(self._engine.advance(now - before))
        wait = self._engine.next_deadline
        loop.call_later(min(1.0, wait) if wait else 1.0, self._follow_the_clock, loop, now)

    def _notify(self) -> None:
        if self._awaited:  # asked for each crossing, and hardly ever true
            with self._moved:
                self._moved.notify_all()
        self._control.moved()

    @property
    def _running(self) -> Serving:
        assert self._serving is not None, "the mock has not been started"
        return self._serving

    def _call(self, what: Callable[[], T]) -> T:
        return self._running.call(what)

    def act(self, request: Request) -> Response:
        """Send a request of a person without the page through the same gateway; it is answered at once."""

        def act() -> Response:
            response, writes = self._engine.act(request)
            self._hub.perform(writes)
            return response

        return self._call(act)


__all__ = ["CannotListen", "MockGenesys", "NotInFlight", "PortTaken"]
