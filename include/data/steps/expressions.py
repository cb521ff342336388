"""Expressions: SQL that a person writes into a spec, let through only if it is a formula over its own row.

What is allowed is listed, by DuckDB's own parse of the text: columns of the row, constants, operators, and functions
that give the same result for the same arguments. No query, no file, no clock, no chance, no other row.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import duckdb

from include.data.engine import shared_engine, told
from include.domain.errors import DataError

_ALLOWED = (
    "BETWEEN",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
    "OPERATOR",
    "TYPE",
)
_REASONS = {
    "SUBQUERY": "a query within",
    "WINDOW": "a window over other rows",
    "STAR": "a star instead of columns",
    "PARAMETER": "a parameter",
    "LAMBDA": "a function of its own",
}
_CLOCK = {("age", 1)}
"""Functions that DuckDB calls consistent although, with so many arguments, they read the clock."""

_CLAUSES = ("modifiers", "where_clause", "group_expressions", "having", "sample", "qualify")
_GROUPING = "GROUPING_FUNCTION"


def check_expression(
    connection: duckdb.DuckDBPyConnection, expression: str, columns: Collection[str], where: str
) -> set[str]:
    """Refuse whatever is not a formula over the columns of its own row, and return the columns that it reads.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Knows the functions; nothing is run on it that the expression says.
    expression : str
    columns : collection of str
        Columns of the row; names are compared as SQL does, whatever their case.
    where : str
        Step and column, for messages.

    Raises
    ------
    DataError
        With what is not allowed, or with what DuckDB says of the syntax.
    """
    known = {name.lower(): name for name in columns}
    read: set[str] = set()
    for node in _nodes(_parsed(connection, expression, where)):
        kind = node["class"]
        if kind not in _ALLOWED or node.get("type") == _GROUPING:
            raise _refused(where, _REASONS.get(kind, kind.lower().replace("_", " ")))
        if kind == "COLUMN_REF":
            name = ".".join(node["column_names"])
            if name.lower() not in known:
                raise DataError(f"{where}: {name!r} is no column of the row; there are {', '.join(sorted(columns))}")
            read.add(known[name.lower()])
        elif kind == "FUNCTION":
            _check_function(connection, node, where)
    return read


def _check_function(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], where: str) -> None:
    name = node["function_name"].lower()
    if (name, len(node["arguments"])) in _CLOCK:
        raise _refused(where, f"{name} reads the clock")
    found = _functions().get(name)
    if found is None:
        raise DataError(f"{where}: there is no function {name!r}")
    for kind, stability, definition in found:
        if kind == "macro" and definition is not None:
            for inner in _nodes(_parsed(connection, definition, where)):
                if inner["class"] == "FUNCTION":
                    _check_function(connection, inner, where)
        elif kind != "scalar":
            raise _refused(where, f"{name} is {'an' if kind[0] in 'aeiou' else 'a'} {kind} function")
        elif stability != "CONSISTENT":
            raise _refused(where, f"{name} does not give the same result every time")


@cache
def _functions() -> dict[str, list[tuple[str, str | None, str | None]]]:
    """Return kind, stability and, of macros, the definition of every function that DuckDB comes with."""
    found: dict[str, list[tuple[str, str | None, str | None]]] = {}
    with shared_engine() as connection:
        listed = (
            "SELECT DISTINCT lower(function_name), function_type, stability, macro_definition FROM duckdb_functions()"
        )
        for name, *entry in connection.execute(listed).fetchall():
            found.setdefault(name, []).append((entry[0], entry[1], entry[2]))
    return found


def _parsed(connection: duckdb.DuckDBPyConnection, expression: str, where: str) -> Any:
    if not expression.strip():
        raise DataError(f"{where}: the expression is empty")
    # On lines of its own, so that a comment at its end cannot swallow the bracket.
    text = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT (\n{expression}\n)"]).fetchall()[0][0]
    tree = json.loads(text)
    if tree["error"]:
        raise DataError(f"{where}: {told(Exception(tree['error_message']))}")
    # A text that closes the bracket and goes on has more to it than one value without a table.
    node = tree["statements"][0]["node"]
    plain = (
        len(tree["statements"]) == 1
        and node["type"] == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not any(node[clause] for clause in _CLAUSES)
        and not node["cte_map"]["map"]
    )
    if not plain:
        raise _refused(where, "more than one value")
    return node["select_list"][0]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for child in tree.values():
            yield from _nodes(child)
    elif isinstance(tree, list):
        for child in tree:
            yield from _nodes(child)


def _refused(where: str, what: str) -> DataError:
    return DataError(f"{where}: {what}; expected a formula over columns of the same row, the same every time")
