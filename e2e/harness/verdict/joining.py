"""Joins the verdicts of the parts into which a run was shared out over machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final

from msgspec import structs

from .model import Counts, RunVerdict, Trial, Trouble

WIDGET: Final = "widget"
TESTS: Final = "tests"
ALL: Final = "all"
REFERENCE: Final = "reference"


class NotParts(ValueError):
    """The verdicts are not the parts of one run; the message has a line for each mistake."""


def joined(reports: Mapping[str, RunVerdict]) -> RunVerdict:
    """Join the verdicts of all parts of a run, given by the names of their reports. Raises NotParts."""
    if mistakes := list(_mistakes(reports)):
        raise NotParts("\n".join(mistakes))
    parts = sorted(reports.values(), key=lambda verdict: _part(verdict)[0])
    whole = replace(
        parts[0],
        date=max(part.date for part in parts),
        widget=next((part.widget for part in parts if part.trials), parts[0].widget),
        parts=(),
        trials=tuple(_trials(parts)),
        failures=tuple(failure for part in parts for failure in part.failures),
        troubles=tuple(dict.fromkeys(trouble for part in parts for trouble in part.troubles)),
        others=sum(part.others for part in parts),
        stopped=any(part.stopped for part in parts),
    )
    return whole if whole.conclusion != "held" else replace(whole, troubles=tuple(untried(whole)))


def untried(verdict: RunVerdict) -> Iterator[Trouble]:
    """Report the promises that a run of all tests on the reference widget did not try: it has to try every one."""
    parameters = verdict.run_parameters
    whole = not verdict.parts and parameters.get(TESTS) == ALL and parameters.get(WIDGET) == REFERENCE
    if whole and verdict.untested:
        why = f"promises that nothing in this run exercised: {', '.join(verdict.untested)}"
        yield Trouble("the whole run", why)


# ---- mistakes


def _mistakes(reports: Mapping[str, RunVerdict]) -> Iterator[str]:
    shared = {name: verdict for name, verdict in reports.items() if verdict.parts}
    for name in reports.keys() - shared.keys():
        yield f"{name} is the report of a whole run, made without --shard K/N: there is nothing to merge it with"
    if not shared:
        return
    (first, one), *others = shared.items()
    for name, verdict in others:
        for key in sorted(one.run_parameters.keys() | verdict.run_parameters.keys()):
            mine, its = one.run_parameters.get(key, ""), verdict.run_parameters.get(key, "")
            if mine != its:
                yield f"{key}: {mine or 'none'} in {first}, {its or 'none'} in {name}; the parts of a run have the same"
    yield from _missing(shared)


def _missing(shared: Mapping[str, RunVerdict]) -> Iterator[str]:
    by_part: dict[int, list[str]] = {}
    sizes = {name: _part(verdict)[1] for name, verdict in shared.items()}
    for name, verdict in shared.items():
        by_part.setdefault(_part(verdict)[0], []).append(name)
    if len(set(sizes.values())) > 1:
        yield "; ".join(f"{name} is part {verdict.parts[0]}" for name, verdict in shared.items()) + ": of how many?"
        return
    for names in by_part.values():
        if len(names) > 1:
            yield f"{' and '.join(names)} are the same part of the run: {shared[names[0]].parts[0]}"
    size = next(iter(sizes.values()))
    if lacking := [f"{part}/{size}" for part in range(1, size + 1) if part not in by_part]:
        yield f"the report of part {', '.join(lacking)} is missing: give that of each part"


def _part(verdict: RunVerdict) -> tuple[int, int]:
    k, _, n = verdict.parts[0].partition("/")
    return int(k), int(n)


# ---- trials


def _trials(parts: Iterable[RunVerdict]) -> Iterator[Trial]:
    """Yield the scenarios, each with what all parts explored of it; then the tests' stories, each of one part."""
    parts = tuple(parts)
    explored = sorted((t for part in parts for t in part.trials if not t.from_test), key=lambda trial: trial.scenario)
    for _, of_one in groupby(explored, key=lambda trial: trial.scenario):
        yield _whole(tuple(of_one), len(parts))
    yield from (trial for part in parts for trial in part.trials if trial.from_test)


def _whole(trials: tuple[Trial, ...], parts: int) -> Trial:
    """Join what the parts explored of one scenario.

    Each order belongs to one part, so their numbers add up. Branches may be counted more than once: every part plays the
    natural order, and knows the branches from it.
    """
    orders, known = sum(trial.orders for trial in trials), sum(trial.known for trial in trials)
    complete = len(trials) == parts and all(trial.complete for trial in trials)
    named = f"{orders} order{'' if orders == 1 else 's'}"
    promises = dict.fromkeys(promise for trial in trials for promise in trial.counts)
    return structs.replace(
        trials[0],
        counts={name: sum((trial.counts.get(name, Counts()) for trial in trials), Counts()) for name in promises},
        orders=orders,
        known=known,
        merged=sum(trial.merged for trial in trials),
        complete=complete,
        extent=f"all {named}" if complete else f"{named} explored, {known} branches at most known and not walked",
        seconds=round(sum(trial.seconds for trial in trials), 3),
        stories=tuple(story for trial in trials for story in trial.stories),
        doubts=tuple(dict.fromkeys(doubt for trial in trials for doubt in trial.doubts)),
    )
