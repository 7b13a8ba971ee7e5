"""The probe on documents and windows that come and go, tried on small pages in a real browser."""

from __future__ import annotations

import pytest

from e2e.harness.probe.probe import storage_script
from e2e.harness.stillness.stillness import NotStill
from e2e.harness.view.widget import Storage

from .lab import Lab

OPENS = "on(() => window.open('login.html', 'login', 'width=300,height=200'));"


def test_what_a_document_did_last_is_not_lost(lab: Lab) -> None:
    lab.write("show('there');", name="next")
    lab.open("on(() => { show('going'); location.assign('next.html'); show('gone'); });")
    assert lab.click() == "there"
    assert lab.kinds() == ["gesture", "leaving", "view", "load", "view"]
    assert [entry["view"]["text"] for entry in lab.entries("view")] == ["gone", "there"]


def test_what_a_page_showed_before_it_was_opened_is_nobodys_story(lab: Lab) -> None:
    """Be it a page of its own or one that was used before."""
    lab.open("show('there');")
    lab.open("show('there too');", name="second")
    assert [entry["url"].rpartition("/")[2] for entry in lab.entries("load")] == ["page.html", "second.html"]


def test_a_navigation_that_never_ends_is_named(lab: Lab) -> None:
    lab.settle.limit = 0.3
    lab.genesys.fault("lose_response", "getUsersMe")
    lab.open("on(() => location.assign(api + '/users/me'));")
    with pytest.raises(NotStill, match=r"the document that was to come from .*/users/me"):
        lab.click()
        lab.settle.still()  # the first question may have been quicker than the navigation, which then stood on the wire


def test_a_message_to_another_window_comes_from_the_one_that_sent_it(lab: Lab) -> None:
    lab.write("parent.postMessage('hello', '*');", name="inner")
    lab.open(
        "const frame = document.createElement('iframe'); frame.src = 'inner.html';"
        "addEventListener('message', ({ data, source }) => data === 'hello' && show(source === frame.contentWindow));"
        "on(() => document.body.append(frame));"
    )
    assert lab.click() == "true"


@pytest.mark.parametrize("sandbox", ["", "sandbox=allow-scripts"])
def test_messages_between_a_page_and_its_frame_are_waited_for(sandbox: str, lab: Lab) -> None:
    lab.write("addEventListener('message', ({ data }) => data < 7 && parent.postMessage(data + 1, '*'));", name="inner")
    lab.open(
        "const send = (n) => document.querySelector('iframe').contentWindow.postMessage(n, '*');"
        "addEventListener('message', ({ data }) => { show(data); send(data + 1); }); on(() => send(0));",
        name="page",
        head=f"<iframe hidden {sandbox} src=inner.html></iframe>",
    )
    for _ in range(3):
        assert lab.click() == "7"


def test_messages_between_tabs_are_waited_for(lab: Lab) -> None:
    script = (
        "const tabs = new BroadcastChannel('x');"
        "tabs.onmessage = ({ data }) => { show(data); if (data < 5) tabs.postMessage(data + 1); };"
    )
    lab.open(script, name="other")
    lab.open(script + "on(() => tabs.postMessage(1));")
    assert lab.click() == "4"
    assert lab.still("other") == "5"


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


def test_only_the_document_that_was_opened_finds_what_is_kept(lab: Lab) -> None:
    """Not those after it, though the script that does it is still there: pages may be quicker than its taking away."""
    page = lab.open("show(JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));")
    page.evaluate("localStorage.left = sessionStorage.left = 'over'")
    address = f"{lab.genesys.page_origin}/toy/page.html"
    script = page.add_init_script(storage_script(Storage({"a": "1"}, {"b": "2"}), address))
    page.goto(address)
    assert lab.still() == '[{"a":"1"},{"b":"2"}]'
    for leave in ("location.assign(location.href)", "location.reload()", "location.assign('page.html?code=1')"):
        page.evaluate("localStorage.own = 'mine'")
        with page.expect_navigation():
            page.evaluate(f"() => {{ {leave}; }}")
        assert lab.still() == '[{"a":"1","own":"mine"},{"b":"2"}]'
    script.close()


def test_the_document_of_an_iframe_that_is_put_into_the_page_is_waited_for(lab: Lab) -> None:
    """A renewal of the token in a hidden iframe: the page's own time limit must not go off before the answer has come."""
    lab.write("parent.postMessage('renewed', '*');", name="renewed")
    lab.open(
        "addEventListener('message', ({ data }) => data === 'renewed' && show(data));"
        "on(() => { const iframe = document.createElement('iframe'); iframe.hidden = true; iframe.src = 'renewed.html';"
        "setTimeout(() => show('too late'), 50); document.body.append(iframe); });"
    )
    assert lab.click() == "renewed"
    assert [entry["top"] for entry in lab.entries("load")][1:] == [False] * (len(lab.entries("load")) - 1)


def test_what_documents_of_one_page_log_stands_in_the_order_in_which_it_happened(lab: Lab) -> None:
    lab.write("parent.postMessage('loaded', '*');", name="inner")
    lab.open(
        "addEventListener('message', ({ data }) => data === 'loaded' && show(data));"
        "on(() => { const iframe = document.createElement('iframe'); iframe.src = 'inner.html'; document.body.append(iframe); });"
    )
    assert lab.click() == "loaded"
    loads = [place for place, entry in enumerate(lab.log) if entry["kind"] == "load"]
    views = [
        place for place, entry in enumerate(lab.log) if entry["kind"] == "view" and entry["view"]["text"] == "loaded"
    ]
    assert max(loads) < min(views)


@pytest.mark.parametrize("asks", ["fetch(api + '/users/me', { headers })", "xhr()"])
def test_a_document_that_is_being_unloaded_sends_nothing_more(asks: str, lab: Lab) -> None:
    """The browser gives up its requests, and the page does what it does after a lost answer: nobody sees what comes of it."""
    lab.genesys.hold("request")
    lab.open(
        "const xhr = () => new Promise((_, failed) => { const x = new XMLHttpRequest(); x.onerror = x.onabort = failed;"
        "x.open('GET', api + '/users/me'); x.send(); });"
        f"on(() => {asks}.catch(() => fetch(api + '/conversations/calls', {{ headers }})));"
    )
    lab.click()
    lab.page.reload(wait_until="commit")
    lab.still()
    offered = [entry.about for entry in lab.genesys.journal() if entry.kind == "offered"]
    assert [about for about in offered if "conversations" in about] == []
