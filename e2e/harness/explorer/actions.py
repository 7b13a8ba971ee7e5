"""What people, administrators and the network do in a scenario, from the words that say it: a function of the engine.

The same function is played on the real engine and on a copy of it, so what it would lead to is known before it is done.
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
    """What an agent does at the page: `click mute`, `double-click mute`, `press m`, `press Enter on mute`, `reload`."""

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
    return lambda person, said: getattr(person, verb)(said.get("whom") or "agent", said.get("call") or "call")


def _transfer(person: Person, said: Mapping[str, str]) -> None:
    _post(person, said.get("whom") or "agent", "replace", {"userId": _user(person, said["to"])})


def _consult(person: Person, said: Mapping[str, str]) -> None:
    body = {"speakTo": "DESTINATION", "destination": {"userId": _user(person, said["to"])}}
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
    def __call__(self, engine: Engine, said: Mapping[str, str]) -> Writes: ...


_CAUSES: Final[Mapping[str, tuple[str, _Cause]]] = {
    "expire token": ("expire token", lambda engine, said: causes.expire_token(engine)),
    "revoke token": ("revoke token", lambda engine, said: causes.revoke_token(engine)),
    "revoke": (r"revoke (?P<what>\S+:\S+)", lambda engine, said: causes.revoke(engine, said["what"])),
    "grant": (r"grant (?P<what>\S+:\S+)", lambda engine, said: causes.grant(engine, said["what"])),
    "limit scopes": (
        r"limit scopes(?P<what>.*)",
        lambda engine, said: causes.limit_scopes(engine, *said["what"].split()),
    ),
    "refuse sign-in": ("refuse sign-in", lambda engine, said: causes.refuse_sign_in(engine)),
    "allow sign-in": ("allow sign-in", lambda engine, said: causes.refuse_sign_in(engine, "")),
    "cut socket": ("cut socket", lambda engine, said: causes.cut_socket(engine)),
    "silence socket": ("silence socket", lambda engine, said: causes.silence_socket(engine)),
    "close soon": ("close soon", lambda engine, said: causes.close_soon(engine)),
    "starve": ("starve", lambda engine, said: causes.starve(engine)),
    "send": (r"send (?P<what>.+)", lambda engine, said: causes.send_frame(engine, said["what"])),
}

_FAULT: Final = r"(?P<effect>\w+)(?: (?P<status>\d{3}))?(?: on (?P<on>\w+(?: \w+)*?))?(?: (?P<times>\d+) times)?"


def gesture(words: str) -> Gesture:
    """What an agent's line means. Raises BadScenario."""
    for verb, pattern in _GESTURES.items():
        if said := re.fullmatch(pattern, words):
            return Gesture(verb, said.groupdict().get("what") or "", said.groupdict().get("on") or "")
    raise BadScenario(f"'{words}' is nothing that an agent does: it is {near(words, _GESTURES)}")


def action(person: str, words: str) -> Action:
    """What a line of somebody who has no page means. Raises BadScenario."""
    for pattern, cause in _CAUSES.values():
        if said := re.fullmatch(pattern, words):
            return partial(cause, said=said.groupdict())
    for pattern, act in _ACTS.values():
        if said := re.fullmatch(pattern, words):
            return _acted(person, act, {key: value or "" for key, value in said.groupdict().items()})
    if (said := re.fullmatch(_FAULT, words)) and said["effect"] in faults.EFFECTS:
        return fault(words)
    raise BadScenario(f"'{words}' is nothing that '{person}' does: it is {near(words, (*_ACTS, *_CAUSES))}")


def fault(words: str) -> Action:
    """`never_apply`, `refuse 503 on getUsersMe 3 times`: on the mute, and once, unless said. Raises BadScenario."""
    if words in _CAUSES:
        return action("network", words)
    said = re.fullmatch(_FAULT, words)
    if said is None or said["effect"] not in faults.EFFECTS:
        known = (*faults.EFFECTS, *_CAUSES)
        raise BadScenario(f"fault '{words}' is {near(words.partition(' ')[0], known)}")
    options: dict[str, str | int | float] = {"status": int(said["status"])} if said["status"] else {}
    if options.get("status") == 429:
        options["retry_after"] = 3
    meant = Fault(said["effect"], said["on"] or faults.MUTE, int(said["times"] or 1), options)
    try:
        faults.checked(meant)
    except faults.BadFault as error:
        raise BadScenario(f"fault '{words}': {error}") from error
    return lambda engine: causes.fault(engine, meant.effect, meant.on, meant.times, **options)


def _acted(person: str, act: Callable[[Person, Mapping[str, str]], None], said: Mapping[str, str]) -> Action:
    def done(engine: Engine) -> Writes:
        writes: list[Writes] = []

        def answer(request: Request) -> Response:
            response, led_to = engine.act(request)
            writes.append(led_to)
            return response

        try:
            act(Person(person, answer, lambda: engine.state), said)
        except (Refused, LookupError):
            pass  # Genesys said no, or there is nobody left to do it to: in some orders that is how it ends
        return tuple(write for some in writes for write in some)

    return done


def check(scenario: Scenario) -> None:
    """Raises BadScenario for a line or a setting that means nothing, or names somebody not in the world; UnknownWorld."""
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
    for words in scenario.faults:
        fault(words)


def _names(line: str) -> list[str]:
    """The words of a line that stand for users and calls."""
    matches = (re.fullmatch(pattern, line) for pattern, _ in _ACTS.values())
    return [word for said in matches if said for word in said.groupdict().values() if word]
