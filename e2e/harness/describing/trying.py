"""Opens a page again and again, does something to its call each time, and notes what changes on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from mock_server.gateway import faults
from mock_server.server import MockGenesys

from ..browser.isolation import Isolation
from ..promises import acts_at_both_ends
from ..promises.context import mutates
from ..session.agent import Agent, NoControl
from ..session.diagnosis import controls_on, facts, lines
from ..session.opening import NotOpened, press_what_is_asked_for
from ..session.reuse import SharedPage
from ..session.stage import Stage
from ..stillness.stillness import BadAdapter, NotStill
from ..view.description import parsed, widget
from ..view.description.address import names
from ..view.view import View
from ..view.widget import CannotJudge
from . import guessing
from .concluding import Draft, button, finder, first_sign, notice
from .placing import place
from .proposing import to_try
from .snapshot import Place, PressableControl, Snapshot, snapshot, where_is
from .writing import written

USUAL = "patchConversationsCallParticipant"


@dataclass(frozen=True, slots=True)
class OpenedWidget:
    """The widget on an ordinary call, signed in if that was possible."""

    stage: Stage
    agent: Agent
    page: Page
    missing: list[str]  # files that the page requested and that are not there
    read: list[str]  # parameters that its documents read from their addresses

    def look(self) -> Snapshot:
        """A snapshot of the page at rest."""
        self.stage.still()
        return snapshot(self.page)


class Laboratory:
    """Opens the widget that a draft describes so far."""

    def __init__(self, draft: Draft, home: Path, genesys: MockGenesys, browser: Browser, isolation: Isolation) -> None:
        self.draft, self.home = draft, home
        self._genesys, self._browser, self._isolation = genesys, browser, isolation
        self._page = SharedPage(self._new_context)
        self._missing: list[str] = []
        self._read: list[str] = []
        self.ids: Mapping[str, str] = {}  # of the world, by placeholder, once it was opened

    @contextmanager
    def opened(self) -> Iterator[OpenedWidget]:
        """Open the widget in a fresh world, as in a fresh browser. Raises CannotJudge if it does not load."""
        described = widget(parsed(written(self.draft, ""), self.home / "widget.toml"))
        self._genesys.reset("one_call")
        with self._page.story(self._genesys, described, self._isolation) as (stage, page):
            self._missing, self._read, self.ids = [], [], stage.ids
            agent = stage.agent(page)
            try:
                agent.open(kept=stage.signed_in())
                if stage.widget.session is None and stage.widget.control(page, "sign-in").count() == 1:
                    agent.click("sign-in")
                press_what_is_asked_for(stage, agent)
            except NotOpened as error:
                raise CannotJudge("\n".join([str(error), *lines(facts(stage, page))])) from error
            except (Error, NotStill, BadAdapter) as error:
                words = error.message.splitlines()[0] if isinstance(error, Error) else str(error)
                why = f"{page.url} cannot be described: {words}"
                raise CannotJudge("\n".join([why, *lines(facts(stage, page))])) from error
            yield OpenedWidget(stage, agent, page, self._missing, self._read)

    def close(self) -> None:
        """Close the page."""
        self._page.close()

    def _new_context(self) -> BrowserContext:
        context = self._browser.new_context()
        context.add_init_script(guessing.READS)
        context.on("console", self._hear)
        context.on("response", self._answered)
        return context

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(guessing.READ):
            self._read.append(message.text.removeprefix(guessing.READ))

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and "/api/" not in response.url and "/oauth/" not in response.url:
            self._missing.append(response.url)


def describe(laboratory: Laboratory) -> None:
    """Fill the laboratory's draft. Raises CannotJudge where the page does not load, or has nothing to press."""
    draft = laboratory.draft
    _parameters(laboratory)
    plain, muted = _found_and_muted_from_elsewhere(laboratory)
    chosen = _choice(laboratory, plain, muted)
    draft.add("mute", {"css": chosen.place.selector, **({"frame": chosen.place.frame} if chosen.place.frame else {})})
    waiting, done = _clicked(laboratory)
    if "mute" not in draft.given:
        keys = finder(chosen, [plain, muted, waiting, done])
        draft.keys.pop("mute")
        draft.add("mute", keys, f"the button: {chosen}" + ("" if keys else ", found without a key"))
    _gesture(laboratory)
    _mutedness(laboratory, chosen, plain, muted)
    _pending(laboratory, chosen, plain, waiting, done)
    _refusal(laboratory, plain, done)
    _end(laboratory, plain)
    _token(laboratory)
    place(draft, laboratory.ids)


# ---- one experiment each


def _parameters(laboratory: Laboratory) -> None:
    """Complete the address by the parameters that the page reads."""
    draft = laboratory.draft
    with laboratory.opened() as opened:
        read = list(dict.fromkeys(opened.read))
    written_by_hand = "" in draft.given
    better = draft.keys[""]["address"] if written_by_hand else guessing.better(draft.keys[""]["address"], read)
    draft.keys[""]["address"] = better
    if read:
        draft.add("", None, f"it reads these parameters of its address: {', '.join(read)}")
    if strange := guessing.unread(read, better):
        handed = "; an address that ends in #token={{token}} is handed a token" if "token" in strange else ""
        draft.unsure("", f"what {', '.join(strange)} should be{handed}")
    if "gcConversationId" not in better:
        draft.unsure("", "no {{gcConversationId}} in the address: does it find its conversation by itself?")


def _found_and_muted_from_elsewhere(laboratory: Laboratory) -> tuple[Snapshot, Snapshot]:
    """Check that the page finds its files and Genesys; returns snapshots of it as opened, and muted by somebody else."""
    draft = laboratory.draft
    with laboratory.opened() as opened:
        if missing := opened.missing:
            draft.unsure(
                "", f"the page requested files that are not there: {', '.join(missing)}; is it in another folder?"
            )
        if not _asked(opened.stage):
            beyond = "; ".join(str(refused) for refused in opened.stage.blocked.refused)
            draft.unsure("reach", f"it asked Genesys for nothing. {beyond}".strip())
        plain = opened.look()
        opened.stage.person("supervisor").mute("agent")
        return plain, opened.look()


def _asked(stage: Stage) -> list[str]:
    """The operations that the page requested."""
    journal = [entry for entry in stage.genesys.journal() if entry.kind == "arrived" and entry.data.get("probe")]
    return [str(entry.data["operation"]) for entry in journal]


def _choice(laboratory: Laboratory, plain: Snapshot, muted: Snapshot) -> PressableControl:
    draft = laboratory.draft
    with laboratory.opened() as opened:
        ranked = _described(opened, plain) if "mute" in draft.given else button(plain, muted)
        if not ranked:
            there = lines(facts(opened.stage, opened.page))
            lines_to_try = to_try(draft, controls_on(opened.page), signed_in=bool(_asked(opened.stage)))
            raise CannotJudge("\n".join(["no Mute button was found", *there, *lines_to_try]))
    if len(ranked) > 1:
        draft.unsure("mute", f"it might also be {', '.join(map(str, ranked[1:4]))}")
    return ranked[0]


def _described(opened: OpenedWidget, plain: Snapshot) -> list[PressableControl]:
    """The control that the given [mute] finds."""
    found = opened.stage.widget.control(opened.page, "mute")
    if found.count() != 1:
        return []
    selector = where_is(found)
    frame = str(opened.stage.widget.named("mute").frame)
    at = [Place(frame, selector)] if frame else [one.place for one in plain.controls if one.place.selector == selector]
    return [plain.control(place) or PressableControl(place, "", found.inner_text(), None, False) for place in at[:1]]


def _clicked(laboratory: Laboratory) -> tuple[Snapshot, Snapshot]:
    """Note the operation by which a click mutes; returns snapshots while everything is held, and after it was released."""
    draft = laboratory.draft
    with laboratory.opened() as opened:
        opened.stage.wire.hold()
        opened.agent.click("mute")
        waiting = opened.look()
        _press_again(opened)
        opened.stage.wire.open()
        sent = _mutations(opened.stage)
        done = opened.look()
    operations = list(dict.fromkeys(operation for operation, _ in sent))
    if not sent:
        draft.unsure("policy", "a click on it led to no request")
    elif operations != [USUAL]:
        draft.add("policy", {"operations": operations}, f"it mutes by {', '.join(operations)}")
    if len(sent) > 1 and sent[0][1] != sent[1][1]:
        draft.add("policy", {"request_per": "gesture"}, "a second click before Genesys had answered sent a request too")
        with laboratory.opened() as opened:
            opened.agent.click("mute")
            done = opened.look()
    return waiting, done


def _press_again(opened: OpenedWidget) -> None:
    try:
        opened.agent.click("mute")
    except NoControl:
        pass


def _gesture(laboratory: Laboratory) -> None:
    with laboratory.opened() as opened:
        opened.agent.click("mute")
        opened.agent.click("mute")
        holds = acts_at_both_ends(opened.stage.timeline)
    if holds:
        words = "the button acts when it is pressed and again when it is let go: it is held to talk"
        laboratory.draft.add("mute", {"gesture": "hold"}, words)


def _mutations(stage: Stage) -> list[tuple[str, str]]:
    """(operation, body) of each request by which the page changed the call."""
    journal = [entry for entry in stage.genesys.journal() if entry.kind == "arrived" and entry.data.get("probe")]
    changing = [entry for entry in journal if mutates(entry.data["method"], str(entry.data["path"]))]
    return [(str(entry.data["operation"]), json.dumps(entry.data["body"])) for entry in changing]


def _mutedness(laboratory: Laboratory, chosen: PressableControl, plain: Snapshot, muted: Snapshot) -> None:
    with laboratory.opened() as opened:
        before = opened.agent.sees
        opened.stage.person("supervisor").mute("agent")
        after = opened.agent.sees
    if (before.muted, after.muted) == (False, True):
        words = (
            f'its name goes from "{before.name}" to "{after.name}"'
            if before.name != after.name
            else "its pressed state"
        )
        laboratory.draft.add("muted", None, f"the sign of muted: {words}; that needs no key")
        return
    found = first_sign(plain, muted, chosen.place, pressed=True)
    if found is None:
        laboratory.draft.unsure(
            "muted", "nothing changed when somebody else muted the agent: by what does muted differ from unmuted?"
        )
    else:
        laboratory.draft.add("muted", found[0], f"the sign of muted: {found[1]}")


def _pending(
    laboratory: Laboratory, chosen: PressableControl, plain: Snapshot, waiting: Snapshot, done: Snapshot
) -> None:
    with laboratory.opened() as opened:
        opened.stage.wire.hold()
        opened.agent.click("mute")
        view = opened.agent.sees
        opened.stage.wire.open()
    if view.pending:
        laboratory.draft.add("pending", None, "the sign of a pending change needs no key")
    elif view.muted:
        laboratory.draft.add(
            "pending", None, "it shows at once what was wanted, and nothing while that is not confirmed"
        )
    elif found := first_sign(plain, waiting, chosen.place, [done]):
        laboratory.draft.add("pending", found[0], f"the sign of a pending change: {found[1]}")
    else:
        laboratory.draft.unsure("pending", "nothing was seen while a change was not confirmed")


def _refusal(laboratory: Laboratory, plain: Snapshot, done: Snapshot) -> None:
    with laboratory.opened() as opened:
        opened.stage.genesys.fault("refuse", faults.MUTE, status=403)
        opened.agent.click("mute")
        refused, view = opened.look(), opened.agent.sees
    if view.alert:
        laboratory.draft.add("alert", None, f"a refusal is read as “{view.notice[:80]}”; that needs no key")
    elif found := notice(plain, refused, [done]):
        laboratory.draft.add("alert", found[0], f"the sign of a refusal: {found[1]}")
    else:
        laboratory.draft.unsure("alert", "no notice was seen when Genesys refused a mute (403)")


def _end(laboratory: Laboratory, plain: Snapshot) -> None:
    with laboratory.opened() as opened:
        opened.stage.person("supervisor").hang_up("agent")
        ended, view = opened.look(), opened.agent.sees
    if view.enabled:
        laboratory.draft.unsure(
            "enabled",
            "the button looks as if it still works after the call has ended: by what can it be seen that it does not?",
        )
    if view.call:
        words = sorted((text for place, text in ended.words.items() if plain.words.get(place) != text), key=len)
        texts = f"; then it shows {', '.join(f'“{text[:60]}”' for text in words[:3])}" if words else ""
        laboratory.draft.unsure("call", f"by what it can be seen that there is no call any more{texts}")


def _token(laboratory: Laboratory) -> None:
    """Find out where the page keeps its token, and whether it asks for a login when that has expired."""
    draft = laboratory.draft
    with laboratory.opened() as opened:
        _kept(draft, opened)
        opened.stage.genesys.expire_token()
        _press_again(opened)
        view: View = opened.agent.sees
        there = [f'{role} "{name}"' for role, name in controls_on(opened.page)]
    if not view.login and "getOauthAuthorize" not in _asked(opened.stage):
        draft.unsure("login", f"when the token had expired, no login was seen. On the page: {', '.join(there)}")


def _kept(draft: Draft, opened: OpenedWidget) -> None:
    people = set(opened.stage.genesys.state.aliases.values())
    tokens = [value for value in opened.stage.genesys.state.tokens if value not in people]
    for store in ("session", "local"):
        kept = opened.page.evaluate(f"() => ({{ ...{store}Storage }})")
        for key, text in kept.items():
            token = next((value for value in tokens if value in text), None)
            if token is not None:
                value = text.replace(token, "{{token}}")
                more = {} if value == "{{token}}" else {"value": value}
                draft.add(
                    "token",
                    {"key": key, "store": store, **more},
                    "the page keeps its token here: stories begin signed in",
                )
                if more and any(character.isdigit() for character in value):
                    draft.unsure("token", "the numbers in it: {{expires_in}} (s), {{expires_at}} (ms since 1970)?")
                return
    if "token" not in names(draft.keys[""]["address"]):
        draft.add("token", None, "it keeps its token nowhere in the browser: each story begins with a login")
