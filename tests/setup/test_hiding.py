"""Another package with the name of one of hotmic's is found, and named with what to do."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from e2e.command.hiding import HOME, Hidden, check, place
from e2e.setup.places import ROOT


def test_nothing_hides_the_packages_of_a_checkout() -> None:
    assert HOME == ROOT
    check()
    assert place("e2e") == ROOT / "e2e"
    assert place("no_such_package") is None


@pytest.mark.parametrize("file", ["mock_server/__init__.py", "mock_server.py"])
def test_a_package_or_a_module_before_hotmics_hides_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mock_server")
    with pytest.raises(Hidden, match=f"^{tmp_path / file.removesuffix('/__init__.py')} hides hotmic's own package"):
        check()


def test_one_that_is_imported_already_hides_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "mock_server.py"
    theirs.touch()
    spec = spec_from_file_location("mock_server", theirs)
    assert spec is not None
    monkeypatch.setitem(sys.modules, "mock_server", module_from_spec(spec))
    assert place("mock_server") == theirs
