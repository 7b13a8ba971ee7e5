"""Makes trials and verdicts by hand."""

from datetime import date
from typing import Any

from e2e.harness.promises import Doubt
from e2e.harness.verdict import Acceptance, Breach, Counts, Failure, Picture, RunVerdict, Step, Story, Trial, Trouble

TODAY = date(2026, 6, 1)
RESULTS = {"h": Counts(held=3), "b": Counts(held=2, broken=1), "u": Counts(untested=3)}
HOSTILE = "<script>alert('x')</script> & \"quoted\" `ticks` | pipe"
# One black pixel.
JPEG = (
    "data:image/jpeg;base64,"
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////"
    "////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q=="
)


def trial(scenario: str = "one-click", *, text: str = "1 clicks mute", **promises: str) -> Trial:
    """Make a scenario of three orders, in which promises held, broke or were untested: `never_stuck="b"`."""
    broken = tuple(Breach(promise, "why") for promise, result in promises.items() if result == "b")
    again = f'python3 -m e2e --schedule "{scenario}:"'
    stories = (Story(scenario, f"{scenario}: agent#1", again, broken, text),) if broken else ()
    counts = {promise: RESULTS[result] for promise, result in promises.items()}
    return Trial(scenario, "the agent mutes", "acme", counts, orders=3, extent="3 orders", stories=stories)


def verdict(*trials: Trial, accepts: tuple[Acceptance, ...] = (), **more: Any) -> RunVerdict:
    return RunVerdict(TODAY, "acme", trials=trials, accepts=accepts, **more)


def accept(promise: str, scenario: str = "", until: date = TODAY) -> Acceptance:
    return Acceptance(promise, "known", until, scenario)


# ---- one with everything in it

STEPS = (
    Step(0, "view", "page", "agent", "sees UNMUTED", 0.0, payload='{\n  "muted": false\n}'),
    Step(0, "truth", "genesys", "", "holds UNMUTED", 0.0),
    Step(1, "gesture", "agent", "page", "clicks mute", 0.0),
    Step(
        2,
        "request",
        "page",
        "wire",
        "request#6  PATCH muted=true",
        0.0,
        "request#6",
        payload='{\n  "method": "PATCH"\n}',
    ),
    Step(
        3,
        "request",
        "wire",
        "genesys",
        f"request#6  patchConversationsCallParticipant — {HOSTILE}",
        0.0,
        "request#6",
        2,
    ),
    Step(4, "response", "wire", "page", "response#6  202", 0.0, "response#6", 3, '{\n  "status": 202\n}'),
    Step(5, "view", "page", "agent", "sees MUTED", 0.0, payload='{\n  "muted": true\n}', broken=True),
    Step(6, "job", "genesys", "", "job#1  muted=true", 0.0, "job#1", 3),
    Step(7, "truth", "genesys", "", "holds MUTED", 0.0),
    Step(
        8,
        "event",
        "wire",
        "page",
        "event#1  conversations.calls muted=true",
        0.0,
        "event#1",
        6,
        '{\n  "topic": "v2"\n}',
    ),
    Step(9, "trouble", "wire", "", "event#2  lost", 0.0, "event#2", 6),
    Step(10, "time", "genesys", "", "30 s pass", 0.0),
)
DRAWN = Story(
    "supervisor-unmutes",
    "supervisor-unmutes: agent#1 request#6",
    'python3 -m e2e --schedule "supervisor-unmutes: agent#1 request#6" --headed --slow',
    (
        Breach("never_falsely_muted", "the agent saw MUTED while Genesys held UNMUTED", 5),
        Breach("rests_on_the_truth", f"the view shows MUTED {HOSTILE}", 5),
    ),
    f"      agent   wire   genesys\n    1 clicks mute\n    2 {HOSTILE}",
    ("agent", "page", "wire", "genesys"),
    STEPS,
    (
        Picture("before", "agent", "UNMUTED", JPEG, (0, 0, 1, 1)),
        Picture("broken", "agent", "MUTED", JPEG, (0, 0, 1, 1)),
    ),
    "traces/supervisor-unmutes-00000000.zip",
)


def everything() -> RunVerdict:
    """Make a verdict that has something in every field; the text of pages, tests and files is hostile."""
    broken = Trial(
        "supervisor-unmutes",
        "the agent mutes, a supervisor unmutes",
        "acme",
        {"never_falsely_muted": RESULTS["b"], "rests_on_the_truth": RESULTS["b"], "no_storm": RESULTS["h"]},
        orders=3,
        known=44,
        merged=2,
        extent="3 orders explored, 44 branches known and not walked (a promise broke)",
        seconds=1.5,
        stories=(DRAWN,),
        doubts=(Doubt(f"after a refusal the page shows “{HOSTILE}”", f'[alert] css = "{HOSTILE}"'),),
    )
    from_test = Trial(
        "a_refused_mute_is_said[403]",
        "",
        "acme",
        {"no_storm": Counts(held=1), "says_why": Counts(untested=1)},
        from_test=True,
    )
    return RunVerdict(
        TODAY,
        f"acme {HOSTILE}",
        ("1/2",),
        (broken, trial("hold", text="1\n2\n3\n4", rests_on_the_truth="b", never_flickers="b"), from_test),
        (Failure("test_a", f"assert 1 == 2\n{HOSTILE}"),),
        (Trouble("test_b", f"the page did not load\n{HOSTILE}"),),
        (accept("never_flickers", "hold"), accept("no_storm"), accept("says_why", until=date(2026, 1, 1))),
        others=2,
    )
