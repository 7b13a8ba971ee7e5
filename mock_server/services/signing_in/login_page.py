"""The page that /oauth/authorize shows before anybody is signed in: who it will be, for what, and one button."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from ...core.model import Client, State, User

SIGNED_IN_AS: Final = "hotmic_sign_in"  # the field that the button adds to the page's own query

_STYLE: Final = (
    ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}"
    "body{display:grid;place-content:center;min-height:90vh;margin:1rem}"
    "button{font:inherit;padding:.5rem 1rem}"
)


def login_page(state: State, client: Client, user: User, asked: Mapping[str, str]) -> str:
    """The page as HTML; its form asks again for what was asked, and says who signs in."""
    fields = {**asked, SIGNED_IN_AS: user.id}
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Sign in</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>Sign in to {escape(state.organization_name)}</h1>"
        f"<p>{escape(client.name)} asks who you are.</p>"
        f"<p>You are <strong>{escape(user.name)}</strong>, {escape(user.email)}.</p>"
        f'<form method="get" action="/oauth/authorize">{hidden}'
        f"<button>Sign in as {escape(user.name)}</button></form></main></body></html>"
    )


def goodbye_page() -> str:
    """Return the page of /logout for a browser that has no page to go back to."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signed out</title>'
        f"<style>{_STYLE}</style></head><body><main><p>You are signed out.</p></main></body></html>"
    )
