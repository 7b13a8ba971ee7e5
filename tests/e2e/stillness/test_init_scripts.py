"""The scripts that run first in a document are changed where they are others than before, and only there."""

from typing import cast

from playwright.sync_api import BrowserContext

from e2e.harness.stillness.init_scripts import InitScripts


class Context:
    """A browser context that only keeps its init scripts, in their order."""

    def __init__(self) -> None:
        self.kept: list[Script] = []
        self.added = 0

    def add_init_script(self, text: str) -> "Script":
        self.added += 1
        self.kept.append(script := Script(self, text))
        return script

    @property
    def texts(self) -> list[str]:
        return [script.text for script in self.kept]


class Script:
    def __init__(self, context: Context, text: str) -> None:
        self.context, self.text = context, text

    def close(self) -> None:
        self.context.kept.remove(self)


def test_only_what_is_another_is_changed_and_the_probe_stays_first() -> None:
    context, scripts = Context(), InitScripts()
    watched = cast(BrowserContext, context)
    scripts.add(watched, "probe", "begin at 1")
    assert list(scripts) == [watched]
    scripts.change_probe("probe", "begin at 1")
    scripts.change_begin("begin at 1")
    assert (context.texts, context.added) == (["probe", "begin at 1"], 2)
    scripts.change_begin("begin at 2")
    assert (context.texts, context.added) == (["probe", "begin at 2"], 3)
    scripts.change_probe("another probe", "begin at 3")
    assert (context.texts, context.added) == (["another probe", "begin at 3"], 5)
