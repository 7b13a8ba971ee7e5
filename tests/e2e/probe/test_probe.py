"""The script that runs first in every document, and what comes back from it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from e2e.harness.probe.probe import (
    WORKER_PARTS,
    PushedLog,
    Report,
    SocketReport,
    Timer,
    begin_script,
    script,
    worker_script,
)
from e2e.harness.view.adapters import REFERENCE, WIDGETS
from e2e.harness.view.adapters.reference import mutant
from e2e.harness.view.widget import Origins
from e2e.setup.sdk import node_executable

API = "http://127.0.0.1:7"


def test_the_script_is_one_closure_that_node_can_read(tmp_path: Path) -> None:
    for widget in WIDGETS.values():
        (tmp_path / "probe.js").write_text(script(widget, (API,)), encoding="utf-8")
        checked = subprocess.run([node_executable(), "--check", tmp_path / "probe.js"], capture_output=True, text=True)
        assert checked.stderr == ""


def test_what_a_worker_runs_first_is_nothing_where_no_probe_made_it() -> None:
    for name in ("", "mine", "null", '{"a":1}'):
        alone = f"globalThis.self = {{ name: {json.dumps(name)} }}; {worker_script()}; console.log(Object.keys(self));"
        ran = subprocess.run([node_executable(), "--eval", alone], capture_output=True, text=True)
        assert (ran.stdout, ran.stderr) == ("[ 'name' ]\n", "")


def test_a_document_is_told_when_it_begins() -> None:
    assert begin_script(1_767_603_600_000.5, 10) == "window.__hotmic?.begin(1767603600000.5, 10000);"


REPORT = {
    "document": "d",
    "log": [{"n": 1, "kind": "load"}],
    "active": True,
    "missing": [],
    "trouble": "",
    "started": 2,
    "givenUp": [2],
    "sockets": {"c": {"k": 1, "made": 1, "state": "open", "frames": 3}},
    "view": {"muted": True},
    "nextTimer": {"name": "timer#4", "due": 5.0, "delay": 1000},
    "waiting": [1000],
    "now": 4.0,
    "leaving": None,
    "opened": 1,
    "opening": ["https://login.example/"],
    "before": [{"document": "old", "log": [], "started": 0}],
    "lastView": 3,
    "amended": {"n": 2, "painted": True, "frames": 1},
    "painted": 2,
    "wantsFrame": True,
    "heldBack": True,
    "origin": "http://localhost:7",
    "dues": [7.5],
    "workers": [],
    "unjudgeable": [],
}


def test_a_report_is_read() -> None:
    given = REPORT
    report = Report.read(json.dumps(given))
    assert (report.document, report.log, report.given_up) == ("d", ({"n": 1, "kind": "load"},), (2,))
    assert report.sockets == {"c": SocketReport(1, 1, "open", 3)}
    assert (report.next_timer, report.before) == (Timer("timer#4", 5.0, 1000), (PushedLog("old", (), 0),))
    assert (report.last_view, report.amended, report.painted, report.wants_frame) == (3, given["amended"], 2, True)
    assert report.held_back
    assert (report.opened, report.opening, report.origin) == (1, ("https://login.example/",), "http://localhost:7")
    assert Report.read(json.dumps({**given, "nextTimer": None})).next_timer is None


def test_the_page_s_script_holds_what_a_worker_runs_first() -> None:
    marked = re.findall(r"^//<worker>\n(.*?)^//</worker>$", script(REFERENCE, (API,)), re.MULTILINE | re.DOTALL)
    assert len(marked) == len(WORKER_PARTS)
    assert "".join(marked) in worker_script()


def test_a_report_tells_of_workers() -> None:
    answer = {
        "active": False,
        "missing": [],
        "givenUp": [1],
        "sockets": {"c": {"k": 1, "made": 1, "state": "open", "frames": 0}},
        "nextTimer": {"name": "timer#1", "due": 9.0, "delay": 5},
        "waiting": [5],
        "dues": [9.0],
    }
    asked = {"document": "w", "log": [{"n": 1, "kind": "sent"}], "started": 1, **answer}
    silent = {"document": "v", "log": [], "started": 0}
    written = {**REPORT, "workers": [asked, silent], "unjudgeable": ["a SharedWorker (x.js)"]}
    report = Report.read(json.dumps(written))
    one, other = report.workers
    assert report.unjudgeable == ("a SharedWorker (x.js)",)
    assert (one.document, one.log, one.started, one.given_up) == ("w", ({"n": 1, "kind": "sent"},), 1, (1,))
    assert (one.sockets, one.next_timer) == ({"c": SocketReport(1, 1, "open", 0)}, Timer("timer#1", 9.0, 5))
    assert (one.dues, other.dues) == ((9.0,), ())
    assert (one.now, one.origin, one.view, one.leaving) == (report.now, report.origin, None, None)
    assert (other.document, other.next_timer, other.waiting, other.sockets) == ("v", None, (), {})


def test_a_widget_s_address_says_what_genesys_would() -> None:
    origins = Origins("http://localhost:7", API)
    assert REFERENCE.address(origins, "c-1") == (
        "http://localhost:7/widget/index.html"
        "?conversationId=c-1&gcTargetEnv=mypurecloud.de&gcLangTag=en-us&gateway=http%3A%2F%2F127.0.0.1%3A7"
    )
    assert mutant("slow").address(origins, "c-1").startswith("http://localhost:7/mutants/slow/index.html?")
