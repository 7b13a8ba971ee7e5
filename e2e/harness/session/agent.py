"""Acts as the agent: clicks, presses keys and looks at the page, and waits after each action until nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Locator, Page

from ..probe.probe import storage_script
from ..stillness.settle import Settle
from ..stillness.stillness import Stillness
from ..view.view import NOTHING, View
from ..view.widget import TOKEN, OpeningStep, Origins, Storage, Widget

Note = Callable[[str, str], None]  # (what the agent does, on which page), before it is done
Rested = Callable[[Stillness], None]


class NoControl(AssertionError):
    """The control to press cannot be seen, or there are several."""


@dataclass(slots=True)
class _Desktop:
    """What the tabs of one agent share."""

    tabs: list[str]
    page_used: bool = False
    token: str = ""  # that the widget finds in its address


class Agent:
    """One tab of the agent's desktop. It calls `note` before each action, and `rested` at each stillness."""

    def __init__(
        self,
        page: Page,
        widget: Widget,
        settle: Settle,
        origins: Origins,
        *,
        call: str = "",
        word: str = "agent",
        note: Note = lambda about, page: None,
        rested: Rested = lambda stillness: None,
        new_page: Callable[[], Page] | None = None,
    ) -> None:
        self._page, self.widget, self.word = page, widget, word
        self._settle, self._origins, self._note, self._rested = settle, origins, note, rested
        self._call, self._new_page = call, new_page or page.context.new_page
        self._desktop = _Desktop([word])
        settle.name(page, word)

    def open(self, call: str | None = None, *, kept: Storage | None = None, again: bool = False) -> None:
        """Open the widget on a conversation (its id; None: the one of the world).

        With `kept` (made by `Stage.signed_in`) the first document finds this in the browser's storage, and nothing else.
        With `again` too, the widget starts anew in the present document if it can, as if the document had just been loaded.
        """
        self._note("opens the widget", self.word)
        if kept:
            self._desktop.token = kept.token
        address = self.widget.address(self._origins, self._call if call is None else call)
        address = address.replace(TOKEN, self._desktop.token)
        if not (again and kept and self._begins_anew(address, kept)):
            self._load(address, kept)
        self._rest()

    def reload(self) -> None:
        """Load the page again."""
        self._rest()  # what the old document logged is known before it goes
        self._note("reloads", self.word)
        self._page.reload(wait_until="commit")
        self._rest()
        with suppress(NoControl):  # it may not ask for them again, or not yet
            for step in self.widget.opening:
                self.do(step)

    def click(self, control: str = "mute") -> None:
        """Click a control, even a disabled one, as people do; hold one that is held to talk. Raises NoControl."""
        if control == "mute" and self.widget.policy.gesture == "hold":
            return self._hold(control)
        self._note(f"clicks {control}", self.word)
        self._page.mouse.click(*self._place(control))
        self._rest()

    def double_click(self, control: str = "mute") -> None:
        """Click twice, so fast that nothing happens between the clicks. Raises NoControl."""
        self._note(f"double-clicks {control}", self.word)
        x, y = self._place(control)
        self._page.mouse.dblclick(x, y)
        self._rest()

    def press(self, key: str, *, on: str | None = None) -> None:
        """Press a key (Playwright's name: "Enter", "m"), with the focus on the control `on` if given. Raises NoControl.

        In a widget that is held to talk the key is held until nothing moves.
        """
        words = f"presses {key}" + (f" on {on}" if on else "")
        holds = self.widget.policy.gesture == "hold"
        self._note(f"{words} and holds it" if holds else words, self.word)
        if on is not None:
            self._found(on).focus()
        if holds:
            self._page.keyboard.down(key)
            self._rest()
            self._note(f"lets {key} go", self.word)
            self._page.keyboard.up(key)
        else:
            self._page.keyboard.press(key)
        self._rest()

    def types(self, text: str, label: str) -> None:
        """Type into the text field with this label. Raises NoControl."""
        field = self._page.get_by_label(label)
        if field.count() != 1:
            raise NoControl(f"the agent looks for a text field called '{label}' and sees {field.count()} of it")
        self._note(f"types '{text}'", self.word)
        field.press_sequentially(text)
        self._rest()

    def do(self, step: OpeningStep) -> None:
        """Make a press that the page asks for before it shows the call. Raises NoControl."""
        self._note(str(step), self.word)
        match step.verb:
            case "click":
                box = self._pressable(step.what).bounding_box()
                if box is None:
                    raise NoControl(f"'{step.what}' has no place on the screen")
                self._page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            case "choose":
                self._labelled(step.label).select_option(label=step.what)
            case "type":
                self._labelled(step.label).press_sequentially(step.what)
            case _:
                self._page.keyboard.press(step.what)
        self._rest()

    def is_offered(self, step: OpeningStep) -> bool:
        """Whether the page has now what this press is made on; a key can always be pressed."""
        try:
            if step.verb == "click":
                self._pressable(step.what)
            elif step.verb in ("choose", "type"):
                self._labelled(step.label)
        except NoControl:
            return False
        return True

    def another_tab(self) -> Agent:
        """Make another empty tab of the same agent in the same browser; `open` opens the widget in it."""
        tabs = self._desktop.tabs
        word = f"{tabs[0]} tab {len(tabs) + 1}"
        tab = Agent(
            self._new_page(),
            self.widget,
            self._settle,
            self._origins,
            call=self._call,
            word=word,
            note=self._note,
            rested=self._rested,
            new_page=self._new_page,
        )
        tabs.append(word)
        tab._desktop = self._desktop
        return tab

    @property
    def page(self) -> Page:
        """Playwright's page, for any use; no later test gets this page."""
        self._desktop.page_used = True
        return self._page

    @property
    def page_used(self) -> bool:
        """Whether somebody has used `page`."""
        return self._desktop.page_used

    @property
    def sees(self) -> View:
        """What the agent sees once nothing moves; NOTHING where no widget is shown."""
        seen = self._rest().views.get(self.word)
        return NOTHING if seen is None else View.of(seen)

    # ---- inside

    def _pressable(self, name: str) -> Locator:
        """The first thing of this name that can be seen, in the page and then in its frames; else the words themselves."""
        for frame in self._page.frames:
            first, *more = (frame.get_by_role(role, name=name, exact=True) for role in _PRESSABLE)
            for other in more:
                first = first.or_(other)
            for locator in (first.filter(visible=True), frame.get_by_text(name, exact=True).filter(visible=True)):
                if locator.count():
                    return locator.first
        raise NoControl(f"the agent looks for '{name}' to click on and sees nothing of that name")

    def _hold(self, control: str) -> None:
        """Press a control, wait until nothing moves, and let it go.

        Playwright's `mouse.down` has to be preceded by a `mouse.move`, whose answer waits for a frame that nobody commands.
        """
        x, y = self._place(control)
        browser = self._page.context.new_cdp_session(self._page)
        for kind, words in (
            ("mousePressed", f"presses {control} and holds it"),
            ("mouseReleased", f"lets {control} go"),
        ):
            self._note(words, self.word)
            at = {"x": x, "y": y, "button": "left", "clickCount": 1}
            browser.send("Input.dispatchMouseEvent", {"type": kind, **at})
            self._rest()
        browser.detach()

    def _labelled(self, label: str) -> Locator:
        for frame in self._page.frames:
            if (locator := frame.get_by_label(label, exact=True)).count():
                return locator.first
        raise NoControl(f"the agent looks for a field called '{label}' and sees none")

    def _load(self, address: str, kept: Storage | None) -> None:
        script = kept and self._page.add_init_script(storage_script(kept, address))
        if "#" in address and _file(address) == _file(self._page.url):
            self._page.goto("about:blank", wait_until="commit")  # another fragment alone loads nothing
        self._page.goto(address, wait_until="commit")
        if script:
            script.close()

    def _begins_anew(self, address: str, kept: Storage) -> bool:
        start = {
            "now": self._settle.now,
            "address": address,
            "local": dict(kept.local),
            "session": dict(kept.session),
        }
        return bool(self._page.evaluate("start => Boolean(window.__hotmic?.renew(start))", start))

    def _rest(self) -> Stillness:
        stillness = self._settle.still()
        self._rested(stillness)
        return stillness

    def _found(self, control: str) -> Locator:
        locator = self.widget.control(self._page, control)
        if locator.count() != 1 or not locator.is_visible():
            raise self._not_there(control, locator.count())
        return locator

    def _place(self, control: str) -> tuple[float, float]:
        """The point to click. (Playwright's `locator.click` waits for two frames, and endlessly for a disabled button.)"""
        count, at = self._asked_for(control)
        if count != 1 or at is None:
            raise self._not_there(control, count)
        if at == IN_A_FRAME:  # only Playwright knows where that is
            locator = self.widget.control(self._page, control)
            box = locator.bounding_box()
            if box is None:
                raise NoControl(f"{locator} has no place on the screen")
            return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        return at[0], at[1]

    def _asked_for(self, control: str) -> tuple[int, Any]:
        """Count a control on the page, and find the place of the only one (see place.js), in the first frame that has it."""
        looked_for = self.widget.named(control)
        frames = self._page.frames if self.widget.find_script else []
        for frame in frames:
            count, at = frame.evaluate(_WHERE, control)
            if count:
                return count, at
        if len(frames) == 1:
            return 0, None
        # Playwright also looks into frames of other origins, and works for a widget that does not find its controls itself. But
        # it loads its own script into each new document for that, which takes longer than all the rest of a click.
        found: tuple[int, Any] = looked_for.locate(self._page).evaluate_all(place_script())
        return found

    def _not_there(self, control: str, count: int) -> NoControl:
        return NoControl(f"the agent looks for '{control}' ({self.widget.named(control)}) and sees {count} of it")


IN_A_FRAME = "in a frame"
_PRESSABLE: Final = ("button", "link", "tab", "radio", "checkbox", "switch", "menuitem", "option")
_WHERE = "control => window.__hotmic ? window.__hotmic.where(control) : [0, null]"


@cache
def place_script() -> str:
    """Make a JavaScript function that counts the found elements and returns the place of the only one (see place.js)."""
    source = (files("e2e.harness.probe") / "questions/place.js").read_text(encoding="utf-8")
    return f"(found) => {{\n{source}\nreturn placeOf(found);\n}}"


def _file(address: str) -> str:
    return address.partition("#")[0]
