"""Each process of a shared run has cores of its own."""

import pytest

from e2e.harness.browser.cores import share


@pytest.mark.parametrize(
    ("cores", "processes", "shares"),
    [
        ([0, 1], 2, [[0], [1]]),
        ([4, 5, 6, 7], 2, [[4, 5], [6, 7]]),
        ([0, 1, 2, 3, 4], 3, [[0], [1, 2], [3, 4]]),
    ],
)
def test_every_core_is_one_processes(cores: list[int], processes: int, shares: list[list[int]]) -> None:
    assert [share(cores, number, processes) for number in range(processes)] == shares


def test_fewer_cores_than_processes_are_everybodys() -> None:
    assert [list(share([0], number, 2)) for number in (0, 1)] == [[], []]
