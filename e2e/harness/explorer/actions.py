"""Parses what people, administrators and the network do in a scenario into functions of the engine.

The player calls such a function on the real engine, the model on a copy: so the model knows what an action leads to before it
happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from mock_server.core import settings, worlds
from mock_server.core.messages import Request, Response
from mock_server.core.model import Fault
from mock_server.engine import causes
from mock_server.engine.engine import Engine, Writes
from mock_server.engine.people import CALL_LEG, Person, Refused, call_named, leg_named
from mock_server.gateway import faults

from ..view.near import near
from .scenarios import PAGES, BadScenario, Scenario

Action = Callable[[Engine], Writes]


@dataclass(frozen=True, slots=True)
class Gesture:
    """What an agent does at a page: `click mute`, `double-click mute`, `press m`, `press Enter on mute`, `reload`."""

    verb: str
    what: str = ""
    on: str = ""


_GESTURES: Final = {
    "click": r"click (?P<what>\S+)",
    "double-click": r"double-click (?P<what>\S+)",
    "press": r"press (?P<what>\S+)(?: on (?P<on>\S+))?",
    "type": r"type '(?P<what>[^']*)' into (?P<on>.+)",
    "reload": r"reload",
}

_LEG: Final = r"(?: (?P<whom>\w+))?(?: in (?P<call>\w+))?"


def _of_a_leg(verb: str) -> Callable[[Person, Mapping[str, str]], None]:
    return lambda person, words: getattr(person, verb)(words.get("whom") or "agent", words.get("call") or "call")


def _transfer(person: Person, words: Mapping[str, str]) -> None:
    _post(person, words.get("whom") or "agent", "replace", {"userId": _user(person, words["to"])})


def _consult(person: Person, words: Mapping[str, str]) -> None:
    body = {"speakTo": "DESTINATION", "destination": {"userId": _user(person, words["to"])}}
    _post(person, "customer", "consult", body)


def _user(person: Person, word: str) -> str:
    return person.state.aliases.get(word, word)


def _post(person: Person, whom: str, what: str, body: Mapping[str, object]) -> None:
    call = call_named(person.state, "call")
    path = CALL_LEG.format(call=call.id, leg=leg_named(person.state, call, whom).id)
    person.request("POST", f"{path}/{what}", dict(body))  # type: ignore[arg-type]  # JSON, as written above


_ACTS: Final[Mapping[str, tuple[str, Callable[[Person, Mapping[str, str]], None]]]] = {
    "mute": (rf"mute{_LEG}", _of_a_leg("mute")),
    "unmute": (rf"unmute{_LEG}", _of_a_leg("unmute")),
    "hold": (rf"hold{_LEG}", _of_a_leg("hold")),
    "unhold": (rf"unhold{_LEG}", _of_a_leg("unhold")),
    "answer": (rf"answer{_LEG}", _of_a_leg("answer")),
    "hang up": (rf"hang up{_LEG}", _of_a_leg("hang_up")),
    "transfer": (r"transfer (?P<whom>\w+) to (?P<to>\w+)", _transfer),
    "consult": (r"consult (?P<to>\w+)", _consult),
}


class _Cause(Protocol):
    def __call__(self, engine: Engine, words: Mapping[str, str]) -> Writes: ...


_CAUSES: Final[Mapping[str, tuple[str, _Cause]]] = {
    "expire token": ("expire token", lambda engine, words: causes.expire_token(engine)),
    "revoke token": ("revoke token", lambda engine, words: causes.revoke_token(engine)),
    "revoke": (r"revoke (?P<what>\S+:\S+)", lambda engine, words: causes.revoke(engine, words["what"])),
    "grant": (r"grant (?P<what>\S+:\S+)", lambda engine, words: causes.grant(engine, words["what"])),
    "limit scopes": (
        r"limit scopes(?P<what>.*)",
        lambda engine, words: causes.limit_scopes(engine, *words["what"].split()),
    ),
    "refuse sign-in": ("refuse sign-in", lambda engine, words: causes.refuse_sign_in(engine)),
    "allow sign-in": ("allow sign-in", lambda engine, words: causes.refuse_sign_in(engine, "")),
    "cut socket": ("cut socket", lambda engine, words: causes.cut_socket(engine)),
    "silence socket": ("silence socket", lambda engine, words: causes.silence_socket(engine)),
    "close soon": ("close soon", lambda engine, words: causes.close_soon(engine)),
    "starve": ("starve", lambda engine, words: causes.starve(engine)),
    "send": (r"send (?P<what>.+)", lambda engine, words: causes.send_frame(engine, words["what"])),
}

_FAULT: Final = r"(?P<effect>\w+)(?: (?P<status>\d{3}))?(?: on (?P<on>\w+(?: \w+)*?))?(?: (?P<times>\d+) times)?"


def gesture(line: str) -> Gesture:
    """The gesture that a line of an agent's script describes. Raises BadScenario."""
    for verb, pattern in _GESTURES.items():
        if match := re.fullmatch(pattern, line):
            words = match.groupdict()
            return Gesture(verb, words.get("what") or "", words.get("on") or "")
    raise BadScenario(f"'{line}' is nothing that an agent does: it is {near(line, _GESTURES)}")


def action(person: str, line: str) -> Action:
    """The action that a line of the script of a person without a page describes. Raises BadScenario."""
    for pattern, cause in _CAUSES.values():
        if match := re.fullmatch(pattern, line):
            return partial(cause, words=match.groupdict())
    for pattern, act in _ACTS.values():
        if match := re.fullmatch(pattern, line):
            return _of_person(person, act, {key: value or "" for key, value in match.groupdict().items()})
    if (match := re.fullmatch(_FAULT, line)) and match["effect"] in faults.EFFECTS:
        return fault(line)
    raise BadScenario(f"'{line}' is nothing that '{person}' does: it is {near(line, (*_ACTS, *_CAUSES))}")


def fault(line: str) -> Action:
    """The action that brings a fault about: `never_apply`, `refuse 503 on getUsersMe 3 times`. Raises BadScenario.

    Without `on` it is a fault of the operations that mute, and without `times` it acts once.
    """
    if line in _CAUSES:
        return action("network", line)
    match = re.fullmatch(_FAULT, line)
    if match is None or match["effect"] not in faults.EFFECTS:
        known = (*faults.EFFECTS, *_CAUSES)
        raise BadScenario(f"fault '{line}' is {near(line.partition(' ')[0], known)}")
    options: dict[str, str | int | float] = {"status": int(match["status"])} if match["status"] else {}
    if options.get("status") == 429:
        options["retry_after"] = 3
    parsed = Fault(match["effect"], match["on"] or faults.MUTE, int(match["times"] or 1), options)
    try:
        faults.checked(parsed)
    except faults.BadFault as error:
        raise BadScenario(f"fault '{line}': {error}") from error
    return lambda engine: causes.fault(engine, parsed.effect, parsed.on, parsed.times, **options)


def _of_person(person: str, act: Callable[[Person, Mapping[str, str]], None], words: Mapping[str, str]) -> Action:
    """The action of a person who sends requests to the engine."""

    def action(engine: Engine) -> Writes:
        writes: list[Writes] = []

        def answer(request: Request) -> Response:
            response, written = engine.act(request)
            writes.append(written)
            return response

        try:
            act(Person(person, answer, lambda: engine.state), words)
        except (Refused, LookupError):
            pass  # Genesys refuses, or whom it is done to is gone: some orders end so
        return tuple(write for some in writes for write in some)

    return action


def check(scenario: Scenario) -> None:
    """Raise BadScenario for a line or a setting that cannot be parsed or names somebody who is not in the world; UnknownWorld."""
    known = worlds.build(scenario.world).aliases
    try:
        settings.checked(scenario.settings)
    except settings.BadSetting as error:
        raise BadScenario(f"[{scenario.name}] {error}") from error
    for person, lines in scenario.scripts.items():
        for line in filter(None, lines):
            _ = gesture(line) if person in PAGES else action(person, line)
            for word in _names(line):
                if word not in known:
                    raise BadScenario(
                        f"[{scenario.name}] '{line}': in world '{scenario.world}', '{word}' is {near(word, known)}"
                    )
    for line in scenario.faults:
        fault(line)


def _names(line: str) -> list[str]:
    """The words of a line that name users and calls."""
    matches = (re.fullmatch(pattern, line) for pattern, _ in _ACTS.values())
    return [word for match in matches if match for word in match.groupdict().values() if word]
