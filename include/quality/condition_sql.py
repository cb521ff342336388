"""Conditions on rows in SQL: what ``DataFrame.query`` selects, as far as it compares columns with values."""

from __future__ import annotations

import ast
import re

from include.quality.failing_rows import NUMBERS, literal
from include.quality.snapshot_rows import SnapshotRows, identifier

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="
}  # fmt: skip
_MISSING = {"isna": "IS NULL", "isnull": "IS NULL", "notna": "IS NOT NULL", "notnull": "IS NOT NULL"}


def condition_sql(condition: str, rows: SnapshotRows) -> str | None:
    """Return a condition as SQL that is true or false, never unknown; None where pandas has to be asked.

    Parameters
    ----------
    condition : str
        As ``DataFrame.query`` takes it; columns may stand in backticks.
    rows : SnapshotRows
    """
    quoted: dict[str, str] = {}

    def stand_in(found: re.Match[str]) -> str:
        quoted[f"quoted_column_{len(quoted)}"] = found[1]
        return f"quoted_column_{len(quoted) - 1}"

    try:
        tree = ast.parse(re.sub(r"`([^`]*)`", stand_in, condition).strip(), mode="eval")
        return _Translator(rows, quoted).sql(tree.body)
    except (SyntaxError, _Untold):
        return None


class _Untold(Exception):  # noqa: N818
    """Nothing in SQL says the same."""


class _Translator:
    def __init__(self, rows: SnapshotRows, quoted: dict[str, str]) -> None:
        self._rows, self._quoted = rows, quoted

    def sql(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp():
                word = " AND " if isinstance(node.op, ast.And) else " OR "
                return f"({word.join(self.sql(value) for value in node.values)})"
            case ast.UnaryOp(op=ast.Not()):
                return f"(NOT {self.sql(node.operand)})"
            case ast.Compare(ops=[sign], comparators=[right]):
                return self._compared(node.left, sign, right)
            case ast.Call(func=ast.Attribute(value=ast.Name() as name, attr=asked), args=[], keywords=[]):
                if asked in _MISSING:
                    return f"({identifier(self._column(name))} {_MISSING[asked]})"
        raise _Untold

    def _compared(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> str:
        if not isinstance(left, ast.Name):
            raise _Untold
        name = self._column(left)
        column = identifier(name)
        if isinstance(sign, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple) or not right.elts:
                raise _Untold
            values = ", ".join(self._value(name, item) for item in right.elts)
            inside = f"coalesce({column} IN ({values}), false)"
            return inside if isinstance(sign, ast.In) else f"(NOT {inside})"
        if type(sign) not in _SIGNS:
            raise _Untold
        # A missing value is like nothing, and so unlike everything.
        unknown = "true" if isinstance(sign, ast.NotEq) else "false"
        return f"coalesce({column} {_SIGNS[type(sign)]} {self._value(name, right)}, {unknown})"

    def _column(self, node: ast.Name) -> str:
        name = self._quoted.get(node.id, node.id)
        if self._rows.kinds.get(name) not in (*NUMBERS, "text", "flag"):
            raise _Untold
        return name

    def _value(self, column: str, node: ast.expr) -> str:
        try:
            value = ast.literal_eval(node)
        except ValueError:
            raise _Untold from None
        written = literal(value, self._rows.kinds[column])
        if written is None:
            raise _Untold
        return written
