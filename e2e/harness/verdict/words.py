"""Writes a verdict as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from .model import RunVerdict, Trial

_MOST = 6  # scenarios that a line names


def promise_lines(verdict: RunVerdict) -> Iterator[str]:
    """Yield a line for each promise: how often it held, broke or was not tried."""
    for name, counts in verdict.counts.items():
        yield f"{name:<28} {counts}"


def race_lines(verdict: RunVerdict) -> Iterator[str]:
    """Yield a line for each explored scenario, then one for their sum."""
    explored = sorted((trial for trial in verdict.trials if not trial.from_test), key=lambda trial: trial.scenario)
    for trial in explored:
        yield race_line(trial)
    if explored:
        whole = sum(trial.complete for trial in explored)
        orders = sum(trial.orders for trial in explored)
        of_them = f"of their parts {', '.join(verdict.parts)}, {whole}" if verdict.parts else f"{whole} of which"
        yield f"{orders} orders of {len(explored)} scenarios, {of_them} were explored whole"


def race_line(trial: Trial) -> str:
    """Describe how far a scenario was explored, how fast, and what broke."""
    rate = trial.orders / trial.seconds if trial.seconds else 0.0
    line = f"{trial.scenario:<30} {trial.extent}, {rate:.1f} a second"
    return line + (f"; BROKEN {', '.join(trial.broken)}" if trial.broken else "")


def verdict_lines(verdict: RunVerdict) -> Iterator[str]:
    """Yield what decided the exit code, then a line with the conclusion and the exit code."""
    broken = dict.fromkeys(promise for promise, _ in verdict.breaches)
    for promise in broken:
        where = [trial.scenario for name, trial in verdict.breaches if name == promise]
        yield f"BROKEN {promise} in {_some(where)}"
        if (story := verdict.smallest(promise)) is not None:
            yield f"       again:  {story.again}"
    for failure in verdict.failures:
        yield f"FAILED {failure.test}: {_first_line(failure.why)}"
    for trouble in verdict.troubles:
        yield f"COULD NOT JUDGE {trouble.where}: {_first_line(trouble.why)}"
    yield from gate_lines(verdict)
    yield from doubt_lines(verdict)
    yield _conclusion(verdict)


def doubt_lines(verdict: RunVerdict) -> Iterator[str]:
    """Yield how many doubts there are, then each: the line to add to the description, and why."""
    if count := len(verdict.doubts):
        yield "1 doubt: add this line" if count == 1 else f"{count} doubts: add these lines"
    for doubt in verdict.doubts:
        yield f"       {doubt}"


def gate_lines(verdict: RunVerdict) -> Iterator[str]:
    """Yield a line for each breach that the team accepts: whether it happened in this run."""
    for one in verdict.accepts:
        met = verdict.met(one)
        if one.expired(verdict.date):
            yield f"EXPIRED {one}"
        elif one in verdict.mended:
            yield f"NO LONGER HAPPENS {one} — it can leave the file"
        elif met:
            yield f"ACCEPTED {one} (met in {_some(met)})"
        else:
            yield f"NOT TRIED {one}"


def _conclusion(verdict: RunVerdict) -> str:
    outcomes = [verdict.outcome(name) for name in verdict.counts]
    counted = ", ".join(
        f"{outcomes.count(word)} {word}" for word in ("held", "broken", "accepted", "untested") if word in outcomes
    )
    explored = sum(not trial.from_test for trial in verdict.trials)
    stories = sum(trial.from_test for trial in verdict.trials)
    orders = sum(trial.orders for trial in verdict.trials)
    why = "" if verdict.trials or verdict.troubles or verdict.others else ": nothing in this run judged a promise"
    tried = f"; {orders} orders of {explored} scenarios and {stories} tests" if verdict.trials else ""
    of = f" ({counted}{tried})" if verdict.trials else ""
    return f"{verdict.conclusion}{of}{why} — exit code {verdict.exit_code}"


def _some(words: list[str] | tuple[str, ...]) -> str:
    rest = len(words) - _MOST
    return ", ".join(words[:_MOST]) + (f" and {rest} more" if rest > 0 else "")


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no reason was given"
