"""Loads the control API when somebody first asks for it: most runs never do."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from .guard import Guard
from .target import ControlTarget
from .waiting import Waiting

PREFIX: Final = "/_mock/"


class ControlEntrance:
    """Answers requests whose path begins with PREFIX. `moved` and `give_up` are for the server: something crossed, all ends."""

    def __init__(self, genesys: ControlTarget, guard: Guard) -> None:
        self.guard, self.waiting = guard, Waiting()
        self.moved, self.give_up = self.waiting.moved, self.waiting.give_up
        self._genesys = genesys
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            from .app import Application  # a tenth of the mock's start

            self._app = Application(PREFIX, self._genesys, self.guard, self.waiting)
        await self._app(scope, receive, send)
