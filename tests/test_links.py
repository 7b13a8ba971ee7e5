"""Every link and every name of a document, in READMEs and in code, leads to a file and a heading that are there."""

from pathlib import Path

import pytest

from tests.links import Pointer, headings, links, mentions, places, texts, wrong_link, wrong_mention

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = {ROOT / "tests" / name for name in ("links.py", "test_links.py")}  # name documents that are none


def test_every_link_of_a_document_leads_somewhere() -> None:
    wrong = []
    for path in (path for path in texts(ROOT) if path.suffix == ".md"):
        found = links(path.read_text(encoding="utf-8"))
        wrong += [
            f"{path.relative_to(ROOT)}:{link.line} {why}" for link in found if (why := wrong_link(link.target, path))
        ]
    assert wrong == []


def test_every_document_that_a_text_names_is_there_with_its_heading() -> None:
    wrong = []
    for path in (path for path in texts(ROOT) if path not in SAMPLES):
        found = mentions(path.read_text(encoding="utf-8"))
        wrong += [
            f"{path.relative_to(ROOT)}:{named.line} {why}"
            for named in found
            if (why := wrong_mention(named.target, path, ROOT))
        ]
    assert wrong == []


def test_every_path_and_module_that_a_text_names_is_there() -> None:
    """Outside of tests, which make up names of their own."""
    wrong = [
        f"{path.relative_to(ROOT)}:{named.line} {named.target}: there is no such file"
        for path in texts(ROOT)
        if path.relative_to(ROOT).parts[0] != "tests"
        for named in places(path.read_text(encoding="utf-8"))
        if not (ROOT / named.target).exists() and not (ROOT / f"{named.target}.py").is_file()
    ]
    assert wrong == []


def test_the_code_cites_the_facts_that_it_rests_on() -> None:
    """So that a search that finds nothing any more is noticed."""
    cited = {
        named.target.partition("#")[2]
        for path in texts(ROOT / "mock_server")
        if path.suffix == ".py"
        for named in mentions(path.read_text(encoding="utf-8"))
        if "PROTOCOL.md#" in named.target
    }
    assert {"the-mute-request", "headers", "rate-limits", "channels", "frames", "what-nobody-knows"} <= cited


# ---- the check itself, on small samples

SAMPLE = """# A title, with `code` & more

See [there](other.md#x) and ![it](a.png), `[not](this.md)`.

```text
# no heading [no](link.md)
```

## Twice
## Twice
<p><img alt="" src="b.png"></p>
"""


def test_headings_are_anchors_as_on_github() -> None:
    assert headings(SAMPLE) == ["a-title-with-code--more", "twice", "twice-1"]


def test_links_are_found_with_their_lines() -> None:
    assert list(links(SAMPLE)) == [Pointer(3, "other.md#x"), Pointer(3, "a.png"), Pointer(11, "b.png")]


def test_paths_and_modules_are_found_with_their_lines() -> None:
    text = "see tests/links.py, e2e/suite/ and\n`python3 -m e2e.bench`; not x/tests/y, fixtures/{name} or e2e/…"
    assert list(places(text)) == [Pointer(1, "tests/links.py"), Pointer(1, "e2e/suite/"), Pointer(2, "e2e/bench")]


@pytest.mark.parametrize(
    ("link", "wrong"),
    [
        ("https://example.com/#x", ""),
        ("#twice", ""),
        ("inner/PROTOCOL.md#a-fact", ""),
        ("inner", ""),
        ("#twicce", "#twicce: no such heading; near it is #twice"),
        ("gone.md", "gone.md: there is no such file"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(link: str, wrong: str, tmp_path: Path) -> None:
    assert wrong_link(link, documents(tmp_path) / "README.md") == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("(PROTOCOL.md#a-fact)", ""),
        ("inner/PROTOCOL.md#a-fact,", ""),
        ("README.md", ""),
        ("README.md#nothing-like-it-at-all", "README.md#nothing-like-it-at-all: no such heading"),
        ("inner/PROTOCOL.md#fact", "inner/PROTOCOL.md#fact: no such heading; near it is #facts"),
        ("outer/README.md", "outer/README.md: there is no such file"),
    ],
)
def test_a_document_is_looked_for_in_every_folder_around(text: str, wrong: str, tmp_path: Path) -> None:
    root = documents(tmp_path)
    (named,) = mentions(text)
    assert wrong_mention(named.target, root / "inner" / "code.py", root) == wrong


def documents(root: Path) -> Path:
    """A checkout with two documents."""
    (root / "inner").mkdir()
    (root / "README.md").write_text(SAMPLE, encoding="utf-8")
    (root / "inner" / "PROTOCOL.md").write_text("# Facts\n\n## A fact\n", encoding="utf-8")
    return root


def test_what_the_set_up_makes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/a.md").touch()
    (tmp_path / "b.md").touch()
    (tmp_path / "c.png").touch()
    assert list(texts(tmp_path)) == [tmp_path / "b.md"]
