"""Judges what a widget owes the agent: each promise is a pure function of a story, and names the step that broke it.

Every promise is judged on every story, as held, broken or untested: a promise whose occasion never came up in the story has
proved nothing and is `untested`. Promises judge what the agent suffers, never how a widget is built.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from ..timeline.timeline import Timeline
from ..view.widget import Policy
from .context import contexts
from .doubts import doubted
from .hearing import mic_agrees
from .holding import acts_at_both_ends, held_to_talk, pressed_to_toggle
from .judging import Check, Doubt, Finding, Verdict, shown, verdict
from .loading import reads_the_call
from .requests import no_storm, one_click_one_right_patch
from .selectors import matched as matched_signs
from .selectors import unmatched as unmatched_signs
from .sight import never_falsely_muted, never_flickers, one_accessible_truth, only_my_call, rests_on_the_truth
from .trouble import never_stuck, quiet_page, renews_or_asks, says_why, survives_the_socket

PROMISES: dict[str, Check] = {
    check.__name__: check
    for check in (
        one_click_one_right_patch,
        never_falsely_muted,
        never_flickers,
        rests_on_the_truth,
        says_why,
        never_stuck,
        renews_or_asks,
        no_storm,
        survives_the_socket,
        only_my_call,
        reads_the_call,
        quiet_page,
        one_accessible_truth,
        mic_agrees,
    )
}

# The promises, the one whose breach hurts most first: a hot mic, then a widget that is stuck.
WORST_FIRST: Final = tuple(dict.fromkeys(("never_falsely_muted", "never_stuck", *PROMISES)))


def broken_of(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The broken ones of some verdicts, the worst first."""
    broken = (verdict for verdict in verdicts if verdict.result == "broken")
    return tuple(sorted(broken, key=lambda verdict: WORST_FIRST.index(verdict.promise)))


def judge(timeline: Timeline, policy: Policy | None = None, matched: Collection[str] = ()) -> tuple[Verdict, ...]:
    """Judge every promise on this story. One that another line in the description would mend is untested, with that doubt.

    `matched`: the states by whose sign's selector something was found in another story of the run.
    """
    rules = policy or Policy()
    return doubted(_judged(timeline, rules), timeline, rules, _judged, matched)


def _judged(timeline: Timeline, policy: Policy) -> tuple[Verdict, ...]:
    read = held_to_talk if policy.gesture == "hold" else pressed_to_toggle
    story = contexts(read(timeline), policy)
    return tuple(verdict(name, check(story, policy)) for name, check in PROMISES.items())


__all__ = [
    "PROMISES",
    "WORST_FIRST",
    "Check",
    "Doubt",
    "Finding",
    "Verdict",
    "acts_at_both_ends",
    "broken_of",
    "judge",
    "matched_signs",
    "shown",
    "unmatched_signs",
]
