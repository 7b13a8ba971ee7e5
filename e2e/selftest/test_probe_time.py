"""The page's clock, tried on small pages in a real browser."""

from __future__ import annotations

from .lab import SOCKET, XHR, Lab


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


def test_rounds_of_a_poll_are_passed_over_and_other_timers_come_when_they_are_due(lab: Lab) -> None:
    lab.open(
        "let polls = 0; let began = Date.now();"
        "setInterval(() => { polls += 1; fetch(api + '/users/me').then((r) => r.text()); }, 3000);"
        "setTimeout(() => show(`${Math.round((Date.now() - began) / 1000)} s, ${polls > 9 && polls < 100}`), 3_000_000);"
    )
    lab.time.advance(3599)
    assert lab.entries("view")[-1]["view"]["text"] == "3000 s, true"
    lab.time.advance(1)
