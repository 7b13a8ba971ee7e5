"""A first widget.toml: what follows from looks at a page, from what it reads of its address, and how it is written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from e2e.harness.describing.__main__ import main
from e2e.harness.describing.concluding import Draft, button, finder, first_sign, nicer, notice
from e2e.harness.describing.guessing import Where, better, half_written, unread, where
from e2e.harness.describing.placing import place
from e2e.harness.describing.proposing import to_try
from e2e.harness.describing.snapshot import Mark, Place, PressableControl, Snapshot
from e2e.harness.describing.writing import value, written
from e2e.harness.view.description import BadDescription
from e2e.harness.view.description.address import DEFAULT

MIC = Place("", "#mic")
PANEL = Place("", "div")


def look(name: str = "Mute", *, pressed: str | None = None, role: str = "button", **more: Any) -> Snapshot:
    """A page with a button #mic in a div; `classes`, `panel` and `data` are marks, `says` are words, `others` more buttons."""
    mic = PressableControl(MIC, role, name, pressed, False)
    others = tuple(
        PressableControl(Place("", f"#{other}"), "button", other, None, False) for other in more.get("others", ())
    )
    marks = {
        MIC: Mark(frozenset(more.get("classes", ())), more.get("data", {})),
        PANEL: Mark(frozenset(more.get("panel", ("mic",)))),
    }
    words = {Place("", f"p:nth-of-type({n})"): text for n, text in enumerate(more.get("says", ()))}
    return Snapshot((mic, *others), marks, words)


# ---- the button


def test_what_moves_when_somebody_mutes_is_the_button() -> None:
    before, after = look("🎤", others=("Mute ringtone",)), look("🎤", others=("Mute ringtone",), classes=("off",))
    assert [control.name for control in button(before, after)] == ["🎤", "Mute ringtone"]
    assert button(look("Hold"), look("Hold")) == []


@pytest.mark.parametrize(
    ("looks", "keys"),
    [
        ([look("Mute"), look("Unmute")], {}),
        ([look("Mute"), look("Muting…")], {}),
        ([look("Microphone")], {"name": "^Microphone$"}),
        ([look("Mic on"), look("Mic off")], {"name": r"^(Mic\ off|Mic\ on)$"}),
        ([look("Mute", others=("Mute ringtone",))], {"name": "^Mute$"}),
        ([look("Mute", role="link")], {"css": "#mic"}),
        ([look("")], {"css": "#mic"}),
    ],
)
def test_it_is_found_by_the_shortest_keys_that_fit_every_look(looks: list[Snapshot], keys: dict[str, str]) -> None:
    assert finder(looks[0].controls[0], looks) == keys


def test_a_button_in_a_frame_is_found_by_its_frame() -> None:
    inside = PressableControl(Place("#w", "button"), "button", "Mute", None, False)
    outside = PressableControl(Place("", "button"), "button", "Mute ringtone", None, False)
    assert finder(inside, [Snapshot((outside, inside))]) == {"frame": "#w"}


def test_a_class_that_nothing_else_has_reads_better_than_a_place() -> None:
    assert nicer(PANEL, [look(), look(panel=("mic", "is-busy"))]) == ".mic"
    assert nicer(PANEL, [look(classes=("mic",))]) == "div"
    assert nicer(MIC, [look(classes=("only",))]) == "#mic"


# ---- signs


@pytest.mark.parametrize(
    ("before", "after", "keys"),
    [
        (look(pressed="false"), look(pressed="true"), {"pressed": True}),
        (look("Mic on"), look("Mic off"), {"name": r"^Mic\ off$"}),
        (look(), look(classes=("off",)), {"class": "off"}),
        (look(classes=("on",)), look(), {"class": "on", "absent": True}),
        (look(data={"data-on": "1"}), look(data={"data-on": "0"}), {"attribute": "data-on=0"}),
        (look(data={"data-on": ""}), look(), {"attribute": "data-on", "absent": True}),
        (look(), look(panel=("mic", "off")), {"class": "off", "at": ".mic"}),
        (look(), look(says=("Silent",)), {"text": r"\bSilent"}),
    ],
)
def test_the_best_sign_is_taken(before: Snapshot, after: Snapshot, keys: dict[str, object]) -> None:
    found = first_sign(before, after, MIC, pressed=True)
    assert found is not None
    assert found[0] == keys


def test_a_sign_that_stays_when_it_is_over_is_none() -> None:
    waiting, done = look(classes=("off", "busy")), look(classes=("off",))
    assert first_sign(look(), waiting, MIC, [done]) == ({"class": "busy"}, "the class busy comes")
    assert first_sign(look(), look(pressed="true"), MIC) is None


def test_a_refusal_is_what_is_said_then_and_not_otherwise() -> None:
    plain, done, refused = look(says=("Live",)), look(says=("Muted",)), look(says=("Live", "Not allowed"))
    assert notice(plain, refused, [done]) == ({"css": "p:nth-of-type(1)"}, '"Not allowed"')
    assert notice(plain, plain, [done]) is None


# ---- the address


@pytest.mark.parametrize(
    ("read", "address"),
    [
        (["conversationId", "env"], "index.html?conversationId={{gcConversationId}}&env={{gcTargetEnv}}"),
        (["conv", "locale"], "index.html?conv={{gcConversationId}}&locale={{gcLangTag}}"),
        (["debug"], "index.html"),
        ([], DEFAULT),
    ],
)
def test_the_address_has_the_parameters_that_the_page_reads(read: list[str], address: str) -> None:
    assert better(DEFAULT, read) == address


def test_what_a_page_was_given_stays() -> None:
    assert better("http://localhost/?theme=dark#x", ["env"]) == "http://localhost/?theme=dark&env={{gcTargetEnv}}#x"
    assert unread(["env", "theme", "clientId", "code"], "http://localhost/?theme=dark") == ["clientId"]


def test_what_the_command_line_means(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/page.html").touch()
    page = DEFAULT.replace("index.html", "page.html")
    assert where("http://localhost/", tmp_path) == Where("http://localhost/")
    assert where("https://acme.example/", tmp_path, "a") == Where("https://acme.example/", answering=tmp_path / "a")
    assert where("a/b", tmp_path) == where("a/b/page.html", tmp_path) == Where(page, tmp_path / "a/b")
    assert where("a/b/page.html", tmp_path, "a") == Where(page.replace("page", "b/page"), tmp_path / "a")


@pytest.mark.parametrize("given", ["?clientId=x&call={{gcConversationId}}", "#/calls/{{gcConversationId}}"])
def test_a_page_may_be_named_with_its_parameters(given: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    found = Where("index.html" + given, tmp_path)
    assert where("index.html" + given, tmp_path) == found == where("." + given, tmp_path)
    (tmp_path / "odd#1.html").touch()
    assert where("odd#1.html", tmp_path).address.startswith("odd#1.html")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["nowhere"], "nowhere' is no address (http://…), no folder and no page"),
        (["lost.toml"], "there is no file lost.toml"),
        (["a"], "a has no index.html; there is no page in it"),
        (["two"], "two has no index.html; there are x.html, y.html: name one of them"),
        (["two/x.html", "a"], "two/x.html is not in the folder"),
        (["two/x.html", "--output", "there.toml"], "there.toml is there already; describe into another file"),
        (["https://acme.example/"], "acme.example cannot be asked; say which folder answers for it"),
    ],
)
def test_what_cannot_be_described_is_told(
    words: list[str], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "two").mkdir()
    for name in ("two/x.html", "two/y.html", "there.toml"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert text in capsys.readouterr().err


HALF = """open = ["click 'Call'"]
folder = "dist"
login = { name = "Weiter" }
token = [{ key = "a" }, { key = "b", store = "local" }]
[reach.folders]
"cdn.example" = "lib"
"""


def test_a_half_written_description_keeps_its_keys_and_its_folders(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "dist/index.html").touch()
    (tmp_path / "half.toml").write_text(HALF, encoding="utf-8")
    draft = half_written(tmp_path / "half.toml", tmp_path.parent)
    draft.add("login", {"name": "Other"}, "a remark")
    text = written(draft, "describe half.toml")
    here = tmp_path.name
    assert tomllib.loads(text) == {
        "address": DEFAULT,
        "folder": f"{here}/dist",
        "open": ["click 'Call'"],
        "login": {"name": "Weiter"},
        "token": [{"key": "a"}, {"key": "b", "store": "local"}],
        "reach": {"folders": {"cdn.example": f"{here}/lib"}},
    }
    assert "a remark" not in text


@pytest.mark.parametrize(("signed_in", "logins"), [(False, ['    login = { name = "Weiter" }']), (True, [])])
def test_what_can_be_pressed_is_proposed(signed_in: bool, logins: list[str]) -> None:
    controls = [("button", "Weiter"), ("menuitem", "Line 1")]
    first, *rest = to_try(Draft({"": {"address": "x.html", "folder": "."}}), controls, signed_in=signed_in)
    assert first.startswith("  to try       write this into widget.toml")
    steps = ["""    open = ["click 'Weiter'"]""", """    open = ["click 'Line 1'"]"""]
    assert rest == ['    address = "x.html"', '    folder = "."', *logins, *steps]


def test_nothing_is_proposed_where_nothing_can_be_pressed() -> None:
    assert list(to_try(Draft(), [], signed_in=False)) == []


# ---- ids of the world

IDS = {"participant": "f8653e95-0000-4000-a000-000000000001", "user": "a1b2c3d4-0000-4000-a000-000000000002"}
DIGIT = {"participant": "88653e95-0000-4000-a000-000000000001"}


@pytest.mark.parametrize(
    ("ids", "keys", "placed"),
    [
        (IDS, {"css": f"#row-{IDS['participant']} > td"}, {"css": "#row-{{participant}} > td"}),
        (IDS, {"css": f"#{IDS['user']} > b"}, {"css": '[id="{{user}}"] > b'}),
        (DIGIT, {"at": rf"#\38 {DIGIT['participant'][1:]} > b"}, {"at": '[id="{{participant}}"] > b'}),
        (DIGIT, {"css": f'[data-testid="{DIGIT["participant"]}"]'}, {"css": '[data-testid="{{participant}}"]'}),
        (IDS, {"name": rf"^{re.escape('Mute ' + IDS['user'])}$"}, {"name": r"^Mute\ {{user}}$"}),
        (IDS, {"operations": ["x"], "absent": True}, {"operations": ["x"], "absent": True}),
    ],
)
def test_an_id_of_the_world_becomes_a_placeholder(
    ids: dict[str, str], keys: dict[str, object], placed: dict[str, object]
) -> None:
    draft = Draft(
        {"": {"address": f"x.html#/{IDS['user']}"}, "mute": keys, "muted": dict(keys)}, given=frozenset(["muted"])
    )
    place(draft, ids)
    shown = "{{user}}" if "user" in ids else IDS["user"]
    assert draft.keys == {"": {"address": f"x.html#/{shown}"}, "mute": placed, "muted": keys}


# ---- as TOML


def test_a_draft_is_written_with_its_remarks() -> None:
    draft = Draft()
    draft.add("", {"address": "http://localhost/"})
    draft.add("mute", {"css": "#mic"}, 'the button: button "x"')
    draft.unsure("pending", "nothing was seen")
    draft.add("reach", {"folders": {"cdn.example/npm": "x"}})
    text = written(draft, "describe x")
    assert tomllib.loads(text) == {
        "address": "http://localhost/",
        "mute": {"css": "#mic"},
        "reach": {"folders": {"cdn.example/npm": "x"}},
    }
    assert '# the button: button "x"\n[mute]\ncss = "#mic"\n' in text
    assert "\n# unsure: nothing was seen\n" in text


@pytest.mark.parametrize(
    "given", ["plain", 'a "b"', r"\bx\.", r"it's \d", "ü\n", True, 5, 1.5, ["a", "b"], {"a b": "c"}]
)
def test_a_value_is_read_as_it_was_written(given: object) -> None:
    assert tomllib.loads(f"x = {value(given)}") == {"x": given}


def test_a_description_needs_something_to_describe(tmp_path: Path) -> None:
    with pytest.raises(BadDescription):
        where("x", tmp_path, "y")
