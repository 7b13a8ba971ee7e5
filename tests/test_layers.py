"""Imports point down: every module stands on a floor, and knows only floors below its own."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Lowest first. What stands in a room (a folder, or a module beside the folders) may import from rooms on lines above its own.
MOCK_SERVER = """
    core
    payloads
    services
    gateway
    engine
    control
    serving
    server
    pytest_plugin __main__
    __init__
"""
HARNESS = """
    view
    probe browser
    stillness timeline
    promises
    verdict
    report
    session
    explorer describing
    mutants
    plugins
    __init__
"""
# The same inside a room, where it matters: the pure values below what uses them.
CORE = """
    values program
    regions scopes settings
    model
    messages worlds
    routing about
    __init__
"""
ENGINE = """
    journal wire people
    flight
    engine
    traffic causes
    administration
    __init__
"""
EXPLORER = """
    scenarios walk
    actions race
    model
    order opening
    player
    shrinking recording
    exploration
    __init__
"""
FLOORS = [
    ("mock_server", MOCK_SERVER),
    ("mock_server.core", CORE),
    ("mock_server.engine", ENGINE),
    ("e2e.harness", HARNESS),
    ("e2e.harness.explorer", EXPLORER),
]
PURE = ("mock_server.core", "mock_server.payloads", "mock_server.services", "mock_server.gateway")
IMPURE = frozenset(
    "asyncio httpx os playwright random secrets selectors socket ssl starlette subprocess threading time trustme uvicorn"
    " websockets".split()
)
MOST = 12  # modules that stand loose in one room


def floors(table: str) -> dict[str, int]:
    """Module → its floor's number."""
    return {module: number for number, line in enumerate(table.strip().splitlines()) for module in line.split()}


def modules(package: str) -> dict[str, list[Path]]:
    """The modules of a package, each with its files: one, or all those of a folder."""
    folder = ROOT / package.replace(".", "/")
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.py")):
        found.setdefault(path.relative_to(folder).parts[0].removesuffix(".py"), []).append(path)
    return found


def imported(source: str, here: str) -> Iterator[str]:
    """The full names that a module called `here` imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = here.split(".")[: -node.level] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def name_of(path: Path) -> str:
    """`mock_server.services.__init__`: so that one dot in it means its own folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def upward(files: Mapping[str, Iterable[tuple[str, str]]], package: str, floor: Mapping[str, int]) -> list[str]:
    """Every import within the package that does not point down; `files` are (name, source) by module."""
    wrong = []
    for module, sources in files.items():
        for here, source in sources:
            for name in imported(source, here):
                other = name.removeprefix(f"{package}.").partition(".")[0]
                if not name.startswith(f"{package}.") or other == module:
                    continue
                if floor.get(other, -1) >= floor[module]:
                    wrong.append(f"{here} imports {name}, which does not stand below it")
    return wrong


@pytest.mark.parametrize(("package", "table"), FLOORS)
def test_every_module_stands_on_a_floor(package: str, table: str) -> None:
    assert set(modules(package)) == set(floors(table))


@pytest.mark.parametrize(("package", "table"), FLOORS)
def test_a_module_imports_only_from_lower_floors(package: str, table: str) -> None:
    files = {
        module: [(name_of(path), path.read_text(encoding="utf-8")) for path in paths]
        for module, paths in modules(package).items()
    }
    assert upward(files, package, floors(table)) == []


@pytest.mark.parametrize("package", ["mock_server", "e2e/harness"])
def test_no_room_has_more_loose_modules_than_one_can_keep_in_mind(package: str) -> None:
    rooms = [folder for folder in (ROOT / package).rglob("*") if folder.is_dir() and folder.name != "__pycache__"]
    loose = {
        room.relative_to(ROOT).as_posix(): [path.name for path in room.iterdir() if path.suffix in (".py", ".js")]
        for room in (ROOT / package, *rooms)
    }
    assert {room: names for room, names in loose.items() if len(names) > MOST} == {}


def test_the_mock_knows_nothing_of_those_who_use_it() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for paths in modules("mock_server").values()
        for path in paths
        for name in imported(path.read_text(encoding="utf-8"), name_of(path))
        if name.partition(".")[0] in ("e2e", "fixtures", "tests")
    ]
    assert wrong == []


def test_the_pure_floors_import_nothing_that_waits_or_differs() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for room in PURE
        for paths in modules(room).values()
        for path in paths
        for name in imported(path.read_text(encoding="utf-8"), name_of(path))
        if name.partition(".")[0] in IMPURE
    ]
    assert wrong == []


def test_only_settle_looks_at_the_clock() -> None:
    looking = {
        name_of(path)
        for package in ("mock_server", "e2e.harness")
        for paths in modules(package).values()
        for path in paths
        for name in imported(path.read_text(encoding="utf-8"), name_of(path))
        if name.partition(".")[0] == "time"
    }
    assert looking <= {"e2e.harness.stillness.settle"}


# ---- the check itself


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import json, os.path", ["json", "os.path"]),
        ("from . import faults", ["mock_server.faults"]),
        ("from .model import State", ["mock_server.model.State"]),
        ("from ..messages import Json", ["messages.Json"]),
        ("def f():\n    from .worlds import build", ["mock_server.worlds.build"]),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, names: list[str]) -> None:
    assert list(imported(source, "mock_server.engine")) == names


def test_an_import_that_points_up_or_aside_is_named() -> None:
    floor = floors("model\nwire journal\nengine")
    files = {
        "wire": [("p.wire", "from .model import State\nfrom .engine import Engine")],
        "journal": [("p.journal", "from .wire import Wire")],
        "engine": [("p.engine", "from . import nowhere_known, wire")],
    }
    assert upward(files, "p", floor) == [
        "p.wire imports p.engine.Engine, which does not stand below it",
        "p.journal imports p.wire.Wire, which does not stand below it",
    ]
