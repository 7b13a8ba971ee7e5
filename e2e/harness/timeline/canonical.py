"""Puts into one fixed order what pages did at the same time.

What they send over different connections reaches the server in an order that differs from run to run. Within one connection
the order stays; between connections nobody in the real world knows it, so one is chosen here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from mock_server.core.messages import Request
from mock_server.core.values import replace
from mock_server.engine.engine import Input
from mock_server.engine.journal import Entry
from mock_server.engine.traffic import PROBE_HEADER

_ORDER: Final = ("hear", "gone", "disconnect", "connect", "arrive")  # verbs of the engine


def canonical(inputs: tuple[Input, ...], documents: dict[str, str], names: Mapping[str, str]) -> tuple[Input, ...]:
    """Sort what pages did, and number their documents in the order in which they first occur (`documents` grows).

    `names` maps the name of a request to its probe, which names the request in "gone".
    """
    renamed = []
    for verb, who, content in inputs:
        if isinstance(content, Request):
            document, _, number = content.headers.get(PROBE_HEADER, "").rpartition("/")
            if document:
                word = documents.setdefault(document, f"d{len(documents) + 1}")
                headers = {**content.headers, PROBE_HEADER: f"{word}/{number}"}
                content = replace(content, headers=headers, sender=word)
        renamed.append(Input(verb, names.get(who, who) if verb == "gone" else who, content))
    return tuple(sorted(renamed, key=lambda one: _ORDER.index(one.verb)))


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Sort each uninterrupted run of a journal's entries that record what pages did, and number all entries anew."""
    ordered: list[Entry] = []
    for by_pages, group in groupby(entries, key=lambda entry: _verb(entry) != ""):
        run = list(group)
        ordered += _sorted(run) if by_pages else run
    return [entry._replace(n=place.n) for entry, place in zip(ordered, entries, strict=True)]


def _sorted(run: list[Entry]) -> list[Entry]:
    begun = {entry.name for entry in run if _verb(entry) in ("connect", "arrive")}

    def place(entry: Entry) -> tuple[bool, int, int]:
        verb = _verb(entry)
        ends = verb in ("gone", "disconnect") and entry.name in begun  # what begins in this run ends after that
        return ends, _ORDER.index(verb), int(entry.name.partition("#")[2])

    return sorted(run, key=place)


def _verb(entry: Entry) -> str:
    """The engine's verb for what a page did; "" when no page did it."""
    match entry.kind:
        case "heard":
            return "hear"
        case "lost" if entry.cause == "page":
            return "gone"
        case "closed" if entry.cause == "page" and "channel" not in entry.data:
            return "disconnect"
        case "offered" | "closed" if "channel" in entry.data:
            return "connect"
        case "offered" if entry.data.get("probe"):
            return "arrive"
        case _:
            return ""
