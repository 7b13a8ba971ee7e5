"""Stories of the main task: a click leads to the right PATCH on the right leg, and the button shows the truth."""

import pytest

from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import WireControl
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.view import MUTED, MUTING, NO_CALL, UNMUTED, UNMUTING
from mock_server.engine.people import Person
from mock_server.server import MockGenesys


def test_mute(agent: Agent, genesys: MockGenesys) -> None:
    assert agent.sees == UNMUTED
    agent.click("mute")
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted


@pytest.mark.world("muted_call")
def test_unmute(agent: Agent, genesys: MockGenesys) -> None:
    assert agent.sees == MUTED
    agent.click("mute")
    assert agent.sees == UNMUTED
    assert not genesys.leg("agent").muted


def test_mute_and_unmute_again(agent: Agent, genesys: MockGenesys) -> None:
    agent.click("mute")
    agent.click("mute")
    assert agent.sees == UNMUTED
    assert not genesys.leg("agent").muted


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(name, marks=pytest.mark.world(name))
        for name in ("one_call", "held_call", "conference", "transfer_back", "two_calls")
    ],
)
def test_the_right_leg_is_muted_in_each_world(world: str, agent: Agent, genesys: MockGenesys) -> None:
    agent.click("mute")
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted
    others = [p.name for call in genesys.state.calls.values() for p in call.participants if p.muted and p.live]
    assert others == [genesys.leg("agent").name]


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_button_works_by_keyboard(key: str, agent: Agent) -> None:
    agent.press(key, on="mute")
    assert agent.sees == MUTED


def test_the_shortcut_mutes(agent: Agent) -> None:
    agent.press("m")
    assert agent.sees == MUTED


def test_typing_an_m_does_not_mute(agent: Agent, genesys: MockGenesys) -> None:
    agent.types("my memo", "Note")
    assert agent.sees == UNMUTED
    assert not genesys.leg("agent").muted


def test_a_double_click_is_one_wish(agent: Agent, wire: WireControl, genesys: MockGenesys) -> None:
    wire.hold()
    agent.double_click("mute")
    assert agent.sees == MUTING
    wire.open()
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted


def test_the_wish_is_pending_until_genesys_confirms_it(agent: Agent, wire: WireControl) -> None:
    wire.hold()
    agent.click("mute")
    assert agent.sees == MUTING
    wire.release("request", "response")
    assert agent.sees == MUTING
    wire.release("event")
    assert agent.sees == MUTED


@pytest.mark.world("muted_call")
def test_unmuting_is_pending_until_genesys_confirms_it(agent: Agent, wire: WireControl) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request", "response")
    assert agent.sees == UNMUTING
    wire.release("event")
    assert agent.sees == UNMUTED


@pytest.mark.world("alerting_call")
def test_a_ringing_call_cannot_be_muted_yet(agent: Agent, desk_phone: Person) -> None:
    assert not agent.sees.enabled
    agent.click("mute")
    desk_phone.answer()
    assert agent.sees == UNMUTED
    agent.click("mute")
    assert agent.sees == MUTED


@pytest.mark.world("alerting_call")
def test_a_click_while_it_rings_sends_nothing(agent: Agent, desk_phone: Person, genesys: MockGenesys) -> None:
    agent.click("mute")
    desk_phone.answer()
    assert agent.sees == UNMUTED
    assert not genesys.leg("agent").muted


@pytest.mark.world("no_call")
def test_without_a_call_the_button_does_nothing(agent: Agent) -> None:
    assert agent.sees == NO_CALL
    agent.click("mute")
    assert agent.sees == NO_CALL


@pytest.mark.world("held_call")
def test_mute_works_in_hold_and_outlives_it(agent: Agent, supervisor: Person, genesys: MockGenesys) -> None:
    agent.click("mute")
    assert agent.sees == MUTED
    supervisor.unhold()
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted


def test_hold_does_not_touch_the_mute(agent: Agent, supervisor: Person, genesys: MockGenesys) -> None:
    agent.click("mute")
    supervisor.hold()
    assert agent.sees == MUTED
    supervisor.unhold()
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted


def test_muting_a_held_call_does_not_take_it_off_hold(agent: Agent, supervisor: Person, genesys: MockGenesys) -> None:
    supervisor.hold()
    agent.click("mute")
    assert genesys.leg("agent").held
    assert genesys.leg("agent").muted


def test_an_unmute_during_hold_is_shown(agent: Agent, supervisor: Person) -> None:
    agent.click("mute")
    supervisor.hold()
    supervisor.unmute()
    assert agent.sees == UNMUTED
    supervisor.unhold()
    assert agent.sees == UNMUTED


def test_an_hour_on_hold(agent: Agent, supervisor: Person, time: VirtualTime) -> None:
    agent.click("mute")
    supervisor.hold()
    time.advance(3600)
    supervisor.unhold()
    assert agent.sees == MUTED
    agent.click("mute")
    assert agent.sees == UNMUTED


@pytest.mark.world("muted_call")
def test_a_day_long_channel(agent: Agent, supervisor: Person, genesys: MockGenesys, time: VirtualTime) -> None:
    time.advance(25 * 3600 if genesys.state.channels else 3600)  # a day of polling teaches no more than an hour
    supervisor.unmute()
    if agent.sees.login:
        agent.click("sign-in")
    assert agent.sees == UNMUTED
