"""The table of operations × clients has every operation, and each was driven for it."""

from __future__ import annotations

import re

from mock_server.gateway import OPERATIONS

from .cases import SIGN_IN
from .table import IN_BROWSER, NO, markdown, rows


def test_every_operation_has_a_row_and_every_row_was_exercised() -> None:
    table = list(rows())
    assert {row[0] for row in table} == {f"`{operation}`" for operation in OPERATIONS}
    driven = [row for row in table if row[0].strip("`") not in SIGN_IN]
    assert [row for row in driven if not re.match(r"2\d\d `", row[2]) or not re.match(r"2\d\d$", row[3])] == []
    assert {row[4] for row in driven} == {IN_BROWSER}
    assert [row for row in table if set(row[2:]) == {NO}] == []


def test_it_is_markdown_with_its_date() -> None:
    lines = markdown().splitlines()
    assert re.match(r"As of 20\d\d-\d\d-\d\d\. ", lines[0])
    assert len(lines) == len(OPERATIONS) + 4
