"""Stories of responses and events in any order: the button follows the newest truth and never flickers."""

import pytest

from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import WireControl
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.view import MUTED, MUTING, NO_CALL, UNMUTED
from mock_server.engine.people import Person
from mock_server.server import MockGenesys

PATCH = "patchConversationsCallParticipant"


def test_the_event_before_the_response(agent: Agent, wire: WireControl) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request", "job", "event")
    assert agent.sees == MUTED
    wire.release("response")
    assert agent.sees == MUTED


def test_the_event_after_the_response(agent: Agent, wire: WireControl) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request", "response", "job")
    assert agent.sees == MUTING
    wire.release("event")
    assert agent.sees == MUTED


def test_the_event_instead_of_the_response(
    agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("lose_response", mute_operation)
    agent.click("mute")
    assert agent.sees == MUTED
    time.advance(30)
    assert agent.sees == MUTED


def test_a_late_response_does_not_undo_a_newer_event(agent: Agent, wire: WireControl, supervisor: Person) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request")
    supervisor.unmute("agent")
    wire.release("event", "event", "response")
    assert agent.sees == UNMUTED


def test_a_202_that_never_applies_is_not_believed(
    agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("never_apply", mute_operation)
    agent.click("mute")
    assert agent.sees == MUTING
    time.advance(20)
    assert agent.sees == UNMUTED.alerting
    assert not genesys.leg("agent").muted


def test_a_202_that_applies_late_is_not_believed_before(agent: Agent, wire: WireControl) -> None:
    wire.hold("job")
    agent.click("mute")
    assert agent.sees == MUTING
    wire.open()
    assert agent.sees == MUTED


def test_a_202_that_applies_without_an_event_is_found_by_reading_again(
    agent: Agent, genesys: MockGenesys, mute_operation: str, time: VirtualTime
) -> None:
    genesys.fault("drop_event", mute_operation)
    agent.click("mute")
    time.advance(20)
    assert agent.sees == MUTED


def test_a_doubled_event_changes_nothing(agent: Agent, genesys: MockGenesys, mute_operation: str) -> None:
    genesys.fault("double_event", mute_operation)
    agent.click("mute")
    assert agent.sees == MUTED


def test_the_supervisor_mutes_and_unmutes(agent: Agent, supervisor: Person) -> None:
    supervisor.mute("agent")
    assert agent.sees == MUTED
    supervisor.unmute("agent")
    assert agent.sees == UNMUTED


def test_the_supervisor_holds(agent: Agent, supervisor: Person) -> None:
    supervisor.hold("agent")
    assert agent.sees == UNMUTED
    supervisor.unhold("agent")
    assert agent.sees == UNMUTED


def test_the_desk_phone_mutes(agent: Agent, desk_phone: Person) -> None:
    desk_phone.mute()
    assert agent.sees == MUTED
    agent.click("mute")
    assert agent.sees == UNMUTED


def test_an_event_from_before_the_click_says_nothing_about_it(
    agent: Agent, wire: WireControl, supervisor: Person
) -> None:
    wire.hold("request")
    agent.click("mute")
    supervisor.hold("agent")
    assert agent.sees == MUTING
    wire.open()
    assert agent.sees == MUTED


def test_a_click_and_the_supervisor_want_the_same(
    agent: Agent, wire: WireControl, supervisor: Person, genesys: MockGenesys
) -> None:
    wire.hold()
    agent.click("mute")
    supervisor.mute("agent")
    wire.release("job", "event")
    assert agent.sees == MUTED
    wire.open()
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted


def test_a_click_and_the_supervisor_want_the_opposite(agent: Agent, wire: WireControl, supervisor: Person) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request", "job", "event", "response")
    supervisor.unmute("agent")
    assert agent.sees == MUTED
    wire.open()
    assert agent.sees == UNMUTED


@pytest.mark.world("conference")
def test_the_mute_of_a_colleague_changes_nothing_here(agent: Agent, colleague: Person) -> None:
    colleague.mute("colleague")
    assert agent.sees == UNMUTED
    colleague.unmute("colleague")
    assert agent.sees == UNMUTED


@pytest.mark.world("two_calls")
def test_the_mute_of_another_call_changes_nothing_here(agent: Agent, desk_phone: Person) -> None:
    desk_phone.mute("agent", call="other_call")
    assert agent.sees == UNMUTED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            '{"topicName":"v2.users.x.presence","version":"2","eventBody":{"source":"PURECLOUD"}}', id="presence"
        ),
        pytest.param('{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}', id="heartbeat"),
        pytest.param('{"topicName":"v2.unheard.of","eventBody":null}', id="unheard-of"),
        pytest.param('{"topicName":"{calls}","version":"2"}', id="no-body"),
        pytest.param('{"topicName":"{calls}","version":"2","eventBody":{"id":"{call}"}}', id="no-participants"),
        pytest.param(
            '{"topicName":"{calls}","version":"2","eventBody":{"id":"{call}","participants":null}}',
            id="null-participants",
        ),
        pytest.param('{"eventBody":{}}', id="no-topic"),
        pytest.param("{not json", id="no-JSON"),
        pytest.param("[]", id="a-list"),
        pytest.param("null", id="null"),
        pytest.param('""', id="a-text"),
    ],
)
def test_an_unknown_or_malformed_frame_changes_nothing(
    text: str, agent: Agent, genesys: MockGenesys, supervisor: Person
) -> None:
    state = genesys.state
    topic = f"v2.users.{state.aliases['agent']}.conversations.calls"
    genesys.send_frame(text.replace("{calls}", topic).replace("{call}", state.aliases["call"]))
    assert agent.sees == UNMUTED
    supervisor.mute("agent")
    assert agent.sees == MUTED


def test_a_heartbeat_changes_nothing(agent: Agent, supervisor: Person, time: VirtualTime) -> None:
    time.advance(31)
    assert agent.sees == UNMUTED
    supervisor.mute("agent")
    assert agent.sees == MUTED


def test_a_consult_that_holds_twice_changes_nothing(agent: Agent, supervisor: Person, time: VirtualTime) -> None:
    supervisor.hold("agent")
    supervisor.unhold("agent")
    time.advance(0.15)
    supervisor.hold("agent")
    assert agent.sees == UNMUTED


@pytest.mark.world("one_call", event_topic_case="upper")
def test_a_topic_in_another_case_is_understood(agent: Agent, supervisor: Person) -> None:
    supervisor.mute("agent")
    assert agent.sees == MUTED


def test_a_call_that_ended_before_the_click(agent: Agent, supervisor: Person) -> None:
    supervisor.hang_up("agent")
    assert agent.sees == NO_CALL
    agent.click("mute")
    assert agent.sees == NO_CALL


def test_a_call_that_ends_while_the_request_is_in_flight(agent: Agent, wire: WireControl, supervisor: Person) -> None:
    wire.hold()
    agent.click("mute")
    supervisor.hang_up("agent")
    wire.release("job", "event")
    assert agent.sees == NO_CALL
    wire.open()
    assert agent.sees.call is False


def test_a_call_that_was_transferred_and_comes_back_is_on_a_new_leg(
    agent: Agent, desk_phone: Person, supervisor: Person, genesys: MockGenesys
) -> None:
    agent.click("mute")
    first = genesys.leg("agent").id
    desk_phone.transfer("agent", to="colleague")
    assert agent.sees == NO_CALL
    supervisor.answer("colleague")
    supervisor.transfer("colleague", to="agent")
    assert not agent.sees.enabled
    desk_phone.answer()
    assert agent.sees == UNMUTED
    agent.click("mute")
    assert agent.sees == MUTED
    assert genesys.leg("agent").muted
    assert genesys.leg("agent").id != first


@pytest.mark.world("one_call", hang_up_state="terminated")
def test_a_call_that_is_terminated_is_over(agent: Agent, supervisor: Person) -> None:
    supervisor.hang_up("agent")
    assert agent.sees == NO_CALL


def test_a_late_answer_does_not_bring_back_a_call_that_is_over(
    agent: Agent, wire: WireControl, supervisor: Person
) -> None:
    wire.hold()
    agent.click("mute")
    wire.release("request")
    supervisor.hang_up("agent")
    wire.release("event", "event")
    assert agent.sees == NO_CALL
    wire.release("response")
    assert agent.sees == NO_CALL


def test_a_trailing_snapshot_after_the_end_changes_nothing(
    agent: Agent, genesys: MockGenesys, supervisor: Person
) -> None:
    genesys.fault("double_event", PATCH)
    supervisor.hang_up("agent")
    assert agent.sees == NO_CALL
