"""The table of verbs, as OpenAPI for programs and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec.json import schema_components
from msgspec.structs import fields

from ..gateway.openapi import VERSION
from .bodies import ErrorBody
from .verbs import VERBS, Verb

_REF: Final = "#/components/schemas/{name}"
_ABOUT: Final = (
    "Drives the mock from another process. Whatever has a `wait` is answered as soon as what it names is in flight. "
    "GET and POST only; a body is JSON whatever type it claims; nothing is granted to other origins."
)
_PROBLEMS: Final = {
    "400": "What was sent means nothing here.",
    "401": "The control token is missing or wrong.",
    "403": "Asked by another host's name, or by a page of another origin.",
    "409": "Not as things stand: nothing like it is in flight, or Genesys refused.",
}
_PROBLEMS_OF_BODIES: Final = {"413": "The body is larger than any that means something."}


def described(prefix: str) -> dict[str, Any]:
    """The description of the verbs (https://spec.openapis.org/oas/v3.1.0)."""
    types = {type_ for verb in VERBS.values() for type_ in (verb.takes, verb.gives)} | {ErrorBody}
    _, schemas = schema_components(sorted(types, key=lambda type_: type_.__name__), ref_template=_REF)
    return {
        "openapi": VERSION,
        "info": {"title": "hotmic's control API", "version": "1", "description": _ABOUT},
        "paths": {f"{prefix}{verb.name}": {verb.method.lower(): _operation(verb, schemas)} for verb in VERBS.values()},
        "security": [{"control": []}],
        "components": {"securitySchemes": {"control": {"type": "http", "scheme": "bearer"}}, "schemas": schemas},
    }


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Each verb's method, name, what it takes, and what it does."""
    return ((verb.method, verb.name, verb.usage, verb.doc) for verb in VERBS.values())


def _operation(verb: Verb, schemas: dict[str, Any]) -> dict[str, Any]:
    given = {"200": {"description": _doc(verb.gives), "content": _content(verb.gives)}}
    known = _PROBLEMS if verb.method == "GET" else _PROBLEMS | _PROBLEMS_OF_BODIES
    problems = {status: {"description": about, "content": _content(ErrorBody)} for status, about in known.items()}
    about: dict[str, Any] = {"operationId": verb.name, "summary": verb.doc, "responses": given | problems}
    names = [field.name for field in fields(verb.takes)]
    if names and verb.method == "GET":
        properties = schemas[verb.takes.__name__]["properties"]
        about["parameters"] = [{"name": name, "in": "query", "schema": properties[name]} for name in names]
    elif names:
        required = any(field.required for field in fields(verb.takes))
        about["requestBody"] = {"required": required, "content": _content(verb.takes)}
    return about


def _content(type_: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(name=type_.__name__)}}}


def _doc(type_: type) -> str:
    return " ".join((type_.__doc__ or "").split())
