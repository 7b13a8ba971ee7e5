"""Writes begin in the order in which the engine made them, and a slow reader keeps back only what is written to it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from starlette.types import Message, Receive, Send

from mock_server.core.messages import Response
from mock_server.serving.connections import Exchange, PageLeft, SocketEnd, write_response


class Network:
    """Several connections: what was written to them, in order. A connection named in `slow` waits until `free` is set."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.slow: set[str] = set()
        self.free = asyncio.Event()
        self.errors: dict[str, Exception] = {}  # what a message raises

    def connection(self, name: str) -> Send:
        async def send(message: Message) -> None:
            if name in self.slow:
                await self.free.wait()
            word = message.get("text") or message["type"].rpartition(".")[2]
            if word in self.errors:
                raise self.errors[word]
            self.written.append(f"{name} {word}")

        return send

    def socket(self, name: str) -> SocketEnd:
        return SocketEnd(self.connection(name))

    async def answered(self, name: str, exchange: Exchange) -> None:
        """As the handler of a request does."""
        await write_response(await exchange.response(), self.connection(name))


def frames(*texts: str, kind: str = "websocket.send") -> list[Message]:
    return [{"type": kind, "text": text} for text in texts]


async def forever() -> None:
    await asyncio.Event().wait()


def page(*messages: str) -> Receive:
    """The messages that a page sends; after them nothing comes any more."""
    left = list(messages)

    async def receive() -> Message:
        if not left:
            await forever()
        return {"type": left.pop(0)}

    return receive


async def all_written(socket: SocketEnd) -> None:
    """Return when everything that was put before is written, or has failed."""
    socket.put(last=True)
    await socket.attend(forever())


async def one_turn() -> None:
    """Let the loop run what is scheduled now."""
    await asyncio.sleep(0)


def run(story: Coroutine[Any, Any, list[str]]) -> list[str]:
    return asyncio.run(story)


# ---- order


def test_writes_to_several_connections_keep_their_order() -> None:
    async def story() -> list[str]:
        network, exchange = Network(), Exchange(page())
        a, b = network.socket("a"), network.socket("b")
        handler = asyncio.create_task(network.answered("http", exchange))
        await one_turn()
        a.put(*frames("1"))
        exchange.answer(Response(202))
        b.put(*frames("2"))
        a.put(*frames("3", "4"))
        await one_turn()
        await handler
        return network.written

    assert run(story()) == ["a 1", "http start", "http body", "b 2", "a 3", "a 4"]


def test_what_comes_behind_a_slow_write_waits_for_it_and_nothing_else_does() -> None:
    async def story() -> list[str]:
        network = Network()
        slow, quick = network.socket("slow"), network.socket("quick")
        network.slow = {"slow"}
        slow.put(*frames("1", "2"))
        slow.put(*frames("3"))
        quick.put(*frames("4"))
        await one_turn()
        network.slow = set()
        slow.put(*frames("5"))  # would not have to wait any more
        await one_turn()
        before = network.written.copy()
        network.free.set()
        await all_written(slow)
        return [*before, "freed", *network.written[len(before) :]]

    assert run(story()) == ["quick 4", "freed", "slow 1", "slow 2", "slow 3", "slow 5"]


def test_after_the_slow_ones_nothing_waits_any_more() -> None:
    async def story() -> list[str]:
        network = Network()
        socket = network.socket("a")
        network.slow = {"a"}
        network.free.set()
        socket.put(*frames("1"))
        await all_written(socket)
        socket.put(*frames("2"))
        await one_turn()
        return network.written

    assert run(story()) == ["a 1", "a 2"]


# ---- failures


@pytest.mark.parametrize("slow", [False, True])
def test_writes_to_a_page_that_has_gone_break_nothing(slow: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> list[str]:
        network = Network()
        network.errors = {"1": ConnectionResetError(), "3": RuntimeError("after the close")}
        network.slow = {"a"} if slow else set()
        socket = network.socket("a")
        socket.put(*frames("1", "2"))
        socket.put(*frames("3"))
        socket.put(*frames("4"))
        network.free.set()
        await all_written(socket)
        return network.written

    assert (run(story()), caplog.records) == (["a 4"], [])


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(
    ("error", "kind"), [(LookupError("a mistake"), "websocket.send"), (RuntimeError("a mistake"), "websocket.accept")]
)
def test_a_mistake_of_the_mock_is_logged_and_takes_what_belongs_to_it(
    slow: bool, error: Exception, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> list[str]:
        network = Network()
        network.errors = {"1": error}
        network.slow = {"a"} if slow else set()
        socket = network.socket("a")
        socket.put(*frames("1", "2", kind=kind))
        socket.put(*frames("3"))
        network.free.set()
        await all_written(socket)
        return network.written

    assert run(story()) == ["a 3"]
    assert [record.getMessage() for record in caplog.records] == ["a write failed"]
    caplog.clear()


# ---- ends


def test_a_socket_that_is_ended_does_not_wait_for_its_writes() -> None:
    async def story() -> list[str]:
        network = Network()
        network.slow = {"a"}
        socket = network.socket("a")
        socket.put(*frames("1"))
        socket.end()
        await socket.attend(forever())
        return network.written

    assert run(story()) == []


def test_what_fails_in_listening_is_raised() -> None:
    async def fail() -> None:
        raise LookupError("a mistake")

    async def story() -> list[str]:
        await Network().socket("a").attend(fail())
        return []

    with pytest.raises(LookupError, match="a mistake"):
        run(story())


def test_a_page_that_leaves_before_its_answer_is_noticed() -> None:
    async def story() -> list[str]:
        exchange = Exchange(page("http.request", "http.disconnect"))
        exchange.watch_page()
        with pytest.raises(PageLeft):
            await exchange.response()
        exchange.answer(Response(202))  # too late, and no error
        return []

    run(story())


def test_an_answer_that_is_there_is_not_lost_when_the_page_leaves() -> None:
    async def story() -> list[str]:
        network, exchange = Network(), Exchange(page("http.disconnect"))
        exchange.answer(Response(202))
        exchange.watch_page()
        await one_turn()
        await network.answered("http", exchange)
        return network.written

    assert run(story()) == ["http start", "http body"]
