"""The application under /_mock/: guard, table, verb, answer. It lives on the event loop's thread, and so do the verbs."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from msgspec import MsgspecError, Struct, convert, json
from msgspec.structs import fields
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from ..core.settings import BadSetting
from ..core.values import near
from ..core.worlds import UnknownWorld
from ..engine.people import Refused, UnknownWord
from ..engine.wire import NotInFlight, UnknownKind
from ..gateway.faults import BadFault
from ..gateway.gateway import TABLE
from ..gateway.openapi import document
from .bodies import ErrorBody
from .describe import described
from .guard import Guard, Problem
from .target import ControlTarget
from .verbs import VERBS, Verb
from .waiting import Ended, Waiting

_MISTAKES: Final = (BadFault, BadSetting, UnknownKind, UnknownWord, UnknownWorld)  # in what was sent
_IN_THE_WAY: Final = (NotInFlight, Refused, Ended)  # right in itself, but not as things stand
LARGEST_BODY: Final = 10_000_000  # bytes: three times what `request` can have Genesys read, and it may be escaped
_FRESH: Final = {"cache-control": "no-store"}
_OPEN: Final = {"access-control-allow-origin": "*"}  # what every client of Genesys may know


class Application:
    """Answers requests whose path begins with the prefix."""

    def __init__(self, prefix: str, genesys: ControlTarget, guard: Guard, waiting: Waiting) -> None:
        self._prefix, self._genesys, self._guard, self._waiting = prefix, genesys, guard, waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        if answer is not None:
            await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        name = request.scope["path"].removeprefix(self._prefix)
        try:
            if name == "openapi.json" and request.method in ("GET", "HEAD"):
                return JSONResponse(document(TABLE.routes), headers=_OPEN)
            self._guard.check_place(request.headers)
            if name == "control.json" and request.method in ("GET", "HEAD"):
                return JSONResponse(described(self._prefix))
            self._guard.check_token(request.headers)
            verb = self._found(request.method, name)
            given = await self._done(verb, await _read(verb, request), request.receive)
            await asyncio.sleep(0)  # what the verb wrote leaves before its answer: those tasks were created first
        except ClientDisconnect:
            return None
        except Problem as problem:
            content = json.encode(ErrorBody(problem.error, str(problem)))
            return Response(content, problem.status, problem.headers, "application/json")
        except (*_MISTAKES, *_IN_THE_WAY) as error:
            return self._refused(error)
        return None if given is None else Response(json.encode(given), headers=_FRESH, media_type="application/json")

    def _found(self, method: str, name: str) -> Verb:
        verb = VERBS.get(name)
        if verb is None:
            known = f"{near(name[:100], VERBS)} (GET {self._prefix}control.json describes them)"
            raise Problem(404, "NoVerb", f"no verb is called '{name[:100]}'{known}")
        if method != verb.method:
            raise Problem(
                405, "WrongMethod", f"'{name}' is asked by {verb.method}, not {method}", {"allow": verb.method}
            )
        return verb

    def _refused(self, error: Exception) -> Response:
        trouble = ErrorBody(type(error).__name__, str(error))
        if isinstance(error, NotInFlight):
            trouble = ErrorBody(trouble.error, trouble.message, dict(self._genesys.in_flight))
        status = 409 if isinstance(error, _IN_THE_WAY) else 400
        return Response(json.encode(trouble), status, media_type="application/json")

    async def _done(self, verb: Verb, asked: Struct, receive: Receive) -> Struct | None:
        """Run the verb and return its result; None when the client has gone."""
        seconds: float = getattr(asked, "wait", 0.0)
        if not seconds:
            return verb.do(self._genesys, asked)
        leaving = asyncio.ensure_future(receive())  # the body is read: what comes now is that the client left
        try:
            async with asyncio.timeout(seconds):
                return await self._when_there(verb, asked, leaving)
        except TimeoutError:
            return self._at_last(verb, asked, seconds)
        finally:
            leaving.cancel()

    async def _when_there(self, verb: Verb, asked: Struct, leaving: asyncio.Future[Any]) -> Struct | None:
        while not leaving.done():
            try:
                return verb.do(self._genesys, asked)
            except NotInFlight:
                move: asyncio.Future[Any] = self._waiting.next_move()
            try:
                await asyncio.wait({move, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if move.done():
                    move.result()
            finally:
                move.cancel()
        return None

    def _at_last(self, verb: Verb, asked: Struct, seconds: float) -> Struct:
        try:
            return verb.do(self._genesys, asked)
        except NotInFlight as error:
            raise NotInFlight(f"{error} Waited {seconds:g} s for it.") from None


async def _read(verb: Verb, request: Request) -> Struct:
    """Read what the verb takes: the query of a GET, the JSON of a POST (whatever its content type)."""
    query, body = verb.method == "GET", await _body(verb, request)
    try:
        given: object = dict(request.query_params) if query else json.decode(body or b"{}")
        known = [field.name for field in fields(verb.takes)]
        unknown = [name for name in given if name not in known] if isinstance(given, dict) else []
        if unknown:
            raise Problem(400, "BadBody", f"'{verb.name}' does not take '{unknown[0]}'{near(unknown[0], known)}")
        return convert(given, verb.takes, strict=not query)
    except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "BadBody", f"'{verb.name}' takes {verb.usage or 'nothing'}. {error}") from error


async def _body(verb: Verb, request: Request) -> bytes:
    """Read the whole body; raises Problem (413) as soon as it is known to be over the limit."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > LARGEST_BODY:
            raise Problem(
                413, "TooLarge", f"'{verb.name}' was sent more than {LARGEST_BODY:,} bytes, the most it reads"
            )
    return bytes(parts)
