"""Writes to one connection keep their order, whether or not they have to wait."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mock_server.asgi import Line


def test_what_need_not_wait_is_written_at_once() -> None:
    async def story() -> list[str]:
        line, written = Line(), []

        async def write(word: str) -> None:
            written.append(word)

        line.put(write("a"))
        line.put(write("b"))
        return written

    assert asyncio.run(story()) == ["a", "b"]


def test_what_comes_behind_a_slow_write_waits_for_it_even_when_the_way_is_free_again() -> None:
    async def story() -> tuple[list[str], list[str]]:
        line, written, free = Line(), [], asyncio.Event()

        async def write(word: str) -> None:
            await free.wait()
            written.append(word)

        for word in ("a", "b"):
            line.put(write(word))
        free.set()
        line.put(write("c"))  # would not have to wait any more
        before = [*written]
        await until_done(line)
        line.put(write("d"))
        return before, written

    assert asyncio.run(story()) == ([], ["a", "b", "c", "d"])


def test_who_has_gone_hears_nothing_and_breaks_nothing() -> None:
    async def story() -> list[str]:
        line, written, free = Line(), [], asyncio.Event()

        async def slow() -> None:
            await free.wait()
            raise ConnectionResetError

        async def gone() -> None:
            raise ConnectionResetError

        async def write(word: str) -> None:
            written.append(word)

        line.put(gone())
        for each in (slow(), gone(), write("a")):
            line.put(each)
        free.set()
        await until_done(line)
        return written

    assert asyncio.run(story()) == ["a"]


@pytest.mark.parametrize("slowly", [False, True])
def test_a_mistake_of_the_mock_is_told(slowly: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        line, free = Line(), asyncio.Event()

        async def mistaken() -> None:
            if slowly:
                await free.wait()
            raise LookupError("a mistake")

        line.put(mistaken())
        free.set()
        await until_done(line)

    asyncio.run(story())
    assert [record.getMessage() for record in caplog.records] == ["a write failed"]
    caplog.clear()


async def until_done(line: Line) -> None:
    """Until nothing stands in the line: what is put now is the last."""
    done = asyncio.get_running_loop().create_future()

    async def last() -> None:
        done.set_result(None)

    write: Coroutine[Any, Any, None] = last()
    line.put(write)
    await done
