"""Stories of refusals: the agent is shown each one, and the button keeps showing the truth."""

import pytest

from e2e.harness.session.agent import Agent
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.view import MUTED, UNMUTED
from mock_server.server import MockGenesys

PERMISSIONS = ("conversation:participant:wrapup", "conversation:call:record", "conversation:communication:disconnect")


def test_forbidden_by_permission(agent: Agent, genesys: MockGenesys) -> None:
    for permission in PERMISSIONS:
        genesys.revoke(permission)
    agent.click("mute")
    assert agent.sees == UNMUTED.alerting
    genesys.grant(PERMISSIONS[0])
    agent.click("mute")
    assert agent.sees == MUTED


def test_forbidden_by_scope(agent: Agent, genesys: MockGenesys) -> None:
    genesys.limit_scopes("conversations:readonly", "notifications", "users:readonly", "user-basic-info")
    agent.click("mute")
    assert agent.sees == UNMUTED.alerting


@pytest.mark.parametrize("status", [400, 404, 409, 500, 503, 504])
def test_a_refused_mute_is_said(
    status: int, agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("refuse", mute_operation, status=status)
    agent.click("mute")
    time.advance(5)
    assert agent.sees == UNMUTED.alerting
    agent.click("mute")
    assert agent.sees == MUTED


def test_too_many_requests_waits_as_long_as_genesys_asks(
    agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("refuse", mute_operation, status=429, retry_after=7)
    agent.click("mute")
    assert agent.sees.alert
    assert agent.sees.muted is False
    time.advance(8)
    if agent.sees.muted is False:
        agent.click("mute")
    assert agent.sees == MUTED


def test_a_click_before_retry_after_has_passed(
    agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("refuse", mute_operation, status=429, retry_after=7)
    agent.click("mute")
    agent.click("mute")
    time.advance(8)
    if agent.sees.muted is False:
        agent.click("mute")
    assert agent.sees == MUTED


@pytest.mark.world("muted_call")
def test_a_refused_unmute_stays_muted_and_says_so(agent: Agent, genesys: MockGenesys, mute_operation: str) -> None:
    genesys.fault("refuse", mute_operation, status=403)
    agent.click("mute")
    assert agent.sees == MUTED.alerting


@pytest.mark.parametrize("how", ["silence", "cut"])
def test_no_answer_and_not_done(
    how: str, agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("never_apply", mute_operation)
    genesys.fault("lose_response", mute_operation, how=how)
    agent.click("mute")
    time.advance(30)
    assert agent.sees == UNMUTED.alerting


def test_no_answer_though_it_was_done(
    agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("drop_event", mute_operation)
    genesys.fault("lose_response", mute_operation)
    agent.click("mute")
    time.advance(30)
    assert agent.sees == MUTED
