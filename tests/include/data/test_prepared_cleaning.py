"""Rows that are cleaned by the prepared statement come out as rows of a frame do."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from include.data.cleaning import clean_frame
from include.data.prepared_cleaning import PreparedCleaning, needed_columns, raw_kinds
from include.domain.errors import DataError
from include.domain.references import Column
from tests.include.data.given import spec_over

RAW = (
    Column(name="word", type="VARCHAR", nulls=1),
    Column(name="whole", type="BIGINT", nulls=0),
    Column(name="real", type="DOUBLE", nulls=1),
    Column(name="truth", type="BOOLEAN", nulls=1),
    Column(name="moment", type="TIMESTAMP", nulls=0),
    Column(name="unused", type="VARCHAR", nulls=0),
)
STEPS = [
    {"do": "trim", "columns": ["word"]},
    {"do": "map_values", "column": "word", "values": {"a": "b"}},
    {"do": "derive", "column": "sum", "expression": "whole + real"},
    {"do": "derive", "column": "late", "expression": "moment > TIMESTAMP '2018-01-01' OR truth"},
    {"do": "calendar", "column": "moment", "parts": ["hour"]},
    {"do": "drop_duplicates"},
]
WANTED = ["word", "sum", "late", "moment_hour", "moment"]
ROWS = [
    (' it\'s a \\ "text" ', 3, -0.0, True, "2018-05-01 10:30:00.000001"),
    (" a ", -(2**62), 1.5, None, "1970-01-01 00:00:00.000000"),
    ("", 0, None, False, "2017-12-31 23:59:59.999999"),
    (None, 7, 1e300, True, "2200-01-01 00:00:00.000000"),
    ("a\0b\n\ud7ff", 7, 1e-300, True, "2200-01-01 00:00:00.000000"),
]


def test_rows_are_cleaned_as_a_frame_of_them_is() -> None:
    spec = spec_over("x.csv", "y", cleaning=STEPS)
    kinds = raw_kinds(RAW)
    needed = needed_columns(spec, kinds, WANTED)
    assert needed == ("word", "whole", "real", "truth", "moment")
    frame = pd.DataFrame(ROWS, columns=list(needed)).assign(unused="x")
    frame["moment"] = pd.to_datetime(frame["moment"], utc=True).astype("datetime64[us, UTC]")
    expected = clean_frame(spec, frame, RAW, to_score=True)
    prepared = PreparedCleaning(spec, {name: kinds[name] for name in needed}, WANTED)
    for size in (1, len(ROWS)):
        found = prepared.clean(ROWS[:size])
        for at, row in enumerate(found):
            for name, value in zip(WANTED, row, strict=True):
                other = expected[name].iloc[at]
                told = pd.Timestamp(value, tz="UTC") if name == "moment" else value
                assert (told is None and pd.isna(other)) or told == other, (name, at)


def test_a_value_that_a_step_cannot_read_stops_the_batch() -> None:
    spec = spec_over("x.csv", "y", cleaning=[{"do": "parse_number", "columns": ["word"]}])
    prepared = PreparedCleaning(spec, {"word": "VARCHAR"}, ["word"])
    assert prepared.clean([("1,234.5",)]) == [(1234.5,)]
    with pytest.raises(duckdb.Error, match="unreadable"):
        prepared.clean([("1",), ("many",)])


def test_a_column_that_no_step_makes_is_missed_at_once() -> None:
    with pytest.raises(DataError, match="no column 'sum'"):
        PreparedCleaning(spec_over("x.csv", "y"), {"whole": "BIGINT"}, ["sum"])
