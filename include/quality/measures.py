"""Measures: the metrics that Great Expectations judges by, as aggregates in SQL.

Great Expectations itself says which metrics an expectation needs, and judges what DuckDB found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from great_expectations.validator.metric_configuration import MetricConfiguration

from include.quality.condition_sql import condition_sql
from include.quality.failing_rows import NUMBERS, considered, fails
from include.quality.measure import ALL_ROWS, Measure, NotMeasuredError, only
from include.quality.shortcuts import different_values, reader_of_ends, told_by_footer
from include.quality.snapshot_rows import SnapshotRows, identifier
from include.quality.texts import text_test

_COUNT, _VALUES, _LOOKED_AT = ".unexpected_count", ".unexpected_values", ".filtered_row_count"
_UNIQUE = "column_values.unique"

_NEAR = 1e-9
"""A sum depends on the order of its terms in the last of its digits; nearer to a bound than this, pandas decides."""


def measure_of(metric: MetricConfiguration, rows: SnapshotRows, bounds: Mapping[str, Any]) -> Measure:
    """Return how to measure a metric.

    Parameters
    ----------
    metric : MetricConfiguration
    rows : SnapshotRows
    bounds : mapping
        Arguments of the expectation, for metrics that must not come too near to a bound.

    Raises
    ------
    NotMeasuredError
        Where only pandas gives the same value.
    """
    name, domain = metric.metric_name, metric.metric_domain_kwargs
    arguments = {**domain, **metric.metric_value_kwargs}
    about = _about(domain, rows)
    if about == ALL_ROWS and domain.get("column") in rows.kinds:
        told = told_by_footer(name, rows, domain["column"], lambda: failing_condition(metric, rows))
        if told is not None:
            return told
    if name == "table.row_count":
        known = about == ALL_ROWS and not rows.is_parted
        return Measure((), lambda: rows.size) if known else Measure((f"count(*){only(about)}",), int)
    if name in ("table.columns", "table.column_count"):
        columns = list(rows.names)
        return Measure((), lambda: columns if name == "table.columns" else len(columns))
    if name.endswith(_VALUES):
        return Measure((), list)
    if name == f"{_UNIQUE}{_COUNT}":
        return _repeated(rows, domain, about)
    if name.endswith(_COUNT):
        condition = failing_condition(metric, rows)
        test = text_test(name.removesuffix(_COUNT), rows, arguments) if about == ALL_ROWS else None
        return Measure((test or f"count(*) FILTER ({condition})",), int)
    if name.endswith(_LOOKED_AT):
        looked_at = _known(considered(rows, arguments))
        return Measure((f"count(*) FILTER ({about} AND {looked_at})",), int)
    return _of_column(name, rows, domain, about, bounds)


def failing_condition(metric: MetricConfiguration, rows: SnapshotRows) -> str:
    """Return the SQL that holds for the rows that a metric counts as unexpected.

    Raises
    ------
    NotMeasuredError
        Where only pandas gives the same answer.
    """
    domain, name = metric.metric_domain_kwargs, metric.metric_name.removesuffix(_COUNT)
    about = _about(domain, rows)
    if name == _UNIQUE:
        column = _column(rows, domain)
        repeated = f"SELECT {column} FROM {rows.source} WHERE {about} GROUP BY {column} HAVING count(*) > 1"
        return f"({about} AND {column} IS NOT NULL AND {column} IN ({repeated}))"
    return f"({about} AND {_known(fails(name, rows, {**domain, **metric.metric_value_kwargs}))})"


def _repeated(rows: SnapshotRows, domain: Mapping[str, Any], about: str) -> Measure:
    """Return how to count the rows that hold a value which another row holds as well."""
    column = _column(rows, domain)
    repeated = f"SELECT count(*) AS n FROM {rows.source} WHERE {about} AND {column} IS NOT NULL"
    counted = f"(SELECT coalesce(sum(n), 0) FROM ({repeated} GROUP BY {column} HAVING n > 1))"
    different = different_values(rows, domain["column"], about)
    if different is None:
        return Measure((counted,), int, alone=True)

    def read(values: int, known: int) -> int:
        return 0 if values == known else int(rows.ask(counted)[0])

    return Measure((different, f"count({column}){only(about)}"), read)


def _of_column(
    name: str, rows: SnapshotRows, domain: Mapping[str, Any], about: str, bounds: Mapping[str, Any]
) -> Measure:
    column = _column(rows, domain)
    kind, gaps = rows.kinds[domain["column"]], domain["column"] in rows.gaps
    some = only(about)
    if name == "column.distinct_values.count":
        values = f"SELECT DISTINCT {column} FROM {rows.source} WHERE {about} AND {column} IS NOT NULL"
        different = different_values(rows, domain["column"], about)
        return Measure((different or f"(SELECT count(*) FROM ({values}))",), int, alone=different is None)
    if name == "column.unique_proportion":
        selected = (f"count(DISTINCT {column}){some}", f"count({column}){some}")
        return Measure(selected, lambda distinct, known: distinct / known if known else 0, alone=True)
    if name == "column.non_null_proportion":
        selected = (f"count({column}){some}", f"count(*){some}")
        return Measure(selected, lambda known, all_: known / all_ if all_ else _unknown())
    if name in ("column.min", "column.max") and kind in (*NUMBERS, "moment"):
        return Measure((f"{name[7:]}({column}){some}",), reader_of_ends(rows, domain["column"]))
    if name in ("column.mean", "column.sum", "column.standard_deviation") and kind in ("number", "whole"):
        value = f"CAST({column} AS DOUBLE)"
        found = {
            "column.mean": f"fsum({value}){some} / count({column}){some}",
            "column.sum": f"sum({column}){some}" if kind == "whole" else f"fsum({value}){some}",
            "column.standard_deviation": f"stddev_samp({value}){some}",
        }[name]
        size = f"sum(abs({value})){some}" if name == "column.sum" else f"avg(abs({value})){some}"
        exact = name == "column.sum" and kind == "whole" and not gaps
        return Measure((found, size), lambda seen, most: _clear(seen, most, bounds, whole=exact))
    raise NotMeasuredError(name)


def _about(domain: Mapping[str, Any], rows: SnapshotRows) -> str:
    """Return the SQL that holds for the rows that a domain is about."""
    condition = domain.get("row_condition")
    if condition is None:
        return ALL_ROWS
    if isinstance(condition, Mapping) and condition.get("type") == "pass_through":
        condition = condition.get("pass_through_filter")
    elif getattr(condition, "pass_through_filter", None) is not None:
        condition = condition.pass_through_filter
    if not isinstance(condition, str) or domain.get("condition_parser") not in (None, "pandas"):
        raise NotMeasuredError(f"a condition that is not written for pandas: {condition!r}")
    return _known(condition_sql(condition, rows))


def _column(rows: SnapshotRows, domain: Mapping[str, Any]) -> str:
    if domain.get("column") not in rows.kinds:
        raise NotMeasuredError(domain.get("column"))
    return identifier(domain["column"])


def _known(sql: str | None) -> str:
    if sql is None:
        raise NotMeasuredError
    return sql


def _unknown() -> float:
    raise NotMeasuredError("no rows")


def _clear(seen: float | None, most: float | None, bounds: Mapping[str, Any], *, whole: bool) -> float:
    """Return a sum, or what follows from one, unless the order of its terms could decide about a bound."""
    if seen is None or most is None or not math.isfinite(seen) or not math.isfinite(most):
        raise NotMeasuredError("no number")
    asked = [bounds[key] for key in ("min_value", "max_value") if isinstance(bounds.get(key), int | float)]
    if any(abs(seen - bound) <= _NEAR * max(abs(seen), most) for bound in asked):
        raise NotMeasuredError("too near to its bound")
    return int(seen) if whole else float(seen)
