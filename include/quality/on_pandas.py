"""On pandas: what only a frame can answer, with as little of the file in memory as the expectation allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from great_expectations.core import ExpectationValidationResult
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine

from include.domain.spec import Expectation
from include.quality.catalogue import build, is_row_level
from include.quality.frames import frame_of, read_frame
from include.quality.outcome import PLACES_AT_MOST, Outcome, failing_rows_of, outcome_of
from include.quality.snapshot_rows import SnapshotRows, identifier
from include.quality.validation import validate

PART_ROWS = 1_000_000
"""Rows that are judged at once where an expectation is about single rows."""

_OF_DIFFERENT_VALUES = frozenset(
    f"expect_column_distinct_values_to_{what}_set" for what in ("be_in", "contain", "equal")
)
_OF_ALL_ROWS = frozenset(
    f"expect_{name}"
    for name in (
        "column_value_z_scores_to_be_less_than",
        "column_values_to_be_decreasing",
        "column_values_to_be_in_type_list",
        "column_values_to_be_increasing",
        "column_values_to_be_of_type",
        "column_values_to_be_unique",
        "column_values_to_not_be_outliers",
        "compound_columns_to_be_unique",
        "multicolumn_values_to_be_unique",
        "multicolumn_sum_to_equal",
    )
)
"""Row by row, but what is said of one row depends on the others, or on what pandas makes of all of them."""

Answers = tuple[dict[str, Outcome], dict[str, ExpectationValidationResult]]


def judge_on_pandas(rows: SnapshotRows, expectations: Sequence[Expectation]) -> Answers:
    """Ask expectations one after the other; return outcomes and what Great Expectations said, by title."""
    outcomes, results = {}, {}
    for item in expectations:
        result = _by_different_values(rows, item) or _by_parts(rows, item) or _whole(rows, item)
        if result is not None:
            results[item.title] = result
        outcome = outcome_of(item, result)
        counted = failing_rows_of(result)
        outcomes[item.title] = replace(outcome, failing_rows=counted) if counted else outcome
    return outcomes, results


def columns_of(expectation: Expectation, held: Sequence[str]) -> list[str]:
    """Return the columns to look at, in their order: all of them where an expectation is about the columns."""
    kwargs = expectation.kwargs
    if expectation.type.startswith("expect_table_column") or kwargs.get("row_condition") is not None:
        return list(held)
    wanted = {kwargs.get(key) for key in ("column", "column_A", "column_B")} | set(kwargs.get("column_list", ()))
    return [name for name in held if name in wanted] or list(held[:1])


def _whole(rows: SnapshotRows, item: Expectation) -> ExpectationValidationResult | None:
    frame = rows.kept(read_frame(rows.path, columns_of(item, rows.names)))
    return validate(frame, [item]).get(item.title)


def _by_different_values(rows: SnapshotRows, item: Expectation) -> ExpectationValidationResult | None:
    """Ask of a frame that holds every value once, and a missing one if there is any."""
    column = item.kwargs.get("column")
    asked = item.type in _OF_DIFFERENT_VALUES and item.kwargs.get("row_condition") is None
    if not asked or column not in rows.kinds or rows.kinds[column] == "moment":
        return None
    query = f"SELECT DISTINCT {identifier(column)} FROM {rows.source}"
    frame = frame_of(rows.connection.execute(query).to_arrow_table())
    return validate(frame, [item]).get(item.title)


def _by_parts(rows: SnapshotRows, item: Expectation) -> ExpectationValidationResult | None:
    """Ask of one part of the rows after the other, and let Great Expectations judge what they come to together."""
    columns = columns_of(item, rows.names)
    if not _is_about_single_rows(rows, item, columns):
        return None
    counts = dict.fromkeys(("element_count", "missing_count", "unexpected_count"), 0)
    places: list[int] = []
    for part in _parts(rows, columns):
        result = validate(part, [item]).get(item.title)
        seen = (result.result if result else None) or {}
        if any(seen.get(name) is None for name in counts):
            return None
        counts = {name: count + int(seen[name]) for name, count in counts.items()}
        if item.quarantine or len(places) < PLACES_AT_MOST:
            places += seen.get("unexpected_index_list") or []
    return _judged(item, counts, places) if counts["element_count"] else None


def _judged(item: Expectation, counts: dict[str, int], places: list[int]) -> ExpectationValidationResult | None:
    engine, form = PandasExecutionEngine(), {"result_format": "COMPLETE", "exclude_unexpected_values": True}
    built = build(item)
    known: dict[str, Any] = {
        "table.row_count": counts["element_count"],
        "column_values.nonnull.unexpected_count": counts["missing_count"],
    }
    endings = {"count": counts["unexpected_count"], "values": [], "index_list": places, "index_query": None}
    metrics = {}
    for name, metric in built.get_validation_dependencies(
        engine, {"result_format": form}
    ).metric_configurations.items():
        ending = name.rpartition(".unexpected_")[2]
        if name not in known and ending not in endings:
            return None
        metrics[metric.id] = known[name] if name in known else endings[ending]
    return built.metrics_validate(metrics, {"result_format": form}, engine)


def _is_about_single_rows(rows: SnapshotRows, item: Expectation, columns: Sequence[str]) -> bool:
    # A column of whole numbers or flags with gaps is another in every part: some have none.
    alike = all(rows.kinds.get(name) in ("text", "number", "moment") or name not in rows.gaps for name in columns)
    known = all(name in rows.kinds for name in columns)
    single = item.type.startswith("expect_column_value") and item.type not in _OF_ALL_ROWS and is_row_level(item.type)
    return single and alike and known and item.kwargs.get("row_condition") is None


def _parts(rows: SnapshotRows, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    start = 0
    for batch in pq.ParquetFile(rows.path).iter_batches(PART_ROWS, columns=list(columns)):
        frame = frame_of(batch, start=start)
        start += len(frame)
        yield rows.kept(frame)
