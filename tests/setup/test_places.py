"""Where things are, in a checkout and where hotmic is installed; and how a person calls it there."""

from pathlib import Path

import pytest

from e2e.setup.places import CACHE, FIXTURES, INSTALLED, ROOT, SDK, SDK_PACKAGES, user_cache
from e2e.setup.program import typed, widget_words

HOME = Path("/home/me")


@pytest.mark.parametrize(
    ("system", "environ", "folder"),
    [
        ("linux", {}, "/home/me/.cache/hotmic"),
        ("linux", {"XDG_CACHE_HOME": "/cache"}, "/cache/hotmic"),
        ("darwin", {}, "/home/me/Library/Caches/hotmic"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/hotmic"),
        ("win32", {}, "/home/me/AppData/Local/hotmic"),
    ],
)
def test_the_users_cache_is_where_the_system_keeps_it(system: str, environ: dict[str, str], folder: str) -> None:
    assert user_cache(system, environ, HOME) == Path(folder)


def test_a_checkout_keeps_what_it_makes_in_itself() -> None:
    assert not INSTALLED
    assert (CACHE, FIXTURES, SDK) == (ROOT / ".cache", ROOT / "fixtures", SDK_PACKAGES)


@pytest.mark.parametrize(
    ("widget", "checkout", "installed"),
    [
        (None, "", " reference"),
        ("a.toml", " --widget a.toml", " a.toml"),
        ("my widget.toml", " --widget 'my widget.toml'", " 'my widget.toml'"),
    ],
)
def test_a_widget_is_named_as_the_command_takes_it(widget: str | None, checkout: str, installed: str) -> None:
    assert (widget_words(widget, installed=False), widget_words(widget, installed=True)) == (checkout, installed)


UVX = Path("/home/me/.cache/uv/archive-v0/WzCv9NXWE6oYPRVn")


@pytest.mark.parametrize(
    ("environ", "prefix", "direct_url", "command"),
    [
        ({}, UVX, None, "hotmic"),
        ({"UV": "/bin/uv"}, Path("/home/me/.venv"), '{"url": "file:///hotmic"}', "hotmic"),
        ({"UV": "/bin/uv"}, UVX, None, "uvx hotmic"),
        (
            {"UV": "/bin/uv"},
            UVX,
            '{"url": "file:///my%20code/hotmic", "dir_info": {}}',
            "uvx --from '/my code/hotmic' hotmic",
        ),
        ({"UV": "/bin/uv"}, UVX, '{"url": "https://x.example/h.whl"}', "uvx --from https://x.example/h.whl hotmic"),
        (
            {"UV": "/bin/uv"},
            UVX,
            '{"url": "https://x.example/hotmic", "vcs_info": {"vcs": "git", "requested_revision": "v1"}}',
            "uvx --from git+https://x.example/hotmic@v1 hotmic",
        ),
    ],
)
def test_a_command_to_paste_is_called_as_this_one_was(
    environ: dict[str, str], prefix: Path, direct_url: str | None, command: str
) -> None:
    assert typed(environ, prefix, direct_url) == command
