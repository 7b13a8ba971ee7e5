"""The command `python3 -m e2e describe WHERE [FOLDER] [--output FILE]`: writes a first widget.toml for a page."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from e2e.setup import browser as browsers
from e2e.setup.options import describe_parser
from e2e.setup.program import HOTMIC, JUDGE, widget_words
from e2e.setup.steps import SetupError
from mock_server.server import MockGenesys

from ..browser import connecting
from ..browser.isolation import Isolation, NotSealed
from ..browser.launching import arguments
from ..view.description import parsed
from ..view.widget import CannotJudge
from .guessing import half_written, where
from .trying import Laboratory, describe
from .writing import written

COULD_NOT = 2


def main(words: Sequence[str]) -> int:
    """Print the description, or write it to a file; returns 0, or 2 with a line that says why not."""
    options = describe_parser().read(words)
    output = None if options.output is None else Path(options.output)
    try:
        if output is not None and output.exists():
            raise CannotJudge(f"{output} is there already; describe into another file, or take it away")
        text = described(options.where, options.folder, output, options.connect)
    except (CannotJudge, NotSealed, SetupError) as error:
        print(f"describe: {error}", file=sys.stderr)
        return COULD_NOT
    if output is None:
        print(text, end="")
        return 0
    output.write_text(text, encoding="utf-8")
    unsure = text.count("# unsure")
    remark = f"{unsure} lines of it are unsure: look for `unsure`" if unsure else "nothing in it is unsure"
    print(f"{output} is written; {remark}. Judge it: {JUDGE}{widget_words(options.output)}")
    return 0


def described(word: str, folder: str | None, output: Path | None, server: str | None = None) -> str:
    """The text of a widget.toml for the page that `word` on the command line names. Raises CannotJudge and NotSealed.

    `server`: the address of the Playwright server that has the browser; None for a browser of this machine.
    """
    home = (output.parent if output else Path()).resolve()
    begun = Path(word).suffix == ".toml"
    draft = half_written(Path(word), home) if begun else where(word, Path(), folder).draft(home)
    command = f"{HOTMIC} describe {shlex.join([word, *([folder] if folder else [])])}"
    reach = parsed(written(draft, command), home / "widget.toml").reach
    with MockGenesys() as genesys, sync_playwright() as playwright:
        isolation = Isolation.opened(reach, genesys)
        browser = _browser(playwright, isolation, server)
        isolation.prove(browser)
        with closing(Laboratory(draft, home, genesys, browser, isolation)) as laboratory:
            describe(laboratory)
        browser.close()
        isolation.close()
    text = written(draft, command)
    parsed(text, home / "widget.toml")
    return text


def _browser(playwright: Playwright, isolation: Isolation, server: str | None) -> Browser:
    if not server:
        return playwright.chromium.launch(executable_path=browsers.found(headed=False), args=arguments(isolation))
    headers = {"x-playwright-launch-options": json.dumps(connecting.launch_options({"args": arguments(isolation)}))}
    connect = connecting.connecting(playwright.chromium.connect, browsers.elsewhere(server))
    return connect(**connecting.options(server), headers=headers)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
