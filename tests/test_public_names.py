"""What each package promises to its users is exactly its `__all__`, and each of these names says what it is."""

import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

from mock_server.server import MockGenesys

PACKAGES = ["mock_server", "e2e.harness"]
# Words that a docstring of something that raises, waits or counts has to have: what the types do not say.
SAID = {
    "start": ("Raises", "PortTaken", "UnknownWorld"),
    "reset": ("Raises", "UnknownWorld"),
    "release": ("raises NotInFlight",),
    "fault": ("Raises", "BadFault"),
    "serve_hosts": ("Raises", "UnknownEnvironment", "BadHost", "PortTaken"),
    "await_traffic": ("raises TimeoutError", "seconds"),
    "close_soon": ("seconds",),
    "advance": ("time",),
    "next_deadline": ("Seconds",),
}


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> ModuleType:
    return import_module(str(request.param))


def test_the_public_names_are_exactly_all(package: ModuleType) -> None:
    assert dir(package) == sorted(package.__all__)
    assert len(set(package.__all__)) == len(package.__all__)


def test_each_public_name_is_there_and_says_what_it_is(package: ModuleType) -> None:
    for name in package.__all__:
        value = getattr(package, name)
        about = value.__doc__ if isinstance(value, type) or callable(value) else type(value).__doc__
        assert about and about.strip() and not about.startswith(f"{name}("), f"{name} has no docstring of its own"


def test_another_name_is_not_there(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'telephone'"):
        _ = package.telephone


@pytest.mark.parametrize(
    ("package", "absent"),
    [("mock_server", ("uvicorn", "starlette", "faker", "msgspec")), ("e2e.harness", ("playwright", "pytest"))],
)
def test_importing_a_package_loads_nothing_large(package: str, absent: tuple[str, ...]) -> None:
    look = f"import sys, {package}; print([name for name in {absent!r} if name in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert seen.stdout == "[]\n"


def test_the_verbs_of_the_mock_say_what_their_types_do_not() -> None:
    for name, words in SAID.items():
        verb = getattr(MockGenesys, name)
        about = " ".join((verb.__doc__ or "").split())
        assert [word for word in words if word not in about] == [], f"MockGenesys.{name}: {about}"
