"""Folders under a path; files of a mutant instead of the reference's."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from mock_server.serving.pages import Mount, Pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "widget" / "deep").mkdir(parents=True)
    for name, text in {
        "index.html": "<p>",
        "a.js": "a",
        "deep/b.mjs": "b",
        "c.unheard-of": "c",
        "d.svg": "<svg/>",
    }.items():
        (tmp_path / "widget" / name).write_text(text, encoding="utf-8")
    return tmp_path / "widget"


class PageClient:
    """Asks for pages, with no server between."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def get(self, path: str, destination: str = "script") -> httpx.Response:
        async def get() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._pages), base_url="http://x") as client:
                return await client.get(path, headers={"sec-fetch-dest": destination})

        return asyncio.run(get())


def served(
    folder: Path, instead: Mapping[str, bytes] | None = None, immutable: bool = False
) -> tuple[Pages, PageClient]:
    pages = Pages()
    pages.mount("/widget", Mount(folder, instead or {}, immutable))
    return pages, PageClient(pages)


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("/widget/", "<p>", "text/html; charset=utf-8"),
        ("/widget/index.html", "<p>", "text/html; charset=utf-8"),
        ("/widget/a.js", "a", "text/javascript; charset=utf-8"),
        ("/widget/deep/b.mjs", "b", "text/javascript; charset=utf-8"),
        ("/widget/c.unheard-of", "c", "application/octet-stream"),
        ("/widget/d.svg", "<svg/>", "image/svg+xml"),
    ],
)
def test_a_file_is_served_with_its_kind(folder: Path, path: str, text: str, kind: str) -> None:
    answer = served(folder)[1].get(path)
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, text, kind)


@pytest.mark.parametrize(
    "path", ["/widget/no.js", "/widget/deep", "/widget/%2e%2e/secret.txt", "/widget//etc/passwd", "/widget/a%00.js"]
)
def test_what_is_no_file_in_the_folder_is_not_there(folder: Path, path: str) -> None:
    answer = served(folder)[1].get(path)
    assert answer.status_code == 404
    assert answer.text.startswith("no file ")


def test_a_file_can_be_replaced(folder: Path) -> None:
    client = served(folder, {"a.js": b"mutant", "new.js": b"new"})[1]
    assert [client.get(f"/widget/{name}").text for name in ("a.js", "new.js", "index.html")] == ["mutant", "new", "<p>"]


def test_a_changed_file_is_served_changed_unless_it_never_changes(folder: Path) -> None:
    fresh, kept = served(folder)[1], served(folder, immutable=True)[1]
    for client in (fresh, kept):
        client.get("/widget/a.js")
    (folder / "a.js").write_text("changed", encoding="utf-8")
    assert (fresh.get("/widget/a.js").text, kept.get("/widget/a.js").text) == ("changed", "a")
    assert fresh.get("/widget/a.js").headers["cache-control"] == "no-store"
    assert "immutable" in kept.get("/widget/a.js").headers["cache-control"]


def test_another_folder_at_the_same_place_replaces_what_was_kept(folder: Path) -> None:
    pages, client = served(folder, immutable=True)
    client.get("/widget/a.js")
    pages.mount("/widget", Mount(folder, {"a.js": b"other"}, immutable=True))
    assert client.get("/widget/a.js").text == "other"


def test_the_longest_prefix_wins(folder: Path) -> None:
    pages, client = served(folder)
    pages.mount("widget/deep/", Mount(folder, {"b.mjs": b"deep"}))
    assert client.get("/widget/deep/b.mjs").text == "deep"
    assert pages.holds("/widget/x")
    assert not pages.holds("/widgets/x")


def test_what_runs_in_a_worker_has_a_script_in_front_of_it(folder: Path) -> None:
    (folder / "strict.js").write_text("\ufeff// a\n/* b */ 'use strict'; c", encoding="utf-8")
    pages, browser = served(folder, immutable=True)
    assert browser.get("/widget/a.js", "worker").text == "a"
    pages.before_workers = b"front;"
    assert browser.get("/widget/a.js", "worker").text == "front;\na"
    assert browser.get("/widget/deep/b.mjs", "worker").text == "front;\nb"
    assert browser.get("/widget/strict.js", "worker").text.startswith("'use strict';front;\n")
    assert browser.get("/widget/d.svg", "worker").text == "<svg/>"
    for other in ("script", "sharedworker", "serviceworker"):
        plain = browser.get("/widget/a.js", other)
        assert (plain.text, plain.headers["vary"]) == ("a", "sec-fetch-dest")


def test_pages_like_others_have_the_same_in_front(folder: Path) -> None:
    pages = Pages()
    like = Pages(pages)
    like.mount("/", Mount(folder))
    pages.before_workers = b"front;"
    assert PageClient(like).get("/a.js", "worker").text == "front;\na"
