"""Small pages on which the probe, the page's clock and stillness are tried: fixture `lab`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from e2e.harness.clock import VirtualTime
from e2e.harness.frames import Frames
from e2e.harness.probe import Probe
from e2e.harness.settle import Settle
from e2e.harness.widget import Control, Origins, Widget
from mock_server.server import MockGenesys

VIEW = """
const shown = document.getElementById('shown');
return shown && { text: (shown.shadowRoot ?? shown).textContent };
"""


def toy(view_script: str = VIEW) -> Widget:
    """A widget whose view is the text of its element `shown`."""
    return Widget(
        name="toy",
        address=lambda origins, call: f"{origins.page}/toy/{call}.html",
        controls={"go": Control("button", "Go")},
        view_script=view_script,
        control_script="return event.target.id;",
    )


class Lab:
    """Pages with a button `go`, an element `shown`, and the script of the test."""

    def __init__(
        self, folder: Path, genesys: MockGenesys, context: BrowserContext, frames: Frames | None = None
    ) -> None:
        self.folder, self.genesys, self.context, self.frames = folder, genesys, context, frames
        self.settle = Settle(genesys, genesys.state.now * 1000, limit=5, frames=frames)
        self.origins = Origins(genesys.page_origin, genesys.origin)
        self.log: list[dict[str, Any]] = []
        self.time = VirtualTime(self.settle, lambda stillness: self._keep(stillness.logs))
        self.page: Page
        genesys.mount("/toy", folder)

    def watch(self, widget: Widget | None = None) -> None:
        self.settle.watch(self.context, Probe(widget or toy(), (self.genesys.origin,)))

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

    def open(self, script: str, *, name: str = "page", head: str = "", widget: Widget | None = None) -> Page:
        """Write the page, open it and be still."""
        if not self.context.pages:
            self.watch(widget)
        self.write(script, name, head)
        self.page = self.frames.new_page(self.context) if self.frames else self.context.new_page()
        self.settle.name(self.page, name)
        self.page.goto(f"{self.origins.page}/toy/{name}.html", wait_until="commit")
        self.still()
        return self.page

    def click(self) -> str:
        """Click the button; what is shown when nothing moves."""
        self.log.clear()
        box = self.page.locator("#go").bounding_box() or pytest.fail("no button")
        self.page.mouse.click(box["x"] + 3, box["y"] + 3)
        return self.still()

    def still(self, name: str = "page") -> str:
        stillness = self.settle.still()
        self._keep(stillness.logs)
        return str(stillness.views.get(name, {}).get("text"))

    def kinds(self, *leave_out: str) -> list[str]:
        """What the log says since the last click, in order."""
        return [entry["kind"] for entry in self.log if entry["kind"] not in leave_out]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [
            {k: v for k, v in entry.items() if k not in ("n", "kind")} for entry in self.log if entry["kind"] == kind
        ]

    def _keep(self, logs: Any) -> None:
        self.log += [dict(entry) for log in logs.values() for _, entry in log]


@pytest.fixture
def lab(tmp_path: Path, genesys: MockGenesys, context: BrowserContext) -> Lab:
    return Lab(tmp_path, genesys, context)
