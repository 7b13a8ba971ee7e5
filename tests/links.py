"""Finding what a text points to: links of Markdown, and the documents and headings that code and READMEs name.

In code a document is named with its heading, `mock_server/PROTOCOL.md#the-mute-request`: a path from the checkout or from any
folder around the file. A link of Markdown is relative to its file, as on GitHub.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

DOCUMENTS = ("README.md", "PROTOCOL.md")
SUFFIXES = frozenset(".py .js .mjs .cjs .toml .md .html .css .yml .txt .mutant .variant".split())
OTHERS = frozenset({".git", ".venv", ".cache", "node_modules", "__pycache__", "report", "test-results"})
_FENCED = re.compile(r"(?ms)^ *```.*?^ *```[ \t]*$")
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^()\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"")
_PATH = re.compile(r"(?<![\w/.{$-])(?:mock_server|e2e|tests|fixtures)/[\w./-]*[\w/](?![\w{*…])")
_MODULE = re.compile(r"python3 -m ((?:mock_server|e2e|tests)[\w.]*)\b")
_NAMED = re.compile(rf"(?<![\w/.\"'-])(?:[\w.-]+/)*(?:{'|'.join(map(re.escape, DOCUMENTS))})(?:#[\w-]*)?")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place in a text that points to a document: the line, and what is written there, `e2e/README.md#scenarios`."""

    line: int
    target: str


def headings(text: str) -> list[str]:
    """The anchors that GitHub makes of the headings of a Markdown text, in order."""
    found: list[str] = []
    for title in re.findall(r"(?m)^#{1,6} +(.*?) *$", _FENCED.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return found


def links(text: str) -> Iterator[Pointer]:
    """The links of a Markdown text, fenced blocks left out; those to other hosts, too."""
    for match in _LINK.finditer(_without_blocks(text)):
        yield Pointer(text.count("\n", 0, match.start()) + 1, match[1] or match[2])


def mentions(text: str) -> Iterator[Pointer]:
    """Where a text names one of the documents, with or without a heading."""
    for match in _NAMED.finditer(text):
        yield Pointer(text.count("\n", 0, match.start()) + 1, match[0])


def places(text: str) -> Iterator[Pointer]:
    """The paths of the checkout that a text names, `e2e/suite/test_mute.py`, and the modules that it says to run, as paths."""
    for pattern in (_PATH, _MODULE):
        for match in pattern.finditer(text):
            path = match[0] if pattern is _PATH else match[1].rstrip(".").replace(".", "/")
            yield Pointer(text.count("\n", 0, match.start()) + 1, path)


def wrong_link(link: str, file: Path) -> str:
    """What is wrong with a link of the Markdown file, or ""; links to other hosts are not followed."""
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return ""
    name, _, anchor = link.partition("#")
    return _wrong_anchor(link, file.parent / name if name else file, anchor)


def wrong_mention(target: str, file: Path, root: Path) -> str:
    """What is wrong with the name of a document in a file, or ""."""
    name, _, anchor = target.partition("#")
    around = [folder for folder in file.parents if folder == root or root in folder.parents]
    document = next((folder / name for folder in around if (folder / name).is_file()), None)
    return f"{target}: there is no such file" if document is None else _wrong_anchor(target, document, anchor)


def texts(root: Path) -> Iterator[Path]:
    """The text files of a checkout, without what the set-up makes."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in OTHERS:
            yield from texts(path)
        elif path.suffix in SUFFIXES:
            yield path


def _without_blocks(text: str) -> str:
    """The text with its fenced blocks and code spans blank, so that lines keep their numbers."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    return re.sub(r"`[^`\n]+`", blank, _FENCED.sub(blank, text))


def _wrong_anchor(target: str, document: Path, anchor: str) -> str:
    if not document.exists():
        return f"{target}: there is no such file"
    if not anchor:
        return ""
    there = headings(document.read_text(encoding="utf-8"))
    return "" if anchor in there else f"{target}: no such heading{_near(anchor, there)}"


def _near(anchor: str, there: Iterable[str]) -> str:
    near = get_close_matches(anchor, list(there), n=1, cutoff=0.4)
    return f"; near it is #{near[0]}" if near else ""
