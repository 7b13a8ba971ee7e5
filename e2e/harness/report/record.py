"""Writes and reads verdict.json: first what is concluded, then all that it was concluded from; read back, it is the same verdict.

`verdict.schema.json` beside this file describes it (JSON Schema 2020-12). It is made from these classes; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from inspect import cleandoc
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from ..promises import Doubt
from ..verdict import Acceptance, Conclusion, Failure, PromiseOutcome, RunVerdict, Trial, Trouble

FORMAT: Final = "hotmic-verdict-1"  # another number when what is there means something else; more fields may come


class BadRecord(ValueError):
    """A file is not a verdict that can be read; the message says where it differs."""


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """A promise over all scenarios: in how many orders it held, broke and was not tried, and in which scenarios it broke.

    `why` and `again` are of its smallest story: why it broke, and the command that plays it; "" when it did not break.
    """

    outcome: PromiseOutcome
    held: int
    broken: int
    untested: int
    broken_in: tuple[str, ...]
    accepted_in: tuple[str, ...]
    why: str
    again: str


# The format hotmic-verdict-1 has another name for `run_parameters`.
class Record(Struct, frozen=True, rename={"run_parameters": "terms"}):
    """A verdict of hotmic.

    `conclusion` goes with `exit_code`: held 0, broken 1, not judged 2, unfinished 2. `promises` are by name. `scenarios` are
    what was tried: each is explored in many orders, or is the one story of a test. `parts` names the parts that were tried of
    a run shared over machines. `failures` are tests that failed by their own assertions, `troubles` what could not be judged.
    `accepts` are the breaches that the team accepts; of these, `expired` count as broken again, and `mended` no longer happen.
    `others` counts passed tests that judge no widget. `terms` are what the parts of one run have in common: version, widget,
    budget and so on. `doubts` are the lines that the description may lack: promises are untested for each. `stopped`: somebody
    ended the run before all was judged.
    """

    format: Literal["hotmic-verdict-1"]
    conclusion: Conclusion
    exit_code: Literal[0, 1, 2]
    widget: str
    date: date
    parts: tuple[str, ...]
    promises: dict[str, PromiseRecord]
    scenarios: tuple[Trial, ...]
    failures: tuple[Failure, ...]
    troubles: tuple[Trouble, ...]
    accepts: tuple[Acceptance, ...]
    expired: tuple[Acceptance, ...]
    mended: tuple[Acceptance, ...]
    others: int
    run_parameters: dict[str, str] = {}
    doubts: tuple[Doubt, ...] = ()
    stopped: bool = False


def record(verdict: RunVerdict) -> Record:
    """Make the record that is written of a verdict."""
    return Record(
        FORMAT,
        verdict.conclusion,
        verdict.exit_code,  # type: ignore[arg-type]  # EXIT_CODES has no other
        verdict.widget,
        verdict.date,
        verdict.parts,
        {name: _promise(verdict, name) for name in verdict.counts},
        verdict.trials,
        verdict.failures,
        verdict.troubles,
        verdict.accepts,
        verdict.expired,
        verdict.mended,
        verdict.others,
        dict(verdict.run_parameters),
        verdict.doubts,
        verdict.stopped,
    )


def written(verdict: RunVerdict) -> bytes:
    """Write a verdict as JSON, with line breaks for people."""
    return msgspec.json.format(msgspec.json.encode(record(verdict)), indent=1) + b"\n"


def verdict_of(text: bytes, source: str) -> RunVerdict:
    """Read a verdict back. Raises BadRecord, which names its source."""
    try:
        read = msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError as error:
        raise BadRecord(f"{source} is no verdict of hotmic ({FORMAT}): {error}") from error
    return RunVerdict(
        read.date,
        read.widget,
        read.parts,
        read.scenarios,
        read.failures,
        read.troubles,
        read.accepts,
        read.others,
        read.run_parameters,
        read.stopped,
    )


def schema() -> dict[str, Any]:
    """Make the JSON Schema of a Record."""
    (root,), parts = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    for part in parts.values():
        part["description"] = " ".join(cleandoc(part["description"]).split())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **root, "$defs": parts}


def _promise(verdict: RunVerdict, name: str) -> PromiseRecord:
    counts = verdict.counts[name]
    story = verdict.smallest(name)
    where = {trial.scenario: verdict.outcome(name, trial) for trial in verdict.trials}
    return PromiseRecord(
        verdict.outcome(name),
        counts.held,
        counts.broken,
        counts.untested,
        tuple(scenario for scenario, outcome in where.items() if outcome == "broken"),
        tuple(scenario for scenario, outcome in where.items() if outcome == "accepted"),
        story.why(name) if story else "",
        story.again if story else "",
    )
