"""Where there is nothing to judge, the error says what was looked for, what is on the page, what is near, which key to change."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from e2e.harness.browser.isolation import Isolation
from e2e.harness.session import preflight
from e2e.harness.session.stage import Stage
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import CannotJudge
from mock_server.server import MockGenesys

HEAD = "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'>"
ASKS = "<script>fetch(new URLSearchParams(location.search).get('api') + '/api/v2/users/me')</script>"
MUTE = "<button>Mute</button>"


class Look:
    """Looks at a page with this body and this description."""

    def __init__(self, folder: Path, genesys: MockGenesys, context: BrowserContext, isolation: Isolation) -> None:
        self.folder, self.genesys, self.context, self.isolation = folder, genesys, context, isolation

    def __call__(self, body: str, toml: str = "", page: str = "page.html") -> None:
        (self.folder / "page.html").write_text(f"{HEAD}<body>{body}", encoding="utf-8")
        (self.folder / page).touch()
        text = f'folder = "."\naddress = "{page}?api={{{{gateway}}}}"\n{toml}'
        described = widget(parsed(text, self.folder / "acme.toml"))
        preflight.look(Stage(self.genesys, self.context, described, self.isolation), self.context.new_page())


@pytest.fixture
def look(tmp_path: Path, genesys: MockGenesys, context: BrowserContext, isolation: Isolation) -> Look:
    return Look(tmp_path, genesys, context, isolation)


def reasons(look: Look, body: str, toml: str = "") -> dict[str, str]:
    """The lines of the error, by their first words; what is wrong under ""."""
    with pytest.raises(CannotJudge) as caught:
        look(body, toml)
    first, *rest = str(caught.value).splitlines()
    assert first.startswith("could not judge acme: ")
    return {"": first.removeprefix("could not judge acme: "), **{line[2:14].strip(): line[15:] for line in rest}}


def test_a_page_with_a_mute_button_that_asks_the_mock_can_be_judged(look: Look) -> None:
    look(MUTE + ASKS)


def test_a_page_with_a_worker_can_be_judged(look: Look) -> None:
    (look.folder / "worker.js").write_text("setTimeout(() => postMessage(0), 1000)", encoding="utf-8")
    look(MUTE + ASKS + "<script>new Worker('worker.js')</script>")


HELD = """<script>
  const api = new URLSearchParams(location.search).get('api');
  for (const [type, muted] of [['pointerdown', false], ['pointerup', true]]) {
    document.querySelector('button').addEventListener(type, () => fetch(`${api}/api/v2/conversations/calls/c/participants/p`, {
      method: 'PATCH', body: JSON.stringify({ muted }),
    }));
  }
</script>"""


def test_a_button_that_is_held_to_talk_is_to_be_described_as_that(look: Look) -> None:
    found = reasons(look, MUTE + ASKS + HELD)
    assert (found["to change"], "it is held to talk" in found[""]) == ('[mute] gesture = "hold"', True)
    look(MUTE + ASKS + HELD, 'mute = { gesture = "hold" }')


def test_a_page_with_a_shared_worker_cannot_be_judged(look: Look) -> None:
    (look.folder / "worker.js").touch()
    with pytest.raises(
        CannotJudge, match=r"^cannot judge: timers run in a SharedWorker \(http://.*/worker.js\); hotmic moves"
    ):
        look(MUTE + ASKS + "<script>new SharedWorker('worker.js')</script>")


def test_no_button(look: Look) -> None:
    lines = reasons(
        look, "<button>Microphone</button><a href='#'>Help</a><iframe srcdoc='<button>Hold</button>'></iframe>" + ASKS
    )
    assert lines.pop("at").endswith("/page.html?api=" + look.genesys.origin.replace("/", "%2F").replace(":", "%3A"))
    assert lines == {
        "": "no Mute button was found",
        "looked for": "a button or switch or checkbox or menuitemcheckbox whose name has 'mut(e|ing)' in it",
        "asked": "getUsersMe",
        "on the page": 'button "Microphone", link "Help", button "Hold"',
        "near": 'button "Microphone"',
        "to change": "[mute] role and name, css, or frame",
    }


def test_two_buttons(look: Look) -> None:
    lines = reasons(look, "<button>Mute me</button><iframe srcdoc='<button>Mute ringtone</button>'></iframe>" + ASKS)
    assert lines[""] == "2 controls are its Mute button, where one should be"
    assert lines["on the page"] == 'button "Mute me", button "Mute ringtone"'
    assert "css = '#row-{{gcConversationId}} button', or by {{participant}}" in lines["to change"]


def test_a_selector_that_finds_nothing(look: Look) -> None:
    lines = reasons(look, MUTE + ASKS, '[mute]\ncss = "#mic"\nframe = "iframe"')
    assert lines["looked for"] == "one that can be seen and matches #mic, in iframe"
    assert (lines["near"], lines["to change"]) == ('button "Mute"', "[mute] css, or frame")


def test_an_empty_page_and_its_error(look: Look) -> None:
    lines = reasons(look, "<script>throw new Error('no config')</script>" + ASKS)
    assert (lines["on the page"], lines["page error"]) == ("nothing that can be pressed", "Uncaught Error: no config")


def test_nothing_tells_muted_from_unmuted(look: Look) -> None:
    lines = reasons(look, "<button class=mic aria-pressed=true>Mic</button>" + ASKS, '[mute]\ncss = ".mic"')
    assert lines[""] == "the Mute button is there, but nothing tells muted from unmuted"
    assert lines["to change"] == "[muted] pressed = false, if the button shows rightly that the agent is unmuted"


def test_a_selector_that_is_none(look: Look) -> None:
    lines = reasons(look, MUTE + ASKS, '[alert]\ncss = "p["')
    assert lines[""].startswith("the widget cannot be read: ")
    assert "'p[' is not a valid selector" in lines[""]


def test_a_widget_that_does_not_reach_the_mock(look: Look) -> None:
    lines = reasons(look, MUTE + "<script>fetch('https://api.mypurecloud.de/api/v2/users/me').catch(() => {})</script>")
    assert lines[""] == "the widget asked Genesys for nothing: it did not reach the mock"
    assert lines["refused"].startswith("GET https://api.mypurecloud.de/api/v2/users/me is refused: Genesys itself")
    assert lines["to change"] == "how it reaches Genesys, or how it gets its token"


def test_a_login_that_leads_nowhere(look: Look) -> None:
    lines = reasons(look, "<button>Sign in</button>" + ASKS)
    assert lines[""] == "it asks to sign in; that was pressed, and it asks again"
    assert lines["to change"] == "[login], or [token]"


def test_a_page_that_is_not_there(look: Look, page: Page) -> None:
    (look.folder / "acme.toml").write_text("")
    gone = widget(parsed('folder = "."\naddress = "acme.toml?{{gateway}}"', look.folder / "acme.toml"))
    (look.folder / "acme.toml").unlink()
    with pytest.raises(CannotJudge, match="the page was answered 404"):
        preflight.look(Stage(look.genesys, look.context, gone, look.isolation), page)


def test_a_server_that_is_not_there(look: Look, page: Page) -> None:
    gone = widget(parsed('address = "http://localhost:1/?{{gateway}}"', look.folder / "acme.toml"))
    with pytest.raises(CannotJudge, match=r"the page did not load: .*ERR_(CONNECTION_REFUSED|UNSAFE_PORT)"):
        preflight.look(Stage(look.genesys, look.context, gone, look.isolation), page)


def test_the_likely_causes_come_first_and_each_says_what_would_help(look: Look) -> None:
    wrong = ASKS.replace("users/me", "user/me")
    lines = reasons(
        look,
        f"<script src='https://cdn.example/app.js'></script>{wrong}<script>console.error('no such call')</script>"
        "<script>throw new Error('no config')</script><button>Hold</button>",
    )
    assert list(lines)[3:] == ["refused", "no operation", "page error", "console", "asked", "on the page", "to change"]
    assert lines["refused"].endswith('a folder can answer for it: [reach.folders] "cdn.example" = "FOLDER"')
    assert lines["no operation"].startswith("GET /api/v2/user/me: ")
    assert "/api/v2/users/me" in lines["no operation"]
    assert (lines["console"], lines["asked"]) == ("no such call", "Genesys for nothing")


def test_what_was_asked_for_in_vain_is_among_the_reasons(look: Look) -> None:
    lines = reasons(
        look,
        f"{ASKS}<script src='/crm/app.js'></script><iframe src='{look.genesys.origin}/oauth/authorize?client_id=my-app'></iframe>"
        "<iframe src='https://crm.example/desk/phone.html?token=secret'></iframe>",
    )
    assert lines["not found"] == "no file crm/app.js in " + look.folder.name + ", which is served at /"
    assert lines["sign-in"] == "a client id is a GUID; this page sent 'my-app'"
    assert lines["frames"] == (
        "the button may be in an iframe of https://crm.example/desk/phone.html, which hotmic refuses; "
        'a folder can answer for it, reach.folders = { "crm.example/desk" = "FOLDER" }, '
        "or the address can be that of the page in the frame"
    )
