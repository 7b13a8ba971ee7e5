"""In a page that several stories use one after the other, each finds nothing of those before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from e2e.harness.session.agent import Agent
from e2e.harness.session.reuse import SharedPage
from e2e.harness.session.stage import Stage
from e2e.harness.view.adapters import REFERENCE
from e2e.harness.view.view import MUTED, UNMUTED
from e2e.harness.view.widget import Storage
from mock_server.server import MockGenesys

LEAVES = """
async () => {
  localStorage.a = sessionStorage.b = document.cookie = 'c=d';
  window.name = 'e';
  await caches.open('f');
  await new Promise((done) => (indexedDB.open('g', 1).onsuccess = done));
  await (await navigator.storage.getDirectory()).getFileHandle('h', { create: true });
  await navigator.serviceWorker.register('reconcile.js', { type: 'module' });
  history.pushState(null, '', '#i');
  window.open('style.css');
  addEventListener('pagehide', () => (localStorage.late = sessionStorage.late = 'j'));
  setInterval(() => (localStorage.later = 'k'), 30_000);
}
"""
FINDS = """
async () => ({
  local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, name: window.name,
  caches: await caches.keys(), databases: await indexedDB.databases(),
  files: await Array.fromAsync((await navigator.storage.getDirectory()).keys()),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  history: history.length, opener: window.opener, referrer: document.referrer, address: location.hash,
  hovered: document.querySelectorAll(':hover').length, focused: document.activeElement.tagName,
  time: [Date.now(), performance.now(), performance.timeOrigin],
})
"""


@pytest.fixture
def own_page(browser: Browser, genesys: MockGenesys, genesys_pages: MockGenesys) -> Iterator[SharedPage]:
    shared_page = SharedPage(browser.new_context)
    yield shared_page
    shared_page.close()


def opened(stage: Stage, page: Page) -> Agent:
    agent = stage.agent(page)
    agent.open(kept=Storage())
    assert agent.sees == UNMUTED
    return agent


def found(shared_page: SharedPage, genesys: MockGenesys) -> Any:
    with shared_page.story(genesys, REFERENCE) as (stage, page):
        opened(stage, page)
        return _without_the_token(page.evaluate(FINDS))


def _without_the_token(seen: dict[str, Any]) -> dict[str, Any]:
    return {**seen, "local": sorted(seen["local"])}


def test_a_story_finds_nothing_of_the_one_before(own_page: SharedPage, browser: Browser, genesys: MockGenesys) -> None:
    with own_page.story(genesys, REFERENCE) as (stage, page):
        agent = opened(stage, page)
        agent.another_tab().open()
        agent.click("mute")
        stage.time.advance(100)
        page.evaluate(LEAVES)
        stage.finish()
    genesys.reset()
    again = found(own_page, genesys)
    genesys.reset()
    assert again == found(SharedPage(browser.new_context), genesys)
    assert page.context.pages == [page]


def test_a_story_hears_nothing_of_the_one_before(own_page: SharedPage, genesys: MockGenesys) -> None:
    stories = []
    for _ in range(2):
        genesys.reset()
        with own_page.story(genesys, REFERENCE) as (stage, page):
            agent = opened(stage, page)
            stage.time.advance(100)
            stage.wire.hold()  # else the answer and the event race, by two connections
            agent.click("mute")
            stage.wire.open()
            assert agent.sees == MUTED
            stories.append([(m.kind, m.name, m.after, m.now) for m in stage.timeline.moments if m.kind != "timer"])
    assert stories[0] == stories[1]


def test_the_page_is_used_until_something_goes_wrong(own_page: SharedPage, genesys: MockGenesys) -> None:
    pages = []
    for ends in (
        lambda agent: None,
        lambda agent: agent.page,
        lambda agent: None,
        lambda agent: agent.press("m", on="x"),
    ):
        genesys.reset()
        try:
            with own_page.story(genesys, REFERENCE) as (stage, page):
                pages.append(page)
                ends(opened(stage, page))
        except KeyError:
            pass
    genesys.reset()
    with own_page.story(genesys, REFERENCE) as (_, page):
        pages.append(page)
    first, second, third, fourth, fifth = pages
    assert first is second
    assert second is not third
    assert third is fourth
    assert fourth is not fifth


def test_who_asks_for_the_page_gets_one_of_its_own(agent: Agent, page: Page, shared_page: SharedPage) -> None:
    assert agent.page is page
    assert page.context.pages == [page]
    assert page.url.startswith("http")
