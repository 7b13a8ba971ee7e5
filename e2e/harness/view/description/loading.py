"""Loads the widget that `--widget` names: a widget.toml, or a Widget in a Python module."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from ..chunks import may_import
from ..near import closest
from ..widget import AccessToken, Control, Origins, Storage, Widget
from . import address, javascript
from .reading import read
from .scripts import CONTROL, EVIDENCE, FIND, VIEW, WORDS, shared_script
from .values import BadDescription, Description, Finder
from .world import depends_on_world, is_own, placed

_ADAPTER: Final = re.compile(r"(?P<module>[\w.]+):(?P<name>\w+)")
_HOST: Final = "https://apps."  # Genesys shows widgets in a page of this host: help.mypurecloud.com


def load_widget(named: str, here: Path = Path()) -> Widget:
    """The widget that `--widget` names: `widget.toml`, its folder, or `pkg.module:NAME`; paths are relative to `here`.

    NAME is a Widget, or a class or function that gives one. Raises BadDescription.
    """
    path = here / named
    if path.is_dir():
        path = path / "widget.toml"
    adapter = _ADAPTER.fullmatch(named)
    if adapter and not path.exists():
        return _adapter(adapter["module"], adapter["name"], here)
    if path.suffix != ".toml" and not path.is_file():
        raise BadDescription(f"--widget takes a file, widget.toml, or pkg.module:NAME; '{named}' is neither")
    return widget(read(path, javascript.wrong))


def widget(described: Description) -> Widget:
    """The Widget that a description gives; it can be placed in a world, if ids of one stand in the description."""
    general = _widget(described, {})
    if not depends_on_world(described):
        return general
    return replace(general, in_world=lambda ids: replace(_widget(described, ids), matched=general.matched))


def _widget(described: Description, ids: Mapping[str, str]) -> Widget:
    description, folder = placed(described, ids), described.folder
    return Widget(
        name=description.name,
        address=lambda origins, call: _address(description, origins, call),
        controls={"mute": _control(description, description.mute), "sign-in": _control(description, description.login)},
        view_script=VIEW,
        control_script=CONTROL,
        shared_script=shared_script(description, own=is_own(described)),
        find_script=FIND,
        words_script=WORDS,
        evidence_script=EVIDENCE,
        policy=description.policy,
        session=_session(description),
        reach=description.reach,
        opening=description.opening,
        imports=_imports(description),
        site=folder,
        settings=description.settings,
    )


def _imports(description: Description) -> bool:
    """Whether its pages may load files by import(): of those that are served elsewhere nobody knows."""
    return description.folder is None or any(map(may_import, (description.folder, *description.reach.folders.values())))


def _address(description: Description, origins: Origins, call: str) -> str:
    environment = description.environment or origins.environment
    values: Mapping[str, str] = {
        "gcConversationId": call,
        "gcLangTag": description.language,
        "gcTargetEnv": environment,
        "gcHostOrigin": _HOST + environment,
        "gateway": origins.api,
    }
    filled = address.filled(description.address, values)
    return filled if description.folder is None else f"{origins.site}/{filled}"


def _session(description: Description) -> Callable[[AccessToken, Origins], Storage] | None:
    """The function that gives what the browser keeps of a token; None for a page that signs in by itself."""
    in_address = "token" in address.names(description.address)
    if not description.token and not in_address:
        return None

    def session(token: AccessToken, origins: Origins) -> Storage:
        ends = {"expires_in": f"{token.seconds:.0f}", "expires_at": f"{token.expires * 1000:.0f}"}
        texts: dict[str, dict[str, str]] = {"local": {}, "session": {}}
        for kept in description.token:
            texts[kept.store][kept.key] = address.replaced(kept.value, {"token": token.value, **ends})
        return Storage(token=token.value if in_address else "", **texts)

    return session


def _control(description: Description, finder: Finder) -> Control:
    name = re.compile(finder.name, re.IGNORECASE)
    return Control(finder.roles, name, css=finder.css, frame=description.frame)


def _adapter(module: str, name: str, here: Path) -> Widget:
    """The Widget of a Python module, which may be in the folder where the command was given."""
    folder = str(here.resolve())
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # the module is there, and what it imports is not
        raise BadDescription(
            f"--widget {module}:{name}: there is no module '{error.name}' on Python's path or in {folder}"
        ) from error
    if not hasattr(found, name):
        near = closest(name, vars(found))
        meant = f"; did you mean '{near}'?" if near else ""
        raise BadDescription(f"--widget {module}:{name}: there is no '{name}' in {module}{meant}")
    value = getattr(found, name)
    made = value if isinstance(value, Widget) else value() if callable(value) else value
    if not isinstance(made, Widget):
        raise BadDescription(
            f"--widget {module}:{name}: a Widget is expected, or a class or function that gives one; this is {made!r}"
        )
    return made
