"""One case an operation: in which world a client calls it, as whom, and with what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mock_server.core.messages import Json
from mock_server.core.model import uuid_of
from mock_server.core.routing import Route
from mock_server.engine.people import CALL_LEG as LEG
from mock_server.gateway.gateway import OPERATIONS
from mock_server.server import MockGenesys

# The names in paths → the words of a world that stand for them; words that are none are taken as they are.
WORDS: Mapping[str, str] = {
    "conversationId": "call",
    "participantId": "agent_leg",
    "channelId": "channel",
    "communicationId": "communication",
    "stationId": "station",
    "sourceId": "PURECLOUD",
    "userId": "agent",
}


@dataclass(frozen=True)
class Case:
    """`body` is the operation's own example unless another is given; `<word>` in it stands for that word's id.

    `before` makes what the operation needs, and returns more words.
    """

    operation: str
    world: str = "one_call"
    person: str = "agent"
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    body: str | None = None
    before: Callable[[MockGenesys], Mapping[str, str]] = lambda genesys: {}

    @property
    def route(self) -> Route:
        return OPERATIONS[self.operation]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.route.path))


@dataclass(frozen=True)
class CaseCall:
    """A case in its world: what is to be passed to a method, whichever client's it is."""

    operation: str
    path: Mapping[str, str]
    query: Mapping[str, Json]
    body: Json


def staged(case: Case, genesys: MockGenesys) -> CaseCall:
    """The mock in the world of the case, and the arguments in it."""
    genesys.reset(case.world)
    words = {**genesys.state.aliases, **_channel(case, genesys), **_made_up(genesys), **case.before(genesys)}
    path = {name: words.get(word := {**WORDS, **case.path}[name], word) for name in case.names}
    text = case.route.example if case.body is None else case.body
    text = re.sub(r"<(\w+)>", lambda found: words["agent" if found[1] == "user" else found[1]], text)
    return CaseCall(case.operation, path, case.query, json.loads(text) if text else None)


def arrived(genesys: MockGenesys) -> list[tuple[str, Json]]:
    """Each operation that the mock was asked for, with the status of its answer."""
    return [(str(e.data["operation"]), e.data["status"]) for e in genesys.journal() if e.kind == "arrived"]


def _channel(case: Case, genesys: MockGenesys) -> Mapping[str, str]:
    if "channelId" not in case.names:
        return {}
    made = genesys.person("agent").request("POST", "/api/v2/notifications/channels").body
    assert isinstance(made, dict)
    return {"channel": str(made["id"])}


def _made_up(genesys: MockGenesys) -> Mapping[str, str]:
    """Ids that no alias has."""
    presence = uuid_of(genesys.state.seed, "presence", "Meal")
    if "call" not in genesys.state.aliases:
        return {"presence": presence}
    return {"presence": presence, "communication": genesys.leg("agent").communication_id}


def _wrapped_up(genesys: MockGenesys) -> Mapping[str, str]:
    genesys.person("agent").patch({"wrapup": {"code": "resolved", "notes": "all is well", "tags": ["billing"]}})
    return {}


def _in_consult(genesys: MockGenesys) -> Mapping[str, str]:
    path = LEG.format(call=genesys.call().id, leg=genesys.leg("agent").id)
    who: dict[str, Json] = {"userId": genesys.state.aliases["supervisor"]}
    genesys.person("agent").request("POST", f"{path}/consult", {"destination": who})
    return {}


def _over(genesys: MockGenesys) -> Mapping[str, str]:
    genesys.person("agent").hang_up()
    return {}


EXPAND = ["presence", "routingStatus", "station", "authorization", "organization", "token", "date"]
EVERY_CASE = (
    Case("getConversationsCalls", world="two_calls"),
    Case("getConversationsCall", world="transfer_back"),
    Case("patchConversationsCallParticipant"),
    Case("getConversations", world="two_calls", query={"communicationType": "call"}),
    Case("getConversation", world="transfer_back"),
    Case("patchConversationParticipant"),
    Case("getNotificationsChannels", query={"includechannels": "oauthclient"}),
    Case("postNotificationsChannels"),
    Case("getNotificationsChannelSubscriptions"),
    Case("postNotificationsChannelSubscriptions"),
    Case("putNotificationsChannelSubscriptions"),
    Case("deleteNotificationsChannelSubscriptions"),
    Case("headNotificationsChannel"),
    Case(
        "getNotificationsAvailabletopics", query={"expand": ["requiresPermissions", "permissionDetails", "visibility"]}
    ),
    Case("getUsersMe", query={"expand": list(EXPAND)}),
    Case("getTokensMe"),
    Case("headTokensMe"),
    Case("deleteTokensMe"),
    Case("postConversationsCalls"),
    Case("getConversationsCallsHistory", before=_over),
    Case("patchConversationsCall", person="supervisor"),
    Case("postConversationsCallParticipants"),
    Case("patchConversationsCallParticipantAttributes"),
    Case("patchConversationsCallParticipantCommunication"),
    Case("postConversationsCallParticipantConsult"),
    Case("patchConversationsCallParticipantConsult", before=_in_consult),
    Case("deleteConversationsCallParticipantConsult", before=_in_consult),
    Case("postConversationsCallParticipantReplace"),
    Case("getConversationsCallParticipantWrapup", before=_wrapped_up),
    Case("getConversationsCallParticipantWrapupcodes"),
    Case("getConversationsCallParticipantCommunicationWrapup", before=_wrapped_up),
    Case("postConversationsCallParticipantCommunicationWrapup"),
    Case("putConversationsCallParticipantCommunicationUuidata"),
    Case("deleteConversation", person="supervisor"),
    Case("getOrganizationsMe"),
    Case("getPresencedefinitions"),
    Case("getStation"),
    Case("getUser", query={"expand": list(EXPAND)}),
    Case("getUserPresence"),
    Case("patchUserPresence"),
    Case("getUserRoutingstatus"),
    Case("putUserRoutingstatus"),
    Case("getUserStation"),
    Case("deleteUserStationAssociatedstation"),
)
CASES: Mapping[str, Case] = {case.operation: case for case in EVERY_CASE}

# Outside /api/v2: an SDK has no method of their name for them, but signs in and out by these of its methods.
SIGN_IN: Mapping[str, Mapping[str, str]] = {
    "getOauthAuthorize": {"Chromium": "loginImplicitGrant, loginPKCEGrant, in the page and in a pop-up"},
    "postOauthToken": {
        "Python": "get_client_credentials_token, get_pkce_token, get_code_authorization_token, its own refresh",
        "Node.js": "loginClientCredentialsGrant, loginCodeAuthorizationGrant, its own refresh",
        "Chromium": "loginPKCEGrant",
    },
    "getLogout": {"Chromium": "logout"},
}


@dataclass(frozen=True)
class Refusal:
    """A wrong call or a bad moment, and what every client must receive: status and error code."""

    name: str
    operation: str
    status: int
    code: str
    before: Callable[[MockGenesys], object] = lambda genesys: None
    path: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    person: str = "agent"

    @property
    def case(self) -> Case:
        return Case(self.operation, person=self.person, path=self.path, body=self.body)


def _refused(status: int, code: str = "") -> Callable[[MockGenesys], object]:
    return lambda genesys: genesys.fault("refuse", on=_MUTE, status=status, code=code)


_MUTE = "patchConversationsCallParticipant"
NOWHERE = "00000000-0000-4000-a000-000000000000"
REFUSALS = (
    Refusal("a property that no model has", _MUTE, 400, "invalid.property", body='{"isMuted": true}'),
    Refusal("a word where a boolean stands", _MUTE, 400, "invalid.value", body='{"muted": "true"}'),
    Refusal("a list where an object stands", _MUTE, 400, "bad.request", body="[1]"),
    Refusal(
        "the customer's leg", _MUTE, 400, "conversation.error.user.not.party", path={"participantId": "customer_leg"}
    ),
    Refusal("no token", _MUTE, 401, "authentication.required", person="nobody"),
    Refusal("a token that is over", _MUTE, 401, "bad.credentials", lambda genesys: genesys.advance(20 * 86_400)),
    Refusal(
        "no permission",
        _MUTE,
        403,
        "missing.any.permissions",
        lambda genesys: genesys.revoke("conversation:participant:wrapup"),
    ),
    Refusal("no such call", _MUTE, 404, "conversation.error.conversation.not.found", path={"conversationId": NOWHERE}),
    Refusal("no such leg", _MUTE, 404, "not.found", path={"participantId": NOWHERE}),
    Refusal("a conflict", _MUTE, 409, "request.conflict", _refused(409)),
    Refusal("too many requests", _MUTE, 429, "too.many.requests", _refused(429, "too.many.requests")),
    Refusal("an error inside", _MUTE, 500, "internal.server.error", _refused(500)),
    Refusal("out of service", _MUTE, 503, "service.unavailable", _refused(503)),
    Refusal("nobody answers in time", _MUTE, 504, "request.timeout", _refused(504)),
    Refusal(
        "a topic that there is not",
        "postNotificationsChannelSubscriptions",
        400,
        "notification.invalid.topic",
        body='[{"id": "v2.conversations.x"}]',
    ),
    Refusal(
        "another user's topic",
        "postNotificationsChannelSubscriptions",
        403,
        "notification.unauthorized.topic",
        body='[{"id": "v2.users.<supervisor>.conversations"}]',
    ),
    Refusal("no such channel", "getNotificationsChannelSubscriptions", 404, "not.found", path={"channelId": NOWHERE}),
)
