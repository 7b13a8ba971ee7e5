"""One order for what pages did at once: by different connections it reaches the server now so, now otherwise.

Within one connection the order stays; between connections nobody in the real world knows it, and here one is chosen.
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
    """What pages did, with documents numbered in the order in which they were first heard of (`documents` grows).

    `names` says which probe a request's name stands for: "gone" is told by it.
    """
    said = []
    for verb, who, content in inputs:
        if isinstance(content, Request):
            document, _, number = content.headers.get(PROBE_HEADER, "").rpartition("/")
            if document:
                word = documents.setdefault(document, f"d{len(documents) + 1}")
                headers = {**content.headers, PROBE_HEADER: f"{word}/{number}"}
                content = replace(content, headers=headers, sender=word)
        said.append(Input(verb, names.get(who, who) if verb == "gone" else who, content))
    return tuple(sorted(said, key=lambda one: _ORDER.index(one.verb)))


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """A journal's entries with those in one order that tell, one right after the other, what pages did; numbered anew."""
    ordered: list[Entry] = []
    for told, group in groupby(entries, key=lambda entry: _verb(entry) != ""):
        run = list(group)
        ordered += _sorted(run) if told else run
    return [entry._replace(n=place.n) for entry, place in zip(ordered, entries, strict=True)]


def _sorted(run: list[Entry]) -> list[Entry]:
    begun = {entry.name for entry in run if _verb(entry) in ("connect", "arrive")}

    def place(entry: Entry) -> tuple[bool, int, int]:
        verb = _verb(entry)
        ends = verb in ("gone", "disconnect") and entry.name in begun  # of what began just then
        return ends, _ORDER.index(verb), int(entry.name.partition("#")[2])

    return sorted(run, key=place)


def _verb(entry: Entry) -> str:
    """What a page did, by the engine's verb; "" when no page did it."""
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
