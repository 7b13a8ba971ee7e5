"""The command line: tables of what the mock knows, and a world served until Ctrl-C."""

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mock_server import __main__ as command
from mock_server.__main__ import CHECKOUT, TOKEN_VARIABLE, Caller, main
from mock_server.control.verbs import VERBS
from mock_server.core.settings import described
from mock_server.core.worlds import WORLDS
from mock_server.gateway.faults import EFFECTS
from mock_server.gateway.gateway import OPERATIONS
from mock_server.server import MockGenesys


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(words) == 0
    return capsys.readouterr().out.splitlines()


# ---- tables


def test_routes_are_listed_by_path(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "routes")
    assert [line.split()[2] for line in lines] == sorted(
        OPERATIONS, key=lambda name: (OPERATIONS[name].path, OPERATIONS[name].method)
    )
    assert any(
        re.fullmatch(r"PATCH +/api/v2/conversations/calls/\S+ +patchConversationsCallParticipant", x) for x in lines
    )


def test_worlds_are_listed_with_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "worlds")
    assert [tuple(re.split(r"  +", line)) for line in lines] == [(world.name, world.doc) for world in WORLDS.values()]


def test_faults_say_whether_they_are_definite(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [re.split(r"  +", line) for line in printed(capsys, "faults")]
    assert [row[0] for row in rows] == list(EFFECTS)
    assert dict(zip((row[0] for row in rows), (row[1] for row in rows), strict=True))["lose_response"] == "indefinite"


def test_settings_are_listed_with_their_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(printed(capsys, "settings")) == len(list(described()))


def test_the_verbs_of_the_control_api_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "control")
    assert [line.split()[:2] for line in lines] == [[verb.method, f"/_mock/{name}"] for name, verb in VERBS.items()]
    assert any(re.fullmatch(r"POST +/_mock/release +name, wait=0 +Release one parcel; .*", line) for line in lines)


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


# ---- mistakes in one line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("--world", "one_cal"),
            "no world is called 'one_cal'. Did you mean 'one_call'? Worlds: one_call, muted_call, ",
        ),
        (("--port", "70000"), "cannot listen on port 70000 of 127.0.0.1: bind(): port must be 0-65535."),
        (("--host", "203.0.113.1", "--port", "0"), "cannot listen on port 0 of 203.0.113.1: "),
    ],
)
def test_a_mistake_is_told_in_one_line(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str) -> None:
    assert main(("serve", "--port", "0", *words)) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert printed.err.startswith(line)


def test_a_control_token_that_guards_nothing_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    assert main(["serve", "--port", "0"]) == 2
    assert capsys.readouterr().err == (
        f"{TOKEN_VARIABLE}: a control token of 6 characters was given; "
        "it needs at least 16 letters, digits or any of - . _ ~ + / =\n"
    )


def test_a_taken_port_is_told_in_one_line(capsys: pytest.CaptureFixture[str], genesys: MockGenesys) -> None:
    assert main(["serve", "--port", str(genesys.port)]) == 2
    assert capsys.readouterr().err.startswith(f"port {genesys.port} of 127.0.0.1 is taken; give another with --port")


# ---- serve


@contextmanager
def serving(*words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`serve` in a child, and the lines that it printed on starting."""
    arguments = [sys.executable, "-m", "mock_server", "serve", "--port", "0", *words]
    with subprocess.Popen(
        arguments, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdout is not None
        try:
            yield child, [child.stdout.readline().rstrip() for _ in range(5)]
        finally:
            child.kill()


def test_a_served_world_answers_and_ends_cleanly_with_ctrl_c() -> None:
    with serving("--world", "muted_call") as (child, lines):
        origin, widget, token, control, control_token = (line.split()[-1] for line in lines)
        answer = httpx.get(origin + "/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert "Mute" in httpx.get(widget.replace("localhost", "127.0.0.1")).text
        driven = httpx.get(control + "world", headers={"authorization": f"Bearer {control_token}"})
        assert driven.json()["world"] == "muted_call"
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err) == (0, "ended\n", "")


def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ctrl-C comes as soon as the server waits; which wait it was."""
    waits: list[str] = []

    def interrupted(name: str) -> Callable[[MockGenesys], None]:
        def wait(genesys: MockGenesys) -> None:
            waits.append(name)
            raise KeyboardInterrupt

        return wait

    for name in ("run_in_real_time", "wait"):
        monkeypatch.setattr(MockGenesys, name, interrupted(name))
    return waits


def test_time_stands_still_when_it_is_asked_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = served(monkeypatch)
    printed(capsys, "serve", "--port", "0", "--virtual-time")
    assert waits == ["wait"]


def test_serving_in_this_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    waits = served(monkeypatch)
    monkeypatch.setenv(TOKEN_VARIABLE, "given-from-outside")
    lines = printed(capsys, "serve", "--port", "0", "--world", "no_call", "--seed", "3")
    assert waits == ["run_in_real_time"]
    assert [line[:25].strip() for line in lines] == [
        "API, OAuth and sockets",
        "reference widget",
        "access token (agent)",
        "control API",
        "control token",
        "ended",
    ]
    assert "conversationId=&" in lines[1]
    assert lines[4].split()[-1] == "given-from-outside"


def test_what_is_not_there_is_not_shown_but_how_it_is_fetched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    served(monkeypatch)
    assert main(["serve", "--port", "0"], Caller("hotmic", {"/sdk": tmp_path / "sdk"}, "hotmic judge reference")) == 0
    _, reference, *_ = capsys.readouterr().out.splitlines()
    assert reference == "reference widget         its SDK is not here: `hotmic judge reference` fetches it"


def test_genesys_own_hosts_are_served_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served(monkeypatch)
    *_, hosts, chromium, _ = printed(capsys, "serve", "--port", "0", "--hosts", "mypurecloud.de")
    assert hosts.split(maxsplit=3)[3].startswith("api.mypurecloud.de, login.mypurecloud.de, streaming.mypurecloud.de")
    rules, no_proxy, trust = shlex.split(chromium.split(maxsplit=4)[4])
    assert rules.startswith("--host-resolver-rules=MAP api.mypurecloud.de:443 127.0.0.1:")
    assert no_proxy == "--no-proxy-server"
    assert trust.startswith("--ignore-certificate-errors-spki-list=")
    *_, hosts, _, _ = printed(capsys, "serve", "--port", "0", "--hosts")
    assert "api.apne3.pure.cloud" in hosts


def test_hosts_of_no_region_are_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "0", "--hosts", "mypurecloud.dee"]) == 2
    error = "--hosts: 'mypurecloud.dee' is the environment of no region; mypurecloud.de is near. "
    assert capsys.readouterr().err.startswith(error)


def test_ctrl_c_while_it_starts_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(genesys: MockGenesys) -> MockGenesys:
        raise KeyboardInterrupt

    monkeypatch.setattr(MockGenesys, "start", interrupted)
    assert main(["serve"]) == 0


# ---- without the packages


def lacking(monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
    """As a Python that has none of the packages, in a checkout."""

    def fail(_: object) -> int:
        raise ModuleNotFoundError("No module named 'starlette'", name="starlette")

    monkeypatch.setattr(command, "_worlds", fail)
    monkeypatch.setattr(command, "CHECKOUT", checkout)


def test_a_python_without_the_packages_goes_on_in_the_venv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n[ \"$*\" = '-m mock_server worlds' ] && exit 7\n", encoding="utf-8")
    python.chmod(0o755)
    lacking(monkeypatch, tmp_path)
    assert main(["worlds"]) == 7


def test_ctrl_c_goes_to_the_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text("", encoding="utf-8")
    lacking(monkeypatch, tmp_path)
    monkeypatch.setattr(subprocess, "run", interrupted)
    monkeypatch.setattr(sys, "argv", ["mock_server", "worlds"])
    assert main() == 0


def test_without_a_venv_the_set_up_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking(monkeypatch, tmp_path)
    assert main(["worlds"]) == 2
    assert capsys.readouterr().err == (
        "starlette is not installed; `python3 -m tests --setup-only` installs what the mock needs\n"
    )
