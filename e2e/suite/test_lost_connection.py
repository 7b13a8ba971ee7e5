"""Stories of lost, silent and closing sockets: the button shows the truth again."""

from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import WireControl
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.view import MUTED, UNMUTED
from mock_server.engine.people import Person
from mock_server.server import MockGenesys

CHANNELS = "postNotificationsChannels"


def test_a_cut_socket_is_replaced_and_the_gap_is_read(
    agent: Agent, genesys: MockGenesys, supervisor: Person, time: VirtualTime
) -> None:
    genesys.cut_socket()
    supervisor.mute("agent")
    time.advance(60)
    assert agent.sees == MUTED
    supervisor.unmute("agent")
    assert agent.sees == UNMUTED


def test_a_silent_socket_is_noticed(agent: Agent, genesys: MockGenesys, supervisor: Person, time: VirtualTime) -> None:
    genesys.silence_socket()
    supervisor.mute("agent")
    time.advance(90)
    assert agent.sees == MUTED
    supervisor.unmute("agent")
    assert agent.sees == UNMUTED


def test_a_socket_that_announces_its_end(
    agent: Agent, genesys: MockGenesys, supervisor: Person, time: VirtualTime
) -> None:
    genesys.close_soon(60)
    time.advance(61)
    supervisor.mute("agent")
    time.advance(30)
    assert agent.sees == MUTED


def test_a_refused_channel_is_asked_for_again(
    agent: Agent, genesys: MockGenesys, supervisor: Person, time: VirtualTime
) -> None:
    genesys.fault("refuse", CHANNELS, times=2, status=503)
    genesys.cut_socket()
    supervisor.mute("agent")
    time.advance(90)
    assert agent.sees == MUTED


def test_a_click_while_the_socket_is_gone(agent: Agent, genesys: MockGenesys, time: VirtualTime) -> None:
    genesys.fault("refuse", CHANNELS, times=None, status=503)
    genesys.cut_socket()
    agent.click("mute")
    time.advance(20)
    assert agent.sees.muted is True
    genesys.clear_faults()


def test_a_cut_between_click_and_event(
    agent: Agent, wire: WireControl, genesys: MockGenesys, time: VirtualTime
) -> None:
    wire.hold("event")
    agent.click("mute")
    genesys.cut_socket()
    wire.open()
    time.advance(60)
    assert agent.sees == MUTED


def test_two_tabs_follow_each_other(agent: Agent) -> None:
    other = agent.another_tab()
    other.open()
    agent.click("mute")
    assert other.sees == MUTED
    other.click("mute")
    assert agent.sees == UNMUTED
    assert other.sees == UNMUTED


def test_a_second_tab_by_its_own_token(agent: Agent, second_tab: Person) -> None:
    second_tab.mute()
    assert agent.sees == MUTED
    agent.click("mute")
    assert agent.sees == UNMUTED
