"""Folders under a path; files of a mutant instead of the reference's."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from mock_server.serving.missing import Missing
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

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        async def get() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._pages), base_url="http://x") as client:
                return await client.get(path, headers=headers)

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
    assert browser.get("/widget/a.js", {"sec-fetch-dest": "worker"}).text == "a"
    pages.before_workers = b"front;"
    assert browser.get("/widget/a.js", {"sec-fetch-dest": "worker"}).text == "front;\na"
    assert browser.get("/widget/deep/b.mjs", {"sec-fetch-dest": "worker"}).text == "front;\nb"
    assert browser.get("/widget/strict.js", {"sec-fetch-dest": "worker"}).text.startswith("'use strict';front;\n")
    assert browser.get("/widget/d.svg", {"sec-fetch-dest": "worker"}).text == "<svg/>"
    for other in ("script", "sharedworker", "serviceworker"):
        plain = browser.get("/widget/a.js", {"sec-fetch-dest": other})
        assert (plain.text, plain.headers["vary"]) == ("a", "sec-fetch-dest")


def test_pages_like_others_have_the_same_in_front(folder: Path) -> None:
    pages = Pages()
    like = Pages(pages)
    like.mount("/", Mount(folder))
    pages.before_workers = b"front;"
    assert PageClient(like).get("/a.js", {"sec-fetch-dest": "worker"}).text == "front;\na"


# ---- the folder of a single-page app

SCRIPT = {"sec-fetch-mode": "cors"}
NAVIGATION = {"sec-fetch-mode": "navigate"}


@pytest.fixture
def site(tmp_path: Path) -> tuple[Missing, PageClient]:
    for name in ("index.html", "assets/app-4f2a.js", "help/index.html", "about.html"):
        (tmp_path / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dist" / name).write_text(name, encoding="utf-8")
    pages = Pages()
    pages.mount("/", Mount(tmp_path / "dist", immutable=True, routes=True))
    return pages.missing, PageClient(pages)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "index.html"),
        ("/callback?code=1", "index.html"),
        ("/agent/call/4a.6b-c", "index.html"),
        ("/dashboard/", "index.html"),
        ("/about", "about.html"),
        ("/help/", "help/index.html"),
        ("/assets/app-4f2a.js", "assets/app-4f2a.js"),
    ],
)
def test_a_navigation_gets_the_page_of_a_route(site: tuple[Missing, PageClient], path: str, shown: str) -> None:
    answer = site[1].get(path, NAVIGATION)
    assert (answer.status_code, answer.text) == (200, shown)
    assert site[0].lines == ()


def test_a_folder_with_a_page_is_redirected_to_its_slash(site: tuple[Missing, PageClient]) -> None:
    answer = site[1].get("/help?topic=mute", NAVIGATION)
    assert (answer.status_code, answer.headers["location"]) == (307, "/help/?topic=mute")


def test_a_client_that_says_no_mode_gets_a_page_if_it_takes_one(site: tuple[Missing, PageClient]) -> None:
    assert site[1].get("/callback", {"accept": "text/html,*/*"}).text == "index.html"
    assert site[1].get("/callback", {"accept": "*/*"}).status_code == 404


def test_what_is_a_page_for_a_navigation_is_asked_for_again(site: tuple[Missing, PageClient]) -> None:
    assert site[1].get("/callback", NAVIGATION).headers["cache-control"] == "no-cache"
    assert site[1].get("/callback", SCRIPT).status_code == 404


@pytest.mark.parametrize(
    ("path", "headers", "line"),
    [
        (
            "/crm/assets/app-4f2a.js",
            SCRIPT,
            "no file crm/assets/app-4f2a.js in dist, which is served at /; "
            "assets/app-4f2a.js is there: was the page built for the path /crm/?",
        ),
        ("/assets/app-4f2b.js", SCRIPT,
         "no file assets/app-4f2b.js in dist, which is served at /; near it is assets/app-4f2a.js"),
        ("/old/about.html", NAVIGATION,
         "no file old/about.html in dist, which is served at /; about.html is there: was the page built for the path /old/?"),
        ("/config.json", SCRIPT, "no file config.json in dist, which is served at /"),
        ("/dashboard", SCRIPT, "no file dashboard in dist, which is served at /"),
    ],
)  # fmt: skip
def test_an_asset_that_is_missing_is_named_and_is_no_page(
    site: tuple[Missing, PageClient], path: str, headers: dict[str, str], line: str
) -> None:
    answers = [site[1].get(path, headers) for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in answers] == [(404, f"{line}\n")] * 2
    assert site[0].lines == (line,)


def test_what_is_missing_is_looked_for_around_the_folder_too(tmp_path: Path) -> None:
    page, library = tmp_path / "widgets/mic/page", tmp_path / "widgets/node_modules/lit"
    page.mkdir(parents=True)
    library.mkdir(parents=True)
    (library / "index.js").write_text("", encoding="utf-8")
    pages = Pages()
    pages.mount("/", Mount(page))
    assert PageClient(pages).get("/node_modules/lit/index.js", SCRIPT).text == (
        "no file node_modules/lit/index.js in page, which is served at /; "
        "it is in widgets: is that the folder to serve, with mic/page/ in front of the address?\n"
    )


def test_a_browser_asks_for_an_icon_by_itself(site: tuple[Missing, PageClient]) -> None:
    assert site[1].get("/favicon.ico", SCRIPT).status_code == 404
    assert site[0].lines == ()


def test_a_hundred_missing_files_are_noted_and_no_more(site: tuple[Missing, PageClient]) -> None:
    for number in range(120):
        site[1].get(f"/{number}.png", SCRIPT)
    assert len(site[0].lines) == 100


def test_no_folder_is_served_where_none_is_mounted() -> None:
    answer = PageClient(Pages()).get("/callback", NAVIGATION)
    assert (answer.status_code, answer.text) == (404, "no folder is served at /callback\n")
