"""One file per Genesys service: pure handlers and the routes that they answer."""

from collections.abc import Mapping
from typing import Final

from ..messages import Runner
from ..routing import Route
from . import calls, channels, conversations, oauth, tokens, users

ROUTES: Final[tuple[Route, ...]] = (
    *calls.ROUTES,
    *conversations.ROUTES,
    *channels.ROUTES,
    *users.ROUTES,
    *tokens.ROUTES,
    *oauth.ROUTES,
)
JOBS: Final[Mapping[str, Runner]] = {**calls.JOBS}
