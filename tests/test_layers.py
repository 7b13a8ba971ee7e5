"""Imports point down: every module stands on a floor, and knows only floors below its own."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Lowest first. A module may import what stands on a line above its own, and nothing beside it. A folder is one module.
MOCK_SERVER = """
    values regions
    settings
    model
    messages worlds
    payloads routing about journal wire
    refusals
    services
    faults
    gateway
    people openapi
    flight
    engine
    traffic lines pages control causes
    asgi serving hosts tls administration
    server
    pytest_plugin __main__
    __init__
"""
PURE = MOCK_SERVER.partition("flight")[0].split()

HARNESS = """
    reach
    view merge arrivals truth widget explore microphone variants steps advice scenarios
    timeline probe adapters description deeds
    documents round scenes rehearsal way frames stillness
    settle promises border order
    clock agent story verdict race
    camera chart report terms
    stage
    desk
    races transcript conclusion premise launching connecting cores
    counterexample under_test
    exploration
    trials witness progress
    verdict_plugin
    race_plugin describing
    mutants
    kills
    plugin
    __init__
"""
IMPURE = frozenset(
    "asyncio httpx os playwright random secrets selectors socket ssl starlette subprocess threading time trustme uvicorn"
    " websockets".split()
)


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


@pytest.mark.parametrize(("package", "table"), [("mock_server", MOCK_SERVER), ("e2e.harness", HARNESS)])
def test_every_module_stands_on_a_floor(package: str, table: str) -> None:
    assert set(modules(package)) == set(floors(table))


@pytest.mark.parametrize(("package", "table"), [("mock_server", MOCK_SERVER), ("e2e.harness", HARNESS)])
def test_a_module_imports_only_from_lower_floors(package: str, table: str) -> None:
    files = {
        module: [(name_of(path), path.read_text(encoding="utf-8")) for path in paths]
        for module, paths in modules(package).items()
    }
    assert upward(files, package, floors(table)) == []


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
        for module in PURE
        for path in modules("mock_server")[module]
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
    assert looking <= {"e2e.harness.settle"}


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
