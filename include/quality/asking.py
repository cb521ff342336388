"""Asking: each expectation by the cheapest way that gives what Great Expectations says of the whole frame in pandas.

* What the footer of the file says needs no row. Arrow tests patterns and lengths of texts, DuckDB measures everything
  else in one pass over the columns, and Great Expectations judges.
* What is a matter of the different values alone is asked of a frame that holds each of them once.
* What is a matter of single rows is asked on pandas, part by part.
* Everything else is asked on pandas, with no more columns in memory than the expectation is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
from great_expectations.core import ExpectationValidationResult
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.validator.metric_configuration import MetricConfiguration

from include.domain.spec import Expectation
from include.quality.catalogue import build
from include.quality.measure import Measure, NotMeasuredError
from include.quality.measures import failing_condition, measure_of
from include.quality.on_pandas import judge_on_pandas
from include.quality.outcome import PLACES_AT_MOST, Judged, Outcome, failing_rows_of, outcome_of
from include.quality.snapshot_rows import SnapshotRows
from include.quality.texts import TextTest, count_failing
from include.quality.validation import quietly

_FORMAT: dict[str, Any] = {"result_format": "BASIC", "exclude_unexpected_values": True}
_ENGINE = PandasExecutionEngine()

MANY_ROWS = 2_000_000
"""Rows from which on every column is asked in a query of its own."""


class _Question:
    """An expectation with the metrics that Great Expectations asks for, each with how DuckDB measures it."""

    def __init__(self, expectation: Expectation, rows: SnapshotRows) -> None:
        moments = frozenset(name for name, kind in rows.kinds.items() if kind == "moment")
        self.expectation = expectation
        self.built = build(expectation, moments)
        asked = self.built.get_validation_dependencies(_ENGINE, {"result_format": _FORMAT})
        self.metrics: dict[str, MetricConfiguration] = dict(asked.metric_configurations)
        bounds = self.built.configuration.kwargs
        self.measures: dict[str, Measure] = {
            name: measure_of(metric, rows, bounds) for name, metric in self.metrics.items()
        }

    def judged(self, seen: dict[str | TextTest, Any]) -> ExpectationValidationResult:
        metrics = {
            self.metrics[name].id: measure.read(*(seen[item] for item in measure.selected))
            for name, measure in self.measures.items()
        }
        return self.built.metrics_validate(metrics, {"result_format": _FORMAT}, _ENGINE)

    def failing(self, rows: SnapshotRows) -> np.ndarray:
        counted = [metric for name, metric in self.metrics.items() if name.endswith(".unexpected_count")]
        # Where missing values are counted as well, they are counted first.
        places = rows.places(failing_condition(counted[-1], rows))
        return places if self.expectation.quarantine else places[:PLACES_AT_MOST]


def judge_rows(rows: SnapshotRows, expectations: Sequence[Expectation]) -> Judged:
    """Ask expectations of the rows that go on.

    Parameters
    ----------
    rows : SnapshotRows
    expectations : sequence of Expectation
        Each under a title of its own.
    """
    with quietly():
        questions = [question for item in expectations if (question := _question(item, rows)) is not None]
        measured = _judge_measured(rows, questions)
        rest = [item for item in expectations if item.title not in measured]
        outcomes, results = judge_on_pandas(rows, rest)
    outcomes |= {title: outcome for title, (outcome, _) in measured.items()}
    results |= {title: result for title, (_, result) in measured.items()}
    return Judged([outcomes[item.title] for item in expectations], results)


def _question(expectation: Expectation, rows: SnapshotRows) -> _Question | None:
    try:
        return _Question(expectation, rows)
    except Exception:
        # Whatever is wrong with it, Great Expectations says so when it is asked on pandas.
        return None


def _judge_measured(
    rows: SnapshotRows, questions: Sequence[_Question]
) -> dict[str, tuple[Outcome, ExpectationValidationResult]]:
    seen = _measured(rows, questions)
    judged = {}
    for question in questions:
        try:
            result = question.judged(seen)
        except (NotMeasuredError, KeyError, duckdb.Error):
            continue
        count = failing_rows_of(result)
        outcome = outcome_of(question.expectation, result)
        if count:
            # Which rows they are is worth another pass only where somebody has to know.
            known = not outcome.met or question.expectation.quarantine
            places = question.failing(rows) if known else outcome.failing
            outcome = replace(outcome, failing=places, failing_rows=count)
        judged[question.expectation.title] = (outcome, result)
    return judged


def _measured(rows: SnapshotRows, questions: Sequence[_Question]) -> dict[str | TextTest, Any]:
    """Return the value of everything to be counted; what cannot be is absent."""
    items = [item for question in questions for measure in question.measures.values() for item in measure.selected]
    tests = list(dict.fromkeys(item for item in items if isinstance(item, TextTest)))
    # One after the other: each takes all the threads of a check, and two at once get in each other's way.
    seen: dict[str | TextTest, Any] = dict(count_failing(rows, tests).items())
    for selected in _queries(rows, questions):
        try:
            seen.update(zip(selected, rows.ask(*selected), strict=True))
        except duckdb.Error:
            seen.update(_one_by_one(rows, selected))
    return seen


def _queries(rows: SnapshotRows, questions: Sequence[_Question]) -> list[list[str]]:
    """Return the aggregates that are asked together.

    Of many rows one column is asked after the other: what has been read of it is still in the processor's cache then
    when the next aggregate needs it. Of few rows, queries cost more than that saves.
    """
    together: dict[object, dict[str, None]] = {}
    for question in questions:
        column = question.expectation.kwargs.get("column") if rows.size >= MANY_ROWS else None
        for measure in question.measures.values():
            asked = together.setdefault(measure.selected if measure.alone else column, {})
            asked.update(dict.fromkeys(item for item in measure.selected if isinstance(item, str)))
    return [list(asked) for asked in together.values() if asked]


def _one_by_one(rows: SnapshotRows, selected: Sequence[str]) -> dict[str, Any]:
    seen = {}
    for sql in selected:
        try:
            seen[sql] = rows.ask(sql)[0]
        except duckdb.Error:
            continue
    return seen
