"""The mock's own description in OpenAPI, written from the route table: what a generator of requests needs to know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from ..core.messages import Json
from ..core.routing import Route
from ..payloads.refusals import ERRORS

VERSION: Final = "3.1.0"
_NAME: Final = re.compile(r"\{(\w+)\}")


def document(routes: Iterable[Route]) -> dict[str, Json]:
    """The description of these operations (https://spec.openapis.org/oas/v3.1.0)."""
    paths: dict[str, Json] = {}
    for route in routes:
        there = paths.setdefault(route.path, {})
        assert isinstance(there, dict)
        there[route.method.lower()] = _operation(route)
    return {
        "openapi": VERSION,
        "info": {
            "title": "hotmic's Genesys Cloud",
            "version": "2",
            "description": "What the mock answers. Fields and errors are those of Genesys Cloud as far as the mock has them.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"ErrorBody": _error_body()},
        },
    }


def _operation(route: Route) -> dict[str, Json]:
    about: dict[str, Json] = {"operationId": route.operation, "responses": _responses(route)}
    summary = (route.handler.__doc__ or "").strip().partition("\n")[0]
    if summary:
        about["summary"] = summary
    names: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAME.findall(route.path)
    ]
    if names:
        about["parameters"] = names
    if route.example:
        example: Json = json.loads(route.example)
        kind = "array" if isinstance(example, list) else "object"
        about["requestBody"] = {"content": {"application/json": {"schema": {"type": kind}, "example": example}}}
    if not route.needs.public:
        about["security"] = [{"token": [*sorted(route.needs.scopes)]}]
    return about


def _responses(route: Route) -> dict[str, Json]:
    done: dict[str, Json] = {"2XX": {"description": "Done, or accepted."}}
    if route.needs.public:
        back: Json = {"description": "Back to the page."}
        return done | {"3XX": back, "4XX": {"description": "Refused, in OAuth's error frame."}}
    schema: Json = {"$ref": "#/components/schemas/ErrorBody"}
    frame: Json = {"application/json": {"schema": schema}}
    return done | {"4XX": {"description": "Refused, in Genesys' error frame.", "content": frame}}


def _error_body() -> dict[str, Json]:
    """ErrorBody, with the fields that the mock sends (PROTOCOL.md#error-bodies)."""
    words: dict[str, Json] = {name: {"type": "string"} for name in ("message", "contextId")}
    lists: dict[str, Json] = {name: {"type": "array"} for name in ("details", "errors")}
    code: Json = {"type": "string", "examples": [*sorted(ERRORS)]}
    properties: dict[str, Json] = {**words, **lists, "code": code, "status": {"type": "integer"}}
    return {"type": "object", "properties": {**properties, "messageParams": {"type": "object"}}}
