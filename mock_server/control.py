"""/_mock/…: what the mock says of itself, beside what it says as Genesys."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send

from .gateway import TABLE
from .openapi import document

PREFIX: Final = "/_mock/"


async def control(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request whose path begins with PREFIX."""
    if scope["path"] == f"{PREFIX}openapi.json" and scope["method"] in ("GET", "HEAD"):
        await JSONResponse(document(TABLE.routes))(scope, receive, send)
    else:
        there = f"there is GET {PREFIX}openapi.json\n"
        await PlainTextResponse(there, 404)(scope, receive, send)
