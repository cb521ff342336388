"""Steps that compute a column by a person's formula: a new feature, or the target."""

from __future__ import annotations

import duckdb

from include.data.steps.change import Change, Columns
from include.data.steps.expressions import check_expression
from include.domain.spec.data import Derive, Label


def derive(connection: duckdb.DuckDBPyConnection, step: Derive, columns: Columns, where: str) -> list[Change]:
    """Add or replace a column by a formula over its row."""
    check_expression(connection, step.expression, columns, f"{where} of column {step.column!r}")
    return [Change(step.column, f"(\n{step.expression}\n)")]


def label(
    connection: duckdb.DuckDBPyConnection, step: Label, target: str, columns: Columns, where: str
) -> list[Change]:
    """Compute the target by a formula over its row; NULL says that the label is not known yet."""
    check_expression(connection, step.expression, columns, f"{where} of target {target!r}")
    return [Change(target, f"(\n{step.expression}\n)")]
