"""Row conditions: which rows an expectation is about, in the words of ``DataFrame.query``, of which a spec may use few.

``query`` runs methods and reaches into variables of the program. A spec is data, so it may compare and combine columns
and values, and nothing else.
"""

from __future__ import annotations

import ast
import re

_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Invert, ast.USub, ast.BinOp, ast.BitAnd,
    ast.BitOr, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt,
    ast.GtE, ast.In, ast.NotIn, ast.Name, ast.Load, ast.Constant, ast.List, ast.Tuple,
)  # fmt: skip
_MISSING = ("isna", "isnull", "notna", "notnull")


def fault_in_condition(condition: str) -> str | None:
    """Return what is wrong with a condition, or None.

    Examples
    --------
    >>> fault_in_condition("`payment type` == 2 and fare.notnull()") is None
    True
    >>> fault_in_condition("@pd.eval('1')")
    'cannot be read as a comparison of columns and values'
    >>> fault_in_condition("fare.to_pickle('x')")
    'compares columns and values, but calls nothing except isna, isnull, notna and notnull'
    """
    names = re.sub(r"`[^`]*`", "column", condition)
    try:
        tree = ast.parse(names.strip(), mode="eval")
    except SyntaxError:
        return "cannot be read as a comparison of columns and values"
    for node in _without_missing(tree):
        if not isinstance(node, _ALLOWED):
            return "compares columns and values, but calls nothing except isna, isnull, notna and notnull"
    return None


def _without_missing(tree: ast.AST) -> list[ast.AST]:
    """Return the nodes of a tree, with every ``column.isna()`` as the column alone."""
    found: list[ast.AST] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and _asks_for_missing(node):
            continue
        found.append(node)
        waiting += ast.iter_child_nodes(node)
    return found


def _asks_for_missing(call: ast.Call) -> bool:
    asked = call.func
    if call.args or call.keywords or not isinstance(asked, ast.Attribute):
        return False
    return asked.attr in _MISSING and isinstance(asked.value, ast.Name)
