"""What a description reads from a page in a real browser: the control and its states, in frames and shadow roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from e2e.harness.session.agent import IN_A_FRAME, place_script
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.view import View
from e2e.harness.view.widget import Widget

MUTE = "<button>Mute</button>"
DISABLED = "<fieldset disabled><button>Mute</button></fieldset>"
SHADOW = (
    "<x-mic></x-mic><script>document.querySelector('x-mic').attachShadow({ mode: 'open' }).innerHTML = `%s`</script>"
)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


@pytest.fixture(scope="module")
def one_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def page(one_page: Page) -> Page:
    """One page for all: what is read of a document is the document's."""
    return one_page


def show(page: Page, body: str) -> None:
    """A new document with this body."""
    page.goto(f"data:text/html;charset=utf-8,{quote(f'<!doctype html><body>{body}')}")


def described(toml: str = "") -> Widget:
    """The widget of a description, of which only what stands on the page counts."""
    return widget(parsed(f'address = "http://localhost/"\n{toml.replace(";", chr(10))}', Path("acme.toml")))


def view_of(given: Widget) -> str:
    return f"() => {{ {given.shared_script}\n{given.view_script} }}"


def found_by(given: Widget) -> str:
    return f"(name) => {{ {given.shared_script}\nreturn ((name) => {{ {given.find_script} }})(name).length; }}"


def seen(page: Page, body: str, toml: str = "") -> Any:
    """What the view script reads on a page with this body."""
    show(page, body)
    return page.evaluate(view_of(described(toml)))


def controls(page: Page, toml: str = "") -> int:
    """How many Mute buttons an agent sees: by Playwright's locator, and by the description's own script."""
    given = described(toml)
    by_locator = given.control(page, "mute").count()
    by_itself = page.evaluate(found_by(given), "mute")
    assert by_itself == by_locator
    return by_locator


def field(page: Page, name: str, body: str, toml: str = "") -> Any:
    view = seen(page, body, toml)
    View.of(view)  # it lacks nothing and adds nothing
    return view[name]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<button>Mute</button>", "Mute"),
        ("<button><b>Un</b>mute</button>", "Unmute"),
        ("<button aria-label='Mute the agent'>🎤</button>", "Mute the agent"),
        ("<button aria-labelledby='a b'>x</button><i id=a hidden>Mute</i><i id=b>me</i>", "Mute me"),
        ("<button title=Mute><svg></svg></button>", "Mute"),
        (f"<button><img alt=Mute src='{PIXEL}'></button>", "Mute"),
        ("<button>Mute<span hidden>d</span><span aria-hidden=true>!</span></button>", "Mute"),
        ("<input type=button value=Mute>", "Mute"),
        ("<label><input type=checkbox> Mute</label>", "Mute"),
        ("<div role=switch tabindex=0>Mute</div>", "Mute"),
        (SHADOW % "<button><slot></slot></button>" + "<script>document.querySelector('x-mic').append('Mute')</script>", "Mute"),
    ],
)  # a case a line  # fmt: skip
def test_a_button_is_found_by_its_accessible_name(body: str, name: str, page: Page) -> None:
    assert field(page, "name", body) == name
    assert controls(page) == 1


@pytest.mark.parametrize(
    "body",
    ["<button>Microphone</button>", "<button hidden>Mute</button>", "<p>Mute</p>", "<a>Mute</a>", "<input placeholder=Mute>"],
)  # a case a line  # fmt: skip
def test_what_is_no_mute_button_is_none(body: str, page: Page) -> None:
    assert field(page, "muted", body) is None
    assert controls(page) == 0


@pytest.mark.parametrize(
    ("state", "value", "body", "toml"),
    [
        ("muted", False, MUTE, ""),
        ("muted", True, "<button>Unmute</button>", ""),
        ("muted", True, "<button>Muted</button>", ""),
        ("muted", True, "<button aria-pressed=true>Mute</button>", ""),
        ("muted", False, "<button aria-pressed=false>Mute</button>", ""),
        ("muted", True, "<div role=switch aria-checked=true>Mute</div>", ""),
        ("muted", True, "<label><input type=checkbox checked>Mute</label>", ""),
        ("muted", None, "<button aria-pressed=true>Mic</button>", '[mute];name = "mic"'),
        ("muted", False, "<button aria-pressed=true>Mic</button>", '[mute];name = "mic";[muted];pressed = false'),
        ("muted", True, "<button>Stumm</button>", '[mute];css = "button";[muted];name = "^stumm$"'),
        ("muted", True, "<button class='mic off'>Mic</button>", '[mute];css = ".mic";[muted];class = "off"'),
        ("muted", False, "<button class=mic>Mic</button>", '[mute];css = ".mic";[muted];class = "off"'),
        ("muted", True, f"<p class=off>{MUTE}</p>", '[muted];class = "off";at = "p"'),
        ("muted", True, "<button data-on>Mute</button>", '[muted];attribute = "data-on"'),
        ("muted", False, "<button data-on=no>Mute</button>", '[muted];attribute = "data-on=yes"'),
        ("muted", True, f"{MUTE}<i class=slash>x</i>", '[muted];css = ".slash"'),
        ("muted", False, f"{MUTE}<i class=slash hidden>x</i>", '[muted];css = ".slash"'),
        ("muted", True, f"{MUTE}<p>You are silent</p>", '[muted];text = "are silent"'),
        ("muted", True, "<button data-n=5>Mute</button>", "[muted];js = 'control.dataset.n > 4 && all(\"button\").length === 1'"),
        ("muted", True, MUTE, '[muted];class = "live";absent = true'),
        ("pending", False, MUTE, ""),
        ("pending", True, "<button>Muting…</button>", ""),
        ("pending", True, f"<p aria-busy=true>{MUTE}</p>", ""),
        ("pending", True, SHADOW.replace("<x-mic>", "<x-mic aria-busy=true>", 1) % MUTE, ""),
        ("pending", True, f"{MUTE}<i class=spinner>…</i>", '[pending];css = ".spinner"'),
        ("enabled", True, MUTE, ""),
        ("enabled", False, DISABLED, ""),
        ("enabled", False, f"<p aria-disabled=true>{MUTE}</p>", ""),
        ("enabled", False, f"<p inert>{MUTE}</p>", ""),
        ("enabled", False, "<button class=off>Mute</button>", '[enabled];class = "off";absent = true'),
        ("alert", False, MUTE, ""),
        ("alert", True, f"{MUTE}<p role=alert>No.</p>", ""),
        ("alert", False, f"{MUTE}<p role=alert></p><p role=alert hidden>No.</p>", ""),
        ("notice", "Not allowed.", f"{MUTE}<p class=toast>Not <b>allowed</b>.</p>", '[alert];css = ".toast"'),
        ("alert", True, f"{MUTE}<p class=bad></p>", '[alert];class = "bad";at = "p"'),
        ("login", False, MUTE, ""),
        ("login", True, f"{MUTE}<button>Log in</button>", ""),
        ("login", True, "<a href='#'>Sign in</a>", ""),
        ("login", True, "<p class=door>Enter</p>", '[login];css = ".door"'),
        ("call", True, MUTE, ""),
        ("call", True, DISABLED, ""),
        ("call", False, f"{DISABLED}<p>Call ended", ""),
        ("call", True, f"{MUTE}<p>Call ended", ""),
        ("call", False, MUTE, '[call];text = "on a call"'),
        ("text", "You are live", f"{MUTE}<p id=s>You are live</p>", '[mute];says = "#s"'),
        ("text", "Live", "<button aria-label=Mute>Live</button>", ""),
        ("pressed", "mixed", "<button aria-pressed=mixed>Mute</button>", ""),
        ("focusable", True, MUTE, ""),
        ("focusable", False, "<div role=button>Mute</div>", ""),
    ],
)  # a case a line  # fmt: skip
def test_a_state_is_told_by_its_sign(state: str, value: object, body: str, toml: str, page: Page) -> None:
    assert field(page, state, body, toml) == value


def test_the_words_about_the_microphone_are_no_notice(page: Page) -> None:
    show(page, f"{MUTE}<p id=s>You are live</p><p>Not allowed.</p>")
    unread = [
        page.evaluate(f"(known => {{ {given.shared_script}\n{given.words_script} }})(new Set())")
        for given in (described(), described('[mute];says = "#s"'))
    ]
    assert [words["css"] for words in unread] == ["#s", "p:nth-of-type(2)"]


def test_of_a_page_and_its_frame_the_one_with_the_button_is_the_widget(page: Page) -> None:
    assert seen(page, '<iframe id=w srcdoc="<button>Unmute</button>"></iframe>') is None
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert frame.evaluate(view_of(described()))["muted"] is True
    assert described().control(page, "mute").inner_text() == "Unmute"


@pytest.mark.parametrize(
    ("toml", "count"),
    [("", 2), ('[mute];css = "i"', 1), ('[mute];name = "^mute b$"', 1), ('[mute];frame = "iframe"', 0)],
)
def test_of_several_buttons_as_many_are_seen_as_the_description_says(toml: str, count: int, page: Page) -> None:
    seen(page, "<button>Mute a</button><button>Mute b</button><i>Mute</i>", toml)
    assert controls(page, toml) == count


def test_a_frame_can_be_named(page: Page) -> None:
    toml = '[mute];frame = "iframe.b"'
    frames = "".join(f'<iframe class={name} srcdoc="<button>Mute {name}</button>"></iframe>' for name in "ab")
    assert seen(page, f"<button>Mute alerts</button>{frames}", toml) is None
    for frame in page.frames[1:]:
        frame.wait_for_load_state()
    views = [frame.evaluate(view_of(described(toml))) for frame in page.frames[1:]]
    assert [view and view["name"] for view in views] == [None, "Mute b"]
    assert described(toml).control(page, "mute").inner_text() == "Mute b"


@pytest.mark.parametrize(
    ("style", "known"),
    [
        ("", True),
        ("border: 7px solid; padding: 5px 9px; margin: 3px 0 0 11.5px; width: 61.3%", True),
        ("position: absolute; top: 5000px; left: 40px", True),  # scrolled to
        ("transform: rotate(180deg)", False),
        ("scale: 0.5", False),
        ("zoom: 2", False),
    ],
)
def test_a_button_in_a_frame_is_where_it_is_pressed(style: str, known: bool, page: Page) -> None:
    """The same for itself as for Playwright, or not known; in a frame of a frame, under a long text of its own."""
    inner = f"<iframe style='{style}' srcdoc='<p style=height:900px></p><button>Mute</button>'></iframe>"
    show(page, f'<p>Here</p><section><iframe width=500 srcdoc="{inner}"></iframe></section>')
    page.wait_for_function("frames[0]?.frames[0]?.document.querySelector('button')")
    button = described().control(page, "mute")
    count, at = button.evaluate_all(place_script())
    box = button.bounding_box()
    assert (count, box is None) == (1, False)
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2] if box else []
    assert at == (pytest.approx(middle) if known else IN_A_FRAME)


@pytest.mark.parametrize("frame", ["srcdoc='<button>Mute</button>'", "sandbox srcdoc='<button>Mute</button>'"])
def test_whose_frame_it_is_only_a_page_of_the_same_origin_says(frame: str, page: Page) -> None:
    """A description's own script does not find a button in a frame of another origin: it may be another frame than the named."""
    show(page, f"<iframe class=b {frame}></iframe>")
    page.frames[1].wait_for_load_state()
    found = page.frames[1].evaluate(found_by(described('[mute];frame = "iframe.b"')), "mute")
    assert found == (0 if "sandbox" in frame else 1)


def test_where_a_button_was_its_absence_is_a_view(page: Page) -> None:
    assert seen(page, f"{MUTE}<iframe></iframe>")["muted"] is False
    page.evaluate("document.querySelector('button').remove()")
    assert page.evaluate(view_of(described()))["muted"] is None


GESTURES = """
<button>Mute</button><div role=button tabindex=0 class=div>Mute</div><input class=text><a href='#' class=login>Sign in</a>
<script>
  const control = (event) => { %s };
  const operated = [];
  const listen = (event) => event.isTrusted && operated.push(control(event));
  for (const type of ['click', 'keydown']) addEventListener(type, listen, true);
</script>"""


@pytest.mark.parametrize(
    ("where", "key", "operated"),
    [
        ("button", "", ["mute"]),
        ("button", "Enter", ["", "mute"]),  # the click that the key makes is the gesture
        (".div", "Enter", ["mute"]),
        (".div", "x", [""]),
        (".login", "", ["sign-in"]),
        ("body", "m", ["mute"]),
        (".text", "m", [""]),
        ("button", "Control+m", ["", ""]),
        ("body", "Space", [""]),
    ],
)
def test_a_gesture_is_on_the_control_that_it_operates(where: str, key: str, operated: list[str], page: Page) -> None:
    assert gestures(where, key, 'shortcut = "m"', page) == operated


@pytest.mark.parametrize(("where", "operated"), [("body", ["mute"]), (".text", [""])])
def test_the_space_key_may_be_the_shortcut(where: str, operated: list[str], page: Page) -> None:
    assert gestures(where, "Space", 'shortcut = "Space"', page) == operated


def gestures(where: str, key: str, mute: str, page: Page) -> list[str]:
    """The controls that a key, or a click if there is none, on an element operates."""
    given = described(f"[mute];{mute}")
    show(page, GESTURES % f"{given.shared_script}\n{given.control_script}")
    page.locator(where).first.press(key) if key else page.locator(where).first.click()
    operated: list[str] = page.evaluate("operated")
    return operated
