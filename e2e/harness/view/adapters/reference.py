"""The reference widget (fixtures/widget), its variants and its mutants."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from ..widget import AccessToken, Control, Origins, Storage, Widget

VIEW = """
const mute = document.getElementById('mute');
if (!mute) return null;
const words = (id) => document.getElementById(id)?.textContent.trim() ?? '';
const state = words('state');
const live = !/^(Call ended|No call|Reading the call|Signing in|Signed out$)/.test(state) && state !== '';
return {
  muted: mute.getAttribute('aria-pressed') === 'true',
  pending: mute.getAttribute('aria-busy') === 'true',
  enabled: !mute.disabled && mute.getAttribute('aria-disabled') !== 'true',
  alert: words('notice') !== '',
  login: document.getElementById('sign-in')?.hidden === false,
  call: live,
  notice: words('notice'),
  name: mute.getAttribute('aria-label') ?? mute.textContent.trim(),
  pressed: mute.getAttribute('aria-pressed'),
  text: state,
  focusable: mute.tabIndex >= 0 && !mute.disabled,
};
"""

CONTROL = """
if (event.type === 'click') return event.composedPath().find((part) => part.id === 'mute' || part.id === 'sign-in')?.id;
const modified = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
const writing = event.composedPath()[0].closest?.('input, textarea, select, [contenteditable]');
return event.key.toLowerCase() === 'm' && !modified && !writing ? 'mute' : '';
"""

FIND = """
const found = document.getElementById(name);
return found?.checkVisibility({ visibilityProperty: true }) ? [found] : [];
"""

# The SDK stays; the widget's module is evaluated again, under an address that no module has yet.
REMOUNT = "return import(new URL('widget.js', document.baseURI).href + '?' + again);"


def address(origins: Origins, call: str, *, folder: str = "widget") -> str:
    """The widget's page as Genesys opens it, with the mock as its gateway where the mock does not answer as Genesys itself."""
    genesys = {"conversationId": call, "gcTargetEnv": origins.environment, "gcLangTag": "en-us"}
    gateway = {} if origins.api.startswith("https://api.") else {"gateway": origins.api}
    return f"{origins.page}/{quote(folder)}/index.html?{urlencode({**genesys, **gateway})}"


def session(token: AccessToken, origins: Origins) -> Storage:
    """What the SDK keeps after a login by setPersistSettings(true, "hotmic-widget"), whose prefix it spells its own way."""
    until = datetime.fromtimestamp(token.expires, UTC)
    kept = {
        "accessToken": token.value,
        "tokenExpiryTime": int(token.expires * 1000),
        "tokenExpiryTimeString": until.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }
    return Storage(local={"hotmic_widget_auth_data": json.dumps(kept, separators=(",", ":"))})


REFERENCE = Widget(
    name="reference",
    address=address,
    controls={"mute": Control("button", "Mute", exact=True), "sign-in": Control("button", "Sign in")},
    view_script=VIEW,
    control_script=CONTROL,
    find_script=FIND,
    imports=False,
    session=session,
    remount_script=REMOUNT,
)


def variant(name: str, folder: str = "variants") -> Widget:
    """The reference widget with a few lines changed, mounted under /FOLDER/NAME/."""
    return replace(
        REFERENCE, name=name, address=lambda origins, call: address(origins, call, folder=f"{folder}/{name}")
    )


def mutant(name: str) -> Widget:
    """The reference widget with one bug, mounted under /mutants/NAME/."""
    return variant(name, "mutants")
