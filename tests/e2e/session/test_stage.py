"""Tests the stage of a test, with a real mock and a fake browser."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from e2e.harness.browser.frames import Frames
from e2e.harness.probe.probe import Timer
from e2e.harness.session import stage as module
from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import MARGIN, Stage
from e2e.harness.stillness.stillness import Stillness
from e2e.harness.view.adapters import REFERENCE
from mock_server.core.messages import Outcome
from mock_server.engine.causes import page_tokens
from mock_server.engine.people import Refused
from mock_server.engine.wire import NotInFlight
from mock_server.server import MockGenesys
from tests.mock_server.door import LEG, channel, request
from tests.mock_server.engine.play import CALLS


class FakeSettle:
    """Stillness without a browser: it is always still, and counts how often it was asked."""

    def __init__(self, genesys: MockGenesys, now: float, frames: Frames | None = None) -> None:
        self.genesys, self.now, self.asked = genesys, now, 0
        self.watched: list[object] = []

    def watch(self, context: object, probe: object, *, imports: bool = True) -> None:
        self.watched.append(context)

    def still(self, then: float | None = None) -> Stillness:
        self.asked += 1
        view = {"muted": False, "call": True}
        timers = {"agent": Timer("timer#1", self.now + 3000, 3000), "idle": None}
        return Stillness({"agent": []}, {"agent": view, "idle": view}, timers)

    def move(self, now: float) -> None:
        self.now = now

    def publish_now(self) -> None:
        pass

    def name(self, page: object, word: str) -> None:
        pass


class ContextOfTabs:
    """A fake browser context; `pages` are its tabs."""

    def __init__(self) -> None:
        self.pages: list[object] = []

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        pass


@pytest.fixture
def stage(genesys: MockGenesys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(module, "Settle", FakeSettle)
    context: Any = ContextOfTabs()
    yield Stage(genesys, context, REFERENCE)


def asked(stage: Stage) -> int:
    settle: Any = stage.settle
    return int(settle.asked)


def patches(stage: Stage) -> None:
    """Let a page's PATCH arrive, on the server's own thread."""
    stage.genesys.perform(lambda engine: engine.arrive(request(engine.state, "PATCH", LEG, {"muted": True}))[1])


def holds_a_job(stage: Stage) -> None:
    stage.genesys.hold("job")
    patches(stage)


def test_the_stage_knows_the_call_and_the_agent(stage: Stage) -> None:
    aliases = stage.genesys.state.aliases
    assert (stage.call, stage.timeline.me) == (aliases["call"], aliases["agent"])
    assert stage.timeline.names[aliases["call"]] == "call"
    assert not any(word.endswith("token") for word in stage.timeline.names.values())
    assert stage.time.now == stage.genesys.state.now


@pytest.mark.world("no_call")
def test_without_a_call_the_page_is_opened_on_one_that_nobody_knows(stage: Stage) -> None:
    assert stage.genesys.state.call(stage.call) is None


def test_an_agent_is_at_a_page(stage: Stage) -> None:
    page: Any = object()
    agent = stage.agent(page)
    assert isinstance(agent, Agent)
    assert (agent.page, agent.widget) == (page, REFERENCE)


def test_a_widget_that_says_how_it_keeps_its_token_begins_with_one(stage: Stage) -> None:
    kept = stage.signed_in()
    assert kept is not None
    (value,) = page_tokens(stage.genesys.state)
    (text,) = kept.local.values()
    assert json.loads(text)["accessToken"] == value
    assert json.loads(text)["tokenExpiryTime"] == (stage.time.now + 86_400) * 1000
    stage.widget = replace(REFERENCE, session=None)
    assert stage.signed_in() is None
    assert len(page_tokens(stage.genesys.state)) == 1


def test_a_stillness_is_entered_with_what_is_in_flight(stage: Stage) -> None:
    stage.genesys.hold("job")
    patches(stage)
    stage.still()
    rests = {m.page: m.data for m in stage.timeline.moments if m.kind == "rest"}
    assert [name for name, _ in rests["agent"]["in_flight"]] == ["job#1"]
    assert (rests["agent"]["next_timer"], rests["idle"]["next_timer"]) == (3.0, None)


def test_what_the_test_did_to_the_mock_comes_before_what_the_agent_does(stage: Stage) -> None:
    stage.genesys.revoke("conversation:participant:wrapup")
    stage.note("clicks mute", "agent")
    assert [m.kind for m in stage.timeline.moments] == ["truth", "changed", "note"]


def test_a_person_acts_between_two_stillnesses(stage: Stage) -> None:
    stage.person("supervisor").mute("agent")
    assert asked(stage) == 2
    assert stage.genesys.leg("agent").muted
    with pytest.raises(Refused):
        stage.person("colleague").mute("agent")


def test_the_end_lets_the_time_for_recovery_pass_only_for_pages_without_held_parcels(stage: Stage) -> None:
    context: Any = stage._context
    before = stage.time.now
    stage.finish()
    assert stage.time.now == before, "nobody looks"
    context.pages.append(object())
    stage.genesys.hold("event")
    stage.finish()
    assert stage.time.now == before, "what is held would never come"
    stage.genesys.open()


def test_time_passes_at_the_end_while_a_page_is_there(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[float] = []
    monkeypatch.setattr(stage.time, "run_out", passed.append)
    context: Any = stage._context
    context.pages.append(object())
    stage.finish()
    assert passed == [REFERENCE.policy.recovery_seconds + MARGIN]


def test_every_promise_is_judged(stage: Stage) -> None:
    stage.still()
    assert {verdict.result for verdict in stage.verdicts()} <= {"held", "untested", "broken"}


@pytest.mark.parametrize(
    ("arrange", "left"),
    [
        (lambda stage: None, ()),
        (
            holds_a_job,
            ("still held on the wire: job#1  calls muted=true",),
        ),
        (lambda stage: stage.genesys.fault("refuse", ""), ("never met: fault refuse on any operation",)),
        (lambda stage: stage.genesys.fault("refuse", "getUsersMe"), ("never met: fault refuse on getUsersMe",)),
        (lambda stage: stage.genesys.fault("refuse", "", times=None), ()),
    ],
)
def test_what_a_test_must_not_leave_behind(
    stage: Stage, arrange: Callable[[Stage], object], left: tuple[str, ...]
) -> None:
    arrange(stage)
    lines = stage.left_over()
    assert [line.split("  ")[0] for line in lines] == [line.split("  ")[0] for line in left]


# ---- the wire


def listening(stage: Stage) -> None:
    """Connect a socket that is subscribed to the agent's calls."""
    engine = stage.genesys._engine

    def listen() -> None:
        state, channel_id = channel(engine.state, CALLS)
        engine.change("a channel", lambda _: Outcome(state))
        engine.connect(channel_id)

    stage.genesys._call(listen)


def test_parcels_go_one_after_the_other_with_a_stillness_after_each(stage: Stage) -> None:
    listening(stage)
    stage.wire.hold()
    patches(stage)
    before = asked(stage)
    stage.wire.release("request", "event", "response")
    assert asked(stage) == before + 3
    assert stage.wire.pending == ()
    with pytest.raises(NotInFlight):
        stage.wire.release("event")


def test_only_some_kinds_are_held(stage: Stage) -> None:
    stage.wire.hold("job")
    patches(stage)
    assert (stage.wire.pending, list(stage.wire.in_flight)) == (("job#1",), ["job#1"])


def test_a_lost_parcel_does_not_come(stage: Stage) -> None:
    stage.wire.hold("job")
    patches(stage)
    stage.wire.lose("job")
    stage.wire.open()
    assert not stage.genesys.leg("agent").muted


def test_opening_lets_everything_go_one_at_a_time(stage: Stage) -> None:
    listening(stage)
    stage.wire.hold()
    patches(stage)
    before = asked(stage)
    stage.wire.open()
    assert asked(stage) == before + 4 + 1
    assert not stage.genesys.held
    assert stage.genesys.leg("agent").muted
