"""The report in a real browser: on a large and a small screen, in light and dark, by mouse and by keyboard, and by axe."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it brings no types
from playwright.sync_api import Browser, Page, expect

from e2e.harness import report
from e2e.harness.explorer.player import Player
from e2e.harness.explorer.recording import record
from e2e.harness.mutants.mutants import mutants
from e2e.harness.plugins import trials
from e2e.harness.verdict import RunVerdict
from e2e.harness.view.adapters import reference
from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys
from tests.e2e.trials import DRAWN, TODAY, everything

SIZES = {"desk": (1280, 800), "phone": (390, 844), "small phone": (360, 740)}
LEGIBLE = 9  # CSS pixels that letters are high at least


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a report with everything in it was written."""
    folder: Path = tmp_path_factory.mktemp("report")
    report.write(everything(), folder)
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_axe_finds_nothing(browser: Browser, address: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    colours = "dark" if scheme == "dark" else "light"
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=colours)  # type: ignore[arg-type]  # one of two words
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    page.context.close()


def test_on_a_phone_every_lane_is_seen_and_every_word_can_be_read(browser: Browser, address: str) -> None:
    width, height = SIZES["phone"]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    picture = page.get_by_role("region", name="Picture of the story 1")
    lanes = picture.locator("text.lane:visible").all()
    assert [lane.text_content() for lane in lanes] == list(DRAWN.lanes)
    texts = [*lanes, *picture.locator("text.words:visible").all()]
    assert len(texts) == len(DRAWN.lanes) + len(DRAWN.steps)
    for text in texts:
        box = text.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width, text.text_content()
        assert box["height"] >= LEGIBLE, text.text_content()
    page.context.close()


def test_the_first_screen_shows_the_worst_with_its_picture(browser: Browser, address: str) -> None:
    for width, height in SIZES.values():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(address)
        card = page.locator(".cards > li").first
        expect(card.get_by_role("link", name=DRAWN.breaches[0].why)).to_be_in_viewport(ratio=1)
        expect(card.get_by_text("the agent sees MUTED")).to_be_in_viewport(ratio=1)
        expect(card.get_by_text("Genesys holds UNMUTED")).to_be_in_viewport(ratio=1)
        expect(card.get_by_role("img")).to_be_visible()
        card.get_by_role("link").click()
        expect(page.get_by_role("article", name=DRAWN.breaches[0].why)).to_be_in_viewport()
        page.context.close()


@pytest.fixture
def opened(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def test_the_mouse_reads_what_a_line_said(opened: Page) -> None:
    opened.get_by_role("option", name="4: response#6 202").hover()
    expect(opened.get_by_role("status")).to_contain_text('"status": 202')


def test_the_keyboard_reads_every_line(opened: Page) -> None:
    picture = opened.get_by_role("region", name="Picture of the story")
    picture.focus()
    opened.keyboard.press("Tab")
    broken = opened.get_by_role("option", name="5: sees MUTED, broken here: never_falsely_muted")
    expect(broken).to_be_focused()
    expect(broken).to_have_attribute("aria-selected", "true")
    opened.keyboard.press("ArrowUp")
    expect(opened.get_by_role("status")).to_contain_text('"status": 202')
    opened.keyboard.press("End")
    expect(opened.get_by_role("option").last).to_be_focused()
    opened.keyboard.press("Home")
    expect(opened.get_by_role("status")).to_contain_text("sees UNMUTED")


def test_the_line_that_plays_it_again_is_copied(opened: Page) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.get_by_role("button", name="Copy").first.click()
    expect(opened.get_by_role("button", name="Copied")).to_be_visible()
    assert opened.evaluate("navigator.clipboard.readText()") == DRAWN.again


def test_without_a_script_every_line_can_be_read(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    page.get_by_text("Every line and its content").first.click()
    expect(page.get_by_text('"status": 202').first).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.context.close()


# ---- what is written of an order that really broke a promise


def test_an_order_that_broke_a_promise_is_pictured_and_traced_without_a_token(
    player: Player, genesys_pages: MockGenesys, tmp_path: Path
) -> None:
    believer = next(mutant for mutant in mutants(FIXTURES / "mutants") if mutant.name == "2xx-as-truth")
    folder = FIXTURES / "widget"
    genesys_pages.mount(f"/mutants/{believer.name}", folder, instead=believer.files(folder))
    player.use_widget(reference.mutant(believer.name))
    race = player.replay("trouble: never_apply")
    shots, trace = recording = record(player, tmp_path, race)
    secrets = genesys_pages.state.secrets
    report.write(RunVerdict(TODAY, trials=(trials.played(race, "believer", "again", recording),)), tmp_path)

    assert [(picture.when, picture.shows) for picture in shots] == [
        ("before", "UNMUTED (pending)"),
        ("broken", "MUTED"),
    ]
    with zipfile.ZipFile(tmp_path / trace) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    assert any(f"{secret[:4]}****".encode() in content for secret in secrets for content in contents), "none was there"
    contents += [(tmp_path / name).read_bytes() for name in report.FILES]
    assert [secret for secret in secrets if any(secret.encode() in content for content in contents)] == []
