"""The official Python SDK, unmodified; what it makes of each answer is watched from outside."""

from __future__ import annotations

import importlib
import json
import os
import re
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from mock_server.core.messages import Json
from mock_server.server import MockGenesys

from .cases import CaseCall
from .conformance import differences

# 11,000 models: two seconds and 200 MB. Whoever needs no SDK does not pay for it.
_PACKAGE = "PureCloudPlatformClientV2"


@cache
def sdk() -> ModuleType:
    """The SDK. It looks for a configuration file of its user: it is to find none."""
    home = os.environ.get("HOME")
    with tempfile.TemporaryDirectory() as empty:
        os.environ["HOME"] = empty
        try:
            module = importlib.import_module(_PACKAGE)
            module.ApiClient()  # reads the configuration
        finally:
            os.environ.pop("HOME")
            os.environ.update({"HOME": home} if home is not None else {})
    return module


@dataclass(frozen=True)
class SdkBody:
    """SdkBody that the SDK is to read as it reads an answer's body."""

    data: str

    def getheader(self, name: str) -> str:
        return "application/json"


class PythonSdk:
    """One client of the SDK, with a person's token; `wrong` grows with every answer that differs from its model."""

    def __init__(self, genesys: MockGenesys, person: str = "agent") -> None:
        self.wrong: list[str] = []
        self.api: Any = sdk().ApiClient(host=genesys.origin)
        self.api.access_token = genesys.state.aliases.get(f"{person}_token", "")
        self._read = self.api.deserialize
        self.api.deserialize = self._watch
        self._name = ""

    def call(self, asked: CaseCall) -> Any:
        """Carry out an operation by the SDK's method for it. Raises the SDK's ApiException."""
        self._name = asked.operation
        with warnings.catch_warnings(record=True):  # some operations are deprecated, and are called all the same
            return self.method(asked.operation)(**_arguments(asked))

    def method(self, operation: str) -> Any:
        """The SDK's method for an operation; raises LookupError when it has none."""
        return getattr(getattr(sdk(), api_of(operation))(self.api), snake(operation))

    def read(self, kind: str, text: str, name: str) -> Any:
        """Read any JSON as a model of the SDK: an event's body, for one."""
        self._name = name
        return self.api.deserialize(SdkBody(text), kind)

    def _watch(self, response: Any, kind: str) -> Any:
        self.wrong += differences(sdk().models, kind, json.loads(response.data), self._name)
        return self._read(response, kind)


def api_of(operation: str) -> str:
    """The name of the SDK's class that has a method for this operation; raises LookupError when none has."""
    found = _classes().get(snake(operation))
    if found is None:
        raise LookupError(f"the Python SDK has no method {snake(operation)}")
    return found


@cache
def _classes() -> Mapping[str, str]:
    """Method → class. Methods that would stand twice are the same operation."""
    names = [name for name in dir(sdk()) if name.endswith("Api")]
    return {method: name for name in names for method in vars(getattr(sdk(), name)) if not method.startswith("_")}


def snake(name: str) -> str:
    """`patchConversationsCallParticipant` → `patch_conversations_call_participant`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _arguments(asked: CaseCall) -> dict[str, Json]:
    given: dict[str, Json] = {snake(name): value for name, value in {**asked.path, **asked.query}.items()}
    return given if asked.body is None else {**given, "body": asked.body}
