"""A page does not notice the probe; a page that does not come to rest is reported with what is missing."""

from __future__ import annotations

import pytest

from e2e.harness.stillness.stillness import BadAdapter, NotStill

from .lab import Lab


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
        lab.open("Object.defineProperty(shown, 'textContent', { get: () => document.nothing.here });")


def test_an_idle_step_costs_one_evaluate(lab: Lab) -> None:
    lab.open("")
    before = lab.settle.cost.evaluates
    lab.still()
    assert lab.settle.cost.evaluates - before == 1
