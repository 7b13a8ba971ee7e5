"""The journal is bounded, and says when it dropped something."""

from mock_server.engine.journal import Journal


def test_entries_are_numbered_and_can_be_asked_for_from_a_number() -> None:
    journal = Journal(limit=10)
    for word in ("one", "two", "three"):
        journal.add("changed", about=word)
    assert [(e.n, e.about) for e in journal.since(1)] == [(2, "two"), (3, "three")]
    assert (journal.count, journal.dropped) == (3, 0)


def test_a_full_journal_drops_the_oldest_and_counts_them() -> None:
    journal = Journal(limit=2)
    for word in ("one", "two", "three"):
        journal.add("changed", about=word)
    assert [e.about for e in journal] == ["two", "three"]
    assert (journal.count, journal.dropped) == (3, 1)
