"""What `--test` writes: a test whose imports and fixture are there."""

import inspect

from e2e.harness.explorer.player import Player
from e2e.harness.plugins import races


def test_a_written_test_asks_for_the_player_and_replays_its_schedule() -> None:
    names: dict[str, object] = {}
    exec(races.TEST.format(name="late_answer", schedule="one-click: agent#1"), names)
    test = names["test_late_answer"]
    assert inspect.isfunction(test)
    assert test.__annotations__ == {"player": Player, "return": None}
    assert hasattr(races, "player")
