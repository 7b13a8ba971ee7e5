"""What an answer puts on the wire."""

import pytest

from mock_server.core.messages import NOTHING, Json, Nothing, Request, Response
from mock_server.core.values import replace


@pytest.mark.parametrize(
    ("body", "text", "content", "kind"),
    [
        (NOTHING, None, b"", None),
        ({"id": "x"}, None, b'{"id":"x"}', "application/json"),
        (None, None, b"null", "application/json"),
        (NOTHING, "<p>ä</p>", "<p>ä</p>".encode(), "text/html; charset=utf-8"),
    ],
)
def test_an_answer_is_nothing_json_or_a_page(
    body: Json | Nothing, text: str | None, content: bytes, kind: str | None
) -> None:
    response = Response(200, body, text=text)
    assert (response.content, response.content_type) == (content, kind)


def test_a_changed_copy_of_an_answer_is_written_anew() -> None:
    response = Response(200, {"id": "x"})
    assert response.content is response.content
    assert replace(response, body={"id": "y"}).content == b'{"id":"y"}'
    assert replace(response, text="<p>").content == b"<p>"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"null", None),
        (b"a=b", NOTHING),
        (b"", NOTHING),
        (b"\xff", NOTHING),
        (b"[" * 100_000, NOTHING),
    ],
)
def test_the_json_of_a_request(body: bytes, value: Json | Nothing) -> None:
    assert Request("POST", "/", body=body).json == value
