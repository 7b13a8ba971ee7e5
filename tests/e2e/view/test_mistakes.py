"""The mistakes of a widget.toml are all reported at once, each with what is near."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e.harness.view.description import BadDescription, javascript, load_widget
from e2e.harness.view.widget import CannotJudge

from .descriptions import ADDRESS, described, mistakes

# A description (`;` ends a line, [table] lines have the address before them), and its mistake; `…` leaves the rest open.
WRONG = """
name = "x"
    address: neither an address nor a folder says where the page is
addres = "http://localhost:3000/"
    addres: there is no such key; did you mean 'address'?
[mutte]
    [mutte]: there is no such table; did you mean 'mute'?
[zzz]
    [zzz]: there is no such table; there is mute, login, reach, token, muted, pending, enabled, alert, call, policy
css = "#mic"
    css: this key stands in a table: [mute], [login], [muted], [pending], [enabled], [alert], [call]
mute = "#mic"
    mute: a table is expected, '#mic' is a text
[mute];nmae = "x"
    mute.nmae: there is no such key; did you mean 'name'?
[mute];label = "x"
    mute.label: there is no such key; there is role, name, css, frame, shortcut, gesture, says
[mute];name = 5
    mute.name: a regular expression in quotes is expected, 5 is a number
[mute];name = "mute("
    mute.name: 'mute(' is no regular expression: missing ), unterminated subpattern at position 4
[mute];name = "/mute/i"
    mute.name: a regular expression stands without slashes, and its case never counts: 'mute'
[mute];name = "(?i)mute"
    mute.name: '(?i)mute' is Python's own; only what JavaScript reads alike can be used
[mute];name = " "
    mute.name: a regular expression in quotes is expected, and this one is empty
[mute];role = "buton"
    mute.role: 'buton' is not known; did you mean 'button'?
[mute];name = "x";css = "y"
    mute.css and mute.name contradict: a selector finds it alone
[muted];class = "on";pressed = true
    muted.pressed and muted.class contradict: one of them tells
[muted];class = ".on"
    muted.class: one word without a dot is expected, not '.on'
[muted];pressed = "true"
    muted.pressed: true or false is expected, 'true' is a text
[muted];at = "p"
    muted.at: it goes with one of pressed, name, attribute, class, css, text, js
[muted];name = "x";at = "p"
    muted.at and muted.name contradict: `at` says which element has the attribute or class
[pending];pressed = true
    pending.pressed: there is no such key; there is name, attribute, class, css, text, js, at, absent
environment = "mypurecloud.dee"
    environment: 'mypurecloud.dee' is not known; did you mean 'mypurecloud.de'?
[reach];by = "host"
    reach.by: 'host' is not known; did you mean 'hosts'?
[reach];by = "address"
    reach.by: 'address' goes with {{gateway}} in the address, which says where Genesys is
[reach];environments = ["mypurecloud.fr"]
    reach: 'mypurecloud.fr' is the environment of no region; …
[reach];page = "widget.example"
    reach: page is an origin such as https://widget.example, not 'widget.example'
[reach];folders = "dist"
    reach.folders: a table of folders by host is expected, 'dist' is a text
[reach.folders];"cdn.example/x" = "dits"
    reach: there is no folder HERE/dits to answer for cdn.example/x
address = "https://acme.example/"
    address: nothing leaves this machine, so acme.example cannot be asked; say which folder answers for it: [reach.folders]…
[token];store = "local"
    token.key: it is missing; text in quotes is expected: under this key the page keeps its access token; then stor…
[[token]];key = "t";[[token]];store = "lokal";key = "u"
    token[2].store: 'lokal' is not known; did you mean 'local'?
[[token]];key = "t";[[token]];key = "t"
    token: 't' stands there twice; one text can be kept under a key
[token];key = "t";value = "{{usr}}"
    token.value: {{usr}} is no placeholder; did you mean {{user}}?
[mute];css = "#row-{{partcipant}} button"
    mute.css: {{partcipant}} is no placeholder; did you mean {{participant}}?
[muted];class = "on";at = "#row-{{gateway}}"
    muted.at: {{gateway}} is no placeholder; there is gcConversationId, user, participant, communication
[token];key = "t";value = "{{tokn}}"
    token.value: {{tokn}} is no placeholder; did you mean {{token}}?
[policy];request_per = "click"
    policy.request_per: 'click' is not known; there is gesture, toggle
[policy];patience_seconds = -1
    policy.patience_seconds: more than 0 is expected, not -1
[policy];patience_seconds = true
    policy.patience_seconds: a number is expected, true is true or false
[policy];storm_requests = 1.5
    policy.storm_requests: a whole number is expected, 1.5 is a number
[policy];operations = []
    policy.operations: one operation id or more is expected: patchConversationParticipant, patchConversationsCallP…
[policy];operations = "x"
    policy.operations: a list of texts in quotes is expected, 'x' is a text
[policy];operations = ["patchConversationsParticipants"]
    policy.operations: 'patchConversationsParticipants' is not known; did you mean 'patchConversationP…
[genesys];acepted_body = "object"
    genesys.acepted_body: there is no such key; did you mean 'accepted_body'?
[genesys];accepted_body = "{}"
    genesys.accepted_body: '{}' is not known; there is empty, object
[genesys];foreign_leg_status = 404
    genesys.foreign_leg_status: 400 or 403 is expected, not 404
[genesys];snapshots_per_mute = 1.5
    genesys.snapshots_per_mute: a whole number is expected, 1.5 is a number
[genesys];access_token_seconds = 60
    genesys: access_token_seconds is 300 to 172800, not 60
genesys = "object"
    genesys: a table of settings is expected, 'object' is a text
address = "acme.example"
    address: 'acme.example' has no host; give http://… or https://…, or a folder that it is in
address = "http://localhost:3000/{{gcConversation}}"
    address: {{gcConversation}} is no placeholder; did you mean {{gcConversationId}}?
address = "http://localhost:3000/{{zzzz}}"
    address: {{zzzz}} is no placeholder; there is gcConversationId, gcLangTag, gcTargetEnv, gcHostOrigin, gateway, user, pa…
folder = "dits"
    folder: there is no folder 'dits' (looked for HERE/dits); near it is dist
folder = "dist";address = "http://localhost:3000/"
    folder and address contradict: with a folder, the address is a file in it, not http://localhost:3000/
folder = "dist"
    address: no file index.html in HERE/dist; there is page.html
folder = "empty";address = "sub/?x"
    address: no file sub/index.html in HERE/empty; there is no page in it
""".strip().splitlines()


@pytest.mark.parametrize(("text", "mistake"), list(zip(WRONG[::2], WRONG[1::2], strict=True)), ids=WRONG[::2])
def test_a_mistake_is_reported_with_what_is_near(text: str, mistake: str, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/page.html").write_text("")
    (tmp_path / "empty").mkdir()
    before = ADDRESS if text.startswith(("[", "css", "mute", "env", "genesys")) else ""
    (reported,) = mistakes(before + text.replace(";", "\n"), tmp_path)
    expected = mistake.strip().replace("HERE", str(tmp_path))
    assert reported[: len(expected) - 1] + "…" == expected if expected.endswith("…") else reported == expected


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    text = 'adress = "http://localhost:3000/"\n[mute]\nname = "("\n[muted]\nclas = "x"\n[policy]\nnear_seconds = 0'
    reported = mistakes(text, tmp_path)
    assert [line.split(":")[0] for line in reported] == ["adress", "mute.name", "muted.clas", "policy.near_seconds"]
    with pytest.raises(CannotJudge, match=r"acme\.toml has 4 mistakes:"):
        described(text, tmp_path)


def test_text_that_is_no_toml_is_reported_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(BadDescription, match=r"acme\.toml is no TOML: .*line 1"):
        described("address = http://x/", tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "widget.toml").write_text("")
    with pytest.raises(BadDescription, match=r"there is no file .*widgets\.toml; there is .*widget\.toml"):
        load_widget("widgets.toml", tmp_path)
    (tmp_path / "odd.toml").write_bytes(b"\xff")
    with pytest.raises(BadDescription, match=r"odd\.toml is not UTF-8 text"):
        load_widget("odd.toml", tmp_path)
    with pytest.raises(
        BadDescription, match=r"--widget takes a file, widget\.toml, or pkg\.module:NAME; 'x' is neither"
    ):
        load_widget("x", tmp_path)


def test_javascript_that_cannot_be_parsed_is_reported(tmp_path: Path) -> None:
    text = ADDRESS + "[muted]\njs = 'control.dataset.on ==='"
    (tmp_path / "widget.toml").write_text(text)
    with pytest.raises(
        BadDescription, match=r"muted\.js: 'control.dataset.on ===' is no JavaScript expression: Unexpected token"
    ):
        load_widget(str(tmp_path))
    assert javascript.wrong("({a: `${1}`, // yes\n})") == ""


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("clik 'Start'", "open: 'clik 'Start'' is no step; a step is click 'NAME', choose 'OPTION' in 'LABEL'"),
        ("click 'a' in 'b'", "open: 'click 'a' in 'b'': choose and type say in which field, click and press do not"),
        ("type 'a'", "open: 'type 'a'': choose and type say in which field"),
    ],
)
def test_a_step_that_cannot_be_read_is_named(step: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(BadDescription, match=re.escape(wrong)):
        described(f'{ADDRESS}open = ["{step}"]', tmp_path)
