"""Finds out whether another package stands in the place of one of hotmic's, `e2e` and `mock_server`: these names are common."""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("e2e", "mock_server")
HOME = Path(__file__).resolve().parents[len(__name__.split(".")) - 1]  # the folder in which hotmic's packages are


class Hidden(ImportError):
    """Another package has the name of one of hotmic's, and stands before it."""


def check() -> None:
    """Raises Hidden, which names the folder and what to do."""
    for name in PACKAGES:
        found = place(name)
        if found is not None and found != HOME / name:
            raise Hidden(message(name, found))


def message(name: str, found: Path) -> str:
    """Says what hides the package, and what to do."""
    return (
        f"{found} hides hotmic's own package '{name}', which is {HOME / name}: rename it, or take its __init__.py away, "
        f"or take {found.parent} out of PYTHONPATH; with pytest, start `pytest` and not `python -m pytest`"
    )


def place(name: str) -> Path | None:
    """Where the package of that name is that `import` gives or would give, as a folder or a module; None: nowhere."""
    return next(_places(name), None)


def _places(name: str) -> Iterator[Path]:
    module = sys.modules.get(name)
    spec = module.__spec__ if module is not None else find_spec(name)
    if spec is None:
        return
    if spec.submodule_search_locations is None:
        if spec.origin is not None:
            yield Path(spec.origin).resolve()
    else:
        yield from (Path(folder).resolve() for folder in spec.submodule_search_locations)
