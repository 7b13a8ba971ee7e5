"""Writes summary.md: the verdict in GitHub's Markdown, for a comment on a pull request or the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..verdict import RunVerdict, Story
from ..verdict.words import doubt_lines, gate_lines

SIGNS = {"held": "✓ held", "broken": "✗ **broken**", "accepted": "◐ accepted", "untested": "– untested"}
HEADS = {"held": "✓ held", "broken": "✗ broken", "not judged": "! could not judge", "unfinished": "! unfinished"}
LONGEST = 60_000  # characters: GitHub takes 65,536 in a comment
_MOST = 3  # scenarios that a row names
_FACTS = 14  # lines of what could not be judged: diagnosis has no more


def markdown(verdict: RunVerdict) -> str:
    """Write the verdict: what prevented judging, a table of promises, and the smallest stories while there is room."""
    parts = [
        *_head(verdict),
        *(_table(verdict) if verdict.trials else ()),
    ]  # where nothing was tried, a table says nothing
    for story in verdict.stories:
        section = _story(story)
        if sum(map(len, parts)) + len(section) > LONGEST:
            parts.append("More stories are in the report.\n")
            break
        parts.append(section)
    return "\n".join(parts)


def _head(verdict: RunVerdict) -> Iterator[str]:
    orders = sum(trial.orders for trial in verdict.trials)
    part = f", parts {', '.join(verdict.parts)}" if verdict.parts else ""
    yield f"## hotmic: {_plain(verdict.widget)} — {HEADS[verdict.conclusion]}\n"
    yield f"{orders} orders of {len(verdict.trials)} scenarios and tests on {verdict.date}{part}.\n"
    for card in verdict.cards:
        also = f"; also breaks {', '.join(f'`{name}`' for name in card.also)}" if card.also else ""
        yield f"- **{verdict.outcome(card.promise)}** `{card.promise}`: {_plain(_first(card.why))}{also}"
    for failure in verdict.failures:
        yield f"- **failed** `{_code(failure.test)}`: {_plain(_first(failure.why))}"
    listed: set[str] = set()  # many tests may fail for one cause
    for trouble in verdict.troubles:
        yield f"- **could not judge** `{_code(trouble.where)}`: {_plain(_first(trouble.why))}"
        if trouble.why not in listed:
            yield from (f"  - {_plain(line.strip())}" for line in trouble.why.strip().splitlines()[1:][:_FACTS])
        listed.add(trouble.why)
    for line in gate_lines(verdict):
        yield f"- {_plain(line)}"
    for place, line in enumerate(doubt_lines(verdict)):
        yield f"{'  ' * min(place, 1)}- {_plain(line.strip())}"
    if not verdict.trials and not verdict.troubles:
        yield "- nothing in this run judged a promise"
    yield ""


def _table(verdict: RunVerdict) -> Iterator[str]:
    yield "| promise | | held | broken | untested | broken in |"
    yield "|---|---|--:|--:|--:|---|"
    all_counts = verdict.counts
    for name in verdict.ranked:
        counts = all_counts[name]
        where = [trial.scenario for trial in verdict.trials if trial.counts.get(name) and trial.counts[name].broken]
        rest = f" and {len(where) - _MOST} more" if len(where) > _MOST else ""
        numbers = f"{counts.held} | {counts.broken} | {counts.untested}"
        named = ", ".join(f"`{_code(one)}`" for one in where[:_MOST])
        yield f"| `{name}` | {SIGNS[verdict.outcome(name)]} | {numbers} | {named}{rest} |"
    yield ""


def _story(story: Story) -> str:
    broken = "; ".join(f"<code>{breach.promise}</code>: {escape(breach.why)}" for breach in story.breaches)
    fence = "~~~~" if "```" in story.text else "```"
    lines = [f"{fence}text", story.text, "", f"again:  {story.again}", fence]
    summary = f"<summary>{broken} (<code>{escape(story.scenario)}</code>)</summary>"
    return "\n".join(["<details>", summary, "", *lines, "", "</details>", ""])


def _plain(text: str) -> str:
    """Escape the text of a page or a file, so that it means nothing to Markdown or HTML."""
    for sign in "\\`*_[]|~":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|").replace("\n", " ")


def _first(text: str) -> str:
    return text.strip().partition("\n")[0]
