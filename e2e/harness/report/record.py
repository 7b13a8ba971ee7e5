"""verdict.json: what is concluded first, then all that it was concluded from; read back, it is the same verdict.

`verdict.schema.json` beside this file describes it (JSON Schema 2020-12); it is made from these classes, and a test holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from inspect import cleandoc
from typing import Any, Final, Literal

import msgspec

from ..verdict import Acceptance, Conclusion, Failure, PromiseOutcome, RunVerdict, Trial, Trouble

FORMAT: Final = "hotmic-verdict-1"  # another number when what is there means something else; more fields may come


class BadRecord(ValueError):
    """A file is no verdict that can be read; the message says where it differs."""


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """A promise over all scenarios: in how many orders it held, broke and was not tried, and in which scenarios it broke.

    `why` and `again` are of its smallest story: what broke, and the command that plays it; "" when nothing did.
    """

    outcome: PromiseOutcome
    held: int
    broken: int
    untested: int
    broken_in: tuple[str, ...]
    accepted_in: tuple[str, ...]
    why: str
    again: str


@dataclass(frozen=True, slots=True)
class Record:
    """A verdict of hotmic.

    `conclusion` is what `exit_code` says: held 0, broken 1, not judged 2. `promises` are by name. `scenarios` are what was tried,
    each explored in many orders or `told` by a test in one; `parts` those of them, of a run shared over machines.
    `failures` are tests that failed by what they assert, `troubles` what could not be judged. `accepts` are the breaches that
    the team accepts; `expired` and `mended` those of them that count as broken again, and that happen no more. `others` counts
    passed tests that judge no widget. `terms` are what the parts of one run have in common: version, widget, budget and so on.
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
    terms: dict[str, str] = field(default_factory=dict)


def record(verdict: RunVerdict) -> Record:
    """A verdict as it is written."""
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
        dict(verdict.terms),
    )


def written(verdict: RunVerdict) -> bytes:
    """A verdict as JSON, to be read by people too."""
    return msgspec.json.format(msgspec.json.encode(record(verdict)), indent=1) + b"\n"


def verdict_of(text: bytes, source: str) -> RunVerdict:
    """The verdict that was written. Raises BadRecord, which names its source."""
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
        read.terms,
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of a Record."""
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
