"""Refusals of requests: every error code with its status and text, and the outcome that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .. import payloads
from ..core.messages import Outcome, Request, Response
from ..core.model import State, uuid_of
from ..core.values import replace

# Code → status and message template, as declared for the mute PATCH, the notification service and users/me
# (PROTOCOL.md#errors-of-the-mute-request, PROTOCOL.md#the-signed-in-user, PROTOCOL.md#subscriptions);
# `method.not.allowed` is assumed.
ERRORS: Final[Mapping[str, tuple[int, str]]] = {
    "bad.request": (400, "The request could not be understood by the server due to malformed syntax."),
    "invalid.property": (400, "Value [%s] is not a valid property for object [%s]"),
    "invalid.value": (400, "Value [%s] is not valid for field type [%s]. Allowable values are: %s"),
    "not.a.user": (
        400,
        "This request requires a user context. Client credentials cannot be used for requests to this resource.",
    ),
    "conversation.error.call.disconnected": (400, "The call is already disconnected."),
    "conversation.error.user.not.party": (
        400,
        "The participant for this request does not belong to the user making the request.",
    ),
    "conversation.error.hold.alerting": (400, "An alerting call cannot be held."),
    "conversation.error.cannot.confine.party": (400, "The participant cannot be confined."),
    "conversation.error.wrapup.code.required": (400, "A wrap-up code is required."),
    "communication.state.required": (400, "The state of the communication is required."),
    "conversation.participant.update.invalid": (400, "Failed to update all properties on conversation participant."),
    "notification.invalid.topic": (400, "The subscription topic is not valid."),
    "notification.subscription.too.many.subscriptions": (400, "Too many subscriptions"),
    "authentication.required": (401, "No authentication bearer token specified in authorization header."),
    "bad.credentials": (401, "Invalid login credentials."),
    "credentials.expired": (401, "The access token has expired."),
    "missing.any.permissions": (
        403,
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: %s",
    ),
    "app.not.authorized.for.scope": (403, "App not authorized to use scope %s"),
    "not.authorized": (403, "You are not authorized to perform the requested action."),
    "notification.unauthorized.topic": (403, "Not authorized for this topic."),
    "not.found": (404, "The requested resource was not found."),
    "general.resource.not.found": (404, "The requested resource was not found."),
    "entity.not.found": (404, "Subscription list not found."),
    "conversation.error.conversation.not.found": (404, "Conversation not found."),
    "conversation.error.not.conversation.participant": (404, "User is not a participant in the conversation."),
    "method.not.allowed": (405, "The method is not allowed for this resource."),
    "client.timeout": (408, "The client did not send the request in time."),
    "request.conflict": (409, "The request conflicts with the current state of the target resource."),
    "request.entity.too.large": (413, "The request is over the size limit. Maximum bytes: %s"),
    "unsupported.media.type": (415, "The media type of the request is not supported."),
    "too.many.requests": (429, "Rate limit exceeded the maximum [%s] requests within [%s] seconds"),
    "too.many.requests.retry.after": (429, "Rate limit exceeded the maximum. Retry the request in [%s] seconds"),
    "internal.server.error": (500, "The server encountered an unexpected condition."),
    "conversation.participant.update.failed": (500, "Failed to update the conversation participant."),
    "service.unavailable": (503, "The service is unavailable."),
    "request.timeout": (504, "The request timed out."),
}


def refuse(
    state: State, request: Request, code: str, *params: str, status: int | None = None, hints: tuple[str, ...] = ()
) -> Outcome:
    """Refuse in Genesys' error frame: `params` fill the template of `code` in order; the state stays as it is.

    `status` replaces the declared status (a setting may choose another one). Codes outside ERRORS get a plain message.
    """
    declared, template = ERRORS.get(code, (400, "The request was refused."))
    context = request.correlation
    if not state.settings.context_is_correlation:
        context = uuid_of(state.seed, "context", context)
    body = payloads.error(declared if status is None else status, code, _filled(template, params), context)
    return Outcome(state, Response(declared if status is None else status, body), hints=hints)


def refuse_body(state: State, request: Request, bad: payloads.BadBody, hints: tuple[str, ...] = ()) -> Outcome:
    """Refuse a body that a reader of `payloads` could not take; `hints` come behind the reader's own."""
    return refuse(state, request, bad.code, *bad.params, hints=(*bad.hints, *hints))


def with_headers(outcome: Outcome, headers: Mapping[str, str]) -> Outcome:
    """Return the outcome with these headers for its response."""
    return replace(outcome, headers={**outcome.headers, **headers} if outcome.headers else headers)


def bracketed(words: frozenset[str]) -> str:
    """`[a, b]`: how Genesys lists permissions in a message."""
    return f"[{', '.join(sorted(words))}]"


def _filled(template: str, params: tuple[str, ...]) -> str:
    """The template with its `%s` filled in order; places without a parameter stay empty."""
    words = iter(params)
    head, *rest = template.split("%s")
    return head + "".join(next(words, "") + part for part in rest)
