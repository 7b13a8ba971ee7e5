"""Finds the operation of a method and a path, and what its caller needs.

table.match("PATCH", "/api/v2/conversations/calls/c1/participants/p1").route.operation
→ "patchConversationsCallParticipant"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from .messages import Handler
from .settings import Settings
from .values import closest

_ID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\d+|\{.*\}")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a request must bring: one of the scopes, one of the permissions, a user; nothing at all if `public`.

    `enforced` and `of_user` say whether a setting asks for the permissions and for the user.
    """

    scopes: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    user: bool = False
    public: bool = False
    enforced: Callable[[Settings], bool] = lambda settings: True
    of_user: Callable[[Settings], bool] = lambda settings: True


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API: its id, where it is, what it needs and what does it.

    `path` is a template with `{name}` segments; `example` is a body that a developer could send.
    """

    operation: str
    method: str
    path: str
    needs: Needs
    handler: Handler
    example: str = ""

    @property
    def call(self) -> str:
        """`patchX takes PATCH {"muted": true}`: how a hint names this operation."""
        return f"{self.operation} takes {self.method} {self.example}".rstrip()


@dataclass(frozen=True, slots=True)
class Match:
    """The route of a request, and the values of the path's names."""

    route: Route
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Nothing is at this method and path: `there` are the operations at the path with other methods."""

    there: tuple[Route, ...] = ()


@dataclass(slots=True)
class _Node:
    """One segment of the paths: what may follow, and the routes that end here by method."""

    words: dict[str, _Node] = field(default_factory=dict)
    anything: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Table:
    """All routes, as a tree of path segments; a word goes before a name, so `/calls` is no conversation's id."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def match(self, method: str, path: str) -> Match | NoRoute:
        """Return the route of a method and a path, or which methods there are at the path."""
        there: list[Route] = []
        for node, values in _ends(self._root, path.strip("/").split("/"), 0, ()):
            route = node.routes.get(method)
            if route is not None:
                return Match(route, dict(zip(_names(route.path), values, strict=True)))
            there += node.routes.values()
        return NoRoute(tuple(there))

    def nearest(self, method: str, path: str) -> Route | None:
        """Return the operation whose method and path read most like these, or None when none is near.

        Most such paths are a known one with an invented last word: `/mute` after a participant means the participant.
        """
        shape = _shape(path[:200])
        head, _, word = shape.rpartition("/")
        beside = {_last_word(route): _shape(route.path) for route in self.routes if _head(route) == head}
        at = [route for route in self.routes if _shape(route.path) == beside.get(closest(word, beside, 0.7), head)]
        if at:
            return next((route for route in at if route.method == method), at[0])
        known = {f"{route.method} {_shape(route.path)}": route for route in self.routes}
        return known.get(closest(f"{method} {shape}", known))

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                node.anything = node = node.anything or _Node()
            else:
                node = node.words.setdefault(segment, _Node())
        if route.method in node.routes:
            raise ValueError(f"{node.routes[route.method].operation} and {route.operation} are at the same place")
        node.routes[route.method] = route


def _ends(
    node: _Node, segments: list[str], at: int, values: tuple[str, ...]
) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    """The nodes that this path ends at, words first, each with the segments that stand for names."""
    if at == len(segments):
        if node.routes:
            yield node, values
        return
    word = node.words.get(segments[at])
    if word is not None:
        yield from _ends(word, segments, at + 1, values)
    if node.anything is not None and segments[at]:
        yield from _ends(node.anything, segments, at + 1, (*values, segments[at]))


def _names(template: str) -> list[str]:
    return [segment[1:-1] for segment in template.split("/") if segment.startswith("{")]


def _head(route: Route) -> str:
    return _shape(route.path).rpartition("/")[0]


def _last_word(route: Route) -> str:
    return _shape(route.path).rpartition("/")[2]


def _shape(path: str) -> str:
    """The path with every id as `{}`, so that only its words are compared."""
    return "/".join("{}" if _ID.fullmatch(segment) else segment for segment in path.split("/"))
