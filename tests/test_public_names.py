"""The public names of each package are exactly its `__all__`, and each has a docstring."""

import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

PACKAGES = ["mock_server", "e2e.harness"]


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
