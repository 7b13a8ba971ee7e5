"""Genesys Cloud, as far as muting a call needs it.

What users of the mock need stands in `__all__`; it is imported when it is first asked for, so that the command line can
say what is missing on a Python without the packages.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core.regions import UnknownEnvironment
    from .core.settings import BadSetting, Settings
    from .core.worlds import UnknownWorld
    from .engine.people import Person, Refused, UnknownWord
    from .engine.wire import NotInFlight, UnknownKind
    from .gateway.faults import BadFault, UnknownEffect
    from .server import MockGenesys
    from .serving.hosts import BadHost, Hosts
    from .serving.pages import Mount
    from .serving.serving import CannotListen, PortTaken

_HOMES = {
    "BadFault": "gateway.faults",
    "BadHost": "serving.hosts",
    "BadSetting": "core.settings",
    "CannotListen": "serving.serving",
    "Hosts": "serving.hosts",
    "MockGenesys": "server",
    "Mount": "serving.pages",
    "NotInFlight": "engine.wire",
    "Person": "engine.people",
    "PortTaken": "serving.serving",
    "Refused": "engine.people",
    "Settings": "core.settings",
    "UnknownEffect": "gateway.faults",
    "UnknownEnvironment": "core.regions",
    "UnknownKind": "engine.wire",
    "UnknownWord": "engine.people",
    "UnknownWorld": "core.worlds",
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
