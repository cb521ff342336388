"""Measures: the metrics that Great Expectations judges by, as aggregates in SQL.

Great Expectations itself says which metrics an expectation needs, and judges what DuckDB found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from great_expectations.validator.metric_configuration import MetricConfiguration

from include.quality.condition_sql import condition_sql
from include.quality.failing_rows import NUMBERS, considered, fails
from include.quality.snapshot_rows import SnapshotRows, identifier

_COUNT, _VALUES, _LOOKED_AT = ".unexpected_count", ".unexpected_values", ".filtered_row_count"
_UNIQUE = "column_values.unique"

_NEAR = 1e-9
"""A sum depends on the order of its terms in the last of its digits; nearer to a bound than this, pandas decides."""


class NotMeasuredError(Exception):
    """DuckDB cannot tell; pandas has to be asked."""


@dataclass(frozen=True)
class Measure:
    """A metric as SQL.

    Parameters
    ----------
    selected : tuple of str
        Aggregates over the rows.
    read : callable
        Makes the metric of their values.
    alone : bool
        Whether it is asked in a query of its own.
    """

    selected: tuple[str, ...]
    read: Callable[..., Any]
    alone: bool = False


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
    if name == "table.row_count":
        return Measure((f"count(*) FILTER ({about})",), int)
    if name in ("table.columns", "table.column_count"):
        columns = list(rows.names)
        return Measure((), lambda: columns if name == "table.columns" else len(columns))
    if name.endswith(_VALUES):
        return Measure((), list)
    if name == f"{_UNIQUE}{_COUNT}":
        repeated = f"SELECT count(*) AS n FROM {rows.source} WHERE {about} AND {_column(rows, domain)} IS NOT NULL"
        counted = f"(SELECT coalesce(sum(n), 0) FROM ({repeated} GROUP BY {_column(rows, domain)} HAVING n > 1))"
        return Measure((counted,), int, alone=True)
    if name.endswith(_COUNT):
        condition = failing_condition(metric, rows)
        return Measure((f"count(*) FILTER ({condition})",), int)
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


def _of_column(
    name: str, rows: SnapshotRows, domain: Mapping[str, Any], about: str, bounds: Mapping[str, Any]
) -> Measure:
    column = _column(rows, domain)
    kind, gaps = rows.kinds[domain["column"]], domain["column"] in rows.gaps
    some = f"FILTER ({about})"
    if name == "column.distinct_values.count":
        return Measure((f"count(DISTINCT {column}) {some}",), int, alone=True)
    if name == "column.unique_proportion":
        selected = (f"count(DISTINCT {column}) {some}", f"count({column}) {some}")
        return Measure(selected, lambda distinct, known: distinct / known if known else 0, alone=True)
    if name == "column.non_null_proportion":
        selected = (f"count({column}) {some}", f"count(*) {some}")
        return Measure(selected, lambda known, all_: known / all_ if all_ else _unknown())
    if name in ("column.min", "column.max") and kind in (*NUMBERS, "moment"):
        whole = kind == "whole" and not gaps
        return Measure((f"{name[7:]}({column}) {some}",), _moment if kind == "moment" else int if whole else _number)
    if name in ("column.mean", "column.sum", "column.standard_deviation") and kind in ("number", "whole"):
        value = f"CAST({column} AS DOUBLE)"
        found = {
            "column.mean": f"fsum({value}) {some} / count({column}) {some}",
            "column.sum": f"sum({column}) {some}" if kind == "whole" else f"fsum({value}) {some}",
            "column.standard_deviation": f"stddev_samp({value}) {some}",
        }[name]
        size = f"sum(abs({value})) {some}" if name == "column.sum" else f"avg(abs({value})) {some}"
        exact = name == "column.sum" and kind == "whole" and not gaps
        return Measure((found, size), lambda seen, most: _clear(seen, most, bounds, whole=exact))
    raise NotMeasuredError(name)


def _about(domain: Mapping[str, Any], rows: SnapshotRows) -> str:
    """Return the SQL that holds for the rows that a domain is about."""
    condition = domain.get("row_condition")
    if condition is None:
        return "true"
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


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _moment(value: datetime | None) -> Any:
    return pd.NaT if value is None else pd.Timestamp(value, tz="UTC").as_unit("us")


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
