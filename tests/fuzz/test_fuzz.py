"""A quick part of the fuzzing; `python3 -m tests --fuzz` does the whole."""

from .run import run


def test_nothing_that_is_thrown_at_the_mock_harms_it() -> None:
    report = run(400)
    assert report.broken == []
    assert report.statuses.keys() >= {202, 400, 404, 405, 413}
