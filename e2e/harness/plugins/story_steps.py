"""Turns a test of the suite into steps: what its people do, without what it asserts of the reference widget.

Another widget may rightly answer a step otherwise (an optimistic one says MUTED at once): then the promises judge. What stands in
an assertion is still done, for a person may act there: `assert signed_in_again(agent).sees == MUTED`.
"""

from __future__ import annotations
import __future__

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
    """Returns the same function, in which what each assertion looks at is done, and may be false."""
    lines, first = inspect.getsourcelines(test)
    module = ast.parse(dedent("".join(lines)))
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef), f"{test.__qualname__} is no plain function"
    function.decorator_list = []
    tree = ast.increment_lineno(ast.fix_missing_locations(_Unasserted().visit(module)), first - 1)
    names: dict[str, Any] = {}
    # A story's annotations stay texts where its module says so.
    flags = test.__code__.co_flags & __future__.annotations.compiler_flag
    exec(compile(tree, inspect.getfile(test), "exec", flags=flags, dont_inherit=True), test.__globals__, names)
    made: Callable[..., Any] = names[test.__name__]
    return made
