"""A scenario without a page: which steps are possible, in which order, what a page sees of them, when two states are one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e.harness.explorer.actions import Gesture, check, gesture
from e2e.harness.explorer.model import ModelState, Reaction, ScenarioModel
from e2e.harness.explorer.scenarios import SCENARIOS, BadScenario, Scenario
from e2e.harness.explorer.walk import Explorer, Played
from mock_server.core import worlds
from mock_server.core.messages import Request
from mock_server.core.model import State
from mock_server.engine.engine import Engine, Input

TOKEN = "page-token"


def page_request(state: State, number: int, method: str = "PATCH", body: Any = None) -> Request:
    leg, call = state.aliases["agent_leg"], state.aliases["call"]
    path = f"/api/v2/conversations/calls/{call}" + (f"/participants/{leg}" if method == "PATCH" else "")
    headers = {"authorization": f"Bearer {state.aliases['agent_token']}", "x-hotmic": f"d1/{number}"}
    return Request(method, path, {}, headers, b"" if body is None else json.dumps(body).encode(), "d1")


def opened(scenario: Scenario) -> tuple[ScenarioModel, ModelState]:
    """The model and its state when a page that listens is open: one channel, subscribed, with an open socket."""
    engine = Engine(worlds.build(scenario.world))
    headers = {"authorization": f"Bearer {engine.state.aliases['agent_token']}"}
    response, _ = engine.act(Request("POST", "/api/v2/notifications/channels", {}, headers))
    assert isinstance(response.body, dict)
    channel = str(response.body["id"])
    topic = f"v2.users.{engine.state.aliases['agent']}.conversations.calls"
    body = json.dumps([{"id": topic}]).encode()
    engine.act(Request("POST", f"/api/v2/notifications/channels/{channel}/subscriptions", {}, headers, body))
    engine.connect(channel)
    engine.hold()
    model = ScenarioModel(scenario)
    return model, model.start(engine, None, {})


def go(model: ScenarioModel, model_state: ModelState, *steps: str) -> ModelState:
    """The state after these steps; the page answers the agent's click with a PATCH."""
    for step in steps:
        model_state, _ = model.take(model_state, step)
        if step == "agent#1":
            patch = page_request(model_state.engine.state, 1, body={"muted": True})
            model_state = model.react(model_state, Reaction((Input("arrive", "", patch),)))
    return model_state


def test_what_is_in_flight_comes_before_people_and_time_comes_last() -> None:
    model, start = opened(SCENARIOS["supervisor-unmutes"])
    assert model.options(start) == ("agent#1", "supervisor#1")
    clicked = go(model, start, "agent#1")
    assert model.options(clicked) == ("request#3", "supervisor#1")
    assert model.options(go(model, clicked, "request#3")) == ("response#3", "job#1", "supervisor#1")


def test_a_lane_that_was_passed_over_comes_after_all_others_but_time() -> None:
    model, start = opened(SCENARIOS["supervisor-unmutes"])
    late = go(model, start, "agent#1", "request#3", "job#1")
    assert model.options(late) == ("event#1", "supervisor#1", "response#3")
    assert model.options(go(model, late, "event#1", "supervisor#1")) == ("job#2", "response#3")


def test_the_page_sees_what_is_written_to_it_and_nothing_else() -> None:
    model, start = opened(SCENARIOS["supervisor-unmutes"])
    clicked = go(model, start, "agent#1")
    accepted, shown = model.take(clicked, "request#3")
    assert shown is None
    assert model.take(accepted, "job#1")[1] is None
    assert "d1/1" in str(model.take(accepted, "response#3")[1])
    assert "muted" in str(model.take(go(model, accepted, "job#1"), "event#1")[1])


def test_a_page_cannot_tell_correlation_ids_apart() -> None:
    model, start = opened(SCENARIOS["supervisor-unmutes"])
    before = go(model, start, "supervisor#1", "agent#1")  # the page's request is the fourth instead of the third
    one = model.take(go(model, start, "agent#1", "request#3"), "response#3")[1]
    two = model.take(go(model, before, "request#4"), "response#4")[1]
    assert one == two


def test_places_that_differ_in_the_order_of_unseen_steps_are_one() -> None:
    model, start = opened(SCENARIOS["two-calls"])
    one = go(model, start, "agent#1", "request#3", "desk_phone#1")  # the mute is job#1
    two = go(model, start, "agent#1", "desk_phone#1", "request#3")  # the mute is job#2
    assert model.key(one) == model.key(two)
    assert model.key(go(model, one, "job#1", "job#2")) != model.key(
        go(model, one, "job#2", "job#1")
    )  # events in another order


def test_a_fault_is_never_natural_and_may_be_left_out() -> None:
    model, start = opened(SCENARIOS["trouble"])
    options = model.options(start)
    assert options[0] == "agent#1"
    assert options[1:] == ("refuse-403", "refuse-503", "never_apply", "lose_response", "drop_event", "double_event")
    spent = go(model, start, "never_apply")
    assert model.options(spent) == ("agent#1",)
    assert spent.engine.state.faults[0].effect == "never_apply"


def test_a_fault_of_the_network_comes_last_when_nothing_else_can_happen() -> None:
    model, start = opened(Scenario("x", "", {"supervisor": ("mute agent",)}, faults=("cut socket",)))
    end = go(model, start, "supervisor#1", "job#1", "event#1")
    assert model.options(end) == ("end", "cut-socket")
    assert model.options(go(model, end, "end")) == ()


def test_time_is_a_step_until_the_horizon() -> None:
    model, start = opened(Scenario("x", "", {"supervisor": ("mute agent",)}, horizon=31.0))
    assert model.options(start) == ("supervisor#1", "time")
    beat = go(model, start, "time")
    assert beat.engine.state.now == start.engine.state.now + 30
    assert model.options(beat) == ("heartbeat#1", "supervisor#1")


def test_a_timer_of_the_page_is_seen_and_a_deadline_of_the_server_is_not() -> None:
    model, start = opened(Scenario("x", "", {"supervisor": ("mute agent",)}, horizon=60.0))
    assert model.take(start, "time")[1] is None
    timed = model.react(start, Reaction(timer=(start.engine.state.now + 5) * 1000))
    after, shown = model.take(timed, "time")
    assert shown is not None
    assert after.engine.state.now == start.engine.state.now + 5


def test_a_step_of_the_model_does_not_change_the_engine_it_began_from() -> None:
    model, start = opened(SCENARIOS["call-ends"])
    before = (start.engine.state, start.engine.wire)
    go(model, start, "agent#1", "request#3", "supervisor#1", "job#1")
    assert (start.engine.state, start.engine.wire) == before


def test_every_order_of_a_scenario_can_be_walked_in_memory() -> None:
    """With a page that does nothing but send its PATCH: a small whole space, by the explorer and the real engine."""
    model, start = opened(Scenario("x", "", {"agent": ("click mute",), "supervisor": ("unmute agent",)}, horizon=1.0))

    def play(steps: tuple[str, ...]) -> Played[None]:
        model_state, seen, done = start, [], list[str]()
        while options := model.options(model_state):
            step = steps[len(done)] if len(done) < len(steps) else options[0]
            done.append(step)
            model_state, shown = model.take(model_state, step)
            if shown is not None:
                patch = page_request(model_state.engine.state, 1, body={"muted": True})
                reaction = Reaction((Input("arrive", "", patch),) if step == "agent#1" else ())
                model_state = model.react(model_state, reaction)
                seen.append((shown, reaction))
        return Played(tuple(done), tuple(seen), None)

    explorer = Explorer(model, start, play)
    orders = [" ".join(played.steps) for played in explorer]
    assert orders[0] == "agent#1 request#3 response#3 job#1 event#1 supervisor#1 job#2 event#2"
    assert explorer.complete
    # The page sees the click C, the answer R and two events. Mute first: R anywhere after C. Unmute first: C anywhere
    # before the second event, and R anywhere after C. 3 + 5 orders.
    assert len(orders) == len(set(orders)) == 8


# ---- lines


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_line_of_every_scenario_can_be_parsed(name: str) -> None:
    check(SCENARIOS[name])


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("click mute", Gesture("click", "mute")),
        ("double-click mute", Gesture("double-click", "mute")),
        ("press m", Gesture("press", "m")),
        ("press Enter on mute", Gesture("press", "Enter", "mute")),
        ("type 'mm' into Note", Gesture("type", "mm", "Note")),
        ("reload", Gesture("reload")),
    ],
)
def test_a_line_of_an_agent_is_a_gesture(line: str, parsed: Gesture) -> None:
    assert gesture(line) == parsed


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (Scenario("x", "", {"agent": ("clik mute",)}), "'clik mute' is nothing that an agent does"),
        (Scenario("x", "", {"supervisor": ("unmut agent",)}), "did you mean 'unmute'"),
        (Scenario("x", "", {"supervisor": ("mute agnt",)}), "did you mean 'agent'"),
        (Scenario("x", "", {"agent": ("click mute",)}, faults=("never_aply",)), "did you mean 'never_apply'"),
        (Scenario("x", "", {}, faults=("refuse 503 on getUserMe",)), "did you mean 'getUsersMe'"),
        (Scenario("x", "", {"network": ("refuse 204",)}), "fault 'refuse 204'"),
        (Scenario("x", "", {}, faults=("never_apply 0 times",)), "would act 0 times"),
        (Scenario("x", "", {}, settings={"event_topic_cas": "upper"}), "did you mean 'event_topic_case'"),
    ],
)
def test_a_line_that_cannot_be_parsed_is_refused(broken: Scenario, message: str) -> None:
    with pytest.raises(BadScenario, match=message):
        check(broken)
