"""A widget.toml becomes a widget."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from e2e.harness.browser.isolation import ENVIRONMENT
from e2e.harness.probe.probe import script
from e2e.harness.view.description import (
    Description,
    Finder,
    Sign,
    parsed,
    widget,
)
from e2e.harness.view.description.address import filled, unknown
from e2e.harness.view.description.genesys import settings
from e2e.harness.view.description.keys import POLICY, SIGN, STATES, TABLES
from e2e.harness.view.description.scripts import shared_script
from e2e.harness.view.description.values import LOGIN_NAME
from e2e.harness.view.reach import Reach
from e2e.harness.view.view import View
from e2e.harness.view.widget import TOKEN, AccessToken, OpeningStep, Origins, Policy, Storage
from e2e.setup.sdk import node_executable
from mock_server.core.settings import Settings, checked

from .descriptions import ADDRESS, described

ORIGINS = Origins("http://localhost:7", "http://127.0.0.1:7", site="http://widget.localhost:7")


# ---- what it says


def test_an_address_is_enough(tmp_path: Path) -> None:
    description = described('address = "http://localhost:3000/?c={{gcConversationId}}&env={{ gcTargetEnv }}"', tmp_path)
    assert description == Description("acme", "http://localhost:3000/?c={{gcConversationId}}&env={{ gcTargetEnv }}")
    assert widget(description).address(ORIGINS, "c-1") == "http://localhost:3000/?c=c-1&env=mypurecloud.de"


def test_a_folder_is_enough(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/index.html").write_text("")
    made = widget(described('folder = "dist"', tmp_path))
    assert (made.site, made.folders) == (tmp_path / "dist", {})
    assert made.address(ORIGINS, "c/1") == (
        "http://widget.localhost:7/index.html?conversationId=c%2F1&gcLangTag=en-us&gcTargetEnv=mypurecloud.de"
        "&gcHostOrigin=https%3A%2F%2Fapps.mypurecloud.de"
    )


def test_a_file_of_the_folder_and_its_parameters(tmp_path: Path) -> None:
    (tmp_path / "host.html").write_text("")
    made = widget(described('folder = "."\naddress = "/host.html?api={{gateway}}#x"', tmp_path))
    assert made.address(ORIGINS, "c") == "http://widget.localhost:7/host.html?api=http%3A%2F%2F127.0.0.1%3A7#x"


def test_every_key_can_be_given(tmp_path: Path) -> None:
    text = """
address = "http://localhost:3000/"
name = "Acme"
environment = "mypurecloud.de"
language = "de"

[mute]
role = "switch"
name = "mic"
frame = "iframe.widget"
shortcut = "m"
says = ".state"

[login]
css = ".login"

[reach]
by = "hosts"
environments = ["mypurecloud.de", "mypurecloud.ie"]

[reach.folders]
"cdn.example" = "."

[muted]
pressed = false

[pending]
class = "waits"
at = ".panel"

[enabled]
attribute = "data-off=yes"
absent = true

[call]
text = "on a call"

[alert]
css = ".toast"

[policy]
request_per = "gesture"
operations = ["patchConversationParticipant"]
patience_seconds = 5
storm_requests = 3
"""
    assert described(text, tmp_path) == Description(
        name="Acme",
        address="http://localhost:3000/",
        environment="mypurecloud.de",
        language="de",
        mute=Finder(("switch",), "mic"),
        login=Finder(("button", "link"), LOGIN_NAME, ".login"),
        frame="iframe.widget",
        reach=Reach("hosts", ("mypurecloud.de", "mypurecloud.ie"), folders={"cdn.example": tmp_path}),
        shortcut="m",
        says=".state",
        signs={
            "muted": Sign("pressed", "false"),
            "pending": Sign("class", "waits", ".panel"),
            "enabled": Sign("attribute", "data-off=yes", absent=True),
            "alert": Sign("css", ".toast"),
            "call": Sign("text", "on a call"),
        },
        policy=Policy("gesture", frozenset({"patchConversationParticipant"}), patience_seconds=5.0, storm_requests=3),
    )


GIVEN = AccessToken("t", 60.0, 1000.5)


def test_a_page_that_says_how_it_keeps_its_token(tmp_path: Path) -> None:
    text = (
        ADDRESS
        + '[token]\nkey = "auth"\nstore = "local"\nvalue = \'{"t":"{{token}}","in":{{expires_in}},"at":{{expires_at}}}\''
    )
    session = widget(described(text, tmp_path)).session
    assert session is not None
    assert session(GIVEN, ORIGINS) == Storage(local={"auth": '{"t":"t","in":60,"at":1000500}'})


def test_a_page_that_keeps_several_texts(tmp_path: Path) -> None:
    text = """
address = "http://localhost/"
token = [
  { key = "auth" },
  { key = "until", value = "{{expires_at}}" },
  { key = "me", store = "local", value = '{"id":"{{user}}"}' },
]
"""
    made = widget(described(text, tmp_path))
    assert made.in_world is not None
    placed = made.in_world({"user": "u-1"})
    assert placed.session is not None
    ends = f"{GIVEN.expires * 1000:.0f}"
    assert placed.session(GIVEN, ORIGINS) == Storage({"me": '{"id":"u-1"}'}, {"auth": GIVEN.value, "until": ends})


def test_ids_of_the_world_stand_in_the_address_and_in_selectors(tmp_path: Path) -> None:
    text = """
address = "http://localhost/?user={{user}}&c={{gcConversationId}}"
open = ["click 'Row {{participant}}'"]
mute = { css = "#row-{{ participant }} button", frame = "#frame-{{gcConversationId}}", says = "#says-{{communication}}" }
muted = { class = "on", at = "#row-{{participant}}" }
call = { js = "all('#row-{{participant}}').length === 1" }
"""
    made = widget(described(text, tmp_path))
    assert made.in_world is not None
    placed = made.in_world({"user": "u", "participant": "p", "communication": "k", "gcConversationId": "c"})
    assert placed.address(ORIGINS, "other") == "http://localhost/?user=u&c=other"
    assert (placed.controls["mute"].css, placed.controls["mute"].frame) == ("#row-p button", "#frame-c")
    assert str(placed.opening[0]) == "click 'Row p'"
    for part in ("#says-k", '"at": "#row-p"', "all('#row-p').length"):
        assert part in placed.shared_script
    assert placed.in_world is None


def test_a_description_without_ids_of_the_world_is_the_same_in_every_world(tmp_path: Path) -> None:
    assert widget(described('address = "http://localhost/?c={{gcConversationId}}"', tmp_path)).in_world is None


def test_an_id_that_a_world_has_not_is_nobodys(tmp_path: Path) -> None:
    text = 'address = "http://localhost/?p={{participant}}"'
    made = widget(described(text, tmp_path))
    assert made.address(ORIGINS, "c") == "http://localhost/?p=00000000-0000-4000-a000-000000000000"


def test_a_page_that_is_given_its_token_in_its_address(tmp_path: Path) -> None:
    made = widget(described('address = "http://localhost:3000/#t={{ token }}"', tmp_path))
    assert made.address(ORIGINS, "c") == f"http://localhost:3000/#t={TOKEN}"
    assert made.session is not None
    assert made.session(GIVEN, ORIGINS) == Storage(token="t")
    assert widget(described(ADDRESS, tmp_path)).session is None


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        (ADDRESS, Reach("hosts")),
        ('address = "http://localhost/?api={{gateway}}"', Reach("address")),
        ('address = "http://localhost/?api={{gateway}}"\nreach = { by = "gateway" }', Reach("gateway")),
        ('folder = "."\nreach = { page = "https://acme.example" }', Reach("hosts", page="https://acme.example")),
    ],
)
def test_how_the_widget_reaches_genesys(text: str, reach: Reach, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("")
    assert widget(described(text, tmp_path)).reach == reach


def test_a_widget_that_is_hosted_elsewhere_has_a_folder_that_answers(tmp_path: Path) -> None:
    text = 'address = "https://acme.example/mic/?c={{gcConversationId}}"\nreach.folders = { "acme.example/mic" = "." }'
    made = widget(described(text, tmp_path))
    assert made.address(ORIGINS, "c") == "https://acme.example/mic/?c=c"
    assert made.reach == Reach("hosts", folders={"acme.example/mic": tmp_path})


def test_a_widget_toml_is_called_like_its_folder(tmp_path: Path) -> None:
    assert parsed('address = "http://localhost:3000/"', tmp_path / "mic" / "widget.toml").name == "mic"


def test_the_settings_of_the_mock(tmp_path: Path) -> None:
    text = """
address = "http://localhost/"
genesys = { accepted_body = "object", foreign_leg_status = 403, apply_seconds = 1, mute_is_kept = false, event_version = "3" }
"""
    made = widget(described(text, tmp_path))
    assert made.settings == {
        "accepted_body": "object",
        "foreign_leg_status": 403,
        "apply_seconds": 1,
        "mute_is_kept": False,
        "event_version": "3",
    }
    assert checked(made.settings).foreign_leg_status == 403


def test_every_setting_can_be_described() -> None:
    """The shared validator takes each setting's default, and knows what the mock knows of it."""
    given = {one.name: one.default for one in fields(Settings)}
    assert settings(given) == (given, [])


# ---- addresses


def test_placeholders_are_filled_and_encoded() -> None:
    assert filled("x?a={{gcLangTag}}&b={{ gcLangTag }}", {"gcLangTag": "en us&"}) == "x?a=en%20us%26&b=en%20us%26"
    assert unknown("{{a}} {{gcLangTag}} {{gclangtag}}") == [
        "{{a}} is no placeholder; there is gcConversationId, gcLangTag, gcTargetEnv, gcHostOrigin, gateway, user, participant, "
        "communication, token",
        "{{gclangtag}} is no placeholder; did you mean {{gcLangTag}}?",
    ]


# ---- the tables


def test_the_tables_are_those_of_the_values() -> None:
    assert [key.name for key in POLICY] == [item.name for item in fields(Policy) if item.name != "gesture"], (
        "that is mute.gesture"
    )
    assert set(STATES) <= {item.name for item in fields(View)}
    assert [key.name for key in SIGN] == [key.name for key in TABLES["muted"]][: len(SIGN)]


def test_the_scripts_are_code_that_node_can_read(tmp_path: Path) -> None:
    description = described(ADDRESS + "[muted]\njs = 'control.dataset.on // yes'\n[alert]\njs = 'true'", tmp_path)
    (tmp_path / "probe.js").write_text(script(widget(description), ("http://a",)), encoding="utf-8")
    checked = subprocess.run([node_executable(), "--check", tmp_path / "probe.js"], capture_output=True, text=True)
    assert checked.stderr == ""
    assert json.dumps(description.mute.name) in shared_script(description)


def test_the_defaults_in_the_tables_are_those_of_the_values() -> None:
    for key in POLICY:
        usual = getattr(Policy(), key.name)
        number = isinstance(usual, int | float) and not isinstance(usual, bool)
        default = usual if isinstance(usual, frozenset) else {f"{usual:g}" if number else str(usual).lower()}
        assert {word.strip("`") for word in key.default.split(", ")} == default
    keys = {f"{table}.{key.name}": key.default for table, found in TABLES.items() for key in found}
    plain = parsed('address = "http://localhost/"', Path("acme.toml"))
    assert keys["mute.name"] == f"`{plain.mute.name}`"
    for name in re.findall("`(.*?)`", keys["login.name"]):
        assert re.search(plain.login.name, name, re.IGNORECASE)
    assert keys["mute.role"] == ", ".join(f"`{role}`" for role in plain.mute.roles)
    assert keys["login.role"] == ", ".join(f"`{role}`" for role in plain.login.roles)
    assert (keys[".language"], keys[".environment"]) == (f"`{plain.language}`", f"`{ENVIRONMENT}`")


def test_the_presses_before_a_page_shows_the_call(tmp_path: Path) -> None:
    steps = ["click 'Start'", "choose 'Line 1' in 'Line'", "type '4711' in 'Station'", "press 'Enter'"]
    opening = described(f"{ADDRESS}open = {steps!r}", tmp_path).opening
    assert list(map(str, opening)) == steps
    assert opening[1] == OpeningStep("choose", "Line 1", "Line")


@pytest.mark.parametrize(
    "name",
    ["Sign in with Genesys Cloud", "Log in", "Login", "Anmelden", "Einloggen", "Connexion", "Se connecter"]
    + [
        "Iniciar sesión",
        "Iniciar sessão",
        "Accedi",
        "Inloggen",
        "Logga in",
        "Zaloguj się",
        "ログイン",
        "登录",
        "로그인",
    ],
)
def test_a_sign_in_is_known_in_many_languages(name: str) -> None:
    assert re.search(LOGIN_NAME, name, re.IGNORECASE)


@pytest.mark.parametrize(
    "name", ["Sign out", "Log out", "Abmelden", "Déconnexion", "Se déconnecter", "Cerrar sesión", "Esci", "Uitloggen"]
)
def test_a_sign_out_is_no_sign_in(name: str) -> None:
    assert not re.search(LOGIN_NAME, name, re.IGNORECASE)
