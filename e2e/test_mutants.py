"""Every mutant is told from the reference widget by the promise that it names."""

import pytest

from e2e.harness.adapters import reference
from e2e.harness.kills import Kill
from e2e.harness.mutants import Mutant, mutants, story_of
from e2e.harness.plugin import FIXTURES
from e2e.harness.settle import BadAdapter, NotStill
from e2e.harness.stage import Stage
from e2e.harness.story import failure
from e2e.harness.widget import Widget
from mock_server.server import MockGenesys
from mock_server.wire import NotInFlight

pytestmark = pytest.mark.about_hotmic


@pytest.fixture
def widget(mutant: Mutant, genesys_pages: MockGenesys) -> Widget:
    """The mutant instead of the reference widget."""
    folder = FIXTURES / "widget"
    genesys_pages.mount(f"/mutants/{mutant.name}", folder, instead=mutant.files(folder))
    return reference.mutant(mutant.name)


def play(mutant: Mutant, request: pytest.FixtureRequest) -> None:
    """The mutant's story, until the story itself finds that the widget does something else."""
    story = story_of(mutant)
    wanted = [name for name in story.function.__annotations__ if name not in (*story.arguments, "return")]
    try:
        story.function(**story.arguments, **{name: request.getfixturevalue(name) for name in wanted})
    except (NotStill, BadAdapter):
        raise  # the harness's own failure proves nothing about the widget
    except (AssertionError, NotInFlight):
        pass


@pytest.mark.judges_itself
@pytest.mark.parametrize(
    "mutant",
    [pytest.param(mutant, id=mutant.name, marks=story_of(mutant).marks) for mutant in mutants(FIXTURES / "mutants")],
)
def test_a_mutant_breaks_the_promise_that_it_names(
    mutant: Mutant, stage: Stage, request: pytest.FixtureRequest
) -> None:
    play(mutant, request)
    stage.wire.open()
    stage.finish()
    kill = Kill.of(mutant, stage.verdicts())
    request.node.user_properties.append(kill.as_property())
    broken = ", ".join(kill.broken) or "no promise"
    assert not kill.survives, f"{mutant.name} broke {broken}; it was to break {mutant.breaks}, because {mutant.bug}"
    assert mutant.hint in failure(stage.timeline, stage.verdicts(), (), request.node.name)
