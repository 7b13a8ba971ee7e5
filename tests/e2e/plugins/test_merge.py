"""Two orders and the causes between them give one order."""

from e2e.harness.timeline.merge import Item, Placed, merge


def item(text: str) -> Item[str]:
    """`sent+a` gives a, `arrived-a` needs a."""
    word, plus, gives = text.partition("+")
    word, minus, needs = word.partition("-")
    return Item(word, frozenset({needs} if minus else ()), frozenset({gives} if plus else ()))


def merged(server: str, *pages: str, given: set[str] | None = None) -> list[Placed[str]]:
    sides = [[item(word) for word in page.split()] for page in pages]
    return list(merge([item(word) for word in server.split()], sides, set() if given is None else given))


def words(server: str, *pages: str) -> str:
    return " ".join(placed.entry for placed in merged(server, *pages))


def test_the_server_cannot_have_what_was_not_sent_nor_the_page_what_was_not_written() -> None:
    assert words("arrived-a answered+b", "click sent+a received-b sees") == "click sent arrived answered received sees"


def test_pages_come_first_where_nothing_decides() -> None:
    assert words("job event", "sees") == "sees job event"


def test_an_entry_carries_the_span_of_what_may_have_come_before_it() -> None:
    placed = {
        p.entry: (p.before, p.by) for p in merged("arrived-a answered+b job event+c", "sent+a received-b sees got-c")
    }
    assert (placed["sees"], placed["got"]) == ((2, 4), (4, 4))


def test_the_span_ends_where_the_server_needs_more_from_the_page() -> None:
    placed = {p.entry: (p.before, p.by) for p in merged("moved arrived-a", "sees sent+a")}
    assert placed["sees"] == (0, 1)


def test_two_pages_keep_their_own_orders() -> None:
    assert words("arrived-b", "one+a two", "three-a four+b").split()[-1] == "arrived"


def test_what_waits_for_another_host_is_let_through_at_the_end() -> None:
    assert words("moved", "received-elsewhere sees") == "moved received sees"


def test_a_server_that_waits_for_nobody_goes_on() -> None:
    assert words("arrived-never done") == "arrived done"


def test_what_earlier_merges_gave_counts() -> None:
    given: set[str] = set()
    merged("answered+b", given=given)
    assert [p.entry for p in merged("", "received-b", given=given)] == ["received"]
