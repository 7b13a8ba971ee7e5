"""The probe on the page's own microphone, tried on small pages in a real browser."""

from __future__ import annotations

import pytest

from .lab import Lab

ASK = "const ask = () => navigator.mediaDevices.getUserMedia({ audio: true });"
LIVE, DISABLED, STOPPED = (True, False, ""), (False, False, ""), (True, False, "page")


def microphones(lab: Lab) -> list[tuple[int, tuple[bool, bool, str]]]:
    """Each entry of a track: its number, and (enabled, muted, by whom it has ended)."""
    return [(e["microphone"], (e["enabled"], e["muted"], e["ended"])) for e in lab.entries("microphone")]


@pytest.mark.parametrize(
    ("script", "logged"),
    [
        ("const [t] = (await ask()).getTracks(); t.enabled = false; t.enabled = false; t.enabled = true;",
         [(1, LIVE), (1, DISABLED), (1, LIVE)]),
        ("const [t] = (await ask()).getTracks(); t.stop(); t.stop();", [(1, LIVE), (1, STOPPED)]),
        ("const [t] = (await ask()).getTracks(); const u = t.clone(); t.stop(); u.enabled = false;",
         [(1, LIVE), (2, LIVE), (1, STOPPED), (2, DISABLED)]),
        ("const s = await ask(); s.clone().getTracks()[0].enabled = false;", [(1, LIVE), (2, LIVE), (2, DISABLED)]),
        ("const [t] = (await ask()).getTracks(); await ask(); new MediaStream([t]).getTracks()[0].stop();",
         [(1, LIVE), (2, LIVE), (1, STOPPED)]),
        ("const sound = new AudioContext().createMediaStreamDestination().stream; const [t] = sound.getTracks();"
         "t.enabled = false; sound.clone(); t.clone().stop();", []),
    ],
    ids=["silenced", "stopped", "a clone", "a clone of its stream", "a second one", "no microphone"],
)  # a case a line  # fmt: skip
def test_what_becomes_of_a_microphone_is_logged(script: str, logged: object, lab: Lab) -> None:
    lab.open(f"{ASK} on(async () => {{ {script} show('done'); }});")
    assert lab.click() == "done"
    assert microphones(lab) == logged


def test_a_microphone_that_the_page_asks_for_is_waited_for(lab: Lab) -> None:
    lab.open(f"{ASK} on(() => ask().then(({{ active }}) => show(active)));")
    assert lab.click() == "true"


def test_a_microphone_that_is_refused_is_refused_in_the_browser_s_words(lab: Lab) -> None:
    lab.open("on(() => navigator.mediaDevices.getUserMedia({}).catch((error) => show(error.name)));")
    assert lab.click() == "TypeError"
    assert microphones(lab) == []


def test_a_track_looks_native(lab: Lab) -> None:
    page = lab.open("")
    assert page.evaluate(
        "(() => { const { set, get } = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'enabled');"
        " return [set, get, MediaStreamTrack.prototype.stop, MediaDevices.prototype.getUserMedia]"
        ".every((f) => Function.prototype.toString.call(f).includes('[native code]')); })()"
    )
