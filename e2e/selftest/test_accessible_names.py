"""Role and accessible name, as the probe reads them, are the browser's own: compared on each line of accessible_names.html.

Blanks and case do not count: a description finds a name whatever its case, and Chromium's names are in the case that a
style sheet shows. Some things have no line, because hotmic reads them otherwise on purpose or not at all: `aria-owns`, what
an embedded password field, frame or video says, ruby and quotation marks, and text in a slot that is hidden (Chromium reads
it, nobody sees it).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, CDPSession

from e2e.harness.view.description import parsed
from e2e.harness.view.description.scripts import looking

Spoken = tuple[str, str]  # role, name

CASES = [
    line
    for line in Path(__file__).with_name("accessible_names.html").read_text(encoding="utf-8").splitlines()
    if not line.startswith("<!--")
]
OTHER_ROLES = {"generic": "", "DisclosureTriangle": "button"}  # Chromium's word → what hotmic calls it
READ = "all('[data-case]').map((one) => [one.dataset.case, [roleOf(one), nameOf(one)]])"


def clean(role: str, name: str) -> Spoken:
    return OTHER_ROLES.get(role, role), " ".join(name.split()).casefold()


def cases_of(node: dict[str, Any], found: dict[int, int]) -> dict[int, int]:
    """The number of each case by the id that CDP gives its element, in shadow roots, too."""
    attributes = node.get("attributes", [])
    texts = dict(zip(attributes[::2], attributes[1::2], strict=True))
    if "data-case" in texts:
        found[node["backendNodeId"]] = int(texts["data-case"])
    for child in [*node.get("children", []), *node.get("shadowRoots", [])]:
        cases_of(child, found)
    return found


def from_the_tree(session: CDPSession) -> dict[int, Spoken]:
    """What the browser's accessibility tree has for each case."""
    cases = cases_of(session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"], {})
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return {
        cases[node["backendDOMNodeId"]]: clean(node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if node.get("backendDOMNodeId") in cases
    }


def test_role_and_name_are_those_of_the_browser_s_accessibility_tree(browser: Browser) -> None:
    page = browser.new_page()
    body = "".join(
        f"<div>{line.replace('data-case', f'data-case={number}').replace('$', str(number))}</div>"
        for number, line in enumerate(CASES)
    )
    page.goto(f"data:text/html;charset=utf-8,{quote(f'<!doctype html><body>{body}')}")
    script = looking(parsed('address = "http://localhost/"', Path("acme.toml")))
    read = page.evaluate(f"() => {{ {script}\nreturn {READ}; }}")
    ours = {int(number): clean(*spoken) for number, spoken in read}
    browsers = from_the_tree(page.context.new_cdp_session(page))
    page.close()
    assert ours.keys() == browsers.keys() == {number for number, line in enumerate(CASES) if "data-case" in line}
    assert browsers[0] == ("button", "mute")
    differing = {line: (ours[n], browsers[n]) for n, line in enumerate(CASES) if n in ours and ours[n] != browsers[n]}
    assert differing == {}
