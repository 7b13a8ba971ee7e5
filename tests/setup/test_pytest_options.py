"""The table of options that take a value is pytest's own."""

from collections.abc import Iterator

import pytest

from e2e.setup.pytest_options import WITH_VALUE


def options(config: pytest.Config) -> Iterator[tuple[str, bool]]:
    """Every option of pytest and the plugins here, and whether it takes a value."""
    for group in (config._parser._anonymous, *config._parser._groups):  # pytest has no public list of its options
        for option in group.options:
            attributes = option.attrs()
            action = attributes.get("action")
            takes = attributes.get("nargs") != 0 and (not isinstance(action, str) or action in ("store", "append"))
            yield from ((name, takes) for name in option.names())


def test_options_that_take_a_value_are_known(pytestconfig: pytest.Config) -> None:
    assert [name for name, takes in options(pytestconfig) if takes and name not in WITH_VALUE] == []


def test_a_switch_takes_none(pytestconfig: pytest.Config) -> None:
    assert [name for name, takes in options(pytestconfig) if not takes and name in WITH_VALUE] == []
