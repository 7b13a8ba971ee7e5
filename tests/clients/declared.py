"""What the official JavaScript SDK declares: the fields of its models and the parameters of its methods."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from e2e.setup.places import SDK

TYPES = SDK / "node_modules" / "purecloud-platform-client-v2" / "index.d.ts"


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the SDK that carries out one operation: its class and the names of its parameters in order."""

    api: str
    parameters: tuple[str, ...]


@cache
def fields(model: str) -> dict[str, bool]:
    """The names of a model's fields, each with whether it is always there. Empty when the SDK has no such model."""
    found = re.search(rf"export interface {model} \{{(.*?)\n\t\}}", _declarations(), re.DOTALL)
    lines = re.findall(r'^\t\t"([^"]+)"(\??):', found[1], re.MULTILINE) if found else []
    return {name: not optional for name, optional in lines}


@cache
def methods() -> dict[str, Method]:
    """Operation id → its method. `opts` is the last parameter of those that take more."""
    found: dict[str, Method] = {}
    for name, body in re.findall(r"^declare class (\w+Api) \{(.*?)^\}", _declarations(), re.DOTALL | re.MULTILINE):
        for operation, parameters in re.findall(r"^\s+(\w+)\((.*?)\): Promise<", body, re.MULTILINE):
            names = tuple(re.findall(r"(\w+)\??: ", parameters))
            found[operation] = Method(name, names)
    return found


@cache
def _declarations() -> str:
    return TYPES.read_text(encoding="utf-8")


def sdk_version() -> str:
    """The version of the SDK that is installed."""
    found: str = json.loads(TYPES.with_name("package.json").read_text(encoding="utf-8"))["version"]
    return found
