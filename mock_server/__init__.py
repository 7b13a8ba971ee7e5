"""Genesys Cloud, as far as muting a call needs it.

What users of the mock need stands in `__all__`; it is imported when it is first asked for, so that the command line can
say what is missing on a Python without the packages.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .faults import BadFault, UnknownEffect
    from .hosts import BadHost, Hosts
    from .pages import Mount
    from .people import Person, Refused, UnknownWord
    from .regions import UnknownEnvironment
    from .server import MockGenesys
    from .serving import CannotListen, PortTaken
    from .settings import BadSetting, Settings
    from .wire import NotInFlight, UnknownKind
    from .worlds import UnknownWorld

_HOMES = {
    "BadFault": "faults",
    "BadHost": "hosts",
    "BadSetting": "settings",
    "CannotListen": "serving",
    "Hosts": "hosts",
    "MockGenesys": "server",
    "Mount": "pages",
    "NotInFlight": "wire",
    "Person": "people",
    "PortTaken": "serving",
    "Refused": "people",
    "Settings": "settings",
    "UnknownEffect": "faults",
    "UnknownEnvironment": "regions",
    "UnknownKind": "wire",
    "UnknownWord": "people",
    "UnknownWorld": "worlds",
}

__all__ = [
    "BadFault",
    "BadHost",
    "BadSetting",
    "CannotListen",
    "Hosts",
    "MockGenesys",
    "Mount",
    "NotInFlight",
    "Person",
    "PortTaken",
    "Refused",
    "Settings",
    "UnknownEffect",
    "UnknownEnvironment",
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
