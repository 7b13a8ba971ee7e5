"""Which broken promises a team accepts for a while, by name, with a reason and the last day; from a TOML file.

[[accept]]
promise = "never_flickers"
scenario = "supervisor-unmutes"  # left out: in every scenario
reason = "the button flashes once; mended in 4.2, ticket 123"
until = 2026-12-31
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ..promises import PROMISES
from ..view.near import near

KEYS: Final = ("promise", "scenario", "reason", "until")


class BadGate(ValueError):
    """A file of accepted breaches cannot be used; the message has every mistake in it."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A breach that is known and accepted up to and with the day `until`; `scenario` "" is every one.

    A test's parameters can be left out: `a_refused_mute_is_said` is each `a_refused_mute_is_said[…]`.
    """

    promise: str
    reason: str
    until: date
    scenario: str = ""

    def covers(self, promise: str, scenario: str) -> bool:
        return promise == self.promise and self.scenario in ("", scenario, scenario.partition("[")[0])

    def expired(self, today: date) -> bool:
        return today > self.until

    def __str__(self) -> str:
        return f"{self.promise} in {self.scenario or 'every scenario'}, until {self.until}: {self.reason}"


def read_gate(path: Path, scenarios: Collection[str]) -> tuple[Acceptance, ...]:
    """What a file accepts; `scenarios` are the known ones. Raises BadGate."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = f"there is no file {path}" if isinstance(error, FileNotFoundError) else f"{path} cannot be read: {error}"
        raise BadGate(why) from error
    except tomllib.TOMLDecodeError as error:
        raise BadGate(f"{path} is no TOML: {error}") from error
    entries = table.get("accept", [])
    if not isinstance(entries, list):
        raise BadGate(f"{path}: 'accept' is one table; several may come, so it is written [[accept]]")
    mistakes = [f"'{key}' is {near(key, ('accept',))}" for key in table if key != "accept"]
    for number, entry in enumerate(entries, 1):
        mistakes += [f"[[accept]] {number}: {mistake}" for mistake in _mistakes(entry, scenarios)]
    accepts = () if mistakes else tuple(Acceptance(**entry) for entry in entries)
    mistakes += _twice(accepts)
    if mistakes:
        raise BadGate("\n  ".join([f"{path}:", *mistakes]))
    return accepts


def _mistakes(entry: Any, scenarios: Collection[str]) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"{entry!r} is no table with promise, reason and until"
        return
    for key in entry:
        if key not in KEYS:
            yield f"'{key}' is {near(key, KEYS)}"
    for key in ("promise", "reason", "scenario"):
        value = entry.get(key, "" if key == "scenario" else None)
        if value is None:
            yield f"it has no {key}" + (": say why the breach is accepted" if key == "reason" else "")
        elif not isinstance(value, str) or (key != "scenario" and not value.strip()):
            yield f"{key} is {value!r}, and should be a text"
        elif key != "reason" and value:
            known = tuple(PROMISES) if key == "promise" else tuple(scenarios)
            if value not in known and value.partition("[")[0] not in known:
                yield f"{key} '{value}' is {near(value, known)}"
    yield from _wrong_day(entry)


def _wrong_day(entry: Mapping[str, Any]) -> Iterator[str]:
    until = entry.get("until")
    if until is None:
        yield "it has no until: the last day on which the breach is accepted, such as until = 2026-12-31"
    elif not isinstance(until, date) or isinstance(until, datetime):
        yield f"until is {str(until)!r}, and should be a day without quotes, such as 2026-12-31"


def _twice(accepts: tuple[Acceptance, ...]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    said = []
    for one in accepts:
        if (one.promise, one.scenario) in seen:
            said.append(f"{one.promise} in {one.scenario or 'every scenario'} is accepted twice")
        seen.add((one.promise, one.scenario))
    return said
