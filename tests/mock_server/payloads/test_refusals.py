"""Refusals in Genesys' error frame."""

from mock_server.core.messages import Outcome, Request
from mock_server.payloads.refusals import ERRORS, bracketed, refuse, with_headers

from ..door import answer, body, world

REQUEST = Request("GET", "/", correlation="correlation-1")


def test_a_refusal_fills_its_template_in_order() -> None:
    refused = refuse(world(), REQUEST, "invalid.value", "yes", "boolean", "true, false")
    assert body(refused) == {
        "message": "Value [yes] is not valid for field type [boolean]. Allowable values are: true, false",
        "code": "invalid.value",
        "status": 400,
        "messageParams": {},
        "contextId": "correlation-1",
        "details": [],
        "errors": [],
    }


def test_a_template_without_its_parameters_stays_readable() -> None:
    refused = refuse(world(), REQUEST, "request.entity.too.large")
    assert body(refused)["message"] == "The request is over the size limit. Maximum bytes: "


def test_a_status_may_be_chosen_and_stands_in_the_body_too() -> None:
    refused = refuse(world(), REQUEST, "method.not.allowed", status=404)
    assert (answer(refused), body(refused)["status"]) == ((404, "method.not.allowed"), 404)


def test_a_code_that_is_not_declared_has_a_plain_message() -> None:
    refused = refuse(world(), REQUEST, "tea.pot", status=418)
    assert (answer(refused), body(refused)["message"]) == ((418, "tea.pot"), "The request was refused.")


def test_every_declared_status_is_one_of_an_error() -> None:
    assert all(400 <= status < 600 for status, _ in ERRORS.values())


def test_headers_add_up() -> None:
    outcome = with_headers(with_headers(Outcome(world()), {"a": "1", "b": "1"}), {"b": "2"})
    assert outcome == Outcome(world(), headers={"a": "1", "b": "2"})


def test_permissions_are_listed_in_brackets() -> None:
    assert bracketed(frozenset({"b", "a"})) == "[a, b]"
