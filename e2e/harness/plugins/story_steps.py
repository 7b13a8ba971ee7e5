"""A test of the suite as steps: what its people do, without what it asserts of the reference widget.

Another widget may rightly answer a step otherwise (an optimistic one says MUTED at once): then the promises judge. What stands in
an assertion is still done, for a person may act there: `assert signed_in_again(agent).sees == MUTED`.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from textwrap import dedent
from types import FunctionType
from typing import Any


class _Unasserted(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.Expr:
        return ast.copy_location(ast.Expr(node.test), node)


@cache
def without_assertions(test: FunctionType) -> Callable[..., Any]:
    """The same function, in which each assertion is looked at and may fail."""
    lines, first = inspect.getsourcelines(test)
    module = ast.parse(dedent("".join(lines)))
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef), f"{test.__qualname__} is no plain function"
    function.decorator_list = []
    tree = ast.increment_lineno(ast.fix_missing_locations(_Unasserted().visit(module)), first - 1)
    names: dict[str, Any] = {}
    exec(compile(tree, inspect.getfile(test), "exec", flags=test.__code__.co_flags & _FUTURE), test.__globals__, names)
    made: Callable[..., Any] = names[test.__name__]
    return made


_FUTURE = 0x1000000  # CO_FUTURE_ANNOTATIONS: a story's annotations stay texts where its module says so
