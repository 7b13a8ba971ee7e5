"""How the journal speaks of things."""

import pytest

from mock_server.core.about import (
    about_request,
    about_response,
    answer_data,
    facts_of,
    masked,
    request_data,
    short_path,
    truth_of,
)
from mock_server.core.messages import Request, Response

from ..door import call_of, leg_of, world

LEG = "/api/v2/conversations/calls/11111111-1111-4111-a111-111111111111/participants/p"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("PATCH", LEG, body=b'{"muted": true}'), "PATCH muted=true"),
        (Request("PATCH", LEG, body=b'{"muted": true, "state": "connected"}'), 'PATCH muted=true state="connected"'),
        (Request("PATCH", LEG, body=b"{}"), "PATCH /conversations/calls/11111111…/participants/p"),
        (
            Request("PATCH", LEG, body=b'{"a":1,"b":1,"c":1,"d":1,"e":1}'),
            "PATCH /conversations/calls/11111111…/participants/p",
        ),
        (Request("GET", "/api/v2/users/me"), "GET /users/me"),
        (Request("POST", "/oauth/token", body=b"grant_type=x"), "POST /oauth/token"),
    ],
)
def test_a_request_in_a_few_words(request_: Request, words: str) -> None:
    assert about_request(request_) == words


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (Response(202), "202"),
        (Response(200, {"code": "x"}), "200"),
        (Response(403, {"code": "missing.any.permissions"}), "403 missing.any.permissions"),
        (Response(500, {"message": "?"}), "500"),
        (Response(500, ["?"]), "500"),
    ],
)
def test_an_answer_in_a_few_words(response: Response, words: str) -> None:
    assert about_response(response) == words


def test_ids_in_a_path_are_cut() -> None:
    assert short_path("/elsewhere/22222222-1111-4111-a111-111111111111") == "/elsewhere/22222222…"


def test_secrets_are_cut_to_four_characters() -> None:
    text = "code=abcdefgh&code_verifier=1234567&client_secret=s3cretly&state=whole&access_token=tok"
    assert masked(text) == "code=abcd…&code_verifier=1234…&client_secret=s3cr…&state=whole&access_token=tok"


def test_a_promise_is_told_all_of_a_request_but_its_token() -> None:
    headers = {"authorization": "Bearer secret", "x-hotmic": "d/1"}
    sent = Request("PATCH", LEG, {}, headers, b'{"muted": true}', "d")
    assert request_data(*facts_of(sent)) == {
        "method": "PATCH",
        "path": LEG,
        "sender": "d",
        "probe": "d/1",
        "body": {"muted": True},
    }
    form = Request("POST", "/oauth/token", body=b"code=abcdefgh&x=\xff")
    assert request_data(*facts_of(form))["body"] == "code=abcd…&x=\ufffd"


def test_the_truth_of_a_call_is_that_of_its_legs() -> None:
    state = world("muted_call")
    truth = truth_of(call_of(state))
    assert truth["call"] == state.aliases["call"]
    legs = truth["legs"]
    assert isinstance(legs, list)
    assert legs[-1] == {
        "id": leg_of(state).id,
        "user": state.aliases["agent"],
        "purpose": "agent",
        "state": "connected",
        "muted": True,
        "held": False,
        "confined": False,
    }


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"", ""),
        (b'{"code":"no"}', '{"code":"no"}'),
        (
            b'{"access_token":"abcdefgh","refresh_token":"12345678","expires_in":9}',
            '{"access_token":"abcd…","refresh_token":"1234…","expires_in":9}',
        ),
    ],
)
def test_the_journal_keeps_the_body_of_an_answer_and_no_token(content: bytes, body: str) -> None:
    assert answer_data(403, "7", content, 9) == {"status": 403, "retry_after": "7", "body": body, "made": 9}
