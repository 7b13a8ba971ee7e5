"""The table of operations × clients has every operation, each was driven for it just now, and the README says the same."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from mock_server.gateway.gateway import OPERATIONS
from tests.readme import differences, tables

from .cases import SIGN_IN
from .table import IN_BROWSER, NO, markdown, rows

README = Path(__file__).parents[2] / "mock_server" / "README.md"
DATED = re.compile(r"As of (\d{4}-\d\d-\d\d)\. ")
Rows = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def driven() -> Rows:
    """Every operation carried out by every client."""
    return list(rows())


def test_every_operation_has_a_row_and_every_row_was_exercised(driven: Rows) -> None:
    assert {row[0] for row in driven} == {f"`{operation}`" for operation in OPERATIONS}
    called = [row for row in driven if row[0].strip("`") not in SIGN_IN]
    assert [row for row in called if not re.match(r"2\d\d `", row[2]) or not re.match(r"2\d\d$", row[3])] == []
    assert {row[4] for row in called} == {IN_BROWSER}
    assert [row for row in driven if set(row[2:]) == {NO}] == []


def test_it_is_markdown_with_its_date(driven: Rows) -> None:
    text = markdown(driven)
    assert DATED.match(text)
    ((header, shown),) = tables(text)
    assert (header[0], len(shown)) == ("operation", len(OPERATIONS))


def test_the_readme_has_it_with_a_date(driven: Rows) -> None:
    text = README.read_text(encoding="utf-8")
    now = next(tables(markdown(driven)))
    printed = next(table for table in tables(text) if table[0][0] == "operation")
    assert printed[0] == now[0]
    assert differences("operation", printed[1], now[1]) == [], "python3 -m tests --clients-table prints it"
    (day,) = DATED.findall(text)
    assert date(2026, 1, 1) <= date.fromisoformat(day)
