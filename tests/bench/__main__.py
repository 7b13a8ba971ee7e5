"""Measures the mock and prints each figure beside its bar; 1 is the exit code when a bar does not hold."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from .load import Served, latencies, overtakings, rate, rate_heard, served

REQUESTS = 24_000
TURN = (
    2_000  # requests to one server before the other has its turn: short, so that both meet the machine in the same mood
)
CALLS = 10_000


@dataclass(frozen=True)
class Figure:
    """What was measured, and whether the bar holds."""

    what: str
    value: str
    bar: str
    holds: bool

    def __str__(self) -> str:
        return f"{'ok  ' if self.holds else 'MISS'}  {self.what:<58} {self.value:>22}   {self.bar}"


def main() -> int:
    missed = 0
    for figure in figures():
        print(figure, flush=True)
        missed += not figure.holds
    return 1 if missed else 0


def figures() -> Iterator[Figure]:
    yield from _starts()
    yield from _rates()
    for sockets, rounds, bar in ((1, 2_000, 0.002), (1_000, 100, 0.050)):
        yield _latency(sockets, rounds, bar)
    with served("ordered") as server:
        found = overtakings(server, CALLS)
    yield Figure(f"answers that overtook an event, of {CALLS:,}", str(found), "none", found == 0)


def _starts() -> Iterator[Figure]:
    colds = []
    for _ in range(5):
        began = time.perf_counter()
        with served("first"):
            colds.append(time.perf_counter() - began)
    cold = median(colds)
    yield Figure("cold start, from the shell to the first answer", _ms(cold), "under 300 ms", cold < 0.3)
    with served("later") as server:
        later = median(server.words["taken"])
    yield Figure("later start in the same process, to its first answer", _ms(later), "under 10 ms", later < 0.01)


def _rates() -> Iterator[Figure]:
    """Both servers run at once and take turns; the ratio is the median of the turns'."""
    with served("bare") as bare, served("mock") as mock:
        measured = [(asyncio.run(rate(bare, TURN)), asyncio.run(rate(mock, TURN))) for _ in range(REQUESTS // TURN)]
        bare_rate, mock_rate = median(b for b, _ in measured), median(m for _, m in measured)
        ratio = median(m / b for b, m in measured)
        alone = median(_ratio(bare, mock, connections=1) for _ in range(3))
        heard_rate = asyncio.run(rate_heard(mock, TURN))
        memory = mock.megabytes
    yield Figure("a bare answer of the same server", f"{bare_rate:,.0f} a second", "(the measure)", True)
    yield Figure("the whole mute answer", f"{mock_rate:,.0f} a second", "(for scale)", True)
    yield Figure("of the bare one's rate, one request after another", f"{alone:.2f}", "(for scale)", True)
    yield Figure(
        "the same while a socket receives the event of each", f"{heard_rate:,.0f} a second", "(for scale)", True
    )
    yield Figure(
        "the whole mute answer, of the bare one's rate, 8 connections", f"{ratio:.2f}", "0.50 or more", ratio >= 0.5
    )
    yield Figure(f"memory after {REQUESTS + TURN:,} mutes", f"{memory:.0f} MB", "under 80 MB", memory < 80)


def _ratio(bare: Served, mock: Served, connections: int) -> float:
    """How much of the bare server's rate the mock has, as one agent's page would meet it."""
    return asyncio.run(rate(mock, 1_000, connections)) / asyncio.run(rate(bare, 1_000, connections))


def _latency(sockets: int, rounds: int, bar: float) -> Figure:
    with served("mock") as server:
        taken = sorted(latencies(server, sockets, rounds))
    p99 = _at(taken, 0.99)
    what = f"from PATCH to event, p50 and p99, {sockets:,} socket{'s' if sockets > 1 else ''}"
    return Figure(what, f"{_ms(_at(taken, 0.5))}, {_ms(p99)}", f"p99 under {_ms(bar)}", p99 < bar)


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"


if __name__ == "__main__":
    sys.exit(main())
