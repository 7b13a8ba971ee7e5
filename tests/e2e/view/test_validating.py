"""Tables of TOML are checked against their keys: every mistake at once, each with what is expected and what is near."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from e2e.harness.view.near import closest, meant, near
from e2e.harness.view.validating import (
    DAY,
    FLAG,
    NUMBER,
    TABLE,
    TEXT,
    TEXTS,
    WHOLE,
    Key,
    Kind,
    check,
    listed,
    load,
    parse,
)

HARNESS = Path(__file__).resolve().parents[3] / "e2e" / "harness"
KEYS = (
    Key("name", TEXT, "what reports call it", required=True),
    Key("color", TEXT, choices=("red", "green")),
    Key("colors", TEXTS, choices=("red", "green")),
    Key("note", Kind("text in quotes", (str,), may_be_empty=True)),
    Key("even", Kind("an even number", (int,), wrong=lambda value: "it is odd" if value % 2 else "")),
    Key("on", FLAG),
    Key("count", WHOLE),
    Key("size", NUMBER),
    Key("day", DAY),
    Key("more", TABLE),
    Key("folders", Kind("a table of folders", (dict,), str)),
    Key("id", TEXT, required=True),
)
NEEDED = 'name = "n"\nid = "i"\n'
HERE = Path("a.toml")


def test_what_has_no_mistake_is_given_back() -> None:
    text = """
    color = "red"
    colors = ["red", "green"]
    note = ""
    even = 2
    on = false
    count = 3
    size = 4
    day = 2026-12-31
    more = { a = 1 }
    folders = { a = "b" }
    """
    given = parse(NEEDED + text, HERE, ValueError)
    assert check(given, KEYS) == (given, [])


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("colour = 1", "colour: there is no such key; did you mean 'color'?"),
        ("zzzzzz = 1", f"zzzzzz: there is no such key; there is {', '.join(key.name for key in KEYS)}"),
        ("color = 'rid'", "color: 'rid' is not known; did you mean 'red'?"),
        ("color = 'blue'", "color: 'blue' is not known; there is red, green"),
        ("colors = ['red', 'blue']", "colors: 'blue' is not known; there is red, green"),
        ("colors = ['red', 1]", "colors: a list of texts in quotes is expected, ['red', 1] is a list"),
        ("color = ' '", "color: text in quotes is expected, and this one is empty"),
        ("even = 3", "even: it is odd"),
        ("on = 1", "on: true or false is expected, 1 is a number"),
        ("count = true", "count: a whole number is expected, true is true or false"),
        ("count = 1.5", "count: a whole number is expected, 1.5 is a number"),
        ("size = '1'", "size: a number is expected, '1' is a text"),
        ("size = 2026-12-31", "size: a number is expected, 2026-12-31 is a day"),
        ("day = 10:00:00", "day: a day such as 2026-12-31 (no quotes) is expected, 10:00:00 is a time"),
        (
            "day = 2026-12-31T10:00:00",
            "day: a day such as 2026-12-31 (no quotes) is expected, 2026-12-31 10:00:00 is a time",
        ),
        ("more = []", "more: a table is expected, [] is a list"),
        ("folders = { a = 1 }", "folders: a table of folders is expected, {'a': 1} is a table"),
    ],
)
def test_a_mistake_says_what_is_expected_and_what_is_near(text: str, mistake: str) -> None:
    good, mistakes = check(parse(NEEDED + text, HERE, ValueError), KEYS)
    assert (good, mistakes) == ({"name": "n", "id": "i"}, [mistake])


def test_every_mistake_is_found_at_once_and_what_is_missing_comes_last() -> None:
    good, mistakes = check({"nmae": "n", "on": True, "count": "x"}, KEYS, "thing.")
    assert good == {"on": True}
    assert mistakes == [
        "thing.nmae: there is no such key; did you mean 'name'?",
        "thing.count: a whole number is expected, 'x' is a text",
        "thing.name: it is missing; text in quotes is expected: what reports call it",
        "thing.id: it is missing; text in quotes is expected",
    ]
    assert listed(HERE, mistakes).splitlines() == ["a.toml has 4 mistakes:", *(f"  {line}" for line in mistakes)]
    assert listed(HERE, ["x"]) == "a.toml has a mistake:\n  x"


def test_a_file_that_cannot_be_read_is_named_with_the_one_that_is_near(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"there is no file .*/nowhere/widget\.toml'$"):
        load(tmp_path / "nowhere" / "widget.toml", KeyError)
    (tmp_path / "a.toml").write_text("x = 1")
    (tmp_path / "widget.toml").write_bytes(b"\xff")
    assert load(tmp_path / "a.toml", ValueError) == {"x": 1}
    for name, message in (
        ("wigdet.toml", r"there is no file .*wigdet\.toml; there is .*/widget\.toml$"),
        ("none.toml", r"there is no file .*none\.toml; there is .*/a\.toml$"),
        ("widget.toml", r"widget\.toml is not UTF-8 text: "),
        (".", r" cannot be read: Is a directory$"),
    ):
        with pytest.raises(ValueError, match=message):
            load(tmp_path / name, ValueError)
    with pytest.raises(ValueError, match=r"a\.toml is no TOML: .*line 1"):
        parse("x = y", HERE, ValueError)


def test_a_word_and_what_is_near() -> None:
    assert (closest("mutte", ["call", "mute"]), closest("zzz", ["call", "mute"])) == ("mute", "")
    assert (closest("mt", ["mute"], 0.7), closest("mt", ["mute"], 0.6)) == ("", "mute")
    assert meant("mutte", ["call", "mute"]) == "did you mean 'mute'?"
    assert near("zzz", iter(["call", "mute"])) == "not known; there is call, mute"


def test_one_module_alone_looks_for_close_matches() -> None:
    looking = {
        path.relative_to(HARNESS).as_posix()
        for path in HARNESS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "difflib"
        if "get_close_matches" in [alias.name for alias in node.names]
    }
    assert looking == {"view/near.py"}
