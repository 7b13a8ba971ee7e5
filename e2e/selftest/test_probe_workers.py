"""Dedicated Workers, tried on small pages in a real browser: their clocks, messages, requests and sockets are the page's."""

from __future__ import annotations

import re

import pytest

from e2e.harness.stillness.stillness import NotStill
from e2e.harness.view.widget import CannotJudge

from .lab import Lab

# Where a Worker's script comes from; each shows what it posts.
MADE = {
    "blob": "new Worker(URL.createObjectURL(new Blob([code])))",
    "blob, taken back at once": "(() => { const url = URL.createObjectURL(new Blob([code])); const made = new Worker(url);"
    " URL.revokeObjectURL(url); return made; })()",
    "module in a blob": "new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' })",
    "data": "new Worker('data:text/javascript,' + encodeURIComponent(code))",
    "data in base64": "new Worker('data:text/javascript;base64,' + btoa(code))",
    "file": "new Worker('worker.js')",
    "module": "new Worker(new URL('worker.js', location), { type: 'module', name: 'mine' })",
}
made = pytest.mark.parametrize("how", list(MADE))


def open_worker(lab: Lab, code: str, script: str = "", *, how: str = "blob", click: str = "'go'") -> None:
    """A page whose Worker runs this code; what the Worker posts is shown, and what a click posts to it is given."""
    (lab.folder / "worker.js").write_text(code, encoding="utf-8")
    page = f"worker.onmessage = ({{ data }}) => show(data); on(() => worker.postMessage({click}));{script}"
    lab.open(f"const code = {code!r}; const worker = {MADE[how]}; {page}")


@made
def test_a_worker_s_timer_runs_in_virtual_time(lab: Lab, how: str) -> None:
    open_worker(
        lab,
        "const began = Date.now(); onmessage = () => setTimeout(() => postMessage(Date.now() - began), 1000);",
        how=how,
    )
    assert lab.click() == ""
    lab.time.advance(0.999)
    assert lab.still() == ""
    lab.time.advance(0.001)
    assert lab.still() == "1000"
    assert [entry["delay"] for entry in lab.entries("timer")] == [1000]


@made
def test_a_worker_begins_at_the_page_s_time(lab: Lab, how: str) -> None:
    open_worker(lab, "postMessage(`${Date.now()} ${performance.now()} ${self.name}`)", how=how)
    assert lab.still() == f"{lab.settle.now:.0f} 0 {'mine' if how == 'module' else ''}"


def test_a_worker_is_not_behind_what_the_server_writes(lab: Lab) -> None:
    code = "const began = Date.now(); onmessage = () => postMessage(Date.now() - began);"
    open_worker(lab, code, "setTimeout(() => worker.postMessage('go'), 5000);")
    lab.time.advance(7)
    assert lab.still() == "5000"
    assert lab.click() == "7000"


@pytest.mark.parametrize("how", ["file", "blob"])
def test_a_classic_script_stays_strict(lab: Lab, how: str) -> None:
    open_worker(lab, "/* first */ 'use strict'; postMessage(String((function () { return this; })()))", how=how)
    assert lab.still() == "undefined"


def test_a_module_worker_imports_beside_itself(lab: Lab) -> None:
    (lab.folder / "time.js").write_text("export const began = Date.now();", encoding="utf-8")
    code = "import { began } from './time.js'; postMessage([began, Date.now(), import.meta.url.split('/').pop()].join(' '))"
    open_worker(lab, code, how="module")
    assert lab.still() == f"{lab.settle.now:.0f} {lab.settle.now:.0f} worker.js"


def test_a_classic_worker_imports_scripts(lab: Lab) -> None:
    (lab.folder / "more.js").write_text(
        "const more = () => setTimeout(() => postMessage('later'), 3000);", encoding="utf-8"
    )
    open_worker(lab, "importScripts('more.js'); more();", how="file")
    assert lab.still() == ""
    lab.time.advance(3)
    assert lab.still() == "later"


def test_messages_to_and_fro_are_waited_for(lab: Lab) -> None:
    hops = "let total = 0; worker.onmessage = ({ data }) => (data < 50 ? worker.postMessage(data + 1) : show(total += data));"
    open_worker(lab, "onmessage = ({ data }) => postMessage(data === 'go' ? 0 : data + 1);", hops)
    assert [lab.click() for _ in range(20)] == [str(50 * turn) for turn in range(1, 21)]


def test_messages_by_a_port_are_waited_for(lab: Lab) -> None:
    code = "onmessage = ({ ports: [port] }) => (port.onmessage = ({ data }) => port.postMessage(data + 1));"
    page = (
        "let total = 0; const { port1, port2 } = new MessageChannel();"
        "worker.postMessage('port', [port2]); on(() => port1.postMessage(0));"
        "port1.onmessage = ({ data }) => (data < 50 ? port1.postMessage(data + 1) : show(total += data));"
    )
    lab.open(f"const worker = {MADE['blob'].replace('code', repr(code))}; {page}")
    assert [lab.click() for _ in range(20)] == [str(51 * turn) for turn in range(1, 21)]


def test_neither_side_is_shown_the_probe_s_messages(lab: Lab) -> None:
    code = "const got = []; addEventListener('message', ({ data }) => { got.push(data); postMessage(got.join()); });"
    open_worker(
        lab,
        code,
        "const got = []; worker.addEventListener('message', ({ data }) => { got.push(data); show(got.join(' ')); });",
    )
    assert lab.click() == "go"
    assert lab.click() == "go go,go"


def test_timers_of_page_and_workers_that_are_due_at_once_have_one_order(lab: Lab) -> None:
    code = "onmessage = ({ data }) => setTimeout(() => postMessage(data), 1000);"
    lab.open(
        f"let order = ''; const add = (x) => show(order += x); const code = {code!r};"
        f"const workers = ['b', 'c'].map((name) => {{ const made = {MADE['blob']};"
        " made.onmessage = ({ data }) => add(data); return [name, made]; });"
        "on(() => { for (const [name, one] of workers.toReversed()) one.postMessage(name); setTimeout(() => add('a'), 1000); });"
    )
    for turn in range(1, 11):
        lab.click()
        lab.time.advance(1)
        assert lab.still() == "abc" * turn


def test_an_interval_of_a_worker_is_a_step_each_time(lab: Lab) -> None:
    open_worker(lab, "let n = 0; setInterval(() => postMessage(++n), 250);")
    lab.time.advance(1)
    assert lab.still() == "4"
    assert [entry["name"] for entry in lab.entries("timer")] == ["timer#1"] * 4


def test_rounds_of_a_worker_s_interval_are_passed_over_in_a_long_time(lab: Lab) -> None:
    open_worker(
        lab, "setInterval(() => postMessage('tick'), 1000); setTimeout(() => postMessage('an hour'), 3_599_500);"
    )
    lab.time.advance(3599.5)
    assert lab.still() == "an hour"
    assert 10 < len(lab.entries("timer")) < 100


ASKS = """
onmessage = async ({ data: [url, headers] }) => {
  const answer = await fetch(url, { headers });
  await answer.text();
  postMessage(answer.status);
};
"""


@made
def test_a_worker_s_requests_are_numbered(lab: Lab, how: str) -> None:
    open_worker(lab, ASKS, how=how, click="[api + '/users/me', headers]")
    assert lab.click() == "200"
    (sent,), (received,) = lab.entries("sent"), lab.entries("received")
    assert (sent["request"], sent["method"], received) == (1, "GET", {"request": 1, "status": 200})
    arrived = [entry for entry in lab.genesys.journal() if entry.kind == "arrived"]
    assert re.fullmatch(r"[0-9a-f]{12}/1", str(arrived[-1].data["probe"]))


def test_what_page_and_workers_send_at_one_time_has_one_order(lab: Lab) -> None:
    asks = "fetch(api + '/conversations/calls', { headers }).then((r) => r.text());"
    lab.open(
        f"const code = {ASKS!r}; const workers = ['/users/me', '/organizations/me'].map((path) => [{MADE['blob']}, api + path]);"
        f"on(() => {{ for (const [one, url] of workers.toReversed()) one.postMessage([url, headers]); {asks} {asks} }});"
    )
    lab.genesys.hold()
    for _ in range(15):
        before = len(lab.genesys.journal())
        lab.click()
        asked = [entry.about for entry in lab.genesys.journal()[before:] if entry.kind == "offered"]
        assert asked == [*2 * ["GET /conversations/calls"], "GET /users/me", "GET /organizations/me"]
        while lab.genesys.pending:
            lab.genesys.release(lab.genesys.pending[0])
            lab.still()
    lab.genesys.open()


def test_a_worker_sends_no_more_at_once_than_the_browser_has_connections(lab: Lab) -> None:
    nine = "onmessage = ({ data }) => { for (let n = 0; n < 9; n += 1) ask({ data }); };"
    open_worker(lab, ASKS.replace("onmessage", "const ask") + nine, click="[api + '/users/me', headers]")
    lab.genesys.hold()
    lab.click()
    assert len(lab.genesys.pending) == 6
    while lab.genesys.pending:
        lab.genesys.release(lab.genesys.pending[0])
        lab.still()
    assert [entry["request"] for entry in lab.entries("received")] == list(range(1, 10))
    lab.genesys.open()


def test_an_address_that_is_none_is_refused_by_the_browser(lab: Lab) -> None:
    open_worker(lab, "fetch('/in/a/blob/there/is/no/base').catch((error) => postMessage(error.name));")
    assert lab.still() == "TypeError"


@pytest.mark.parametrize("asynchronous", ["true", "false"])
def test_a_worker_asks_by_xmlhttprequest(lab: Lab, asynchronous: str) -> None:
    code = (
        "onmessage = ({ data: [url, headers] }) => { const xhr = new XMLHttpRequest();"
        " xhr.onload = () => postMessage(xhr.status);"
        f" xhr.open('GET', url, {asynchronous}); xhr.setRequestHeader('Authorization', headers.Authorization); xhr.send(); }};"
    )
    open_worker(lab, code, click="[api + '/users/me', headers]")
    assert lab.click() == "200"


def test_a_worker_s_request_is_held_and_given_up_by_its_own_time(lab: Lab) -> None:
    limited = "fetch(url, { headers, signal: AbortSignal.timeout(5000) }).catch(() => ({ status: 'none', text() {} }))"
    open_worker(lab, ASKS.replace("fetch(url, { headers })", limited), click="[api + '/users/me', headers]")
    lab.genesys.hold()
    assert lab.click() == ""
    for name in ("request#", "response#"):
        (held,) = lab.genesys.pending
        assert held.startswith(name)
        lab.genesys.release(held)
        shown = lab.still()
    assert shown == "200"
    lab.click()
    lab.time.advance(4.9)
    assert lab.still() == "200"
    lab.time.advance(0.1)
    assert lab.still() == "none"
    lab.genesys.open()


SOCKET = """
onmessage = async ({ data: [api, headers] }) => {
  if (!api) return socket.close();
  const channel = await (await fetch(api + '/notifications/channels', { method: 'POST', headers })).json();
  self.socket = new WebSocket(channel.connectUri);
  socket.onopen = () => postMessage('open');
  socket.onmessage = ({ data }) => postMessage(JSON.parse(data).eventBody.message);
  socket.onclose = ({ code }) => postMessage('closed ' + code);
};
"""
HEARTBEAT = "WebSocket Heartbeat"


def open_socket(lab: Lab, more: str = "") -> None:
    lab.open(
        f"const code = {SOCKET!r}; const worker = {MADE['blob']}; worker.onmessage = ({{ data }}) => show(data);"
        f"worker.postMessage([api, headers]); {more}"
    )


def test_a_worker_s_socket_is_waited_for(lab: Lab) -> None:
    open_socket(lab)
    assert lab.still() == "open"
    for _ in range(5):
        lab.time.advance(30)
        assert lab.still() == HEARTBEAT
    assert "frame" in lab.kinds()


def test_a_worker_s_socket_is_closed_by_either_side(lab: Lab) -> None:
    open_socket(lab, "on(() => worker.postMessage([]));")
    assert lab.click() == "closed 1005"
    assert lab.entries("closed") == [{"socket": 1, "code": 1005, "own": True}]


def test_a_worker_that_is_terminated_ends_with_what_it_holds(lab: Lab) -> None:
    open_socket(lab, "on(() => { worker.terminate(); show('ended'); });")
    assert lab.click() == "ended"
    assert not any(socket.open and not socket.closed for socket in lab.genesys.traffic().sockets.values())
    lab.time.advance(60)
    assert lab.still() == "ended"


def test_a_request_of_a_worker_that_is_terminated_is_given_up(lab: Lab) -> None:
    open_worker(lab, ASKS, "setTimeout(() => worker.terminate(), 1000);", click="[api + '/users/me', headers]")
    lab.genesys.hold()
    lab.click()
    assert [name.partition("#")[0] for name in lab.genesys.pending] == ["request"]
    lab.time.advance(1)
    assert [entry.name for entry in lab.genesys.journal() if (entry.kind, entry.cause) == ("lost", "page")] == [
        "request#1"
    ]
    lab.genesys.open()


def test_frames_of_a_worker_come_with_virtual_time(lab: Lab) -> None:
    code = "let n = 0; const draw = (at) => { postMessage(`${++n} ${Math.round(at)}`); requestAnimationFrame(draw); };"
    open_worker(
        lab,
        code + "requestAnimationFrame(draw); cancelAnimationFrame(requestAnimationFrame(() => postMessage('not')));",
    )
    assert lab.still() == ""
    lab.time.advance(0.5)
    assert lab.still() == "31 496"


def test_what_a_worker_did_before_it_was_terminated_is_in_the_log(lab: Lab) -> None:
    open_worker(
        lab,
        "onmessage = () => { setTimeout(() => {}, 0); setTimeout(() => postMessage('end'), 0); };",
        "worker.onmessage = () => worker.terminate();",
    )
    lab.click()
    assert [entry["name"] for entry in lab.entries("timer")] == ["timer#1", "timer#2"]
    lab.time.advance(1)


def test_a_worker_that_closes_itself_is_not_waited_for(lab: Lab) -> None:
    open_worker(
        lab, "onmessage = () => { setInterval(() => postMessage('still here'), 100); postMessage('closed'); close(); };"
    )
    assert lab.click() == "closed"
    lab.time.advance(1)
    assert lab.still() == "closed"


def test_a_page_that_goes_takes_its_workers_along(lab: Lab) -> None:
    open_socket(lab, "on(() => location.assign('other.html'));")
    lab.write("show('other')", "other")
    lab.click()
    assert lab.still() == "other"
    assert not any(socket.open and not socket.closed for socket in lab.genesys.traffic().sockets.values())


def test_a_worker_s_errors_are_errors(lab: Lab) -> None:
    code = "onmessage = () => { Promise.reject(new Error('later')); throw new Error('now'); };"
    open_worker(lab, code)
    lab.click()
    assert [entry["message"] for entry in lab.entries("error")] == ["Uncaught Error: now"]
    assert [entry["reason"] for entry in lab.entries("rejection")] == ["Error: later"]


@pytest.mark.parametrize("script", ["missing.js", "broken.js"])
def test_a_worker_without_a_script_is_not_waited_for(lab: Lab, script: str) -> None:
    (lab.folder / "broken.js").write_text("const const = 1;", encoding="utf-8")
    lab.open(f"new Worker('{script}').onerror = () => show('no worker');")
    assert lab.still() == "no worker"


def test_chance_is_the_same_in_every_run(lab: Lab) -> None:
    code = "onmessage = () => postMessage(`${Math.random()} ${crypto.randomUUID()}`)"
    seen = []
    for name in ("one", "two"):
        lab.open("", name=f"empty-{name}")
        open_worker(lab, code)
        seen.append(lab.click())
    assert seen[0] == seen[1] != ""


def test_a_worker_that_never_rests_is_named(lab: Lab) -> None:
    again = "() => port2.postMessage(0)"
    code = f"const {{ port1, port2 }} = new MessageChannel(); port1.onmessage = {again}; onmessage = {again};"
    open_worker(lab, code)
    lab.settle.limit = 1.0
    with pytest.raises(NotStill, match=r"missing: an end of what Worker 1 \(a blob: URL\) does"):
        lab.click()


def test_a_script_of_another_origin_is_refused_by_the_browser_and_imported_by_a_blob(lab: Lab) -> None:
    (lab.folder / "far.js").write_text("setTimeout(() => postMessage('far'), 1000);", encoding="utf-8")
    lab.open(
        f"const far = '{lab.genesys.origin}/toy/far.js'; const code = `importScripts('${{far}}')`; let worker;"
        f"try {{ new Worker(far); }} catch {{ worker = {MADE['blob']}; worker.onmessage = ({{ data }}) => show(data); }}"
    )
    lab.time.advance(1)
    assert lab.still() == "far"


def test_a_page_that_the_mock_does_not_serve_has_workers_that_cannot_be_judged(lab: Lab) -> None:
    (lab.folder / "worker.js").write_text("", encoding="utf-8")
    lab.write("new Worker('worker.js')")
    lab.stage.settle.publish_now()
    lab.page.goto(f"{lab.genesys.origin}/toy/page.html", wait_until="commit")
    with pytest.raises(
        CannotJudge, match=rf"^cannot judge: timers run in a Worker \({lab.genesys.origin}/toy/worker.js\); "
    ):
        lab.still()


def test_a_worker_of_a_frame_lives_with_it(lab: Lab) -> None:
    code = "onmessage = () => setTimeout(() => postMessage('later'), 1000);"
    shows = "worker.onmessage = ({ data }) => (parent.document.getElementById('shown').textContent = data);"
    lab.write(f"const code = {code!r}; const worker = {MADE['blob']}; {shows}", "inner")
    lab.open(
        "const frame = document.createElement('iframe'); frame.src = 'inner.html'; document.body.append(frame);"
        "on(() => shown.textContent ? frame.remove() : frame.contentWindow.eval('worker').postMessage(0));"
    )
    assert lab.click() == ""
    lab.time.advance(1)
    assert lab.still() == "later"
    lab.click()
    lab.time.advance(1)


SHARED = "new SharedWorker('worker.js').port.start();"
NESTED = "new Worker(URL.createObjectURL(new Blob([\"new Worker('data:text/javascript,0')\"])));"


@pytest.mark.parametrize(
    ("script", "what"),
    [(SHARED, r"a SharedWorker \(http://localhost:\d+/toy/worker.js\)"), (NESTED, "a Worker that a Worker made")],
)
def test_what_cannot_be_judged_is_named(lab: Lab, script: str, what: str) -> None:
    (lab.folder / "worker.js").write_text("", encoding="utf-8")
    with pytest.raises(CannotJudge, match=f"^cannot judge: timers run in {what}; hotmic moves the time of"):
        lab.open(script)
