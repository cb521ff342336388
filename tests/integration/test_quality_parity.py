"""Wherever an expectation is computed, it comes to what Great Expectations says of the whole frame in pandas."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.domain.spec import Expectation
from include.quality import asking, on_pandas, texts
from include.quality.asked import Asked
from include.quality.asking import judge_rows
from include.quality.catalogue import mistakes_in
from include.quality.frames import read_frame
from include.quality.outcome import Outcome, outcome_of
from include.quality.snapshot_rows import open_rows
from include.quality.validation import validate

pytestmark = pytest.mark.integration

SPECIAL = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1.5, -3.0, 1e300, 5e-324, 2.0**53)
TEXTS = ("", "a", "A", "ä", "ß1", "大大", "🤦🏼‍♂️", "a\nb", "42", "4.5e3", "%_", "'\"", "é", "x" * 40)
PATTERNS = (r"^\d+$", "a", "^[a-z]", "大", r"\w+", "(?i)A$", ".b", r"(?=a)", "(", "^.{1,3}$", r"\s", "ß|é", "")
CONDITIONS = (
    "n > 0", "w == 3", "w != 3 and t == 'a'", "`n` <= 1.5 or f == True", "t.isna()", "not (w in [1, 2])",
    "t != 'ä'", "n.notnull()", "w + 1 > 2", "f", "m > '2020-01-01'",
)  # fmt: skip
TYPES = {
    "n": pa.float64(), "s": pa.float32(), "w": pa.int64(), "i": pa.int16(), "t": pa.string(), "f": pa.bool_(),
    "m": pa.timestamp("us", tz="UTC"), "d": pa.date32(), "p": pa.timestamp("us"), "e": pa.float64(), "u": pa.string(),
    "c": pa.decimal128(10, 2), "b": pa.int64(),
}  # fmt: skip
"""Columns: ``e`` and ``u`` are empty, ``b`` is beyond what floats can hold."""

MOMENTS = st.datetimes(datetime(1960, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "n": st.sampled_from(SPECIAL) | st.floats(-10, 10),
    "s": st.sampled_from((math.nan, math.inf, 1.5, -2.25, 0.1)),
    "w": st.integers(-3, 5) | st.sampled_from((2**53, -(2**40))),
    "i": st.integers(-3, 3),
    "t": st.sampled_from(TEXTS) | st.text(max_size=4),
    "f": st.booleans(),
    "m": MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC)),
    "d": MOMENTS.map(lambda moment: moment.date()),
    "p": MOMENTS,
    "e": st.none(),
    "u": st.none(),
    "c": st.decimals(-100, 100, places=2),
    "b": st.integers(2**53, 2**62),
}
NUMBERS = st.sampled_from((0, 1, -3, 2.5, 5, 0.1, 1e300, -10))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 12))
    columns = {}
    for name, type_ in TYPES.items():
        gaps = draw(st.booleans())
        value = VALUES[name] | st.none() if gaps or name in "eu" else VALUES[name]
        columns[name] = pa.array(draw(st.lists(value, min_size=rows, max_size=rows)), type_)
    return pa.table(columns)


def _bounds(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, Any]:
    asked = draw(st.sampled_from((("min_value",), ("max_value",), ("min_value", "max_value"))))
    strict = {f"strict_{key[:3]}": True for key in asked if draw(st.booleans())}
    return {key: draw(values) for key in asked} | strict


@st.composite
def expectations(draw: st.DrawFn, number: int) -> Expectation:
    column = draw(st.sampled_from(sorted(TYPES)))
    kind = draw(st.sampled_from(KINDS))
    moment = st.sampled_from(("2001-02-03", "1999-12-31T23:59:59.999999Z"))
    bound = moment if column in "mdp" else NUMBERS
    kwargs: dict[str, Any] = {"column": column}
    if kind.startswith("column_pair"):
        kwargs = {"column_A": column, "column_B": draw(st.sampled_from(sorted(TYPES)))}
        kwargs["ignore_row_if"] = draw(
            st.sampled_from(("both_values_are_missing", "either_value_is_missing", "neither"))
        )
        if "greater" in kind and draw(st.booleans()):
            kwargs["or_equal"] = True
    elif kind == "table_row_count_to_be_between":
        kwargs = {"min_value": draw(st.integers(0, 12))}
    elif "lengths_to_be_between" in kind:
        kwargs |= _bounds(draw, st.integers(0, 3))
    elif "lengths_to_equal" in kind:
        kwargs["value"] = draw(st.integers(0, 3))
    elif "set" in kind:
        pool = {"t": st.sampled_from(TEXTS), "u": st.sampled_from(TEXTS), "f": st.booleans()}.get(column, NUMBERS)
        mixed = draw(st.integers(0, 9)) == 0
        kwargs["value_set"] = draw(st.lists(st.one_of(NUMBERS, st.sampled_from(TEXTS)) if mixed else pool, max_size=4))
    elif "regex" in kind:
        kwargs["regex"] = draw(st.sampled_from(PATTERNS))
    elif "between" in kind:
        counted = "proportion" in kind or "count" in kind
        kwargs |= _bounds(draw, st.sampled_from((0, 1)) if counted else bound)
    if kind.startswith(("column_values", "column_value_lengths", "column_pair")) and draw(st.booleans()):
        kwargs["mostly"] = draw(st.sampled_from((0.0, 0.5, 0.9, 1.0)))
    if draw(st.integers(0, 3)) == 0:
        kwargs |= {"row_condition": draw(st.sampled_from(CONDITIONS)), "condition_parser": "pandas"}
    return Expectation(type=f"expect_{kind}", kwargs=kwargs, name=f"{number}", quarantine=draw(st.booleans()))


KINDS = (
    "column_values_to_be_between", "column_values_to_be_between", "column_values_to_not_be_null",
    "column_values_to_be_null", "column_values_to_be_in_set", "column_values_to_not_be_in_set",
    "column_values_to_be_unique", "column_values_to_match_regex", "column_values_to_not_match_regex",
    "column_value_lengths_to_be_between", "column_value_lengths_to_equal", "column_values_to_be_dateutil_parseable",
    "column_values_to_be_json_parseable", "column_values_to_be_increasing", "column_min_to_be_between",
    "column_max_to_be_between", "column_mean_to_be_between", "column_sum_to_be_between", "column_stdev_to_be_between",
    "column_median_to_be_between", "column_unique_value_count_to_be_between",
    "column_proportion_of_unique_values_to_be_between", "column_proportion_of_non_null_values_to_be_between",
    "column_distinct_values_to_be_in_set", "column_distinct_values_to_equal_set",
    "column_distinct_values_to_contain_set", "column_pair_values_a_to_be_greater_than_b",
    "column_pair_values_to_be_equal", "table_row_count_to_be_between",
)  # fmt: skip


@given(
    tables(),
    st.tuples(*(expectations(number) for number in range(12))),
    st.sampled_from((2, 5)),
    st.sampled_from((0, 2_000_000)),
)
@settings(max_examples=15)
def test_every_way_comes_to_what_pandas_says(
    table: pa.Table, asked: tuple[Expectation, ...], part: int, many: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(on_pandas, "PART_ROWS", part)
        patched.setattr(texts, "PART_ROWS", part)
        patched.setattr(asking, "MANY_ROWS", many)
        path = Path(folder, "rows.parquet")
        pq.write_table(table, path, row_group_size=3)
        with open_rows(path) as rows:
            seen = judge_rows(rows, [item for item in asked if not mistakes_in(Asked(item))])
        for outcome in seen.outcomes:
            # Each alone: where one cannot be prepared, pandas asks all again, and so may answer otherwise.
            result = validate(read_frame(path, list(TYPES)), [outcome.expectation]).get(outcome.title)
            assert _told(outcome) == _told(outcome_of(outcome.expectation, result)), outcome.expectation
            if outcome.answered:
                assert result is not None
                assert _numbers(seen.results[outcome.title]) == pytest.approx(_numbers(result), nan_ok=True)


@given(tables(), st.tuples(*(expectations(number) for number in range(6))), st.sets(st.integers(0, 11)))
@settings(max_examples=8)
def test_rows_that_are_left_out_are_not_looked_at_by_any_way(
    table: pa.Table, asked: tuple[Expectation, ...], leaving: set[int]
) -> None:
    places = np.array(sorted(place for place in leaving if place < table.num_rows), dtype=np.int64)
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.parquet")
        pq.write_table(table, path, row_group_size=3)
        with open_rows(path) as rows:
            rows.leave_out(places)
            seen = judge_rows(rows, [item for item in asked if not mistakes_in(Asked(item))])
            frame = rows.kept(read_frame(path, list(TYPES)))
        for outcome in seen.outcomes:
            result = validate(frame, [outcome.expectation]).get(outcome.title)
            assert _told(outcome) == _told(outcome_of(outcome.expectation, result)), outcome.expectation


def _told(outcome: Outcome) -> tuple[Any, ...]:
    failed = len(outcome.failing) if outcome.failing_rows is None else outcome.failing_rows
    # What is seen of a sum ends in digits that depend on the order of its terms.
    observed = outcome.observed if not outcome.answered or "looked at" in outcome.observed else ""
    # Which rows they are is told where the expectation is not met, and where they may be set aside.
    places = outcome.failing.tolist() if not outcome.met or outcome.expectation.quarantine else None
    return outcome.met, outcome.answered, outcome.rows, places, failed, observed


def _numbers(result: Any) -> dict[str, Any]:
    found = {name: value for name, value in (result.result or {}).items() if isinstance(value, int | float | np.number)}
    return {name: float(value) for name, value in found.items()}


def test_most_of_a_usual_suite_is_measured_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "judge_on_pandas", lambda _, rest: ({}, {}) if not rest else pytest.fail(str(rest)))
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"n": [1.0, None, 3.0], "t": ["a", "b", None], "w": [1, 2, 3]}), path)
    asked = [
        Expectation(type="expect_column_values_to_be_between", kwargs={"column": "n", "max_value": 2, "mostly": 0.9}),
        Expectation(type="expect_column_values_to_match_regex", kwargs={"column": "t", "regex": "^[ab]$"}),
        Expectation(type="expect_column_values_to_be_unique", kwargs={"column": "w"}),
        Expectation(type="expect_column_mean_to_be_between", kwargs={"column": "w", "min_value": 1}),
        Expectation(
            type="expect_column_values_to_not_be_null",
            kwargs={"column": "n", "row_condition": "t == 'a'", "condition_parser": "pandas"},
        ),
    ]
    with open_rows(path) as rows:
        seen = judge_rows(rows, asked)
    assert [outcome.met for outcome in seen.outcomes] == [False, True, True, True, True]
    assert seen.outcomes[0].failing.tolist() == [2]
