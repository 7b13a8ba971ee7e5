"""Small pages on which the probe, the page's clock and stillness are tried: fixture `lab`."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from e2e.harness.session.reuse import SharedPage
from e2e.harness.session.stage import Stage
from e2e.harness.stillness.virtual_time import VirtualTime
from e2e.harness.view.widget import Control, Widget
from mock_server.server import MockGenesys

VIEW = """
const shown = document.getElementById('shown');
return shown && { text: (shown.shadowRoot ?? shown).textContent };
"""


WHERE = "() => { const { x, y } = document.getElementById('go').getBoundingClientRect(); return [x + 3, y + 3]; }"
# A widget whose view is the text of its element `shown`.
TOY = Widget(
    name="toy",
    address=lambda origins, call: f"{origins.page}/toy/{call}.html",
    controls={"go": Control("button", "Go")},
    view_script=VIEW,
    control_script="return event.target.id;",
)

# Scripts of several pages: `ask` by XMLHttpRequest, and a socket; both show what comes of it.
XHR = """
function ask(path, more = () => {}) {
  const xhr = new XMLHttpRequest();
  for (const type of ['load', 'error', 'abort', 'timeout']) xhr['on' + type] = () => show(`${type} ${xhr.status}`);
  xhr.open('GET', api + path);
  xhr.setRequestHeader('Authorization', headers.Authorization);
  more(xhr);
  xhr.send();
  return xhr;
}
"""
SOCKET = """
let socket;
async function open() {
  const channel = await (await fetch(api + '/notifications/channels', { method: 'POST', headers })).json();
  socket = new WebSocket(channel.connectUri);
  socket.onopen = () => show('open');
  socket.onmessage = ({ data }) => show(JSON.parse(data).eventBody.message);
  socket.onclose = ({ code }) => show('closed ' + code);
}
open();
"""


class Lab:
    """Pages with a button `go`, an element `shown`, and the script of the test; the first of them is `page`."""

    def __init__(self, folder: Path, genesys: MockGenesys, stage: Stage, page: Page) -> None:
        self.folder, self.genesys, self.stage, self.page = folder, genesys, stage, page
        self.settle, self.context = stage.settle, page.context
        self.log: list[dict[str, Any]] = []
        self.time = VirtualTime(self.settle, lambda stillness: self._keep(stillness.logs))
        self._opened = False
        genesys.mount("/toy", folder)

    def write(self, script: str, name: str = "page", head: str = "") -> None:
        token = self.genesys.headers("agent")["authorization"]
        html = f"""<!doctype html><meta charset=utf-8><link rel=icon href="data:,">{head}
<button id=go>Go</button><p id=shown></p>
<script>
  const api = '{self.genesys.origin}/api/v2', headers = {{ Authorization: '{token}' }};
  const shown = document.getElementById('shown'), show = (text) => (shown.textContent = text);
  const on = (act) => document.getElementById('go').addEventListener('click', act);
</script>
<script>{script}</script>"""
        (self.folder / f"{name}.html").write_text(html, encoding="utf-8")

    def open(self, script: str, *, name: str = "page", head: str = "") -> Page:
        """Write the page, open it and be still."""
        self.write(script, name, head)
        if self._opened:
            self.page = self.stage.new_page()
        self._opened = True
        self.settle.name(self.page, name)
        self.settle.publish_now()  # the limit too, if the test has set one
        self.page.goto(f"{self.genesys.page_origin}/toy/{name}.html", wait_until="commit")
        self.still()
        return self.page

    def click(self) -> str:
        """Click the button; returns what is shown when nothing moves."""
        self.log.clear()
        self.page.mouse.click(*self.page.evaluate(WHERE))
        return self.still()

    def still(self, name: str = "page") -> str:
        try:
            stillness = self.settle.still()
        except AssertionError:
            self.stage.spoiled = True
            raise
        self._keep(stillness.logs)
        return str(stillness.views.get(name, {}).get("text"))

    def kinds(self, *leave_out: str) -> list[str]:
        """The kinds of log entries since the last click, in order."""
        return [entry["kind"] for entry in self.log if entry["kind"] not in leave_out]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [
            {k: v for k, v in entry.items() if k not in ("n", "kind")} for entry in self.log if entry["kind"] == kind
        ]

    def _keep(self, logs: Any) -> None:
        self.log += [dict(entry) for log in logs.values() for _, entry in log]


@contextmanager
def lab_at(shared_page: SharedPage, genesys: MockGenesys, folder: Path) -> Iterator[Lab]:
    with shared_page.story(genesys, TOY) as (stage, page):
        yield Lab(folder, genesys, stage, page)


@pytest.fixture
def lab(tmp_path: Path, genesys: MockGenesys, lab_page: SharedPage) -> Iterator[Lab]:
    with lab_at(lab_page, genesys, tmp_path) as lab:
        yield lab


@pytest.fixture
def lab_page(shared_page: SharedPage) -> SharedPage:
    """The shared page in which the lab is; override it for another."""
    return shared_page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Do not use a page again in which a test failed."""
    try:
        yield
    except BaseException:
        for lab in getattr(item, "funcargs", {}).values():
            if isinstance(lab, Lab):
                lab.stage.spoiled = True
        raise
