"""The probe on what is seen, tried on small pages in a real browser."""

from __future__ import annotations

from .lab import Lab


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
