"""Which widgets may load files by import()."""

from pathlib import Path

import pytest

from e2e.harness.view.chunks import may_import
from e2e.harness.view.description import parsed
from e2e.harness.view.description.loading import widget


@pytest.mark.parametrize(
    ("name", "text", "imports"),
    [
        ("index.html", "<script type=module>import './a.js'; import.meta.url;</script>", False),
        ("assets/index.js", 'const f=()=>import("./a.js");', True),
        ("index.html", "<script>on(() => import ('./a.js'))</script>", True),
        ("notes.txt", "import('./a.js')", False),
    ],
)
def test_a_folder_may_import_where_one_of_its_scripts_says_so(
    name: str, text: str, imports: bool, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").touch()
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert may_import(tmp_path) is imports
    made = widget(parsed('address = "index.html"\nfolder = "."', tmp_path / "widget.toml"))
    assert made.imports is imports


def test_of_a_page_that_is_served_elsewhere_nobody_knows(tmp_path: Path) -> None:
    assert widget(parsed('address = "http://localhost:8080/"', tmp_path / "widget.toml")).imports


def test_a_host_that_a_folder_answers_for_may_import_too(tmp_path: Path) -> None:
    for folder in ("dist", "cdn"):
        (tmp_path / folder).mkdir()
    (tmp_path / "dist/index.html").touch()
    (tmp_path / "cdn/lib.mjs").write_text("export const load = (part) => import(part);", encoding="utf-8")
    text = 'address = "index.html"\nfolder = "dist"\nreach.folders = { "cdn.example" = "cdn" }'
    assert widget(parsed(text, tmp_path / "widget.toml")).imports
