"""Connects what one test needs (pages, mock, time, people) to one timeline, and judges the promises on it at the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from mock_server.core.messages import Request, Response
from mock_server.core.model import State
from mock_server.engine.people import Person
from mock_server.engine.wire import ParcelKind
from mock_server.server import MockGenesys

from ..browser.blocked import BlockedRequests
from ..browser.frames import Frames
from ..browser.isolation import Isolation
from ..probe.probe import script, worker_script
from ..promises import Verdict, judge, matched_signs
from ..report.camera import Camera
from ..stillness.settle import Settle
from ..stillness.stillness import Stillness
from ..stillness.virtual_time import VirtualTime
from ..timeline.timeline import Rest, Timeline
from ..verdict import Picture
from ..view.reach import Reach
from ..view.widget import AccessToken, CannotJudge, Storage, Widget
from .agent import Agent

NOBODY = "00000000-0000-4000-a000-000000000000"  # the id of a call that a world has not
MARGIN = 10.0  # seconds beyond the time in which a widget may recover by itself


class Stage:
    """What the fixtures of one test share.

    `after` is an earlier stage in the same browser context, whose pages have been cleared. With `frames` the pages of this
    context, opened by them, paint by command.
    """

    def __init__(
        self,
        genesys: MockGenesys,
        context: BrowserContext,
        widget: Widget,
        isolation: Isolation | None = None,
        after: Stage | None = None,
        frames: Frames | None = None,
    ) -> None:
        self.isolation: Isolation = isolation or (after.isolation if after else Isolation(Reach(), genesys))
        if widget.reach not in (Reach(), self.isolation.reach):
            raise CannotJudge(
                f"{widget.name} reaches Genesys by {widget.reach.by}, but the browser of this run was started for a widget "
                f"with another reach (by {self.isolation.reach.by}): the fixture `reach` has to return the widget's own"
            )
        state = genesys.state
        self.call = state.aliases.get("call", NOBODY)
        self.ids = _ids(state, self.call)  # by placeholder
        widget = widget.in_world(self.ids) if widget.in_world else widget
        self.genesys, self.widget = genesys, widget
        names = {value: word for word, value in state.aliases.items() if not word.endswith("token")}
        self.timeline = Timeline(state.aliases["agent"], self.call, names, exact_frames=frames is not None)
        probe = script(widget, self.isolation.apis, self.isolation.pages)
        genesys.put_before_workers(worker_script())
        if after is None:
            self.blocked = BlockedRequests(context, self.isolation)
            self.settle = Settle(genesys, state.now * 1000, frames=frames)
            self.settle.watch(context, probe, imports=widget.imports)
            if self.isolation.script:
                context.add_init_script(self.isolation.script)
        else:
            self.blocked, self.settle = after.blocked, after.settle
            self.blocked.begin_anew()
            self.settle.begin_anew(state.now * 1000, probe, imports=widget.imports)
        self._served: dict[str, Path | None] = {**(after._served if after else {}), **_folders(widget)}
        for prefix, folder in widget.folders.items():
            genesys.mount(prefix, folder, immutable=True)  # nobody changes a widget while it is judged
        genesys.mount_site(widget.site, immutable=True)
        genesys.missing.clear()
        self.time = VirtualTime(self.settle, self.rested)
        self.wire = WireControl(self)
        self.stillness = Stillness({}, {}, {})  # the newest
        self.spoiled = False  # the story went wrong: no other story may use its pages
        self._context, self._frames = context, frames
        self.camera: Camera | None = None  # takes pictures for a report
        self._agents: list[Agent] = []

    def new_page(self) -> Page:
        """Open an empty page in this stage's context."""
        return self._frames.new_page(self._context) if self._frames else self._context.new_page()

    def agent(self, page: Page) -> Agent:
        """Make an agent for this page; the widget is not opened yet."""
        agent = Agent(
            page,
            self.widget,
            self.settle,
            self.isolation.origins,
            call=self.call,
            note=self.note,
            rested=self.rested,
            new_page=self.new_page,
        )
        self._agents.append(agent)
        return agent

    @property
    def missing_files(self) -> tuple[str, ...]:
        """A line for each file that was asked for and is not there."""
        return self.genesys.missing.lines

    @property
    def reusable(self) -> bool:
        """Whether another story may use its pages: the story went well, and no test used a page directly."""
        return not self.spoiled and not any(agent.page_used for agent in self._agents)

    def can_reuse_context(self, widget: Widget, isolation: Isolation | None) -> bool:
        """Whether a stage for this widget can use the same context after this one: same isolation, same files by address."""
        moved = any(self._served.get(prefix, folder) != folder for prefix, folder in _folders(widget).items())
        return isolation in (None, self.isolation) and not moved

    def sign_in_if_asked(self, agent: Agent) -> None:
        """Sign in if the widget asks, unless it should have found a token."""
        if self.widget.session is None and agent.sees.login:
            agent.click("sign-in")

    def signed_in(self) -> Storage | None:
        """Get a token from Genesys in the form in which the widget keeps it, for `Agent.open`; None if it does not say how."""
        if self.widget.session is None:
            return None
        token = self.genesys.sign_in()
        given = AccessToken(token.value, token.expires - token.issued, token.expires)
        return self.widget.session(given, self.isolation.origins)

    def person(self, name: str) -> Person:
        """Make a person who acts without the page; the pages are still before and after each act."""
        return Person(name, self._act, lambda: self.genesys.state)

    def note(self, about: str, page: str) -> None:
        """Add to the timeline what the agent is about to do, after what the test has done to the mock before."""
        self.timeline.add_journal(self.genesys.journal(self.timeline.seen_entries))
        self.timeline.note(about, page)

    def still(self) -> Stillness:
        """Wait until nothing moves, and add to the timeline what happened."""
        stillness = self.settle.still()
        self.rested(stillness)
        return stillness

    def rested(self, stillness: Stillness) -> None:
        """Add a stillness to the timeline."""
        self.stillness = stillness
        now = self.settle.now
        timers = {word: None if timer is None else (timer.due - now) / 1000 for word, timer in stillness.timers.items()}
        rest = Rest(self.genesys.in_flight, timers, stillness.views, now / 1000)
        self.timeline.add_stillness(stillness.logs, self.genesys.journal(self.timeline.seen_entries), rest)
        for refused in self.blocked.news():
            self.timeline.refuse(str(refused), host=refused.host)
        if self.camera is not None:
            self.camera.look(self.settle.pages, stillness.views, self.timeline)

    def finish(self) -> None:
        """Let the time pass in which a widget may recover by itself. If parcels are held, only wait until nothing moves."""
        if self.genesys.held or not self._context.pages:
            self.still()
        else:
            self.genesys.take_turns()
            self.time.run_out(self.widget.policy.recovery_seconds + MARGIN)
            self.genesys.open()

    def verdicts(self) -> tuple[Verdict, ...]:
        self.widget.matched.update(matched_signs(self.timeline))
        return judge(self.timeline, self.widget.policy, self.widget.matched)

    def pictures(self, verdict: Verdict) -> tuple[Picture, ...]:
        """The pictures of what the agent saw where a promise broke; none without a camera."""
        return () if self.camera is None else self.camera.pictures(self.timeline, verdict)

    def left_over(self) -> tuple[str, ...]:
        """Describe what a test must not leave behind: parcels still held, faults that nothing met."""
        held = self.genesys.in_flight if self.genesys.held else ()
        unmet = [fault for fault in self.genesys.state.faults if fault.times is not None]
        return (
            *(f"still held on the wire: {name}  {about}" for name, about in held),
            *(f"never met: fault {fault.about}" for fault in unmet),
        )

    def _act(self, request: Request) -> Response:
        self.still()
        response = self.genesys.act(request)
        self.still()
        return response


def _ids(state: State, call: str) -> dict[str, str]:
    """The ids that a description may name: of the agent, and of the agent's part in this conversation."""
    ids = {"gcConversationId": call, "user": state.aliases["agent"]}
    legs = state.calls[call].participants if call in state.calls else ()
    for leg in legs:
        if leg.id == state.aliases.get("agent_leg"):
            ids |= {"participant": leg.id, "communication": leg.communication_id}
    return ids


def _folders(widget: Widget) -> dict[str, Path | None]:
    """What the widget has served, by address; "" is its site."""
    return {**widget.folders, **({"": widget.site} if widget.site else {})}


class WireControl:
    """Controls what is in flight between the pages and Genesys; everything passes unless a test holds it.

    Example:
        wire.hold()
        agent.click("mute")
        wire.release("request", "event", "response")
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def hold(self, *kinds: ParcelKind) -> None:
        """Hold parcels of these kinds (all kinds if none is named) from now on, until they are released."""
        self._stage.still()
        self._stage.genesys.hold(*kinds)

    def release(self, *names: str) -> None:
        """Release parcels one by one, by name ("response#2") or kind, and wait until nothing moves. Raises NotInFlight."""
        for name in names:
            self._stage.genesys.release(name)
            self._stage.still()

    def lose(self, *names: str) -> None:
        """Lose parcels, by name or kind: they are never delivered. Raises NotInFlight."""
        for name in names:
            self._stage.genesys.lose(name)
            self._stage.still()

    def open(self) -> None:
        """Release everything, oldest first, one at a time, and hold nothing from now on."""
        while pending := self.pending:
            self.release(pending[0])
        self._stage.genesys.open()
        self._stage.still()

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of the parcels that can be released now."""
        return self._stage.genesys.pending

    @property
    def in_flight(self) -> Mapping[str, str]:
        """Every parcel on the wire by name, with one line about it."""
        return dict(self._stage.genesys.in_flight)
