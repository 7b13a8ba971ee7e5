"""Genesys Cloud, as far as muting a call needs it.

What users of the mock need stands in `__all__`; it is imported when it is first asked for, so that the command line can
say what is missing on a Python without the packages.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .faults import BadFault, UnknownEffect
    from .people import Person, Refused, UnknownWord
    from .server import MockGenesys
    from .serving import CannotListen, PortTaken
    from .settings import BadSetting, Settings
    from .wire import NotInFlight, UnknownKind
    from .worlds import UnknownWorld

_HOMES = {
    "BadFault": "faults",
    "BadSetting": "settings",
    "CannotListen": "serving",
    "MockGenesys": "server",
    "NotInFlight": "wire",
    "Person": "people",
    "PortTaken": "serving",
    "Refused": "people",
    "Settings": "settings",
    "UnknownEffect": "faults",
    "UnknownKind": "wire",
    "UnknownWord": "people",
    "UnknownWorld": "worlds",
}

__all__ = [
    "BadFault",
    "BadSetting",
    "CannotListen",
    "MockGenesys",
    "NotInFlight",
    "Person",
    "PortTaken",
    "Refused",
    "Settings",
    "UnknownEffect",
    "UnknownKind",
    "UnknownWord",
    "UnknownWorld",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
