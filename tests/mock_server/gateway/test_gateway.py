"""The layers, outermost first: who you are, how often you ask, what you may."""

import pytest

from mock_server.core.model import State, Token
from mock_server.core.values import replace
from mock_server.gateway import gateway
from mock_server.gateway.gateway import LAYERS, OPERATIONS

from ..door import LEG, answer, ask, body, later, patch, request, world

ME = "/api/v2/users/me"


def with_token(state: State, word: str = "agent_token", **fields: object) -> State:
    token = replace(state.tokens[state.aliases[word]], **fields)  # type: ignore[arg-type]  # a table of fields
    return state.with_token(token)


def with_permissions(state: State, *permissions: str) -> State:
    user = state.users[state.aliases["agent"]]
    return state.with_user(replace(user, permissions=frozenset(permissions)))


def as_service(state: State) -> State:
    """The world in which "service_token" is an application's, got by client credentials."""
    token = Token("service", state.aliases["service_client"], None, frozenset(), state.now, state.now + 60)
    return replace(state.with_token(token), aliases={**state.aliases, "service_token": "service"})


def headers(state: State, path: str = ME) -> dict[str, str]:
    response = ask(state, "GET", path).response
    assert response is not None
    return dict(response.headers)


def test_the_layers_stand_in_this_order() -> None:
    assert [layer.__name__ for layer in LAYERS] == ["layer", "limit_size", "authenticate", "limit_rate", "authorize"]


def test_operations_are_named_once() -> None:
    assert all(route.operation == name for name, route in OPERATIONS.items())


# ---- every answer


def test_an_answer_names_its_operation_and_its_correlation() -> None:
    outcome = ask(world(), "GET", ME)
    assert outcome.operation == "getUsersMe"
    assert headers(world())["ININ-Correlation-Id"] == "correlation-1"
    assert headers(world())["Cache-Control"] == "no-store"


def test_an_error_names_the_correlation_in_its_body_too() -> None:
    assert body(ask(world(), "GET", "/nowhere"))["contextId"] == "correlation-1"


# ---- the wrong way


def test_an_unknown_path_is_not_found_and_the_nearest_operation_is_named() -> None:
    refused = ask(world(), "POST", LEG + "/hold")
    assert (answer(refused), refused.operation) == ((404, "not.found"), "")
    assert refused.hints == (
        f"POST …/{world().aliases['agent_leg']}/hold is no operation; the nearest is PATCH "
        "/api/v2/conversations/calls/{conversationId}/participants/{participantId}: "
        'patchConversationsCallParticipant takes PATCH {"muted": true}',
    )


def test_far_from_every_operation_no_other_is_named() -> None:
    assert ask(world(), "GET", "/xyz").hints == ("GET /xyz is no operation",)


def test_the_code_of_an_unknown_path_is_a_setting() -> None:
    assert answer(ask(world(unknown_path_code="bad.request"), "GET", "/nowhere")) == (400, "bad.request")


def test_what_is_no_operation_of_oauth_is_refused_in_oauth_s_frame() -> None:
    for method, path, status in (("GET", "/oauth/token", 405), ("POST", "/oauth/tokens", 404)):
        refused = ask(world(), method, path, by="")
        assert answer(refused) == (status, None)
        assert body(refused)["error"] == "invalid_request"
        assert "postOauthToken takes POST" in refused.hints[0]


def test_whether_the_context_is_the_correlation_is_a_setting() -> None:
    refused = ask(world(context_is_correlation=False), "GET", "/nowhere")
    assert refused.response is not None
    assert body(refused)["contextId"] not in ("", refused.response.headers["ININ-Correlation-Id"])


def test_a_wrong_method_is_refused_and_the_right_one_named() -> None:
    refused = ask(world(), "PUT", LEG, {"actions": ["mute"]})
    assert answer(refused) == (405, "method.not.allowed")
    assert refused.hints == (
        "PUT …/participants/{participantId} is no operation; "
        'patchConversationsCallParticipant takes PATCH {"muted": true}',
    )


def test_the_status_of_a_wrong_method_is_a_setting() -> None:
    assert answer(ask(world(wrong_method_status=404), "PUT", LEG))[0] == 404


# ---- authenticate


def test_without_a_token_nothing_is_told() -> None:
    assert answer(ask(world(), "GET", ME, by="")) == (401, "authentication.required")


@pytest.mark.parametrize("value", ["Basic YTpi", "Bearer ", "Bearer"])
def test_another_authorization_is_none(value: str) -> None:
    state = world()
    other = request(state, "GET", ME, headers={"authorization": value})
    assert answer(gateway.handle(state, other)) == (401, "authentication.required")


def test_a_token_that_nobody_was_given_is_refused() -> None:
    state = replace(world(), tokens={})
    assert answer(ask(state, "GET", ME)) == (401, "bad.credentials")


def test_a_token_ends_at_its_time() -> None:
    state = with_token(world(), expires=world().now + 60)
    assert answer(ask(later(state, 59.9), "GET", ME))[0] == 200
    refused = ask(later(state, 61), "GET", ME)
    assert (answer(refused), refused.hints) == (
        (401, "bad.credentials"),
        (
            "the access token expired 1 s ago",
            "in a browser the SDK never renews it: the page has to sign in again",
        ),
    )


def test_the_code_for_an_expired_token_is_a_setting() -> None:
    state = with_token(world(expired_token_code="credentials.expired"), expires=0.0)
    assert answer(ask(state, "GET", ME)) == (401, "credentials.expired")


# ---- limit the rate


def test_each_answer_says_how_many_requests_are_left() -> None:
    state = world()
    assert [headers(state)[f"inin-ratelimit-{name}"] for name in ("count", "allowed", "reset")] == ["1", "300", "60"]
    state = later(ask(state, "GET", ME).state, 10.5)
    assert [headers(state)[f"inin-ratelimit-{name}"] for name in ("count", "allowed", "reset")] == ["2", "300", "50"]


def test_beyond_the_limit_a_token_waits_for_the_next_minute() -> None:
    state = world(requests_per_minute=2)
    for _ in range(2):
        state = ask(state, "GET", ME).state
    refused = ask(later(state, 20), "GET", ME)
    assert answer(refused) == (429, "too.many.requests")
    assert body(refused)["message"] == "Rate limit exceeded the maximum [2] requests within [60] seconds"
    assert headers(later(state, 20))["Retry-After"] == "40"
    assert headers(later(state, 20))["inin-ratelimit-count"] == "2"
    assert answer(ask(later(state, 60), "GET", ME))[0] == 200


def test_each_token_has_a_limit_of_its_own() -> None:
    state = ask(world(requests_per_minute=1), "GET", ME).state
    assert answer(ask(state, "GET", ME))[0] == 429
    assert answer(ask(state, "GET", ME, by="supervisor"))[0] == 200


def test_what_tells_of_the_limit_is_a_setting() -> None:
    state = ask(world(requests_per_minute=1, retry_after_on_429=False), "GET", ME).state
    assert "Retry-After" not in headers(state)
    assert headers(state)["inin-ratelimit-allowed"] == "1"
    state = ask(world(requests_per_minute=1, rate_headers_on_429=False), "GET", ME).state
    assert headers(state)["Retry-After"] == "60"
    assert "inin-ratelimit-allowed" not in headers(state)


def test_what_is_no_operation_counts_as_a_request_of_a_good_token() -> None:
    state = ask(world(requests_per_minute=2), "GET", "/nowhere").state
    assert headers(state)["inin-ratelimit-count"] == "2"
    refused = ask(ask(state, "PUT", ME).state, "GET", "/nowhere")
    assert (answer(refused), refused.operation) == ((429, "too.many.requests"), "")
    for unknown in ("", "desk_phone"):
        state = with_token(world(), "desk_phone_token", expires=0.0)
        refused = ask(state, "GET", "/nowhere", by=unknown)
        assert refused.response is not None
        assert "inin-ratelimit-count" not in refused.response.headers


# ---- authorize


def test_an_application_is_no_user() -> None:
    refused = ask(as_service(world()), "GET", "/api/v2/conversations/calls", by="service")
    assert (answer(refused), refused.hints) == (
        (400, "not.a.user"),
        ("getConversationsCalls needs the token of a user",),
    )


def test_an_application_may_be_listed_nothing_instead() -> None:
    state = as_service(world(application_listing="empty"))
    listed = ask(state, "GET", "/api/v2/conversations", by="service")
    assert (answer(listed)[0], body(listed)["entities"]) == (200, [])
    assert answer(ask(state, "GET", "/api/v2/conversations/calls", by="service")) == (400, "not.a.user")


def test_an_application_has_no_scopes_to_lack() -> None:
    assert answer(ask(as_service(world()), "GET", "/api/v2/tokens/me", by="service")) == (200, None)


def test_a_scope_that_is_not_there_is_named() -> None:
    refused = patch(with_token(world(), scopes=frozenset({"conversations:readonly"})), {"muted": True})
    assert answer(refused) == (403, "app.not.authorized.for.scope")
    assert body(refused)["message"] == "App not authorized to use scope [conversations]"
    assert refused.hints == (
        "the token has conversations:readonly; patchConversationsCallParticipant needs conversations; "
        "the SDK rejects with this body, so a page that shows nothing has swallowed it",
    )


def test_a_read_is_content_with_the_readonly_scope() -> None:
    state = with_token(world(), scopes=frozenset({"conversations:readonly"}))
    assert answer(ask(state, "GET", "/api/v2/conversations/calls"))[0] == 200


def test_no_scope_at_all_is_said_so() -> None:
    refused = ask(with_token(world(), scopes=frozenset()), "GET", ME)
    assert "the token has no scope; getUsersMe needs user-basic-info" in refused.hints[0]


def test_whether_scopes_are_enforced_is_a_setting() -> None:
    assert answer(ask(with_token(world(enforce_scopes=False), scopes=frozenset()), "GET", ME))[0] == 200


def test_a_mute_needs_one_of_three_permissions() -> None:
    refused = patch(with_permissions(world(), "conversation:communication:view"), {"muted": True})
    assert answer(refused) == (403, "missing.any.permissions")
    assert body(refused)["message"] == (
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
        "[conversation:call:record, conversation:communication:disconnect, conversation:participant:wrapup]"
    )
    assert refused.hints[0].endswith(
        " has none of the permissions that patchConversationsCallParticipant takes; "
        "the SDK rejects with this body, so a page that shows nothing has swallowed it"
    )
    assert answer(patch(with_permissions(world(), "conversation:call:record"), {"muted": True}))[0] == 202


def test_whether_a_mute_needs_a_permission_is_a_setting() -> None:
    assert answer(patch(with_permissions(world(mute_needs_permission=False)), {"muted": True}))[0] == 202


def test_a_user_who_was_deleted_has_no_permissions() -> None:
    state = replace(world(), users={})
    assert answer(patch(state, {"muted": True})) == (403, "missing.any.permissions")
