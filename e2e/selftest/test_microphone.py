"""A page that holds the microphone itself opens and shuts it as it says; tried on a correct variant of the reference."""

import pytest

from e2e.harness.mutants.variants import read_variant
from e2e.harness.promises import Verdict
from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import Stage, WireControl
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.timeline.timeline import Timeline
from e2e.harness.view.adapters import reference
from e2e.harness.view.view import MUTED, MUTING, UNMUTED, UNMUTING
from e2e.harness.view.widget import Widget
from e2e.setup.places import FIXTURES
from mock_server.engine.people import Person
from mock_server.server import MockGenesys

PATCH = "patchConversationsCallParticipant"


@pytest.fixture
def widget(genesys_pages: MockGenesys) -> Widget:
    """The variant that holds a microphone."""
    variant = read_variant(FIXTURES / "variants" / "own-microphone.variant")
    folder = FIXTURES / "widget"
    genesys_pages.mount(f"/variants/{variant.name}", folder, instead=variant.files(folder))
    return reference.variant(variant.name)


def microphone(timeline: Timeline) -> list[bool]:
    """Whether it was enabled, whenever that changed."""
    return [moment.data["enabled"] for moment in timeline.moments if moment.kind == "microphone"]


def test_it_is_shut_with_the_click_and_opened_when_genesys_has_unmuted(
    agent: Agent, wire: WireControl, timeline: Timeline
) -> None:
    wire.hold()
    agent.click("mute")
    assert agent.sees == MUTING
    assert microphone(timeline)[-2:] == [True, False]
    wire.release("request", "response", "event")
    assert agent.sees == MUTED
    agent.click("mute")
    assert agent.sees == UNMUTING
    assert microphone(timeline)[-1] is False
    wire.release("request", "event", "response")
    assert agent.sees == UNMUTED
    assert microphone(timeline)[-1] is True


def test_a_refused_mute_opens_it_again(agent: Agent, genesys: MockGenesys, timeline: Timeline) -> None:
    genesys.fault("refuse", PATCH, status=403)
    agent.click("mute")
    assert agent.sees == UNMUTED.alerting
    assert microphone(timeline)[-3:] == [True, False, True]


def test_a_mute_that_never_happens_opens_it_again(agent: Agent, genesys: MockGenesys, time: VirtualTime) -> None:
    genesys.fault("never_apply", PATCH)
    agent.click("mute")
    time.advance(30)
    assert agent.sees == UNMUTED.alerting


def test_it_follows_the_supervisor(agent: Agent, supervisor: Person, timeline: Timeline) -> None:
    supervisor.mute("agent")
    assert agent.sees == MUTED
    assert microphone(timeline)[-1] is False
    supervisor.unmute("agent")
    assert agent.sees == UNMUTED
    assert microphone(timeline)[-1] is True


def test_it_goes_through_a_hold(agent: Agent, supervisor: Person) -> None:
    supervisor.hold()
    agent.click("mute")
    supervisor.unhold()
    assert agent.sees == MUTED


@pytest.mark.world("muted_call")
def test_a_reload_while_muted_opens_nothing(agent: Agent, timeline: Timeline) -> None:
    before = len(microphone(timeline))
    agent.reload()
    assert agent.sees == MUTED
    assert microphone(timeline)[before:] == [True, False]  # allowed, and shut before the view says anything


def test_a_sign_in_in_between(agent: Agent, genesys: MockGenesys) -> None:
    genesys.expire_token()
    agent.click("mute")
    agent.click("sign-in")
    agent.click("mute")
    assert agent.sees == MUTED


def mic_agrees(stage: Stage) -> Verdict:
    stage.finish()
    return next(verdict for verdict in stage.verdicts() if verdict.promise == "mic_agrees")


def test_a_page_that_was_refused_the_microphone_is_not_judged(arriving_agent: Agent, stage: Stage) -> None:
    refuse = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"
    arriving_agent.page.add_init_script(refuse)
    arriving_agent.open()
    arriving_agent.click("mute")
    assert arriving_agent.sees == MUTED
    assert mic_agrees(stage).result == "untested"
