"""One file per Genesys service: pure handlers and the routes that they answer."""

from collections.abc import Mapping
from typing import Final

from ..messages import Runner
from ..routing import Route
from . import (
    calls,
    channels,
    communications,
    consults,
    conversations,
    grants,
    history,
    newcomers,
    oauth,
    organizations,
    presence,
    tokens,
    users,
    whole_calls,
    wrapups,
)

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
