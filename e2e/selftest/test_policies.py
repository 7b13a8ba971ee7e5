"""Where correct widgets differ, each is judged by its own policy: one that leaves reconnecting to the agent, one that renews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from e2e.harness.mutants.variants import read_variant
from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import Stage
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.adapters import reference
from e2e.harness.view.view import MUTED
from e2e.harness.view.widget import Policy, Widget
from e2e.setup.places import FIXTURES
from mock_server.engine.people import Person
from mock_server.server import MockGenesys

pytestmark = pytest.mark.judges_itself

FOLDER = FIXTURES / "widget"
RELOADS = read_variant(FIXTURES / "variants" / "reload-when-lost.variant")
BY_ITSELF = Policy()
BY_THE_AGENT = Policy(reconnects_by_itself=False)


@pytest.fixture
def widget(request: pytest.FixtureRequest, genesys_pages: MockGenesys) -> Widget:
    """A widget with a policy."""
    policy, reloads = request.param
    genesys_pages.mount(f"/variants/{RELOADS.name}", FOLDER, instead=RELOADS.files(FOLDER))
    return replace(reference.variant(RELOADS.name) if reloads else reference.REFERENCE, policy=policy)


def given(policy: Policy, reloads: bool, broken: set[str], name: str) -> object:
    return pytest.param((policy, reloads), broken, id=name)


@pytest.fixture
def broken(stage: Stage) -> Callable[[], set[str]]:
    """The promises that are broken once the widget has come to rest."""

    def broken() -> set[str]:
        stage.finish()
        return {verdict.promise for verdict in stage.verdicts() if verdict.result == "broken"}

    return broken


@pytest.mark.parametrize(
    ("widget", "breaks"),
    [
        given(BY_THE_AGENT, True, set(), "says so, by its policy"),
        given(
            BY_ITSELF, True, {"survives_the_socket", "rests_on_the_truth", "never_stuck"}, "says so, and promised more"
        ),
        given(BY_THE_AGENT, False, set(), "reconnects all the same"),
    ],
    indirect=["widget"],
)
def test_a_lost_socket(
    agent: Agent,
    genesys: MockGenesys,
    supervisor: Person,
    time: VirtualTime,
    breaks: set[str],
    broken: Callable[[], set[str]],
) -> None:
    genesys.cut_socket()
    supervisor.mute("agent")
    time.advance(100)
    if not agent.sees.enabled:
        assert agent.sees.notice == "Connection lost: reload the page."
    assert broken() == breaks
    agent.reload()
    assert agent.sees == MUTED


@pytest.mark.parametrize(
    ("widget", "breaks"),
    [
        given(BY_ITSELF, False, set(), "asks, which will do"),
        given(Policy(renews_by_itself=True), False, {"renews_or_asks"}, "asks, and promised to renew"),
    ],
    indirect=["widget"],
)
def test_an_expired_token(agent: Agent, genesys: MockGenesys, breaks: set[str], broken: Callable[[], set[str]]) -> None:
    genesys.expire_token()
    agent.click("mute")
    assert agent.sees.login
    assert broken() == breaks
