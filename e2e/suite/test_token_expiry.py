"""Stories of expired tokens: the token is renewed or a login asked for, and the wish is done or reported as lost."""

import pytest

from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import WireControl
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.view import MUTED, UNMUTED
from mock_server.engine.people import Person
from mock_server.server import MockGenesys


def signed_in_again(agent: Agent) -> Agent:
    if agent.sees.login:
        agent.click("sign-in")
    return agent


def test_the_token_expired_before_the_click(agent: Agent, genesys: MockGenesys) -> None:
    genesys.expire_token()
    agent.click("mute")
    assert signed_in_again(agent).sees.muted == genesys.leg("agent").muted
    if agent.sees.muted is False:
        assert agent.sees.alert
        agent.click("mute")
    assert agent.sees == MUTED


def test_the_token_expires_between_click_and_arrival(agent: Agent, wire: WireControl, genesys: MockGenesys) -> None:
    wire.hold("request")
    agent.click("mute")
    genesys.expire_token()
    wire.open()
    assert signed_in_again(agent).sees.muted == genesys.leg("agent").muted


def test_the_token_expires_while_the_socket_is_renewed(
    agent: Agent, genesys: MockGenesys, time: VirtualTime, supervisor: Person
) -> None:
    genesys.expire_token()
    genesys.cut_socket()
    time.advance(60)
    assert agent.sees.login
    supervisor.mute("agent")
    assert signed_in_again(agent).sees == MUTED


def test_a_refused_renewal_says_so(agent: Agent, genesys: MockGenesys) -> None:
    genesys.expire_token()
    genesys.refuse_sign_in()
    agent.click("mute")
    assert agent.sees.login
    agent.click("sign-in")
    assert agent.sees.login
    assert agent.sees.alert
    genesys.refuse_sign_in("")
    agent.click("sign-in")
    assert not agent.sees.login
    assert agent.sees.muted is False


def test_a_first_visit_without_a_token_comes_back_to_its_call(arriving_agent: Agent) -> None:
    arriving_agent.open()
    assert arriving_agent.sees == UNMUTED


def test_a_refused_sign_in_on_the_first_visit(arriving_agent: Agent, genesys: MockGenesys) -> None:
    genesys.refuse_sign_in()
    arriving_agent.open()
    assert arriving_agent.sees.login
    genesys.refuse_sign_in("")
    arriving_agent.click("sign-in")
    assert arriving_agent.sees == UNMUTED


def test_reload_while_signed_out(agent: Agent, genesys: MockGenesys) -> None:
    genesys.expire_token()
    agent.reload()
    assert signed_in_again(agent).sees == UNMUTED


@pytest.mark.world("muted_call")
def test_reload_while_muted(agent: Agent) -> None:
    agent.reload()
    assert agent.sees == MUTED


def test_reload_while_pending(agent: Agent, wire: WireControl, genesys: MockGenesys) -> None:
    wire.hold("job")
    agent.click("mute")
    agent.reload()
    wire.open()
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted
