"""Moves the server's clock and those of all pages together, from one due time to the next."""

from __future__ import annotations

from collections.abc import Callable

from .rounds import Rounds
from .settle import Settle
from .stillness import Stillness

STEPS_WITHOUT_TIME = 1_000  # that many at one time are taken for endless


class VirtualTime:
    """Fixture `time`: moves virtual time. Calls `rested` with each stillness on the way."""

    def __init__(self, settle: Settle, rested: Callable[[Stillness], None] = lambda stillness: None) -> None:
        self._settle, self._rested = settle, rested

    @property
    def now(self) -> float:
        """Virtual seconds since 1970."""
        return self._settle.now / 1000

    def advance(self, seconds: float) -> Stillness:
        """Let virtual time pass in the server and in the pages, and be still after each thing that falls due on the way.

        At one time the server comes before the pages, and a page's timers come in the order in which they were made. Raises
        NotStill, and RuntimeError when something falls due again and again at the same time.
        """
        stillness = self.run_out(seconds)
        self._settle.publish_now()
        return stillness

    def run_out(self, seconds: float) -> Stillness:
        """As `advance`, at the end of a story: the time is not published to documents that are opened after it."""
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds:g} s")
        target = self._settle.now + seconds * 1000
        rests, steps, rounds = self._rests(target), 0, Rounds()
        while self._settle.now < target or self._due(rests[-1]) <= target:
            step = min(target, max(self._settle.now, self._due(rests[-1])))
            steps = steps + 1 if step == self._settle.now else 0
            if steps > STEPS_WITHOUT_TIME:
                raise RuntimeError(self._endless(rests[-1]))
            passed = (step - self._settle.now) / 1000
            self._settle.move(step)
            self._settle.genesys.advance(passed)
            rests = self._rests(target)
            rounds.add(rests, self._settle.now, passed * 1000, self._settle.genesys.state.calls)
            until = min(target, self._at(self._settle.genesys.next_deadline_without_heartbeats))
            if passed and (leap := rounds.leap(until)) is not None:
                self._settle.leap(leap)
                self._settle.genesys.advance(leap.milliseconds / 1000, heartbeats=False)
                rests = self._rests(target)
        return rests[-1]

    def _endless(self, stillness: Stillness) -> str:
        due = [(page, timer) for page, timer in stillness.timers.items() if timer and timer.due <= self._settle.now]
        whose = [f"; '{page}' has set {timer.name}, of {timer.delay:g} ms, as the newest" for page, timer in due]
        return f"more than {STEPS_WITHOUT_TIME} things fall due at one moment: time can't go on{''.join(whose)}"

    def _rests(self, target: float) -> tuple[Stillness, ...]:
        """Be still, and again after each thing that waited for its turn to reach the pages."""
        rests = [self._rest(target)]
        while self._settle.genesys.waits_for_turn:
            self._settle.genesys.next_turn()
            rests.append(self._rest(target))
        return tuple(rests)

    def _rest(self, target: float) -> Stillness:
        stillness = self._settle.still(then=min(target, self._server_due()))
        self._rested(stillness)
        return stillness

    def _due(self, stillness: Stillness) -> float:
        """When the next thing falls due, in virtual milliseconds; infinity if nothing does."""
        timers = [timer.due for timer in stillness.timers.values() if timer is not None]
        return min([self._server_due(), *timers])

    def _server_due(self) -> float:
        return self._at(self._settle.genesys.next_deadline)

    def _at(self, seconds: float | None) -> float:
        """When so many seconds have passed, in virtual milliseconds; infinity for None."""
        return float("inf") if seconds is None else self._settle.now + seconds * 1000
