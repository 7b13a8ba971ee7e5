"""The user whose request it is, and the user's permissions."""

from __future__ import annotations

from ..core.messages import Request
from ..core.model import State


def user_of(request: Request) -> str:
    """Return the id of the user whose token it is; empty for a token without one."""
    return (request.by.user_id if request.by else None) or ""


def may(state: State, user_id: str | None, permission: str) -> bool:
    """Whether this user has the permission; nobody (None) has any."""
    user = state.user(user_id)
    return user is not None and permission in user.permissions
