"""The table of verbs: the words of Python, and a description that says all of it."""

import inspect
import json
from typing import Any

import pytest
from msgspec.structs import fields

from mock_server.control.describe import described, rows
from mock_server.control.verbs import VERBS, Verb
from mock_server.core.settings import Settings
from mock_server.core.worlds import WORLDS
from mock_server.engine.people import Person
from mock_server.engine.wire import KINDS
from mock_server.server import MockGenesys

DOCUMENT: dict[str, Any] = json.loads(json.dumps(described("/_mock/")))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
# Verbs whose word in Python is a person's, or a part of the state.
OF_PERSONS = {"act": Person.patch, "request": Person.request}
ONLY_HERE = {
    "wait": "Python's harness is still between two steps, and need not wait",
    "person": "in Python it is the person who has the verb",
    "verb": "as before",
    "options": "in Python they are arguments of their own",
}


def parameters(verb: Verb) -> dict[str, inspect.Parameter]:
    """Those of the word in Python; none where it is a property."""
    word = OF_PERSONS.get(verb.name) or getattr(MockGenesys, verb.name)
    return dict(inspect.signature(word).parameters) if callable(word) else {}


@pytest.mark.parametrize("verb", [v for v in VERBS.values() if v.name not in ("faults", "call")], ids=lambda v: v.name)
def test_a_verb_takes_what_the_same_word_takes_in_python(verb: Verb) -> None:
    known = parameters(verb)
    for field in (field for field in fields(verb.takes) if field.name not in ONLY_HERE and verb.name != "pending"):
        assert field.name in known, f"{verb.name} takes {field.name}, Python takes {', '.join(known)}"
        default = known[field.name].default
        if not field.required and default is not inspect.Parameter.empty:
            assert field.default == default


def test_a_question_is_asked_by_get_and_a_change_is_done_by_post() -> None:
    asked = [verb.name for verb in VERBS.values() if verb.method == "GET"]
    assert asked == ["world", "headers", "call", "leg", "pending", "journal", "next_deadline", "faults"]
    assert {verb.method for verb in VERBS.values()} == {"GET", "POST"}


def test_what_a_verb_takes_is_told_in_a_line() -> None:
    usages = {verb.name: verb.usage for verb in VERBS.values()}
    assert (usages["fault"], usages["hold"], usages["open"]) == ("effect, on, times=1, options={}", "kinds=[]", "")
    assert usages["act"] == 'person, verb, whom="agent", call="call"'


def test_each_verb_says_what_it_does() -> None:
    table = list(rows())
    assert [name for _, name, _, _ in table] == list(VERBS)
    assert all(doc.endswith(".") and doc.count(".") == 1 for *_, doc in table)


# ---- OpenAPI


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, about) for path, ways in DOCUMENT["paths"].items() for method, about in ways.items()]


def test_every_verb_is_described() -> None:
    described = [(path, method.upper(), about["operationId"], about["summary"]) for path, method, about in operations()]
    assert described == [(f"/_mock/{v.name}", v.method, v.name, v.doc) for v in VERBS.values()]
    assert DOCUMENT["security"] == [{"control": []}]
    assert DOCUMENT["components"]["securitySchemes"]["control"] == {"type": "http", "scheme": "bearer"}


def test_every_reference_of_the_description_leads_somewhere() -> None:
    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [ref for inner in value.values() for ref in references(inner)]
        return [ref for inner in value for ref in references(inner)] if isinstance(value, list) else []

    names = {reference.removeprefix("#/components/schemas/") for reference in references(DOCUMENT)}
    assert names <= SCHEMAS.keys()
    assert {"ErrorBody", "WireNow", "WorldNow", "Settings", "Reset"} <= names


def test_a_get_has_a_query_and_a_post_has_a_body_that_takes_nothing_unknown() -> None:
    for path, method, about in operations():
        takes = VERBS[path.removeprefix("/_mock/")].takes
        names = [field.name for field in fields(takes)]
        assert [p["name"] for p in about.get("parameters", [])] == (names if method == "get" else [])
        assert ("requestBody" in about) is (method == "post" and bool(names))
        if "requestBody" in about:
            assert SCHEMAS[takes.__name__]["additionalProperties"] is False
            assert about["requestBody"]["required"] is bool(SCHEMAS[takes.__name__]["required"])
        assert about["responses"].keys() == {"200", "400", "401", "403", "409"} | (
            {"413"} if method == "post" else set()
        )


def test_the_description_has_the_choices() -> None:
    reset = SCHEMAS["Reset"]["properties"]
    (world, _) = reset["world"]["anyOf"]
    (chosen, _) = reset["settings"]["anyOf"]
    assert world["enum"] == list(WORLDS)
    assert chosen["properties"].keys() == set(Settings.__dataclass_fields__)
    assert chosen["properties"]["accepted_body"] == {"enum": ["empty", "object"], "default": "empty"}
    assert SCHEMAS["Kinds"]["properties"]["kinds"]["items"]["enum"] == list(KINDS)
