"""The probe, the page's clock and stillness, tried on small pages in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from e2e.harness.clock import VirtualTime
from e2e.harness.frames import Frames
from e2e.harness.probe import Probe, storage_script
from e2e.harness.settle import BadAdapter, NotStill, Settle
from e2e.harness.widget import Control, Origins, Storage, Widget
from mock_server.server import MockGenesys

pytestmark = pytest.mark.about_hotmic

VIEW = """
const shown = document.getElementById('shown');
return shown && { text: (shown.shadowRoot ?? shown).textContent };
"""


def toy(view_script: str = VIEW) -> Widget:
    """A widget whose view is the text of its element `shown`."""
    return Widget(
        name="toy",
        address=lambda origins, call: f"{origins.page}/toy/{call}.html",
        controls={"go": Control("button", "Go")},
        view_script=view_script,
        control_script="return event.target.id;",
    )


class Lab:
    """Pages with a button `go`, an element `shown`, and the script of the test."""

    def __init__(
        self, folder: Path, genesys: MockGenesys, context: BrowserContext, frames: Frames | None = None
    ) -> None:
        self.folder, self.genesys, self.context, self.frames = folder, genesys, context, frames
        self.settle = Settle(genesys, genesys.state.now * 1000, limit=5, frames=frames)
        self.origins = Origins(genesys.page_origin, genesys.origin)
        self.log: list[dict[str, Any]] = []
        self.time = VirtualTime(self.settle, lambda stillness: self._keep(stillness.logs))
        self.page: Page
        genesys.mount("/toy", folder)

    def watch(self, widget: Widget | None = None) -> None:
        self.settle.watch(self.context, Probe(widget or toy(), (self.genesys.origin,)))

    def write(self, script: str, name: str = "page", head: str = "") -> None:
        token = self.genesys.headers("agent")["authorization"]
        html = f"""<!doctype html><meta charset=utf-8><link rel=icon href="data:,">{head}
<button id=go>Go</button><p id=shown></p>
<script>
  const api = '{self.genesys.origin}/api/v2', headers = {{ Authorization: '{token}' }};
  const shown = document.getElementById('shown'), show = (text) => (shown.textContent = text);
  const on = (act) => document.getElementById('go').addEventListener('click', act);
</script>
<script>{script}</script>"""
        (self.folder / f"{name}.html").write_text(html, encoding="utf-8")

    def open(self, script: str, *, name: str = "page", head: str = "", widget: Widget | None = None) -> Page:
        """Write the page, open it and be still."""
        if not self.context.pages:
            self.watch(widget)
        self.write(script, name, head)
        self.page = self.frames.new_page(self.context) if self.frames else self.context.new_page()
        self.settle.name(self.page, name)
        self.page.goto(f"{self.origins.page}/toy/{name}.html", wait_until="commit")
        self.still()
        return self.page

    def click(self) -> str:
        """Click the button; what is shown when nothing moves."""
        self.log.clear()
        box = self.page.locator("#go").bounding_box() or pytest.fail("no button")
        self.page.mouse.click(box["x"] + 3, box["y"] + 3)
        return self.still()

    def still(self, name: str = "page") -> str:
        stillness = self.settle.still()
        self._keep(stillness.logs)
        return str(stillness.views.get(name, {}).get("text"))

    def kinds(self, *leave_out: str) -> list[str]:
        """What the log says since the last click, in order."""
        return [entry["kind"] for entry in self.log if entry["kind"] not in leave_out]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [
            {k: v for k, v in entry.items() if k not in ("n", "kind")} for entry in self.log if entry["kind"] == kind
        ]

    def _keep(self, logs: Any) -> None:
        self.log += [dict(entry) for log in logs.values() for _, entry in log]


@pytest.fixture
def lab(tmp_path: Path, genesys: MockGenesys, context: BrowserContext) -> Lab:
    return Lab(tmp_path, genesys, context)


FETCH = "on(async () => show((await (await fetch(api + '/users/me', { headers })).json()).name ? 'answered' : 'odd'));"
XHR = """
function ask(path, more = () => {}) {
  const xhr = new XMLHttpRequest();
  for (const type of ['load', 'error', 'abort', 'timeout']) xhr['on' + type] = () => show(`${type} ${xhr.status}`);
  xhr.open('GET', api + path);
  xhr.setRequestHeader('Authorization', headers.Authorization);
  more(xhr);
  xhr.send();
  return xhr;
}
"""


# ---- what crosses


@pytest.mark.parametrize(
    "script", [FETCH, XHR + "on(() => ask('/users/me', (xhr) => (xhr.onload = () => show('answered'))));"]
)
def test_an_answer_is_handled_before_the_page_is_still(script: str, lab: Lab) -> None:
    lab.open(script)
    assert lab.click() == "answered"
    assert lab.kinds() == ["gesture", "sent", "received", "view"]
    assert lab.entries("gesture") == [{"type": "click", "target": "go"}]
    assert lab.entries("sent") == [
        {"request": 1, "method": "GET", "url": f"{lab.origins.api}/api/v2/users/me", "body": ""}
    ]
    assert lab.entries("received") == [{"request": 1, "status": 200}]


def test_an_answer_is_logged_before_handlers_that_were_there_first(lab: Lab) -> None:
    lab.open(
        "on(() => { const xhr = new XMLHttpRequest(); xhr.onreadystatechange = () => show(xhr.readyState);"
        " xhr.open('GET', api + '/users/me'); xhr.send(); });"
    )
    assert lab.click() == "4"
    assert lab.kinds()[-2:] == ["received", "view"]


def test_what_is_held_on_the_wire_is_not_waited_for(lab: Lab) -> None:
    lab.open(FETCH)
    lab.genesys.hold()
    assert lab.click() == ""
    assert lab.genesys.pending == ("request#1",)
    lab.genesys.release("request")
    assert lab.still() == ""
    lab.genesys.release("response")
    assert lab.still() == "answered"


def test_the_browser_keeps_a_seventh_request_to_itself(lab: Lab) -> None:
    lab.open(
        "let n = 0; on(() => { for (let i = 0; i < 8; i++) fetch(api + '/users/me', { headers }).then(() => show(++n)); });"
    )
    lab.genesys.hold("response")
    assert lab.click() == ""
    assert len(lab.genesys.pending) == 6
    lab.genesys.open()
    assert lab.still() == "8"


def test_requests_arrive_in_the_order_of_their_sending(lab: Lab) -> None:
    lab.open(
        "on(() => { for (const path of ['/users/me', '/tokens/me', '/conversations']) fetch(api + path, { headers }); });"
    )
    lab.click()
    sent = [entry["url"] for entry in lab.entries("sent")]
    arrived = [entry.data["path"] for entry in lab.genesys.journal() if entry.kind == "arrived"]
    assert sent == [lab.origins.api + str(path) for path in arrived]


def test_a_request_that_is_given_up_at_once_holds_nothing_up(lab: Lab) -> None:
    lab.open(XHR + "on(() => { ask('/users/me').abort(); ask('/tokens/me'); });")
    assert lab.click() == "load 200"
    results = [(entry["request"], entry.get("status") or entry["error"]) for entry in lab.entries("received")]
    assert results == [(1, "abort"), (2, 200)]


def test_a_broken_answer_is_a_network_error(lab: Lab) -> None:
    lab.genesys.fault("lose_response", "getUsersMe", how="cut")
    lab.open(XHR + "on(() => ask('/users/me'));")
    assert lab.click() == "error 0"
    assert lab.entries("received") == [{"request": 1, "error": "network"}]


@pytest.mark.parametrize(
    ("read", "results"),
    [("text", [("status", 200), ("error", "network")]), ("json", [("status", 200), ("error", "network")])],
)
def test_an_answer_that_breaks_off_is_a_network_error_too(read: str, results: list[object], lab: Lab) -> None:
    lab.genesys.fault("lose_response", "getUsersMe", how="cut")
    lab.open(f"on(() => fetch(api + '/users/me', {{ headers }}).then((r) => r.{read}()).catch((e) => show(e.name)));")
    assert lab.click() == "TypeError"
    assert [item for entry in lab.entries("received") for item in entry.items() if item[0] != "request"] == results


def test_an_answer_that_is_no_json_has_come(lab: Lab) -> None:
    lab.open("on(() => fetch(api.replace('/api/v2', '/logout')).then((r) => r.json()).catch((e) => show(e.name)));")
    assert lab.click() == "SyntaxError"
    assert lab.entries("received") == [{"request": 1, "status": 200}]


def test_fetch_passes_bodies_and_headers_on(lab: Lab) -> None:
    lab.open(
        "on(async () => { const request = new Request(api + '/notifications/channels', { method: 'POST', headers, body: '{}' });"
        " show((await fetch(request)).status); });"
    )
    assert lab.click() == "200"
    assert [(entry["method"], entry["body"]) for entry in lab.entries("sent")] == [("POST", "{}")]


def test_tokens_are_masked(lab: Lab) -> None:
    lab.open("on(() => fetch(api + '/x?access_token=abcdefgh', { method: 'POST', body: 'code=12345678&x=1' }));")
    lab.click()
    (sent,) = lab.entries("sent")
    assert (sent["url"].rpartition("/")[2], sent["body"]) == ("x?access_token=abcd…", "code=1234…&x=1")


SOCKET = """
let socket;
async function open() {
  const channel = await (await fetch(api + '/notifications/channels', { method: 'POST', headers })).json();
  socket = new WebSocket(channel.connectUri);
  socket.onopen = () => show('open');
  socket.onmessage = ({ data }) => show(JSON.parse(data).eventBody.message);
  socket.onclose = ({ code }) => show('closed ' + code);
}
open();
"""


def test_frames_are_counted(lab: Lab) -> None:
    lab.open(SOCKET + "on(() => socket.send(JSON.stringify({ message: 'ping' })));")
    assert lab.still() == "open"
    assert lab.click() == "pong"
    assert lab.kinds() == ["gesture", "frame-sent", "frame", "view"]
    assert lab.entries("frame") == [{"socket": 1, "i": 1, "topicName": "channel.metadata"}]


def test_a_held_handshake_and_a_held_frame_are_not_waited_for(lab: Lab) -> None:
    lab.genesys.hold("open", "pong")
    lab.open(SOCKET + "on(() => socket.send(JSON.stringify({ message: 'ping' })));")
    assert lab.still() == ""
    lab.genesys.release("open")
    assert lab.still() == "open"
    assert lab.click() == "open"
    lab.genesys.release("pong")
    assert lab.still() == "pong"


def test_both_ends_of_a_socket_are_known(lab: Lab) -> None:
    lab.open(SOCKET + "on(() => socket.close());")
    assert lab.click().startswith("closed")
    assert [entry["own"] for entry in lab.entries("closed")] == [True]
    lab.page.reload(wait_until="commit")
    lab.still()
    lab.log.clear()
    lab.genesys.cut_socket()
    assert lab.still() == "closed 1006"
    assert [(entry["code"], entry["own"]) for entry in lab.entries("closed")] == [(1006, False)]


# ---- time


def test_time_stands_still_until_it_is_moved(lab: Lab) -> None:
    lab.open("const began = Date.now(); on(() => setTimeout(() => show(Date.now() - began), 1000));")
    assert lab.click() == ""
    lab.time.advance(0.999)
    assert lab.still() == ""
    lab.time.advance(0.001)
    assert lab.still() == "1000"
    assert [entry["delay"] for entry in lab.entries("timer")] == [1000]


def test_a_timer_that_is_due_now_runs_before_the_page_is_still(lab: Lab) -> None:
    lab.open("on(() => setTimeout((a, b) => show(a + b), 0, 'now', '!'));")
    assert lab.click() == "now!"


def test_timers_run_in_order_of_their_time_and_then_of_their_making(lab: Lab) -> None:
    lab.open(
        "let order = ''; const add = (x) => () => { order += x; Promise.resolve().then(() => show(order += '.')); };"
        "on(() => { setTimeout(add('c'), 20); setTimeout(add('a'), 10); setTimeout(add('b'), 10);"
        " clearTimeout(setTimeout(add('x'), 5)); });"
    )
    lab.click()
    lab.time.advance(1)
    assert lab.still() == "a.b.c."


def test_intervals_and_nested_timers_let_time_pass(lab: Lab) -> None:
    lab.open(
        "let ticks = 0, turns = 0; on(() => { setInterval(() => show(`${++ticks} ${turns}`), 250);"
        " const turn = () => ++turns < 8 && setTimeout(turn, 0); turn(); });"
    )
    lab.click()
    lab.time.advance(1)
    assert lab.still() == "4 8"


def test_the_clocks_of_the_page_agree(lab: Lab) -> None:
    page = lab.open("")
    lab.time.advance(1.5)
    now = lab.settle.now
    assert (
        page.evaluate("Date.now()")
        == page.evaluate("new Date().getTime()")
        == page.evaluate("+new Date(Date.now())")
        == now
    )
    assert page.evaluate("performance.now()") == 1500
    assert page.evaluate("performance.timeOrigin + performance.now()") == now
    assert page.evaluate("Date() === new Date().toString() && new Date() instanceof Date && Date.UTC(1970, 0) === 0")
    assert page.evaluate("class Day extends Date {}; new Day(0).constructor === Day && new Day(0).getTime() === 0")


def test_an_idle_callback_and_an_animation_frame_are_not_waited_for_in_vain(lab: Lab) -> None:
    lab.open("on(() => requestIdleCallback(() => requestAnimationFrame((t) => show(t === performance.now()))));")
    assert lab.click() == "true"


def test_a_request_times_out_in_virtual_time(lab: Lab) -> None:
    lab.genesys.fault("lose_response", "getUsersMe")
    lab.open(XHR + "on(() => ask('/users/me', (xhr) => (xhr.timeout = 16_000)));")
    assert lab.click() == ""
    lab.time.advance(15.9)
    assert lab.still() == ""
    lab.time.advance(0.1)
    assert lab.still() == "timeout 0"
    assert lab.entries("received") == [{"request": 1, "error": "timeout"}]


def test_an_abort_signal_times_out_in_virtual_time(lab: Lab) -> None:
    lab.genesys.fault("lose_response", "getUsersMe")
    lab.open(
        "on(() => fetch(api + '/users/me', { headers, signal: AbortSignal.timeout(5000) }).catch((e) => show(e.name)));"
    )
    assert lab.click() == ""
    lab.time.advance(5)
    assert lab.still() == "TimeoutError"
    assert lab.entries("received") == [{"request": 1, "error": "timeout"}]


def test_a_heartbeat_finds_the_page_at_its_own_time(lab: Lab) -> None:
    lab.open(SOCKET.replace("show(JSON.parse(data).eventBody.message)", "show(performance.now())"))
    lab.time.advance(75)
    assert lab.still() == "60000"


def test_a_new_document_begins_at_the_present(lab: Lab) -> None:
    page = lab.open("show(Date.now()); on(() => setTimeout(() => location.reload(), 2000));")
    lab.time.advance(3600)
    page.reload(wait_until="commit")
    assert lab.still() == str(int(lab.settle.now))
    lab.click()
    start = lab.settle.now
    lab.time.advance(10)
    assert lab.still() == str(int(start + 2000))


# ---- what is seen


def test_what_was_undone_within_a_task_was_not_seen(lab: Lab) -> None:
    lab.open("on(() => show('flash')); on(() => show('rest'));")
    assert lab.click() == "rest"
    assert [(entry["view"]["text"], entry["painted"]) for entry in lab.entries("view")] == [
        ("flash", False),
        ("rest", True),
    ]


def test_what_stood_when_a_frame_was_painted_was_seen(lab: Lab) -> None:
    lab.open("on(() => { show('flash'); requestAnimationFrame(() => requestAnimationFrame(() => show('rest'))); });")
    assert lab.click() == "rest"
    flash, rest = lab.entries("view")
    assert (flash["painted"], flash["frames"] >= 1, rest["painted"]) == (True, True, True)


def test_what_a_frame_callback_undoes_was_not_seen(lab: Lab) -> None:
    lab.open("on(() => { show('flash'); requestAnimationFrame(() => show('rest')); });")
    assert lab.click() == "rest"
    assert [entry["painted"] for entry in lab.entries("view")] == [False, True]


def test_a_shadow_root_is_watched(lab: Lab) -> None:
    lab.open(
        "const root = shown.attachShadow({ mode: 'open' });"
        "on(() => { root.textContent = 'a'; setTimeout(() => (root.textContent = 'b')); });"
    )
    assert lab.click() == "b"
    assert [entry["view"]["text"] for entry in lab.entries("view")] == ["a", "b"]


def test_errors_are_logged_as_without_the_probe(lab: Lab) -> None:
    lab.open(
        "on(() => { throw new Error('handler'); }); on(() => setTimeout(() => { throw new Error('timer'); }));"
        "on(() => void fetch(api + '/users/me', { headers: { 'bad name': '' } }).catch(() => {}));"
        "on(() => void fetch('http://127.0.0.1:1/').then(() => {}));"
        "on(() => Promise.reject({ code: 7 }));"
    )
    lab.click()
    assert [entry["message"] for entry in lab.entries("error")][:1] == ["Uncaught Error: handler"]
    assert "Uncaught Error: timer" in [entry["message"] for entry in lab.entries("error")]
    assert {entry["reason"] for entry in lab.entries("rejection")} == {"TypeError: Failed to fetch", '{"code":7}'}


def test_a_page_that_forbids_eval_is_watched_too(lab: Lab) -> None:
    policy = "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">"
    lab.open("on(() => show('seen'));", head=policy)
    assert lab.click() == "seen"


def test_work_off_the_page_s_thread_is_waited_for(lab: Lab) -> None:
    lab.open(
        "on(async () => { const bytes = await new Blob(['x'.repeat(3e6)]).arrayBuffer();"
        " show((await crypto.subtle.digest('SHA-256', bytes)).byteLength); });"
    )
    assert lab.click() == "32"


def test_a_script_and_a_frame_that_are_put_in_are_waited_for(lab: Lab) -> None:
    (lab.folder / "more.js").write_text("parent.add(location.pathname.slice(-10))", encoding="utf-8")
    lab.write("", name="inner", head="<script src=more.js></script>")
    lab.open(
        "var add = (text) => show(shown.textContent + text);"
        "function put(tag, src) { const element = document.createElement(tag); element.src = src;"
        " document.body.append(element); return element; }"
        "on(() => (put('script', 'more.js').onload = () => put('iframe', 'inner.html')));"
    )
    assert lab.click() == "/page.htmlinner.html"


def test_a_widget_in_a_frame_is_seen(lab: Lab) -> None:
    lab.write("setTimeout(() => show('inside'), 1000);", name="inner")
    lab.open("shown.remove(); document.body.insertAdjacentHTML('beforeend', '<iframe src=inner.html></iframe>');")
    lab.time.advance(1)
    assert lab.still() == "inside"


def test_a_message_to_another_window_comes_from_the_one_that_sent_it(lab: Lab) -> None:
    lab.write("parent.postMessage('hello', '*');", name="inner")
    lab.open(
        "const frame = document.createElement('iframe'); frame.src = 'inner.html';"
        "addEventListener('message', ({ data, source }) => data === 'hello' && show(source === frame.contentWindow));"
        "on(() => document.body.append(frame));"
    )
    assert lab.click() == "true"


def test_messages_between_tabs_are_waited_for(lab: Lab) -> None:
    script = (
        "const tabs = new BroadcastChannel('x');"
        "tabs.onmessage = ({ data }) => { show(data); if (data < 5) tabs.postMessage(data + 1); };"
    )
    lab.open(script, name="other")
    lab.open(script + "on(() => tabs.postMessage(1));")
    assert lab.click() == "4"
    assert lab.still("other") == "5"


OPENS = "on(() => window.open('login.html', 'login', 'width=300,height=200'));"


def test_a_window_that_the_page_opens_is_waited_for(lab: Lab) -> None:
    """Each time: whether it has come when the page is asked is chance."""
    lab.write("opener.postMessage('let in', '*'); close();", name="login")
    lab.open(f"let n = 0; addEventListener('message', () => show(`let in ${{n += 1}}`)); {OPENS}")
    for n in range(1, 9):
        assert lab.click() == f"let in {n}"


def test_a_window_to_which_nothing_comes_is_named(lab: Lab) -> None:
    lab.settle.limit = 0.5
    lab.genesys.fault("lose_response", "getUsersMe")
    lab.open("on(() => window.open(`${api}/users/me`));")
    with pytest.raises(NotStill, match=r"the document that comes after 'page' left for .*/users/me"):
        lab.click()


# ---- documents that go


def test_what_a_document_did_last_is_not_lost(lab: Lab) -> None:
    lab.write("show('there');", name="next")
    lab.open("on(() => { show('going'); location.assign('next.html'); show('gone'); });")
    assert lab.click() == "there"
    assert lab.kinds() == ["gesture", "leaving", "view", "load", "view"]
    assert [entry["view"]["text"] for entry in lab.entries("view")] == ["gone", "there"]


def test_a_navigation_that_never_ends_is_named(lab: Lab) -> None:
    lab.settle.limit = 0.3
    lab.genesys.fault("lose_response", "getUsersMe")
    lab.open("on(() => location.assign(api + '/users/me'));")
    with pytest.raises(NotStill, match=r"the document that was to come from .*/users/me"):
        lab.click()


# ---- the page's own microphone

ASK = "const ask = () => navigator.mediaDevices.getUserMedia({ audio: true });"
LIVE, DISABLED, STOPPED = (True, False, ""), (False, False, ""), (True, False, "page")


def microphones(lab: Lab) -> list[tuple[int, tuple[bool, bool, str]]]:
    """Each entry of a track: its number, and (enabled, muted, by whom it has ended)."""
    return [(e["microphone"], (e["enabled"], e["muted"], e["ended"])) for e in lab.entries("microphone")]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("const [t] = (await ask()).getTracks(); t.enabled = false; t.enabled = false; t.enabled = true;",
         [(1, LIVE), (1, DISABLED), (1, LIVE)]),
        ("const [t] = (await ask()).getTracks(); t.stop(); t.stop();", [(1, LIVE), (1, STOPPED)]),
        ("const [t] = (await ask()).getTracks(); const u = t.clone(); t.stop(); u.enabled = false;",
         [(1, LIVE), (2, LIVE), (1, STOPPED), (2, DISABLED)]),
        ("const s = await ask(); s.clone().getTracks()[0].enabled = false;", [(1, LIVE), (2, LIVE), (2, DISABLED)]),
        ("const [t] = (await ask()).getTracks(); await ask(); new MediaStream([t]).getTracks()[0].stop();",
         [(1, LIVE), (2, LIVE), (1, STOPPED)]),
        ("const sound = new AudioContext().createMediaStreamDestination().stream; const [t] = sound.getTracks();"
         "t.enabled = false; sound.clone(); t.clone().stop();", []),
    ],
    ids=["silenced", "stopped", "a clone", "a clone of its stream", "a second one", "no microphone"],
)  # fmt: skip
def test_what_becomes_of_a_microphone_is_logged(script: str, told: object, lab: Lab) -> None:
    lab.open(f"{ASK} on(async () => {{ {script} show('done'); }});")
    assert lab.click() == "done"
    assert microphones(lab) == told


def test_a_microphone_that_the_page_asks_for_is_waited_for(lab: Lab) -> None:
    lab.open(f"{ASK} on(() => ask().then(({{ active }}) => show(active)));")
    assert lab.click() == "true"


def test_a_microphone_that_is_refused_is_refused_in_the_browser_s_words(lab: Lab) -> None:
    lab.open("on(() => navigator.mediaDevices.getUserMedia({}).catch((error) => show(error.name)));")
    assert lab.click() == "TypeError"
    assert microphones(lab) == []


def test_a_track_looks_native(lab: Lab) -> None:
    page = lab.open("")
    assert page.evaluate(
        "(() => { const { set, get } = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'enabled');"
        " return [set, get, MediaStreamTrack.prototype.stop, MediaDevices.prototype.getUserMedia]"
        ".every((f) => Function.prototype.toString.call(f).includes('[native code]')); })()"
    )


def test_only_the_document_that_was_opened_finds_what_is_kept(lab: Lab) -> None:
    """Not those after it, though the script that does it is still there: pages may be quicker than its taking away."""
    page = lab.open("show(JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));")
    page.evaluate("localStorage.left = sessionStorage.left = 'over'")
    address = f"{lab.origins.page}/toy/page.html"
    page.add_init_script(storage_script(Storage({"a": "1"}, {"b": "2"}), address))
    page.goto(address)
    assert lab.still() == '[{"a":"1"},{"b":"2"}]'
    for leave in ("location.assign(location.href)", "location.reload()", "location.assign('page.html?code=1')"):
        page.evaluate("localStorage.own = 'mine'")
        with page.expect_navigation():
            page.evaluate(f"() => {{ {leave}; }}")
        assert lab.still() == '[{"a":"1","own":"mine"},{"b":"2"}]'


# ---- the page must not notice


def test_what_is_wrapped_looks_native(lab: Lab) -> None:
    page = lab.open("")
    natives = "[XMLHttpRequest, WebSocket, fetch, setTimeout, Date, Date.now, Response.prototype.json]"
    assert page.evaluate(natives + ".every((f) => Function.prototype.toString.call(f).includes('[native code]'))")
    assert page.evaluate("[XMLHttpRequest.name, WebSocket.CLOSED, XMLHttpRequest.DONE, fetch.length]") == [
        "XMLHttpRequest",
        3,
        4,
        1,
    ]
    assert page.evaluate("Object.keys(window).filter((name) => name.includes('hotmic'))") == []
    assert page.evaluate(
        "(() => { class X extends XMLHttpRequest { more() { return 1; } } const x = new X();"
        " return x.more() === 1 && x instanceof XMLHttpRequest && x.constructor === X; })()"
    )
    assert page.evaluate("new XMLHttpRequest().constructor === XMLHttpRequest")
    assert page.evaluate("(() => { const xhr = new XMLHttpRequest(); xhr.timeout = 7; return xhr.timeout; })()") == 7
    assert page.evaluate("sessionStorage.length") == 0


# ---- when it does not come to rest


def test_what_is_missing_is_named(lab: Lab) -> None:
    lab.open(
        "const { port1, port2 } = new MessageChannel(); port1.onmessage = () => port2.postMessage(0);"
        "on(() => port2.postMessage(0));"
    )
    lab.settle.limit = 0.2
    with pytest.raises(NotStill, match="an end of its tasks: the page never rests"):
        lab.click()


def test_a_view_script_that_fails_is_the_adapter_s_fault(lab: Lab) -> None:
    with pytest.raises(BadAdapter, match="reading .here."):
        lab.open("", widget=toy("return document.nothing.here;"))


def test_an_idle_step_costs_one_evaluate(lab: Lab) -> None:
    lab.open("")
    before = lab.settle.cost.evaluates
    lab.still()
    assert lab.settle.cost.evaluates - before == 1
