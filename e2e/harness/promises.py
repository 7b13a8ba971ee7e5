"""What a widget owes the agent: each promise is a pure function of a story, three-valued, naming the step that broke it.

All promises are judged on all stories. `held` needs a premise: a promise whose premise never came up has proved nothing and is
`untested`. Judged is what the agent suffers, never how a widget is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from .scenes import PATCHES, Scene, Wish, face, scenes
from .timeline import Timeline
from .widget import Policy

Result = Literal["held", "broken", "untested"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a premise came up, and what is wrong there ("" for nothing)."""

    moment: int
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise judged on one story."""

    promise: str
    result: Result
    moment: int = 0
    why: str = ""

    def __str__(self) -> str:
        return f"{self.result.upper()} {self.promise}" + (f": {self.why}" if self.why else "")


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
Face = tuple[bool | None, bool]
Check = Callable[[tuple[Scene, ...], Policy], Iterable[Finding]]
PROMISES: dict[str, Check] = {}


def promise(check: Check) -> Check:
    """Enter a check in the registry under its function's name."""
    PROMISES[check.__name__] = check
    return check


def judge(timeline: Timeline, policy: Policy | None = None) -> tuple[Verdict, ...]:
    """Every promise on this story."""
    rules = policy or Policy()
    story = scenes(timeline, rules)
    return tuple(_verdict(name, check(story, rules)) for name, check in PROMISES.items())


def _verdict(name: str, findings: Iterable[Finding]) -> Verdict:
    last: Finding | None = None
    for last in findings:
        if last.wrong:
            return Verdict(name, "broken", last.moment, last.wrong)
    return Verdict(name, "held" if last else "untested")


# ---- helpers


def shown(view: Mapping[str, Any] | None) -> str:
    """One word or two for what a view says of the mute."""
    if view is None or view.get("muted") is None:
        return "no mute state"
    return ("MUTED" if view["muted"] else "UNMUTED") + (" (pending)" if view.get("pending") else "")


def _speaks(view: Mapping[str, Any] | None) -> bool:
    """The view tells the agent that something is wrong: a notice, a login asked for."""
    return bool(view and (view.get("alert") or view.get("login")))


def _quiet(scene: Scene, policy: Policy) -> bool:
    """Nothing is in flight and no timer is near."""
    data = scene.moment.data
    timer = data["next_timer"]
    return not data["in_flight"] and (timer is None or timer > policy.near_seconds)


def _rests(story: tuple[Scene, ...]) -> Iterator[Scene]:
    return (scene for scene in story if scene.moment.kind == "rest")


def _lasting(story: tuple[Scene, ...], policy: Policy, wrong: Callable[[Scene], str]) -> Iterator[Finding]:
    """Findings at stillnesses: a wrong that is at rest, or lasts longer than the widget may take to mend it, counts.

    A view that agrees with all the page was told has had no chance to know better: it is given the time to notice a dead socket.
    """
    since: dict[str, float] = {}
    for scene in _rests(story):
        page, now = scene.moment.page, scene.moment.now
        reason = wrong(scene)
        if not reason:
            since.pop(page, None)
            yield Finding(scene.moment.n)
            continue
        lasted = now - since.setdefault(page, now)
        ignorant = _agrees(scene.view, scene.told) and scene.told != scene.truth
        patience = policy.recovery_seconds if ignorant else policy.patience_seconds
        if scene.moment.data["in_flight"]:
            since[page] = now  # what is on its way may still mend it
        elif lasted >= patience or (not ignorant and _quiet(scene, policy)):
            yield Finding(scene.moment.n, reason)
            return


def _agrees(view: Mapping[str, Any] | None, told: Any) -> bool:
    return bool(view and told and told.leg is not None and view.get("muted") == told.muted)


# ---- the promises


@promise
def one_click_one_right_patch(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """Right operation, own live leg, exactly {"muted": wanted}, for each click that the button promised to serve.

    No other request of the page changes a call.
    """
    served: dict[int, int] = {}
    wishes: dict[int, Wish] = {}
    for scene in story:
        moment = scene.moment
        if moment.kind == "gesture" and scene.wish and scene.wish.gesture == moment.n:
            wishes[moment.n] = scene.wish
        if moment.kind != "arrived" or not _mutates(moment.data) or not _from_page(moment.data):
            continue
        sent = _sending_of(story, scene)
        wish = sent.wish if sent and sent.wish and moment.data["probe"] in sent.wish.requests else None
        wrong = _wrong_patch(scene, sent, wish, served)
        if wish is not None:
            served[wish.gesture] = served.get(wish.gesture, 0) + 1
        yield Finding(moment.n, wrong)
    yield from _dead_clicks(story, policy, wishes, served)


def _mutates(data: Mapping[str, Any]) -> bool:
    return data["method"] not in ("GET", "HEAD", "OPTIONS") and str(data["path"]).startswith("/api/v2/conversations")


def _from_page(data: Mapping[str, Any]) -> bool:
    return bool(data.get("probe"))


def _sending_of(story: tuple[Scene, ...], arrived: Scene) -> Scene | None:
    """The scene in which the page sent this request."""
    probe = arrived.moment.data["probe"]
    sendings = (scene for scene in story if scene.moment.kind == "sent")
    return next((s for s in sendings if f"{s.moment.data['document']}/{s.moment.data['request']}" == probe), None)


def _wrong_patch(scene: Scene, sent: Scene | None, wish: Wish | None, served: Mapping[int, int]) -> str:
    data = scene.moment.data
    truths = (*scene.truths, *(sent.truths if sent else ()))  # a leg may end while the request is on its way
    what = f"{data['method']} {data['path']}"
    if wish is None:
        return f"{what} was sent though no click asked for it"
    if data["operation"] not in PATCHES:
        hints = "; ".join(data.get("hints") or ())
        return f"{what} does not mute" + (f": {hints}" if hints else "")
    if not any(truth.leg and f"/participants/{truth.leg}" in str(data["path"]) for truth in truths):
        return f"{what} is not for the agent's own live leg ({scene.truth.leg or 'there is none'})"
    if data["body"] != {"muted": wish.wanted}:
        return f"the agent wanted muted={str(wish.wanted).lower()}; sent was {data['body']}"
    if served.get(wish.gesture) and not _failed_before(wish):
        return "a second request was sent for one click"
    return ""


def _failed_before(wish: Wish) -> bool:
    return wish.ended == "refused" or len(wish.requests) > 1 and wish.answer == ""


def _dead_clicks(
    story: tuple[Scene, ...], policy: Policy, wishes: Mapping[int, Wish], served: Mapping[int, int]
) -> Iterator[Finding]:
    for gesture, wish in wishes.items():
        if not wish.open or served.get(gesture):
            continue
        later = [s for s in story if s.moment.n > gesture and s.moment.page == wish.page]
        rests = [s for s in later if s.moment.kind == "rest" and not s.moment.data["in_flight"]]
        if not rests or any(_speaks(s.view) or s.truth.leg is None or s.moment.kind == "load" for s in later):
            continue
        if rests[-1].truth.muted != wish.wanted:
            yield Finding(gesture, "the button promised to act, and the click led to no request")


@promise
def never_falsely_muted(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """At rest or on screen: never "muted" while the caller hears the agent (hot mic)."""
    for scene in story:
        if scene.moment.kind in ("view", "rest") and scene.view is not None and scene.view.get("muted"):
            yield Finding(scene.moment.n, _false_claim(scene))

    def wrong(scene: Scene) -> str:
        if not (scene.view and scene.view.get("muted") and scene.truth.heard):
            return ""
        return "the agent saw MUTED while Genesys held UNMUTED and nothing was in flight"

    yield from (f for f in _lasting(story, policy, wrong) if f.wrong)


def _false_claim(scene: Scene) -> str:
    """A claim against the page's own newest knowledge, with no wish that could excuse it."""
    told, wish = scene.told, scene.wish
    if told is None or told.leg is None or told.muted or not all(truth.heard for truth in scene.truths):
        return ""
    if (wish and wish.unresolved and wish.wanted) or (scene.before and scene.before.get("muted") and not scene.fresh):
        return ""
    if scene.before and scene.before.get("muted") and scene.moment.kind != "rest":
        return ""
    return "the agent saw MUTED after the page had been told that the leg is UNMUTED"


@promise
def never_flickers(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """Each change of view has a cause: a click, a refusal or a newer truth; no A→B→A for one cause."""
    trails: dict[str, tuple[Face, ...]] = {}  # page → the faces since the last cause of a change
    for scene in story:
        if scene.moment.kind not in ("view", "rest") or scene.view is None or scene.view.get("muted") is None:
            continue
        now, trail = face(scene.view), trails.get(scene.moment.page, ())
        if trail and trail[-1] == now:
            continue
        yield Finding(scene.moment.n, _flicker(scene, now, trail))
        trails[scene.moment.page] = (*(trail[-1:] if scene.fresh else trail), now)


def _flicker(scene: Scene, now: Face, trail: tuple[Face, ...]) -> str:
    if not trail:
        return ""
    if not scene.fresh and now in trail:
        return f"the view went {_path((*trail, now))} for one cause"
    wish, told = scene.wish, scene.told
    if now[0] == trail[-1][0]:
        return ""
    if wish and wish.unresolved:
        if now[0] == wish.wanted:
            return ""
        way = _path((*trail, now))
        return f"the view left {_word(wish.wanted)} again ({way}) while the click was neither refused nor overtaken"
    if told is not None and told.leg is not None and now[0] != told.muted:
        return f"the view changed to {_word(now[0])} though the page had been told {told}"
    return ""


def _word(muted: Any) -> str:
    return "MUTED" if muted else "UNMUTED"


def _path(faces: Iterable[Face]) -> str:
    return " → ".join(_word(muted) + (" (pending)" if pending else "") for muted, pending in faces)


@promise
def rests_on_the_truth(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """When nothing is in flight and no timer is near, the view equals Genesys."""

    def wrong(scene: Scene) -> str:
        view, truth = scene.view, scene.truth
        if view is None or view.get("login") or scene.told is None:
            return ""
        if truth.leg is None:
            return (
                f"the view shows {shown(view)} on a button that works, but the agent is on no live leg"
                if view.get("enabled")
                else ""
            )
        if view.get("pending"):
            return ""  # never_stuck judges it
        if view.get("muted") is None:
            return f"the view shows no mute state while Genesys holds {truth}"
        return f"the view shows {shown(view)} while Genesys holds {truth}" if view["muted"] != truth.muted else ""

    return _lasting(story, policy, wrong)


@promise
def says_why(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """A refusal (401, 403, 404, 409, 429, 5xx, no answer) of what the agent asked for is visible to the agent."""
    for start, scene in enumerate(story):
        wish = scene.wish
        if (
            scene.moment.kind != "received"
            or wish is None
            or wish.answered_at != scene.moment.n
            or wish.answer.startswith("2")
        ):
            continue
        wrong = _unsaid(story[start:], wish)
        if wrong is not None:
            yield Finding(scene.moment.n, wrong)


def _unsaid(later: tuple[Scene, ...], wish: Wish) -> str | None:
    """What was not said until the agent's next click; None when the story ends too early to tell."""
    told: str | None = None
    for scene in later:
        if scene.moment.page != wish.page:
            continue
        if (
            scene.moment.kind == "gesture"
            and scene.moment.n != wish.gesture
            and scene.wish
            and scene.wish.gesture == scene.moment.n
        ):
            break
        if scene.moment.kind not in ("view", "rest"):
            continue
        if _speaks(scene.view) or (scene.view and scene.view.get("call") is False):
            return ""
        if scene.moment.kind == "rest" and not scene.moment.data["in_flight"]:
            done = scene.truth.muted == wish.wanted or scene.truth.leg is None
            told = "" if done else f"the request was answered {wish.answer}, and the agent was shown no reason"
    return told


@promise
def never_stuck(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """No pending view, dead button or spinner at rest while the call lives."""

    def wrong(scene: Scene) -> str:
        view, truth = scene.view, scene.truth
        if view is None or view.get("login") or truth.leg is None or scene.told is None or scene.told.leg is None:
            return ""
        if scene.barred and view.get("alert"):
            return ""  # Genesys asked to wait, and the agent was told
        if view.get("pending"):
            return f"the view is still pending ({shown(view)}) and nothing is in flight"
        return "" if view.get("enabled") else "the mute button is dead while the call lives"

    return _lasting(story, policy, wrong)


@promise
def renews_or_asks(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """An expired token is renewed or a login asked for; the wish is not lost silently."""
    for start, scene in enumerate(story):
        data = scene.moment.data
        if scene.moment.kind != "received" or data.get("status") != 401:
            continue
        outcome = _after_401(story[start:], scene.moment.page)
        if outcome is not None:
            yield Finding(scene.moment.n, outcome)


def _after_401(later: tuple[Scene, ...], page: str) -> str | None:
    outcome: str | None = None
    for scene in later:
        if scene.moment.page != page:
            continue
        if scene.moment.kind in ("view", "rest") and scene.view and scene.view.get("login"):
            return ""
        if scene.moment.kind in ("leaving", "load"):
            return ""
        if scene.moment.kind == "received" and str(scene.moment.data.get("status", "")).startswith("2"):
            return ""
        if scene.moment.kind == "rest" and not scene.moment.data["in_flight"]:
            outcome = "the token had expired (401); it was not renewed, and no login was asked for"
    return outcome


@promise
def no_storm(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """Bounded requests and sockets per cause; Retry-After respected."""
    sent: dict[tuple[str, str], list[float]] = {}
    refused: dict[tuple[str, str], bool] = {}
    for scene in story:
        moment = scene.moment
        if moment.kind == "received" and scene.moment.data.get("status") == 429:
            refused[_asked(story, scene)] = True
        if moment.kind not in ("sent", "socket"):
            continue
        key = _kind_of(scene)
        if scene.barred and refused.get(key):
            yield Finding(moment.n, f"{key[1]} was asked again before Retry-After had passed")
        times = sent.setdefault(key, [])
        times.append(moment.now)
        recent = [t for t in times if moment.now - t < policy.storm_window_seconds]
        many = len(recent) > policy.storm_requests
        yield Finding(
            moment.n, f"{len(recent)} times {key[1]} within {policy.storm_window_seconds:g} s" if many else ""
        )


def _kind_of(scene: Scene) -> tuple[str, str]:
    """What is asked, ids left out: the page and `PATCH /conversations/calls/…/participants/…`."""
    data = scene.moment.data
    if scene.moment.kind == "socket":
        return scene.moment.page, "a socket"
    return scene.moment.page, f"{data['method']} {_ID.sub('…', urlsplit(str(data['url'])).path)}"


def _asked(story: tuple[Scene, ...], answer: Scene) -> tuple[str, str]:
    data = answer.moment.data
    sent = (s for s in story if s.moment.kind == "sent" and s.moment.page == answer.moment.page)
    wanted = (data["document"], data["request"])
    return next(
        (_kind_of(s) for s in sent if (s.moment.data["document"], s.moment.data["request"]) == wanted), ("", "")
    )


@promise
def survives_the_socket(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """After a lost, silent or closing socket the view learns what is true again: reconnected, re-subscribed, re-read."""
    broken_at: float | None = None
    for scene in story:
        moment = scene.moment
        if moment.kind in ("closed", "lost", "changed") and _loses_socket(scene):
            broken_at = moment.now if broken_at is None else broken_at
        if moment.kind != "rest" or broken_at is None or scene.view is None or moment.data["in_flight"]:
            continue
        if moment.now - broken_at < policy.recovery_seconds or scene.view.get("login") or scene.told is None:
            continue
        wrong = scene.truth.leg is not None and scene.view.get("muted") not in (None, scene.truth.muted)
        lasted = f"{moment.now - broken_at:.0f} s after the socket was lost"
        yield Finding(
            moment.n, f"{lasted} the view shows {shown(scene.view)}; Genesys holds {scene.truth}" if wrong else ""
        )


def _loses_socket(scene: Scene) -> bool:
    moment = scene.moment
    if moment.kind == "closed":
        return not moment.page and moment.data.get("cause") != "page"
    return moment.kind == "changed" and "socket" in moment.about


@promise
def only_my_call(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """Other calls, other legs and unknown frames change nothing here."""
    foreign: dict[str, Scene] = {}
    for scene in story:
        moment = scene.moment
        if moment.kind == "frame":
            foreign.pop(moment.page, None)
            if scene.fresh == "":
                foreign[moment.page] = scene
                yield Finding(moment.n)
        elif moment.kind in ("gesture", "received", "timer", "load", "opened", "closed"):
            foreign.pop(moment.page, None)
        elif (
            moment.kind in ("view", "rest")
            and moment.page in foreign
            and scene.view is not None
            and scene.before is not None
        ):
            old, new = scene.before.get("muted"), scene.view.get("muted")
            if old != new:
                change = f"from {shown(scene.before)} to {shown(scene.view)}"
                yield Finding(moment.n, f"a frame that says nothing about this leg changed the view {change}")


@promise
def quiet_page(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """No page error, no unhandled rejection."""
    for scene in story:
        data = scene.moment.data
        if scene.moment.kind == "error":
            yield Finding(scene.moment.n, f"page error: {data.get('message')}")
        elif scene.moment.kind == "rejection":
            yield Finding(scene.moment.n, f"unhandled rejection: {data.get('reason')}")
        elif scene.moment.kind == "load":
            yield Finding(scene.moment.n)


@promise
def one_accessible_truth(story: tuple[Scene, ...], policy: Policy) -> Iterator[Finding]:
    """Name, pressed state and visible text agree; reachable by keyboard."""
    for scene in story:
        view = scene.view
        if scene.moment.kind not in ("view", "rest") or view is None or view.get("muted") is None:
            continue
        if view.get("call") or view.get("enabled"):
            yield Finding(scene.moment.n, _disagreement(view))


def _disagreement(view: Mapping[str, Any]) -> str:
    name, pressed = str(view.get("name") or ""), view.get("pressed")
    if not name.strip():
        return "the mute button has no accessible name"
    if not view.get("focusable") and view.get("enabled"):
        return f"the button '{name}' cannot be reached by keyboard"
    offers_unmute = name.strip().lower().startswith(("unmute", "un-mute"))
    if pressed in ("true", "false") and offers_unmute and (pressed == "true") == bool(view["muted"]):
        return f"the button is called '{name}' and its pressed state is {pressed}: one says the opposite of the other"
    if (
        pressed in ("true", "false")
        and not offers_unmute
        and (pressed == "true") != bool(view["muted"])
        and not view.get("pending")
    ):
        return f"the view says {shown(view)}, the pressed state of '{name}' says {pressed}"
    return ""


__all__ = ["PROMISES", "Finding", "Verdict", "judge", "promise", "shown"]
