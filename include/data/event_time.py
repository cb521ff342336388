"""Event time: when what a row tells of happened, known before cleaning, because windows are cut from raw data."""

from __future__ import annotations

import duckdb

from include.data.engine import identifier, literal
from include.data.steps.change import Columns
from include.data.steps.expressions import check_expression
from include.data.steps.parsing_steps import moment_of
from include.data.windows import in_order
from include.domain.errors import DataError
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import Derive, ParseDate


def event_time_of(connection: duckdb.DuckDBPyConnection, spec: ModelSpec, columns: Columns) -> str | None:
    """Return SQL for the event time of a raw row, or None where only cleaning could tell.

    It is the column itself where that holds days or moments; text as the parse_date step reads it; or the formula of
    the derive step that makes it.
    """
    time = spec.data.time
    if time is None:
        return None
    kind = columns.get(time)
    if kind in ("DATE", "TIMESTAMP"):
        return f"CAST({identifier(time)} AS TIMESTAMP)"
    for number, step in enumerate(spec.cleaning):
        where = f"cleaning.{number} ({step.do})"
        if kind == "VARCHAR" and isinstance(step, ParseDate) and time in step.columns:
            return moment_of(identifier(time), step.format, where)
        if kind is None and isinstance(step, Derive) and step.column == time:
            check_expression(connection, step.expression, columns, f"{where} of column {time!r}")
            return f"CAST((\n{step.expression}\n) AS TIMESTAMP)"
    return None


def condition_of(window: Window, event_time: str | None, column: str | None) -> str:
    """Return SQL that is true for rows within a window; a row without a time is in none.

    Raises
    ------
    DataError
        Where the window has a side and the time of a row cannot be told.
    """
    ordered = in_order(window)
    if ordered.is_open:
        return "true"
    if event_time is None:
        raise DataError(
            f"a window was asked for and data.time {column!r} is no time at the source: "
            f"write data.types: {{{column}: timestamp}}, or a parse_date step with its format"
        )
    sides = [(">=", ordered.start), ("<", ordered.end)]
    return " AND ".join(
        f"({event_time}) {sign} CAST({literal(bound.replace(tzinfo=None).isoformat(sep=' '))} AS TIMESTAMP)"
        for sign, bound in sides
        if bound is not None
    )
