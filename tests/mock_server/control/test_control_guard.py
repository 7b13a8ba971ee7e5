"""Who may drive the mock over HTTP, by headers alone."""

import pytest

from mock_server.control.guard import BadToken, Guard, Problem

TOKEN = "a-token-of-the-test"
GUARD = Guard(token=TOKEN)
BEARER = f"Bearer {TOKEN}"


def refused(guard: Guard, **headers: str) -> str:
    """The name of the refusal; empty when there is none."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        guard.check_place(named)
    except Problem as problem:
        assert problem.status == 403
        return problem.error
    return ""


# ---- the token


def test_each_start_has_a_token_of_its_own_that_nobody_sees() -> None:
    assert len({Guard().token for _ in range(50)}) == 50
    assert len(Guard().token) == 32
    assert TOKEN not in repr(GUARD)


@pytest.mark.parametrize(
    "token", ["", "short", "fifteen-letters", "with a space in it", "mit-umlaut-ä-darin", "x" * 20 + "\n"]
)
def test_a_token_that_guards_nothing_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(BadToken, match="it needs at least 16 letters") as raised:
        Guard(token=token)
    assert not token or token not in str(raised.value)


@pytest.mark.parametrize("given", [BEARER, f"bearer {TOKEN}", f"Bearer  {TOKEN} "])
def test_the_token_opens(given: str) -> None:
    GUARD.check_token({"authorization": given})


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "NoToken"),
        ({"authorization": ""}, "NoToken"),
        ({"authorization": f"Basic {TOKEN}"}, "NoToken"),
        ({"authorization": TOKEN}, "NoToken"),
        ({"authorization": "Bearer "}, "WrongToken"),
        ({"authorization": BEARER[:-1]}, "WrongToken"),
        ({"authorization": f"{BEARER}x"}, "WrongToken"),
        ({"authorization": BEARER.upper()}, "WrongToken"),
        ({"authorization": "Bearer \udcff"}, "WrongToken"),
    ],
)
def test_nothing_else_does_and_the_answer_says_where_the_token_is(headers: dict[str, str], error: str) -> None:
    with pytest.raises(Problem, match="`python3 -m mock_server serve` prints it") as raised:
        GUARD.check_token(headers)
    assert (raised.value.status, raised.value.error, TOKEN in str(raised.value)) == (401, error, False)
    assert raised.value.headers == {"www-authenticate": "Bearer"}


# ---- the place


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "127.0.0.1", "127.0.1.1:1", "localhost:8765", "LocalHost", "[::1]:8765", "[::1]"]
)
def test_this_machine_has_several_names(host: str) -> None:
    assert refused(GUARD, host=host) == ""


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8765",  # a name that was made to mean 127.0.0.1 (DNS rebinding)
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "192.0.2.1:8765",
        "[2001:db8::1]:8765",
        "[2001:db8::1",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert refused(GUARD, host=host) == "OtherHost"


def test_the_name_that_the_server_listens_on_is_its_own() -> None:
    assert refused(Guard("192.0.2.1", TOKEN), host="192.0.2.1:80") == ""
    assert refused(Guard("Builder", TOKEN), host="builder:80") == ""
    assert refused(Guard("192.0.2.1", TOKEN), host="192.0.2.2:80") == "OtherHost"


@pytest.mark.parametrize("listening", ["0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_is_asked_by_any_address_but_by_no_name(listening: str) -> None:
    guard = Guard(listening, TOKEN)
    assert [refused(guard, host=host) for host in ("192.0.2.1:80", "[2001:db8::1]")] == ["", ""]
    assert refused(guard, host="evil.example") == "OtherHost"


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, ""),
        ({"origin": "http://127.0.0.1:8765"}, ""),
        ({"origin": "http://127.0.0.1:8765", "sec_fetch_site": "same-origin"}, ""),
        ({"sec_fetch_site": "none"}, ""),
        ({"origin": "http://localhost:8765"}, "OtherOrigin"),
        ({"origin": "http://127.0.0.1:8766"}, "OtherOrigin"),
        ({"origin": "https://127.0.0.1:8765"}, "OtherOrigin"),
        ({"origin": "https://evil.example"}, "OtherOrigin"),
        ({"origin": "null"}, "OtherOrigin"),
        ({"sec_fetch_site": "cross-site"}, "OtherOrigin"),  # an image or a form: no Origin header tells of it
        ({"sec_fetch_site": "same-site"}, "OtherOrigin"),  # the same machine on another port
    ],
)
def test_pages_of_other_origins_are_refused(headers: dict[str, str], error: str) -> None:
    assert refused(GUARD, host="127.0.0.1:8765", **headers) == error


def test_a_refusal_says_what_to_do_instead() -> None:
    with pytest.raises(Problem, match=r"'evil\.example' is no name of this machine: ask by 127\.0\.0\.1, \[::1\] or"):
        GUARD.check_place({"host": "evil.example"})
    with pytest.raises(
        Problem, match=r"a page of https://evil\.example asked; a harness asks without an Origin header"
    ):
        GUARD.check_place({"host": "localhost", "origin": "https://evil.example"})
