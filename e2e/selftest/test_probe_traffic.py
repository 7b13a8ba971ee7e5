"""The probe on requests, answers and sockets, tried on small pages in a real browser."""

from __future__ import annotations

import pytest

from .lab import SOCKET, XHR, Lab

FETCH = "on(async () => show((await (await fetch(api + '/users/me', { headers })).json()).name ? 'answered' : 'odd'));"


@pytest.mark.parametrize(
    "script", [FETCH, XHR + "on(() => ask('/users/me', (xhr) => (xhr.onload = () => show('answered'))));"]
)
def test_an_answer_is_handled_before_the_page_is_still(script: str, lab: Lab) -> None:
    lab.open(script)
    assert lab.click() == "answered"
    assert lab.kinds() == ["gesture", "sent", "received", "view"]
    assert lab.entries("gesture") == [{"type": "click", "target": "go"}]
    assert lab.entries("sent") == [
        {"request": 1, "method": "GET", "url": f"{lab.genesys.origin}/api/v2/users/me", "body": ""}
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
    assert sent == [lab.genesys.origin + str(path) for path in arrived]


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


WAITS = {
    "a lock": "navigator.locks.request('a', { ifAvailable: true }, async (lock) => show(lock !== null))",
    "a lock after another": (
        "navigator.locks.request('a', () => new Promise((done) => setTimeout(done, 0)));"
        "navigator.locks.request('a', async () => show(true))"
    ),
    "a database": (
        "const open = indexedDB.open('d', 1); open.onupgradeneeded = () => open.result.createObjectStore('s');"
        "open.onsuccess = () => { const s = open.result.transaction('s', 'readwrite').objectStore('s'); s.put(true, 'k');"
        "s.get('k').onsuccess = ({ target }) => show(target.result); };"
    ),
    "the cache": "caches.open('c').then((c) => c.put('/x', new Response('true')).then(() => c.match('/x')))"
    ".then((r) => r.text()).then(show)",
    "a permission": "navigator.permissions.query({ name: 'microphone' }).then((p) => show(p.state !== ''))",
    "the room": "navigator.storage.estimate().then(({ quota }) => show(quota > 0))",
}


@pytest.mark.parametrize("waits", WAITS)
def test_what_the_browser_answers_by_itself_is_waited_for(waits: str, lab: Lab) -> None:
    lab.open(f"on(() => {{ {WAITS[waits]} }});")
    assert lab.click() == "true"


def test_a_lock_that_somebody_else_holds_is_not_waited_for(lab: Lab) -> None:
    lab.open(
        "navigator.locks.request('a', () => new Promise(() => {}));"
        "on(() => { navigator.locks.request('a', () => show('mine')); show('asked'); });"
    )
    assert lab.click() == "asked"
