"""Builds timelines from one line of text: what happened at one page and at Genesys, a word for each moment.

    timeline_of("opens | click | sent | 202 | ran | event | sees MUTED | rest")

    opens [VIEW]          the page loads, reads the call, is still (VIEW is UNMUTED by default)
    click | press X       on the mute button, on another control
    down | up             the mute button is pressed, is let go
    key X [writing]       a key without a declared meaning, perhaps in a text field
    place STATE KEY=CSS [NEAR …]   a sign's selector matches nothing, with what stands around; `place STATE found`
    alike FOUND PLACE ROW …   buttons of one kind: how many are found, which is the first, an attribute=value of each row
    button [NAME]  what has come since the token was refused and may be the sign-in; none any more
    words [TEXT]          new words that no sign takes for anything can be read after a refusal; none any more
    sent [BODY] [to LEG]  the page's PATCH, and its arrival at Genesys: {"muted": wanted} to the agent's leg
    asks METHOD PATH      another request
    202 | 403 | timeout   the answer to the newest request; `429 wait 10` with Retry-After
    read                  the call is read: what is true now
    ran                   the job runs: the newest sent value becomes true
    truth WORDS           something else makes this true: muted, live, held, alone (nobody listens), gone, rings (a new leg),
                          unanswered
    event | foreign       a frame: a snapshot of what is true now; of another call
    stale                 a frame: a snapshot of what was true at the beginning
    sees VIEW [for N]     painted, and gone after N frames; `flash VIEW`: undone before it could be seen
    mic [WORD] [2]        the page's own (second) microphone becomes this: a word of MICROPHONES, `live` by default
    rest [flight] [timer S]   nothing moves; something is held; the page's next timer
    iframe ADDRESS        the document of a hidden iframe loads; at /oauth/ it has asked Genesys for a token first
    +S                    so many seconds pass
    timer | socket | opened | closed | cut | error | rejection | load [ADDRESS] | leaving

A VIEW is `MUTED`, `UNMUTED` or `none`, then any of: pending, dead, alert, login, gone (no call), name=N, pressed=P, text=T
(spaces as `_`), unreachable.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from e2e.harness.promises import judge
from e2e.harness.timeline.timeline import Moment, Timeline
from e2e.harness.timeline.truth import Truth
from e2e.harness.view.widget import Policy

MUTES = "opens | click | sees UNMUTED pending | sent | 202 | ran | event | sees MUTED | rest"
ME, CALL, LEG, PAGE = "agent-id", "call-id", "leg-id", "agent"
PATCH = "patchConversationsCallParticipant"
TRUTHS = {
    "live": Truth(0, LEG, heard=True),
    "muted": Truth(0, LEG, muted=True),
    "held": Truth(0, LEG, held=True),
    "alone": Truth(0, LEG),
    "gone": Truth(0),
    "unanswered": Truth(0, legs=((LEG, "alerting"),)),
    "rings": Truth(0, legs=((LEG, "connected"), ("leg-2", "alerting"))),
}

MICROPHONES: Mapping[str, Mapping[str, object]] = {
    "live": {},
    "disabled": {"enabled": False},
    "stopped": {"ended": "page"},
    "gone": {"ended": "source"},
    "off": {"muted": True},
}


def view(words: str) -> dict[str, Any]:
    """Make the fields of a view from a few words."""
    muted, *rest = words.split()
    given = dict(word.split("=", 1) for word in rest if "=" in word)
    state = {"MUTED": True, "UNMUTED": False, "none": None}[muted]
    return {
        "muted": state,
        "pending": "pending" in rest,
        "enabled": state is not None and not {"dead", "gone"} & set(rest),
        "alert": "alert" in rest,
        "login": "login" in rest,
        "call": "gone" not in rest,
        "notice": "why" if "alert" in rest else "",
        "name": given.get("name", "Mute").replace("_", " "),
        "pressed": given.get("pressed", str(state).lower()),
        "text": given.get("text", "").replace("_", " "),
        "focusable": "unreachable" not in rest,
    }


class StoryBuilder:
    """Builds a timeline step by step."""

    def __init__(self) -> None:
        self.timeline = Timeline(ME, CALL)
        self.n = 0  # journal entries so far
        self.now = 0.0
        self.requests = 0
        self.shown = view("UNMUTED")
        self.wanted = False
        self.true("live")

    def play(self, text: str) -> "StoryBuilder":
        """Add the moments of each step; raises KeyError for an unknown word."""
        for step in text.split("|"):
            word, _, rest = step.strip().partition(" ")
            self.step(word, rest.strip())
        return self

    def step(self, word: str, rest: str) -> None:
        if word.startswith("+"):
            self.now += float(word[1:])
        elif word.isdecimal() or word in ("timeout", "network"):
            self.received(word, rest)
        else:
            steps: Mapping[str, Callable[[str], None]] = {
                "opens": self.opens,
                "click": lambda _: self.page("gesture", type="click", target="mute"),
                "press": lambda target: self.page("gesture", type="key", target=target),
                "down": lambda _: self.page("pointer", down=True),
                "up": lambda _: self.page("pointer", down=False),
                "key": lambda key: self.page("gesture", type="key", key=key[0], target="", free=not key[1:]),
                "words": lambda words: self.page("words", text=words, css=".toast" if words else ""),
                "place": self.place,
                "alike": self.alike,
                "button": lambda name: self.page("login-like", name=name, css="#in" if name else ""),
                "sent": self.sent,
                "asks": self.asks,
                "read": self.read,
                "ran": lambda _: self.true("muted" if self.wanted else "live"),
                "truth": self.true,
                "event": lambda _: self.page("frame", call=CALL, made=self.n),
                "stale": lambda _: self.page("frame", call=CALL, made=1),
                "ending": lambda _: self.page("frame", call=None, made=self.n, ends=True),
                "foreign": lambda _: self.page("frame", call="another", made=self.n),
                "sees": lambda words: self.sees(words, True),
                "flash": lambda words: self.sees(words, False),
                "rest": self.rest,
                "mic": self.microphone,
                "timer": lambda name: self.page("timer", name=name),
                "socket": lambda _: self.page("socket", channel="c", socket=1),
                "opened": lambda _: self.page("opened", socket=1),
                "closed": lambda _: self.page("closed", socket=1, code=1006),
                "cut": lambda _: self.server("closed", "socket#1", "the connection broke", cause="fault"),
                "error": lambda message: self.page("error", message=message),
                "rejection": lambda reason: self.page("rejection", reason=reason),
                "load": lambda address: self.page("load", url=address or "http://x/"),
                "leaving": lambda address: self.page("leaving", url=address),
                "iframe": self.iframe,
            }
            steps[word](rest)

    # ---- the page

    def opens(self, words: str) -> None:
        self.play(f"load | asks GET /api/v2/conversations/calls/{CALL}")
        self.read("")
        self.sees(words or "UNMUTED", True)
        self.rest("")

    def sent(self, rest: str) -> None:
        body, _, leg = rest.partition("to ")
        self.wanted = not self.shown["muted"]
        value = json.loads(body) if body.strip() else {"muted": self.wanted}
        self.send("PATCH", f"/api/v2/conversations/calls/{CALL}/participants/{leg or LEG}", value, PATCH)

    def place(self, rest: str) -> None:
        state, sign, *near = rest.split()
        key, _, css = sign.partition("=")
        self.page("place", state=state, key=key, css=css, matches=sign == "found", near=near)

    def alike(self, rest: str) -> None:
        found, place, *rows = rest.split()
        given = [
            [] if row == "-" else [dict(zip(("attribute", "value"), row.split("="), strict=True), button="b")]
            for row in rows
        ]
        self.page("alike", found=int(found), place=int(place), rows=given)

    def asks(self, rest: str) -> None:
        method, path = rest.split()
        self.send(method, path, None, "getConversationsCall" if "conversations" in path else "")

    def send(self, method: str, path: str, body: object, operation: str) -> None:
        self.requests += 1
        text = "" if body is None else json.dumps(body)
        self.page("sent", request=self.requests, method=method, url=f"http://api{path}", body=text)
        data = {"method": method, "path": path, "body": body, "probe": f"d/{self.requests}", "sender": "d"}
        self.server("offered", f"request#{self.requests}", f"{method} {text or path}", **data)
        outcome = {"operation": operation, "hints": ("near",)}
        self.server("arrived", f"request#{self.requests}", operation, **data, **outcome)

    def received(self, word: str, rest: str) -> None:
        outcome = {"status": int(word)} if word.isdecimal() else {"error": word}
        wait = rest.partition("wait ")[2] or None
        self.page("received", request=self.requests, **outcome, made=self.n, operation=PATCH, retry_after=wait)

    def iframe(self, address: str) -> None:
        self.page("load", document="in an iframe", url="about:blank", top=False)
        if "/oauth/" in address:
            self.server("arrived", "request#9", "getOauthAuthorize", sender="page", operation="getOauthAuthorize")
        self.page("load", document="in an iframe too", url=address, top=False)

    def read(self, _: str) -> None:
        self.page("received", request=self.requests, status=200, made=self.n, operation="getConversationsCall")

    def sees(self, words: str, painted: bool) -> None:
        words, _, frames = words.partition(" for ")
        seen = view(words)
        self.shown = seen if painted else self.shown
        self.page("view", view=seen, painted=painted, frames=int(frames or 0))

    def rest(self, rest: str) -> None:
        timer = rest.partition("timer ")[2]
        flight = (("event#9", "held"),) if "flight" in rest else ()
        self.page("rest", view=self.shown, in_flight=flight, next_timer=float(timer) if timer else None)

    def microphone(self, rest: str) -> None:
        word, _, number = rest.partition(" ")
        state = {"enabled": True, "muted": False, "ended": "", **MICROPHONES[word or "live"]}
        self.page("microphone", microphone=int(number or 1), **state)

    def page(self, kind: str, **data: Any) -> None:
        self.add(kind, PAGE, "", "", {"document": "d", **data})

    # ---- Genesys

    def true(self, words: str) -> None:
        """Make this true from here on; `words` is a key of TRUTHS."""
        truth = TRUTHS[words]
        self.n += 1
        number = self.n
        here = Truth(number, truth.leg, truth.muted, truth.held, truth.heard, truth.legs)
        self.timeline.calls.setdefault(CALL, []).append(here)
        leg = {"id": LEG, "user": ME, "state": "connected" if truth.leg else "disconnected", "confined": False}
        legs = [{"id": "customer", "user": None, "state": "connected", "held": words == "alone", "confined": False}]
        self.add(
            "truth", "", CALL, "", {"call": CALL, "legs": [*legs, {**leg, "muted": truth.muted, "held": truth.held}]}
        )

    def server(self, kind: str, name: str, about: str, **data: Any) -> None:
        self.n += 1
        self.add(kind, "", name, about, data)

    def add(self, kind: str, page: str, name: str, about: str, data: Mapping[str, Any]) -> None:
        number = len(self.timeline.moments) + 1
        self.timeline.moments.append(Moment(number, kind, page, name, about, data, self.n, self.n, self.now))


def timeline_of(text: str) -> Timeline:
    """Build the timeline of a story."""
    return StoryBuilder().play(text).timeline


def judged(promise: str, text: str, policy: Policy | None = None) -> tuple[str, str]:
    """Judge one promise on a story: the result, and why it is broken."""
    verdict = next(verdict for verdict in judge(timeline_of(text), policy) if verdict.promise == promise)
    return verdict.result, verdict.why
