"""A widget may be a Python object, named by its module."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.harness.view.description import BadDescription, load_widget

ADAPTER = """
from e2e.harness.view.adapters.reference import REFERENCE
from e2e.harness.view.widget import Widget

NUMBER = 5

class Mine(Widget):
    def __init__(self):
        super().__init__("mine", REFERENCE.address, {}, "return null", "return ''")

def made():
    return Mine()
"""


@pytest.mark.parametrize("name", ["REFERENCE", "Mine", "made"])
def test_a_python_adapter(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_adapter.py").write_text(ADAPTER)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    assert load_widget(f"my_adapter:{name}", tmp_path).name == {"REFERENCE": "reference"}.get(name, "mine")


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("my_adaptor:Mine", "there is no module 'my_adaptor' on Python's path or in "),
        ("my_adapter:Mime", "there is no 'Mime' in my_adapter; did you mean 'Mine'?"),
        ("my_adapter:NUMBER", "a Widget is expected, or a class or function that gives one; this is 5"),
    ],
)
def test_an_adapter_that_is_not_there(named: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_adapter.py").write_text(ADAPTER)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    with pytest.raises(BadDescription, match=f"^--widget {named}: ") as caught:
        load_widget(named, tmp_path)
    assert reason in str(caught.value)
