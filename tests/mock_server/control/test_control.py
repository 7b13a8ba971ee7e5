"""The mock driven over HTTP, as a harness in another language does it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_server.control.app import LARGEST_BODY
from mock_server.control.verbs import VERBS
from mock_server.server import MockGenesys

from ..serving.ends import WAIT, channel, client, dial, heard, leg, meanwhile, patch

PATCH = "patchConversationsCallParticipant"
NOTHING_IN_FLIGHT = {"held": False, "pending": [], "in_flight": {}}


class Harness:
    """Somebody who has the control token: `harness.release(name="request#1")`."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def __getattr__(self, verb: str) -> Any:
        return lambda **given: self.answer(verb, **given).raise_for_status().json()

    def answer(self, verb: str, /, **given: Any) -> httpx.Response:
        if VERBS[verb].method == "GET":
            return self.http.get(verb, params=given)
        return self.http.post(verb, json=given)

    def refused(self, verb: str, /, **given: Any) -> tuple[int, str, str]:
        """Status, name and message of a refusal."""
        answer = self.answer(verb, **given)
        body = answer.json()
        return answer.status_code, body["error"], body["message"]


@pytest.fixture
def harness(genesys: MockGenesys) -> Iterator[Harness]:
    headers = {"authorization": f"Bearer {genesys.control_token}"}
    with httpx.Client(base_url=f"{genesys.origin}/_mock/", headers=headers, timeout=WAIT) as http:
        yield Harness(http)


# ---- a story, step by step


def test_a_click_is_held_waited_for_released_and_read_in_the_journal(genesys: MockGenesys, harness: Harness) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        known = harness.journal()["newest"]
        assert harness.hold() == {"held": True, "pending": [], "in_flight": {}}
        click = meanwhile(lambda: patch(genesys, http, {"muted": True}))
        (name,) = harness.pending(kind="request", wait=WAIT)["pending"]
        assert not harness.leg()["muted"]

        wire = harness.release(name=name)
        assert wire["pending"] == [f"response{name[7:]}", "job#1"]
        assert wire["in_flight"]["job#1"] == "muted=true"
        assert harness.release(name="job#1")["pending"] == [f"response{name[7:]}", "event#1"]
        assert harness.leg()["muted"]

        harness.release(name="event")
        assert heard(genesys, page) == "muted"
        harness.release(name="response")
        click.join(WAIT)
        assert harness.open() == NOTHING_IN_FLIGHT
        entries = [(e["kind"], e["name"]) for e in harness.journal(since=known)["entries"] if e["kind"] != "truth"]
    assert entries == [
        ("offered", name),
        ("arrived", name),
        ("ran", "job#1"),
        ("delivered", "event#1"),
        ("delivered", f"response{name[7:]}"),
    ]


def test_the_journal_says_how_much_it_dropped(harness: Harness) -> None:
    harness.reset(settings={"journal_limit": 5})
    for _ in range(7):
        harness.advance(seconds=1)
    kept = harness.journal()
    assert ([entry["n"] for entry in kept["entries"]], kept["newest"], kept["dropped"]) == ([4, 5, 6, 7, 8], 8, 3)


def test_a_world_with_settings_is_begun(genesys: MockGenesys, harness: Harness) -> None:
    begun = harness.reset(world="conference", seed=7, settings={"accepted_body": "object", "requests_per_minute": 5})
    assert (begun["world"], begun["seed"], begun["words"]["call"]) == ("conference", 7, genesys.call().id)
    assert (begun["settings"]["accepted_body"], begun["settings"]["requests_per_minute"]) == ("object", 5)
    assert (begun["origin"], begun["page_origin"]) == (genesys.origin, genesys.page_origin)
    assert harness.world() == begun
    assert [leg["purpose"] for leg in harness.call()["legs"]] == ["customer", "ivr", "acd", "agent", "agent"]
    with client(genesys) as http:
        assert patch(genesys, http, {"muted": True}).content == b"{}"
    assert harness.reset()["settings"]["accepted_body"] == "object"
    assert harness.reset(settings={})["settings"]["accepted_body"] == "empty"


def test_people_act_and_ask_by_the_same_gateway(genesys: MockGenesys, harness: Harness) -> None:
    harness.act(person="supervisor", verb="mute", whom="agent")
    assert harness.leg(whom="agent", call="call")["muted"]
    me = harness.request(person="supervisor", method="GET", path="/api/v2/users/me")
    assert (me["status"], me["body"]["id"]) == (200, genesys.state.aliases["supervisor"])
    path = leg(genesys)
    assert harness.request(person="agent", method="PATCH", path=path, body={"held": True}) == {
        "status": 202,
        "body": None,
    }
    assert (
        httpx.get(genesys.origin + "/api/v2/users/me", headers=harness.headers(person="supervisor")).json()
        == me["body"]
    )


def test_a_permission_is_taken_and_given(genesys: MockGenesys, harness: Harness) -> None:
    with client(genesys) as http:
        harness.revoke(permission="conversation:participant:wrapup")
        assert patch(genesys, http, {"muted": True}).status_code == 403
        harness.grant(permission="conversation:participant:wrapup", user="agent")
        assert patch(genesys, http, {"muted": True}).status_code == 202


def test_a_fault_is_met_and_no_longer_there(genesys: MockGenesys, harness: Harness) -> None:
    harness.fault(effect="refuse", on=PATCH, times=2, options={"status": 503})
    with client(genesys) as http:
        assert patch(genesys, http, {"muted": True}).status_code == 503
        (left,) = harness.faults()["faults"]
        assert (left["effect"], left["on"], left["times"], left["options"]["status"]) == ("refuse", PATCH, 1, 503)
        harness.clear_faults()
        assert patch(genesys, http, {"muted": True}).status_code == 202


def test_time_passes(genesys: MockGenesys, harness: Harness) -> None:
    assert harness.next_deadline() == {"seconds": None}
    before = harness.world()["now"]
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        assert harness.next_deadline() == {"seconds": 30}
        harness.advance(seconds=30)
        assert "Heartbeat" in str(page.recv(WAIT))
    assert harness.world()["now"] == before + 30


SAMPLES: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("world", "headers", "call", "leg", "pending", "journal", "next_deadline", "faults", "hold"), {}),
    **dict.fromkeys(("open", "reset", "sign_in", "expire_token", "revoke_token", "refuse_sign_in", "clear_faults"), {}),
    **dict.fromkeys(("cut_socket", "silence_socket", "close_soon", "starve"), {}),
    **dict.fromkeys(("release", "lose"), {"name": "request"}),
    **dict.fromkeys(("revoke", "grant"), {"permission": "conversation:call:add"}),
    "advance": {"seconds": 1},
    "act": {"person": "agent", "verb": "hold"},
    "request": {"person": "agent", "method": "GET", "path": "/api/v2/users/me"},
    "limit_scopes": {"scopes": ["users"]},
    "fault": {"effect": "never_apply", "on": ""},
    "send_frame": {"text": "?"},
}


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_answers_as_it_is_described(name: str, genesys: MockGenesys, harness: Harness) -> None:
    asking = None
    with client(genesys) as http:
        if name in ("release", "lose"):
            harness.hold(kinds=["request"])
            asking = meanwhile(lambda: _given_up(http))
            harness.pending(kind="request", wait=WAIT)
        answer = harness.answer(name, **SAMPLES[name])
        genesys.reset()  # whatever is still waiting is broken off
        if asking is not None:
            asking.join(WAIT)
    assert answer.status_code == 200, answer.text
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")
    assert tuple(answer.json()) == VERBS[name].gives.__struct_fields__


def _given_up(http: httpx.Client) -> None:
    try:
        http.get("/api/v2/users/me")
    except httpx.TransportError:
        return


# ---- waiting


def test_a_release_waits_for_what_it_releases(genesys: MockGenesys, harness: Harness) -> None:
    harness.hold(kinds=["request"])
    released = meanwhile(lambda: harness.release(name="request", wait=WAIT))
    with client(genesys) as http:
        assert http.get("/api/v2/users/me").status_code == 200
    released.join(WAIT)
    assert not released.is_alive()


def test_one_that_stands_behind_another_is_waited_for_too(genesys: MockGenesys, harness: Harness) -> None:
    with client(genesys) as http, dial(channel(genesys, http)) as page:
        harness.hold(kinds=["event"])
        patch(genesys, http, {"muted": True})
        patch(genesys, http, {"held": True})
        second = meanwhile(lambda: harness.release(name="event#2", wait=WAIT))
        _waited_for(genesys, http)
        harness.release(name="event#1")
        assert [heard(genesys, page), heard(genesys, page)] == ["muted", "muted, held"]
        second.join(WAIT)


def test_what_does_not_come_is_an_error_that_says_what_is_there(genesys: MockGenesys, harness: Harness) -> None:
    answer = harness.answer("pending", kind="event", wait=0.01)
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "NotInFlight",
        "message": "no event is in flight. In flight now: nothing. Waited 0.01 s for it.",
        "in_flight": {},
    }
    assert harness.pending(kind="event") == NOTHING_IN_FLIGHT
    assert harness.refused("pending", wait=0.01)[2].startswith("no parcel is in flight.")


@pytest.mark.parametrize(("ends", "why"), [("reset", "the world was begun anew"), ("stop", "the mock was stopped")])
def test_who_waits_is_told_when_the_story_ends(ends: str, why: str) -> None:
    answers: list[tuple[int, dict[str, str]]] = []
    with MockGenesys() as genesys:
        headers = {"authorization": f"Bearer {genesys.control_token}"}

        def asking() -> None:
            answer = httpx.get(f"{genesys.origin}/_mock/pending?wait=60", headers=headers, timeout=WAIT)
            answers.append((answer.status_code, answer.json()))

        waiting = meanwhile(asking)
        with client(genesys) as http:
            _waited_for(genesys, http)
        genesys.reset() if ends == "reset" else genesys.stop()
        waiting.join(WAIT)
    assert answers == [(409, {"error": "Ended", "message": why})]


def test_what_a_client_waited_for_is_not_released_when_it_has_left(genesys: MockGenesys, harness: Harness) -> None:
    harness.hold(kinds=["request"])
    body = b'{"name": "request", "wait": 60}'
    head = f"POST /_mock/release HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {genesys.control_token}\r\n"
    with client(genesys) as http:
        line = socket.create_connection(("127.0.0.1", genesys.port), timeout=WAIT)
        line.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        (move,) = _waited_for(genesys, http)
        line.close()
        while not move.done():
            http.get("/_mock/openapi.json")
        click = meanwhile(lambda: patch(genesys, http, {"muted": True}))
        assert harness.pending(kind="request", wait=WAIT)["pending"] == ["request#1"]
        harness.open()
        click.join(WAIT)


def _waited_for(genesys: MockGenesys, http: httpx.Client) -> list[Any]:
    """Those who wait, once there are some."""
    while not (waiting := genesys._call(lambda: list(genesys._control.waiting._futures))):
        http.get("/_mock/openapi.json")
    return waiting


# ---- mistakes


@pytest.mark.parametrize(
    ("verb", "given", "error", "message"),
    [
        ("reset", {"world": "one_cal"}, "UnknownWorld", "no world is called 'one_cal'. Did you mean 'one_call'?"),
        ("reset", {"settings": {"sign": 1}}, "BadSetting", "no setting is called 'sign'; did you mean 'sign_in'?"),
        ("reset", {"settings": {"sign_in": 1}}, "BadSetting", "the setting 'sign_in' is 'at_once' or 'page', not 1"),
        ("reset", {"wold": "one_call"}, "BadBody", "'reset' does not take 'wold'; did you mean 'world'?"),
        ("hold", {"kinds": ["evnt"]}, "UnknownKind", "'evnt' is no kind of parcel; kinds are request, response, job"),
        ("hold", {"kinds": "event"}, "BadBody", "'hold' takes kinds=[]. Expected `array`, got `str` - at `$.kinds`"),
        ("pending", {"kind": "evnt"}, "UnknownKind", "'evnt' is no kind of parcel"),
        ("pending", {"wait": "soon"}, "BadBody", "'pending' takes kind=\"\", wait=0. Expected `float`, got `str`"),
        ("pending", {"wait": 601}, "BadBody", "'pending' takes kind=\"\", wait=0. Expected `float` <= 600.0"),
        ("release", {}, "BadBody", "'release' takes name, wait=0. Object missing required field `name`"),
        ("advance", {"seconds": -1}, "BadBody", "'advance' takes seconds. Expected `float` >= 0.0"),
        ("advance", {"seconds": True}, "BadBody", "'advance' takes seconds. Expected `float`, got `bool`"),
        ("open", {"all": 1}, "BadBody", "'open' does not take 'all'; there is none"),
        (
            "fault",
            {"effect": "refuze", "on": ""},
            "UnknownEffect",
            "no effect is called 'refuze'; did you mean 'refuse'",
        ),
        ("fault", {"effect": "refuse", "on": "getMe"}, "BadFault", "no operation is called 'getMe'; did you mean"),
        ("fault", {"effect": "delay", "on": "", "options": {"on": 1}}, "BadFault", "'delay' has no option 'on'"),
        ("act", {"person": "agnt", "verb": "mute"}, "UnknownWord", "nobody in this world is called 'agnt'; did you"),
        ("act", {"person": "agent", "verb": "mut"}, "BadBody", "'act' takes person, verb, whom=\"agent\""),
        ("act", {"person": "agent", "verb": "mute", "whom": "x"}, "UnknownWord", "nobody called 'x' is on this call"),
        ("request", {"person": "x", "method": "GET", "path": "/"}, "UnknownWord", "nobody in this world is called 'x'"),
        ("leg", {"call": "second"}, "UnknownWord", "no call is called 'second' in this world; there is call"),
        ("headers", {"person": "admin"}, "UnknownWord", "nobody in this world is called 'admin'"),
        ("revoke", {"permission": "x", "user": "agnt"}, "UnknownWord", "no user is called 'agnt' in this world; did"),
        (
            "revoke",
            {"permission": "conversation:participant:wrapups"},
            "UnknownWord",
            "nothing here needs a permission 'conversation:participant:wrapups'; did you mean"
            " 'conversation:participant:wrapup'?",
        ),
        ("grant", {"permission": "wrapup"}, "UnknownWord", "nothing here needs a permission 'wrapup'; there is "),
        (
            "limit_scopes",
            {"scopes": ["users", "conversation"]},
            "UnknownWord",
            "nothing here needs a scope 'conversation'; did you mean 'conversations'?",
        ),
    ],
)
def test_a_mistake_is_told_with_what_was_expected_and_what_is_near(
    verb: str, given: dict[str, Any], error: str, message: str, genesys: MockGenesys, harness: Harness
) -> None:
    before = genesys.state
    status, name, text = harness.refused(verb, **given)
    assert (status, name, text[: len(message)]) == (400, error, message)
    assert genesys.state is before


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[" * 100_000, b'{"seconds": 1e999}', b'{"seconds": NaN}', b"null", b"[]"]
)
def test_a_body_that_is_no_json_object_is_told(body: bytes, harness: Harness) -> None:
    answer = harness.http.post("advance", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "BadBody")
    assert answer.json()["message"].startswith("'advance' takes seconds. ")


def test_no_more_is_read_of_a_body_than_shows_that_it_is_too_large(harness: Harness) -> None:
    answer = harness.http.post("advance", content=b" " * (LARGEST_BODY + 1))
    message = "'advance' was sent more than 10,000,000 bytes, the most it reads"
    assert (answer.status_code, answer.json()) == (413, {"error": "TooLarge", "message": message})
    assert harness.http.post("advance", content=b'{"seconds": 1}' + b" " * 1_000_000).status_code == 200


def test_what_is_not_in_flight_is_told_with_what_is(genesys: MockGenesys, harness: Harness) -> None:
    harness.hold(kinds=["request"])
    with client(genesys) as http:
        asking = meanwhile(lambda: http.get("/api/v2/users/me"))
        harness.pending(kind="request", wait=WAIT)
        answer = harness.answer("release", name="event")
        assert (answer.status_code, answer.json()) == (
            409,
            {
                "error": "NotInFlight",
                "message": "nothing called 'event' is in flight. In flight now: request#1.",
                "in_flight": {"request#1": "GET /users/me"},
            },
        )
        harness.open()
        asking.join(WAIT)


def test_what_genesys_refuses_is_a_conflict(harness: Harness) -> None:
    status, error, message = harness.refused("act", person="colleague", verb="mute")
    assert (status, error) == (409, "Refused")
    assert message.startswith("colleague: PATCH /api/v2/conversations/calls/")


def test_a_verb_that_is_not_there_and_a_wrong_method_are_told(harness: Harness) -> None:
    unknown = harness.http.post("relase")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "NoVerb")
    assert unknown.json()["message"] == (
        "no verb is called 'relase'; did you mean 'release'? (GET /_mock/control.json describes them)"
    )
    wrong = harness.http.get("release")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.json() == {"error": "WrongMethod", "message": "'release' is asked by POST, not GET"}


def test_a_client_that_leaves_within_its_body_changes_nothing(genesys: MockGenesys, harness: Harness) -> None:
    line = socket.create_connection(("127.0.0.1", genesys.port), timeout=WAIT)
    head = f"POST /_mock/hold HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {genesys.control_token}\r\n"
    line.sendall(f"{head}content-length: 99\r\n\r\n{{".encode())
    line.close()
    assert harness.pending() == NOTHING_IN_FLIGHT


# ---- who may


def test_without_the_token_nothing_is_answered_but_what_describes(genesys: MockGenesys) -> None:
    for name, verb in VERBS.items():
        answer = httpx.request(verb.method, f"{genesys.origin}/_mock/{name}", headers=genesys.headers("agent"))
        assert (answer.status_code, answer.json()["error"]) == (401, "WrongToken")
    assert httpx.get(f"{genesys.origin}/_mock/anything").status_code == 401
    assert httpx.get(f"{genesys.origin}/_mock/control.json").json()["paths"].keys() == {f"/_mock/{n}" for n in VERBS}
    assert httpx.get(f"{genesys.origin}/_mock/openapi.json").status_code == 200


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"origin": "https://evil.example"}, "OtherOrigin"),
        ({"origin": "null"}, "OtherOrigin"),
        ({"host": "evil.example"}, "OtherHost"),
    ],
)
def test_the_token_does_not_help_a_page_of_another_origin(
    headers: dict[str, str], error: str, genesys: MockGenesys, harness: Harness
) -> None:
    for name in ("hold", "control.json"):
        answer = harness.http.request("GET" if "." in name else "POST", name, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (403, error)
        assert not [header for header in answer.headers if header.startswith("access-control-")]
    assert not genesys.held


def test_no_page_is_granted_to_ask(genesys: MockGenesys) -> None:
    asked = {
        "origin": genesys.page_origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    answer = httpx.options(f"{genesys.origin}/_mock/hold", headers=asked)
    assert answer.status_code == 403
    assert not [header for header in answer.headers if header.startswith("access-control-")]


def test_the_control_token_is_nowhere_else(genesys: MockGenesys, harness: Harness) -> None:
    httpx.get(genesys.origin + "/api/v2/users/me", headers={"authorization": f"Bearer {genesys.control_token}"})
    harness.act(person="supervisor", verb="mute")
    everything = (harness.http.get(name).text for name in ("journal", "world", "control.json", "call", "headers"))
    assert not [
        text for text in (*everything, repr(genesys.journal()), repr(genesys.state)) if genesys.control_token in text
    ]


def test_a_token_can_be_given() -> None:
    with MockGenesys(control_token="given-by-whoever-starts-it") as genesys:
        headers = {"authorization": "Bearer given-by-whoever-starts-it"}
        assert httpx.get(f"{genesys.origin}/_mock/pending", headers=headers).json() == NOTHING_IN_FLIGHT


def test_what_it_says_does_not_depend_on_the_name_it_is_asked_by(genesys: MockGenesys) -> None:
    headers = {"authorization": f"Bearer {genesys.control_token}"}
    by_page_origin = httpx.get(genesys.page_origin.replace("localhost", "127.0.0.1") + "/_mock/world", headers=headers)
    by_name = httpx.get(genesys.origin + "/_mock/world", headers={**headers, "host": f"localhost:{genesys.port}"})
    assert by_page_origin.json() == by_name.json()
