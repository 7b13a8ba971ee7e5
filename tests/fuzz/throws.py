"""What is thrown at the mock: each kind is a function of a seeded random source and of the world's words."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from mock_server.core.routing import NoRoute
from mock_server.gateway.gateway import TABLE

Words = Mapping[str, str]
Throw = Callable[[Random, Words], bytes]

LEG: Final = "/api/v2/conversations/calls/{call}/participants/{agent_leg}"
PATHS: Final = (
    LEG,
    "/api/v2/conversations/{call}/participants/{agent_leg}",
    "/api/v2/conversations/calls/{call}",
    "/api/v2/conversations/calls",
    "/api/v2/notifications/channels",
    "/api/v2/notifications/channels/{channel}/subscriptions",
    "/api/v2/users/me",
    "/api/v2/tokens/me/more",
    "/oauth/token",
    "/oauth/authorize",
    "/logout",
    "/_mock/openapi.json",
    "/_mock/control.json",
    "/_mock/hold",
    "/widget/../../etc/passwd",
    "/",
)
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
NEVER: Final = (
    '{"muted": "true"}',
    '{"muted": 1}',
    '{"isMuted": true}',
    '{"state": 5}',
    '{"held": null}',
    "[]",
    "null",
    "7",
)


def request(method: str, path: str, body: bytes, words: Words, *lines: str) -> bytes:
    """An HTTP request with the agent's token, the last on its connection; `lines` are further headers."""
    head = (
        f"{method} {path.format(**words)} HTTP/1.1",
        "host: 127.0.0.1",
        "connection: close",
        f"authorization: Bearer {words['agent_token']}",
        *(lines or ("content-type: application/json",)),
        f"content-length: {len(body)}",
    )
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def malformed_json(rng: Random, words: Words) -> bytes:
    whole = b'{"muted": true, "held": [{"a": "\\u00e4"}]}'
    broken = rng.choice((whole[: rng.randrange(len(whole))], whole + b"}", b"\xef\xbb\xbf" + whole, b"{'muted': true}"))
    return request("PATCH", LEG, rng.choice((broken, b"[" * 100_000, b'{"a":' * 5_000)), words)


def wrong_types(rng: Random, words: Words) -> bytes:
    return request("PATCH", rng.choice(PATHS[:2]), rng.choice(NEVER).encode(), words)


def some_json(rng: Random, words: Words) -> bytes:
    value = _value(rng, 3)
    return request(rng.choice(("POST", "PUT")), PATHS[5], json.dumps([value]).encode(), words)


def wrong_method(rng: Random, words: Words) -> bytes:
    path = rng.choice(PATHS)
    none = [method for method in METHODS if isinstance(TABLE.match(method, path.format(**words)), NoRoute)]
    return request(rng.choice(none), path, b"", words)


def bad_utf8(rng: Random, words: Words) -> bytes:
    return request("PATCH", LEG, b'{"muted": "' + rng.randbytes(8) + b'\xff\xfe"}', words)


def strange_path(rng: Random, words: Words) -> bytes:
    path = rng.choice(
        ("/api/v2/%ff%fe", "/api/v2/users/%00", "/%2e%2e/%2e%2e", "//", "/api/v2/" + "x/" * 400, "/api/v2/{{}}")
    )
    return request("GET", path, b"", words)


def strange_query(rng: Random, words: Words) -> bytes:
    query = rng.choice(("a" * 5000, "&&==&", "%ff=%fe", "client_id=x&redirect_uri=%0d%0a", "state=" + "%00" * 9))
    return request("GET", rng.choice(PATHS[9:11]) + "?" + query, b"", words)


def strange_header(rng: Random, words: Words) -> bytes:
    line = rng.choice(
        (
            "content-type: " + "x" * 3000,
            "content-type:",
            "authorization: Basic ////",
            "x-hotmic: none",
            "x: \xe4\xf6",
            "range: bytes=0-",
        )
    )
    return request("POST", "/oauth/token", b"grant_type=%ff", words, line)


def form(rng: Random, words: Words) -> bytes:
    body = rng.choice(
        (b"", b"=&=&", b"grant_type=authorization_code&code=" + b"x" * 999, rng.randbytes(60), b"client_id=%00")
    )
    return request("POST", "/oauth/token", body, words, "content-type: application/x-www-form-urlencoded")


def no_http(rng: Random, words: Words) -> bytes:
    return rng.choice(
        (rng.randbytes(80), b"GET\r\n\r\n", b"\x16\x03\x01" + rng.randbytes(40), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    )


def cut_upload(rng: Random, words: Words) -> bytes:
    whole = request("PATCH", LEG, b'{"muted": true}', words)
    return whole[: rng.randrange(1, len(whole))]


REQUESTS: Final[tuple[Throw, ...]] = (
    malformed_json,
    wrong_types,
    some_json,
    wrong_method,
    bad_utf8,
    strange_path,
    strange_query,
    strange_header,
    form,
    no_http,
)


# ---- frames (RFC 6455)


def frame(opcode: int, payload: bytes, rng: Random, *, final: bool = True, masked: bool = True) -> bytes:
    """One frame as a client sends it."""
    head = bytes([(128 if final else 0) | opcode])
    size = len(payload)
    bit = 128 if masked else 0
    head += bytes([bit | size]) if size < 126 else bytes([bit | 126]) + struct.pack("!H", size)
    if not masked:
        return head + payload
    mask = rng.randbytes(4)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def garbage_text(rng: Random, words: Words) -> bytes:
    text = rng.choice(
        (
            "",
            "x",
            "null",
            "[]",
            '{"message": 5}',
            '{"message": "subscribe", "topics": "x"}',
            '{"message": "pi',
            "[" * 20_000,
        )
    )
    return frame(1, text.encode(), rng)


def wrong_topics(rng: Random, words: Words) -> bytes:
    topics = [rng.choice(("v2.conversations.x", "x" * 300, "", "v2.users..presence")) for _ in range(3)]
    return frame(1, json.dumps({"message": "subscribe", "topics": topics, "correlationId": None}).encode(), rng)


def binary(rng: Random, words: Words) -> bytes:
    return frame(2, rng.randbytes(rng.randrange(300)), rng)


def broken_frame(rng: Random, words: Words) -> bytes:
    return rng.choice(
        (
            frame(1, b"\xff\xfe\xfd", rng),  # no UTF-8
            frame(1, b"{}", rng, masked=False),
            frame(3, b"reserved", rng),
            frame(9, b"x" * 200, rng),  # a ping that is too long
            frame(8, b"\x00", rng),  # a close with half a code
            frame(8, struct.pack("!H", 5), rng),
            frame(0, b"goes on from nothing", rng),
            frame(1, b"never ends", rng, final=False),
            rng.randbytes(60),
        )
    )


FRAMES: Final[tuple[Throw, ...]] = (garbage_text, wrong_topics, binary, broken_frame)


def _value(rng: Random, depth: int) -> object:
    kinds: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: rng.random() * 10**9,
        lambda: "v2.users.x." + "ä" * rng.randrange(60),
        lambda: [_value(rng, depth - 1) for _ in range(rng.randrange(3))],
        lambda: {rng.choice(("id", "topic", "")): _value(rng, depth - 1)},
    )
    return rng.choice(kinds if depth else kinds[:3])()
