"""Messages to one connection keep their order, whether or not they have to wait."""

import asyncio

import pytest
from starlette.types import Message

from mock_server.serving.lines import Line


class Connection(Line):
    """A line to a client, and what it got: `how` a message fares is said in it."""

    def __init__(self) -> None:
        super().__init__(self.write)
        self.written: list[str] = []
        self.free = asyncio.Event()
        self.over = asyncio.Event()

    async def write(self, message: Message) -> None:
        how = message["how"]
        if "slow" in how:
            await self.free.wait()
        if "gone" in how:
            raise ConnectionResetError
        if "mistaken" in how:
            raise LookupError("a mistake")
        if "closed" in how:
            raise RuntimeError("after the close")
        self.written.append(message["word"])

    def _ended(self) -> None:
        self.written.append("end")
        self.over.set()

    def say(self, *words: str, how: str = "", kind: str = "websocket.send") -> None:
        self.put(*({"type": kind, "word": word, "how": how} for word in words))

    async def all_written(self) -> list[str]:
        """What was written until nothing stood in the line any more, and the end of it."""
        self.free.set()
        self.end()
        await self.over.wait()
        return self.written


def test_what_need_not_wait_is_written_at_once() -> None:
    async def story() -> list[str]:
        connection = Connection()
        connection.say("a", "b")
        connection.say("c")
        connection.end()
        return connection.written

    assert asyncio.run(story()) == ["a", "b", "c", "end"]


def test_what_comes_behind_a_slow_write_waits_for_it_even_when_the_way_is_free_again() -> None:
    async def story() -> tuple[list[str], list[str]]:
        connection = Connection()
        connection.say("a", "b", how="slow")
        connection.say("c", how="slow")
        connection.free.set()
        connection.say("d")  # would not have to wait any more
        before = [*connection.written]
        return before, await connection.all_written()

    assert asyncio.run(story()) == ([], ["a", "b", "c", "d", "end"])


def test_when_the_slow_ones_are_through_nothing_waits_any_more() -> None:
    async def story() -> list[str]:
        connection = Connection()
        connection.say("a", how="slow")
        await connection.all_written()
        await asyncio.sleep(0)  # the task ends
        connection.say("b")
        return connection.written

    assert asyncio.run(story()) == ["a", "end", "b"]


@pytest.mark.parametrize("slowly", ["", "slow and "])
def test_who_has_gone_hears_nothing_and_breaks_nothing(slowly: str, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> list[str]:
        connection = Connection()
        connection.say("a", "b", how=f"{slowly}gone")
        connection.say("c", how=f"{slowly}closed")
        connection.say("d")
        return await connection.all_written()

    assert (asyncio.run(story()), caplog.records) == (["d", "end"], [])


@pytest.mark.parametrize(("how", "kind"), [("mistaken", "websocket.send"), ("closed", "websocket.accept")])
@pytest.mark.parametrize("slowly", ["", "slow and "])
def test_a_mistake_of_the_mock_is_told_and_takes_what_belongs_to_it(
    slowly: str, how: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> list[str]:
        connection = Connection()
        connection.say("a", "b", how=slowly + how, kind=kind)
        connection.say("c")
        return await connection.all_written()

    assert asyncio.run(story()) == ["c", "end"]
    assert [record.getMessage() for record in caplog.records] == ["a write failed"]
    caplog.clear()
