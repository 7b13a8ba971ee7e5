"""One file per Genesys service: pure handlers and the routes that they answer."""

from collections.abc import Mapping
from typing import Final

from ..core.messages import Runner
from ..core.routing import Route
from .calls import calls, communications, consults, conversations, history, newcomers, whole_calls, wrapups
from .notifications import channels
from .people import organizations, presence, users
from .signing_in import grants, oauth, tokens

ROUTES: Final[tuple[Route, ...]] = (
    *calls.ROUTES,
    *newcomers.ROUTES,
    *consults.ROUTES,
    *whole_calls.ROUTES,
    *wrapups.ROUTES,
    *communications.ROUTES,
    *history.ROUTES,
    *conversations.ROUTES,
    *channels.ROUTES,
    *users.ROUTES,
    *presence.ROUTES,
    *organizations.ROUTES,
    *tokens.ROUTES,
    *oauth.ROUTES,
    *grants.ROUTES,
)
JOBS: Final[Mapping[str, Runner]] = {
    **calls.JOBS,
    **newcomers.JOBS,
    **consults.JOBS,
    **whole_calls.JOBS,
}
