"""Only what was painted was seen, and for how many frames: painted by command where the browser can, counted elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page

from e2e.harness.browser.frames import Frames
from e2e.harness.browser.isolation import Isolation
from e2e.harness.browser.launching import PLAYWRIGHTS
from e2e.harness.explorer.player import Player
from e2e.harness.explorer.scenarios import SCENARIOS
from e2e.harness.explorer.shrinking import Counterexample
from e2e.harness.mutants.mutants import read_mutant
from e2e.harness.mutants.variants import Variant, read_variant
from e2e.harness.report.camera import Camera
from e2e.harness.session.reuse import SharedPage
from e2e.harness.timeline.transcript import transcript
from e2e.harness.view.adapters import reference
from e2e.setup.places import FIXTURES
from mock_server.server import MockGenesys

from .lab import Lab, lab_at


@pytest.fixture(params=["by command", "counted"])
def painting(request: pytest.FixtureRequest, frames: Frames | None) -> Frames | None:
    """The frames of pages that paint by command, then None for pages that paint in their own time."""
    if request.param == "counted":
        return None
    return frames or pytest.skip("this browser paints in its own time")


@pytest.fixture
def commanded(frames: Frames | None) -> Frames:
    return frames or pytest.skip("this browser paints in its own time")


@pytest.fixture(scope="module")
def commanded_page(
    browser: Browser, browser_context_args: dict[str, Any], frames: Frames | None
) -> Iterator[SharedPage]:
    shared_page = SharedPage(lambda: browser.new_context(**browser_context_args), frames)
    yield shared_page
    shared_page.close()


@pytest.fixture
def lab_page(painting: Frames | None, shared_page: SharedPage, commanded_page: SharedPage) -> SharedPage:
    """Small pages, in both modes of painting."""
    return commanded_page if painting else shared_page


@pytest.fixture
def commanded_lab(tmp_path: Path, genesys: MockGenesys, commanded_page: SharedPage, commanded: Frames) -> Iterator[Lab]:
    """Small pages that paint by command."""
    with lab_at(commanded_page, genesys, tmp_path) as lab:
        yield lab


def seen(lab: Lab) -> list[tuple[str, bool, int]]:
    """(text, whether it was painted, in how many frames before it went) since the last click."""
    return [(entry["view"]["text"], entry["painted"], entry["frames"]) for entry in lab.entries("view")]


# ---- what was painted


@pytest.mark.parametrize("frames_shown", [1, 2, 3])
def test_a_change_that_is_undone_some_frames_later_was_seen_for_so_many(frames_shown: int, lab: Lab) -> None:
    lab.open(
        "const after = (n, act) => requestAnimationFrame(() => (n ? after(n - 1, act) : act()));"
        f"on(() => {{ show('flash'); after({frames_shown}, () => show('rest')); }});"
    )
    lab.click()
    assert seen(lab) == [("flash", True, frames_shown), ("rest", True, 0)]


@pytest.mark.parametrize(
    "undo",
    ["show('rest')", "queueMicrotask(() => show('rest'))", "requestAnimationFrame(() => show('rest'))"],
    ids=["at once", "in the same task", "in the frame's own callback"],
)
def test_a_change_that_is_undone_before_it_is_painted_was_not_seen(undo: str, lab: Lab) -> None:
    lab.open(f"on(() => {{ show('flash'); {undo}; }});")
    lab.click()
    assert [view for view in seen(lab) if view[1]] == [("rest", True, 0)]


def test_a_change_that_a_timer_undoes_is_painted_before_it(lab: Lab, painting: Frames | None) -> None:
    lab.open("on(() => { show('flash'); setTimeout(() => show('rest')); });")
    lab.click()
    (flash, painted, frames), rest = seen(lab)
    assert (flash, painted, rest) == ("flash", True, ("rest", True, 0))
    assert frames == 1 if painting else frames >= 1


def test_a_change_that_a_message_undoes_is_not_painted_by_command(commanded_lab: Lab) -> None:
    commanded_lab.open(
        "const { port1, port2 } = new MessageChannel(); port1.onmessage = () => show('rest');"
        "on(() => { show('flash'); port2.postMessage(0); });"
    )
    commanded_lab.click()
    assert seen(commanded_lab) == [("flash", False, 0), ("rest", True, 0)]


# ---- frames by command


def test_no_frame_comes_by_itself(commanded_lab: Lab) -> None:
    page = commanded_lab.open("let n = 0; const next = () => { n += 1; requestAnimationFrame(next); }; next();")
    before = page.evaluate("n")
    page.evaluate(
        "new Promise((done) => { const { port1, port2 } = new MessageChannel(); let n = 0;"
        " port1.onmessage = () => (++n < 500 ? port2.postMessage(0) : done()); port2.postMessage(0); })"
    )
    assert page.evaluate("n") == before
    commanded_lab.time.advance(1)
    assert page.evaluate("n") > before


def test_an_animation_goes_on_with_time(commanded_lab: Lab) -> None:
    commanded_lab.open(
        "shown.ontransitionend = () => show('over');"
        "on(() => { shown.style.transition = 'opacity 300ms'; show('fading'); shown.style.opacity = 0; });"
    )
    assert commanded_lab.click() == "fading"
    commanded_lab.time.advance(0.2)
    assert commanded_lab.still() == "fading"
    commanded_lab.time.advance(0.2)
    assert commanded_lab.still() == "over"


@pytest.mark.parametrize(
    "observe",
    [
        "new ResizeObserver(() => (n += 1) > 1 && show('called')).observe(box)",
        "new IntersectionObserver(() => (n += 1) > 1 && show('called')).observe(box)",
    ],
)
def test_observers_are_called(observe: str, lab: Lab) -> None:
    lab.open(
        "const box = document.createElement('div'); box.style.height = '9px'; document.body.append(box); let n = 0;"
        f"{observe}; on(() => (box.style.display = 'none'));"
    )
    assert lab.click() == "called"


def test_a_hidden_frame_of_the_page_is_not_waited_for(lab: Lab) -> None:
    lab.write("on(() => 0); requestAnimationFrame(() => show('never')); setTimeout(() => show('later'));", name="inner")
    lab.open("document.body.insertAdjacentHTML('beforeend', '<iframe hidden src=inner.html></iframe>'); show('there');")
    assert lab.click() == "there"


def test_a_page_that_a_page_opens_paints_by_command_too(commanded_lab: Lab) -> None:
    commanded_lab.write("requestAnimationFrame(() => show('painted'));", name="second")
    commanded_lab.open("on(() => window.open('second.html'));")
    with commanded_lab.context.expect_page() as opened:
        commanded_lab.click()
    commanded_lab.settle.name(opened.value, "second")
    assert commanded_lab.still("second") == "painted"


def test_a_frame_leaves_its_picture(commanded_lab: Lab, commanded: Frames, page: Page) -> None:
    commanded_lab.open(
        "const paint = (colour) => { show(colour); document.body.style.background = colour; };"
        "on(() => { paint('red'); requestAnimationFrame(() => requestAnimationFrame(() => paint('lime'))); });"
    )
    with commanded.taking_pictures() as pictures:
        commanded_lab.click()
    assert [colour(page, picture) for picture in pictures.values()] == [[255, 0, 0], [0, 255, 0]]


def colour(page: Page, png: bytes) -> list[int]:
    """Of the last pixel of a picture."""
    url = "data:image/png;base64," + base64.b64encode(png).decode()
    found: list[int] = page.evaluate(
        "async (url) => { const image = new Image(); image.src = url; await image.decode();"
        " const pen = new OffscreenCanvas(1, 1).getContext('2d'); pen.drawImage(image, 1 - image.width, 1 - image.height);"
        " return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3); }",
        url,
    )
    return found


# ---- a mutant and a variant

MUTED_AND_HELD = SCENARIOS["unmuted-in-hold"]
MUTANT = read_mutant(FIXTURES / "mutants" / "filled-in-a-frame-later.mutant")
VARIANT = read_variant(FIXTURES / "variants" / "filled-in-at-once.variant")


@pytest.fixture
def player_of(
    genesys_pages: MockGenesys,
    browser: Browser,
    browser_context_args: dict[str, Any],
    isolation: Isolation,
    painting: Frames | None,
) -> Iterator[Callable[[Variant], Player]]:
    """Makes players for variants of the reference, in both modes of painting."""
    players = []

    def player_of(variant: Variant) -> Player:
        folder = FIXTURES / "widget"
        genesys_pages.mount(f"/variants/{variant.name}", folder, instead=variant.files(folder))
        widget = reference.variant(variant.name)
        players.append(
            Player(genesys_pages, lambda: browser.new_context(**browser_context_args), widget, isolation, painting)
        )
        return players[-1]

    yield player_of
    for player in players:
        player.close()


def test_a_flicker_of_one_frame_is_reported_with_its_picture(
    player_of: Callable[[Variant], Player], painting: Frames | None
) -> None:
    player = player_of(MUTANT)
    race = player.play(MUTED_AND_HELD).result
    (flicker,) = [verdict for verdict in race.broken if verdict.promise == "never_flickers"]
    shown = player.play(MUTED_AND_HELD, race.steps, fresh=True, camera=Camera(frames=painting is not None)).result
    assert "sees UNMUTED for 1 frame" in str(Counterexample("never_flickers", shown, race))
    assert transcript(shown.timeline) == transcript(race.timeline)
    assert (flicker.moment in shown.pictures) == (painting is not None)


def test_what_nobody_could_see_is_no_flicker(player_of: Callable[[Variant], Player]) -> None:
    race = player_of(VARIANT).play(MUTED_AND_HELD).result
    unseen = [moment for moment in race.timeline.moments if moment.kind == "view" and not moment.data["painted"]]
    assert unseen
    assert race.broken == ()


def test_the_story_is_the_same_in_every_run_by_command_with_its_frames(
    player_of: Callable[[Variant], Player], painting: Frames | None
) -> None:
    player = player_of(MUTANT)
    stories = {transcript(player.play(MUTED_AND_HELD).result.timeline) for _ in range(5)}
    assert len(stories) == 1
    assert ('"frames": 1' in stories.pop()) == (painting is not None)


def test_features_that_playwright_disables_stay_disabled(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> None:
    """A switch of Playwright's is given once more, and only the last one counts."""
    own = [arg for arg in browser_type_launch_args["args"] if not arg.startswith("--disable-features=")]
    launch = {**browser_type_launch_args, "args": [*own, "--enable-automation"]}  # without it no browser answers
    with browser_type.launch(**launch) as browser:
        command = browser.new_browser_cdp_session().send("Browser.getBrowserCommandLine")
        switches = dict(argument.partition("=")[::2] for argument in command["arguments"])
        assert switches["--disable-features"].split(",") == list(PLAYWRIGHTS)
