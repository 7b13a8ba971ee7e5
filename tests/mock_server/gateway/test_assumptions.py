"""Every assumption is tried both ways: with its default and with another value Genesys is seen to do something else.

What exactly it does stands with the services; here is only that none is without effect.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import pytest

from mock_server import payloads
from mock_server.core.messages import Event, Json, Outcome, Request
from mock_server.core.model import State, Token
from mock_server.core.settings import Settings
from mock_server.core.values import replace
from mock_server.core.worlds import CLIENT_ID
from mock_server.gateway import gateway
from mock_server.services.notifications import notifications
from mock_server.services.signing_in import tokens

from ..door import (
    LEG,
    answer,
    ask,
    body,
    call_of,
    channel,
    connected,
    done,
    later,
    leg_of,
    opened,
    patch,
    request,
    world,
)
from ..engine.play import Play

CALLS = "v2.users.{agent}.conversations.calls"
CHANNELS = "/api/v2/notifications/channels"
CONSULT = LEG + "/consult"
OTHER_CLIENT = "0f0e4d0c-0000-4000-8000-a0b0686f746d"
MUTE: Json = {"muted": True}
END: Json = {"state": "disconnected"}
THIRD: Json = {"destination": {"address": "tel:+15550123"}}
Given = Mapping[str, Any]


def authorized(state: State, **asked: str) -> Outcome:
    query = {"client_id": CLIENT_ID, "redirect_uri": "http://localhost/", "response_type": "code", **asked}
    return ask(state, "GET", "/oauth/authorize", by="", query=query)


def closes(outcome: Outcome) -> list[int | None]:
    return [frame.closes for _, frame in outcome.frames]


def without_permissions(state: State) -> State:
    agent = state.users[state.aliases["agent"]]
    return state.with_user(replace(agent, permissions=frozenset()))


def with_token(state: State, **changes: Any) -> State:
    return state.with_token(replace(state.tokens[state.aliases["agent_token"]], **changes))


def transferred(state: State) -> object:
    to: Json = {"userId": state.aliases["colleague"]}
    return call_of(done(ask(state, "POST", f"{LEG}/replace", to)).state).participants[-1].muted


def as_application(state: State) -> State:
    token = Token("service", state.aliases["service_client"], None, frozenset(), state.now, state.now + 60)
    return replace(state.with_token(token), aliases={**state.aliases, "service_token": "service"})


def refused_topic(state: State) -> object:
    state, channel_id = channel(state)
    path = f"{CHANNELS}/{channel_id}/subscriptions"
    wanted: list[Json] = [{"id": f"v2.users.{state.aliases['colleague']}.presence"}]
    return answer(ask(state, "POST", path, wanted, by="agent"))


def asked_at(host: str, state: State) -> Request:
    return request(state, "GET", "/api/v2/users/me", headers={"host": host})


def beyond_the_limit(state: State) -> object:
    return ask(state, "GET", "/api/v2/users/me").response


def displaced(state: State) -> object:
    state = connected(state)
    (channel_id,) = state.channels
    outcome = notifications.connect(state, channel_id, "socket#2")
    assert isinstance(outcome, Outcome)
    return closes(outcome)


def heard(state: State, text: str) -> object:
    outcome = notifications.hear(connected(state), "socket#1", text)
    return [frame.text for _, frame in outcome.frames]


def replayed(state: State) -> object:
    state = connected(state, CALLS)
    (channel_id,) = state.channels
    topic = CALLS.format(**state.aliases)
    missed = notifications.kept_for_later(notifications.cut_sockets(state).state, Event(topic, lambda: "{}", ""))
    outcome = notifications.connect(missed, channel_id, "socket#2")
    assert isinstance(outcome, Outcome)
    return len(outcome.frames)


def written(state: State) -> object:
    play = Play(state)
    play.listen()
    return play.patch(muted=True)


def exchanged_late(state: State) -> object:
    outcome = authorized(state, code_challenge="x")
    assert outcome.response is not None
    code = outcome.response.headers["Location"].rpartition("code=")[2]
    form = f"grant_type=authorization_code&client_id={CLIENT_ID}&redirect_uri=http%3A%2F%2Flocalhost%2F&code={code}"
    late = later(outcome.state, 200)
    return body(gateway.handle(late, Request("POST", "/oauth/token", body=form.encode())))["description"]


def event_text(state: State) -> object:
    return json.loads(
        notifications.event_text(state, Event("v2.users.ab.presence", lambda: "{}", "", "c"), "v2.users.ab.x")
    )


# Setting → a value that is not its default, and what is looked at in a world with these settings.
TRIALS: Mapping[str, tuple[Any, Callable[[Given], object]]] = {
    "accepted_body": ("object", lambda s: patch(world(**s), MUTE).response),
    "event_before_response": (True, lambda s: written(world(**s))),
    "event_when_unchanged": (False, lambda s: len(done(patch(world("muted_call", **s), MUTE)).events)),
    "snapshots_per_mute": (2, lambda s: len(done(patch(world(**s), MUTE)).events)),
    "snapshots_per_hold": (2, lambda s: len(done(patch(world(**s), {"held": True})).events)),
    "foreign_leg_status": (403, lambda s: answer(patch(world("conference", **s), MUTE, "colleague_leg"))),
    "mute_needs_permission": (False, lambda s: answer(patch(without_permissions(world(**s)), MUTE))),
    "mute_is_kept": (False, lambda s: leg_of(done(patch(world("muted_call", **s), {"held": True})).state).muted),
    "mute_is_handed_on": (True, lambda s: transferred(world("muted_call", **s))),
    "apply_seconds": (0.45, lambda s: patch(world(**s), MUTE).jobs[0].after),
    "mute_alerting": ("accept", lambda s: answer(patch(world("alerting_call", **s), MUTE))),
    "hang_up_state": ("terminated", lambda s: leg_of(done(patch(world(**s), END)).state).state),
    "disconnect_settles_seconds": (0.0, lambda s: [when for when, _ in done(patch(world(**s), END)).later]),
    "first_disconnect_type": ("system", lambda s: leg_of(done(patch(world(**s), END)).state).disconnect_type),
    "trailing_snapshots": (0, lambda s: len(done(patch(world(**s), END)).later)),
    "consult_flap_seconds": (0.0, lambda s: len(done(ask(world(**s), "POST", CONSULT, THIRD)).later)),
    "deleted_status": (
        204,
        lambda s: answer(ask(world(**s), "DELETE", "/api/v2/conversations/{call}", by="supervisor")),
    ),
    "wrong_method_status": (404, lambda s: answer(ask(world(**s), "PUT", LEG))),
    "unknown_path_code": ("bad.request", lambda s: answer(ask(world(**s), "GET", "/nowhere"))),
    "misplaced_path": (
        "serve",
        lambda s: answer(gateway.handle(world(**s), asked_at("login.mypurecloud.de", world(**s)))),
    ),
    "broken_json_code": (
        "invalid.value",
        lambda s: answer(gateway.handle(world(**s), request(world(**s), "PATCH", LEG, raw=b"{"))),
    ),
    "wrong_kind_code": ("invalid.value", lambda s: answer(patch(world(**s), []))),
    "unknown_property": ("ignore", lambda s: answer(patch(world(**s), {"isMuted": True}))),
    "wrong_type": ("coerce", lambda s: answer(patch(world(**s), {"muted": "true"}))),
    "context_is_correlation": (False, lambda s: body(ask(world(**s), "GET", "/nowhere"))["contextId"]),
    "sign_in": ("page", lambda s: answer(authorized(world(**s)))),
    "expired_token_code": ("credentials.expired", lambda s: answer(patch(with_token(world(**s), expires=0.0), MUTE))),
    "enforce_scopes": (False, lambda s: answer(patch(with_token(world(**s), scopes=frozenset()), MUTE))),
    "missing_scope_code": (
        "not.authorized",
        lambda s: answer(patch(with_token(world(**s), scopes=frozenset()), MUTE)),
    ),
    "application_listing": (
        "empty",
        lambda s: answer(ask(as_application(world(**s)), "GET", "/api/v2/conversations", by="service")),
    ),
    "other_clients": ("refuse", lambda s: authorized(world(**s), client_id=OTHER_CLIENT)),
    "other_scopes": ("refuse", lambda s: authorized(world(**s), scope="telephony").response),
    "logout_revokes": (
        False,
        lambda s: len(ask(world(**s), "GET", "/logout", by="", query={"client_id": CLIENT_ID}).state.tokens),
    ),
    "foreign_topic_permission": ("conversation:communication:view", lambda s: refused_topic(world(**s))),
    "retry_after_on_429": (False, lambda s: beyond_the_limit(world(**s, requests_per_minute=0))),
    "rate_headers_on_429": (False, lambda s: beyond_the_limit(world(**s, requests_per_minute=0))),
    "socket_on_expired_token": (
        "close",
        lambda s: closes(tokens.expired(connected(world(**s)), [world().aliases["agent_token"]])),
    ),
    "closing_close_code": (4000, lambda s: closes(notifications.without_channels(connected(world(**s)), _Every()))),
    "revoked_token_notice": (False, lambda s: closes(ask(connected(world(**s)), "DELETE", "/api/v2/tokens/me"))),
    "unknown_channel_status": (401, lambda s: notifications.connect(world(**s), "none", "socket#1")),
    "displaced_close_code": (4001, lambda s: displaced(world(**s))),
    "system_frames": ("as_events", lambda s: payloads.socket_closing(world(**s), "c")),
    "socket_closing_body": ("empty", lambda s: payloads.socket_closing(world(**s), "c")),
    "more_event_metadata": ("UserAgent", lambda s: event_text(world(**s))),
    "event_version": ("3", lambda s: event_text(world(**s))),
    "event_correlation": ("own", lambda s: event_text(world(**s))),
    "event_topic_case": ("upper", lambda s: event_text(world(**s))),
    "presence_event_case": (
        "as_rest",
        lambda s: payloads.presence_event(world(**s), world().users[world().aliases["agent"]]),
    ),
    "deleted_subscriptions_status": (
        204,
        lambda s: answer(ask(*_its_subscriptions(world(**s)))),
    ),
    "unsubscribe_frame": ("ignore", lambda s: heard(world(**s), '{"message": "unsubscribe", "topics": []}')),
    "replay_missed_events": (True, lambda s: replayed(world(**s))),
    "garbage_frames": ("refuse", lambda s: heard(world(**s), "garbage")),
    "channel_beyond_limit": (
        "starve",
        lambda s: len(ask(connected(world(**s, channels_per_user=1)), "POST", CHANNELS).state.channels),
    ),
    "code_seconds": (100.0, lambda s: exchanged_late(world(**s))),
}


class _Every:
    """All channels there are."""

    def __contains__(self, channel_id: object) -> bool:
        return True


def _its_subscriptions(state: State) -> tuple[State, str, str]:
    state, channel_id = channel(state)
    return opened(state, channel_id), "DELETE", f"{CHANNELS}/{channel_id}/subscriptions"


def test_every_assumption_is_tried() -> None:
    assumed = {field.name for field in fields(Settings) if field.metadata.get("assumed")}
    tried_elsewhere = {"largest_body"}  # a limit of the connection, tried on real sockets
    assert TRIALS.keys() == assumed - tried_elsewhere


@pytest.mark.parametrize("name", TRIALS)
def test_an_assumption_makes_a_difference(name: str) -> None:
    other, look = TRIALS[name]
    assert other != getattr(Settings(), name)
    assert look({}) == look({})
    assert look({name: other}) != look({})
