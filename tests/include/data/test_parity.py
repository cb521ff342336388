"""A snapshot and the frame read from it come out of cleaning the same, whatever is in them."""

# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as arrow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from include.data.cleaning import clean_dataset, clean_frame
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.storage.store import Store
from tests.include.data.given import spec_over

STEPS = [
    {"do": "trim", "columns": ["word"]},
    {"do": "map_values", "column": "word", "values": {"a": "b", "b": None}},
    {"do": "map_values", "column": "whole", "values": {"1": 100}},
    {"do": "map_values", "column": "truth", "values": {"true": 1, "false": 0}},
    {"do": "derive", "column": "sum", "expression": "whole + real"},
    {"do": "derive", "column": "quotient", "expression": "real / whole"},
    {"do": "derive", "column": "spelled", "expression": "concat(word, '|', whole)"},
    {"do": "derive", "column": "late", "expression": "moment > TIMESTAMP '2018-01-01' OR truth"},
    {"do": "derive", "column": "day", "expression": "CAST(moment AS DATE)"},
    {"do": "derive", "column": "next", "expression": "day + INTERVAL 1 DAY"},
    {"do": "derive", "column": "empty_twice", "expression": "coalesce(empty, empty)"},
    {"do": "calendar", "column": "moment"},
    {"do": "parse_date", "columns": ["day", "empty"]},
    {"do": "drop_duplicates", "columns": ["word", "truth"]},
    {"do": "drop_duplicates"},
    {"do": "label", "expression": "CASE WHEN whole IS NOT NULL THEN whole > 1 END"},
]
KINDS = {
    "whole": arrow.int64(),
    "real": arrow.float64(),
    "word": arrow.string(),
    "truth": arrow.bool_(),
    "moment": arrow.timestamp("us", tz="UTC"),
    "born": arrow.date32(),
    "empty": arrow.string(),
}
# The event time of at least one row has to be known.
SURE = dict.fromkeys(KINDS) | {"moment": datetime(2018, 1, 1)}
rows = st.lists(
    st.fixed_dictionaries(
        {
            "whole": st.none() | st.integers(-5, 5),
            "real": st.none() | st.floats(-1e6, 1e6) | st.just(float("inf")),
            "word": st.none() | st.sampled_from(["a", "b", " a ", "", "long text"]),
            "truth": st.none() | st.booleans(),
            "moment": st.none() | st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),
            "born": st.none() | st.dates(date(1700, 1, 1), date(2200, 1, 1)),
            "empty": st.none(),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows, st.lists(st.integers(0, len(STEPS) - 1), max_size=8, unique=True).map(sorted))
def test_a_frame_is_cleaned_like_the_dataset_it_was_read_from(
    here: Path, store: Store, content: list[dict[str, Any]], chosen: list[int]
) -> None:
    arrays = {name: arrow.array([row[name] for row in [SURE, *content]], kind) for name, kind in KINDS.items()}
    parquet.write_table(arrow.table({**arrays, "y": [1] * (1 + len(content))}), here / "x.parquet")
    steps = [STEPS[number] for number in chosen if number not in _needs_others(chosen)]
    spec = spec_over("x.parquet", "label", cleaning=[*steps, STEPS[-1]], time="moment")
    raw = take_snapshot(spec, store)
    clean = read_frame(clean_dataset(spec, raw, store), store)
    served = clean_frame(spec, read_frame(raw, store))
    pd.testing.assert_frame_equal(_ordered(clean), _ordered(served), check_exact=True)


def _needs_others(chosen: list[int]) -> set[int]:
    """Return steps that read a column which no chosen step makes."""
    made = {STEPS[number].get("column") for number in chosen}
    return {number for number in chosen if STEPS[number] in (STEPS[9], STEPS[12]) and "day" not in made}


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_index(kind="stable")
